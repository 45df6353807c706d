"""One module is one shell: it writes the completion script that the shell reads."""
