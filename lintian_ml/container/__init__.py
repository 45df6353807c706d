"""Containers: compressed streams, tar, zip. They know nothing of models, and write nothing to disk."""
