"""The profiles: one file is one reading of the policy."""
