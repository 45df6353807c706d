"""What the names of files end in, for those that must know before anything is read."""

PACKAGES = (".deb", ".udeb", ".ddeb", ".dsc", ".changes", ".buildinfo")
"""Packages, uploads and builds."""
