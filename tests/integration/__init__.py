"""The lines that docs/integration.md tells people to paste, tried with the tools that they are for."""
