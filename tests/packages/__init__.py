"""Tiny packages, committed, and what makes them."""
