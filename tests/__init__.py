"""The tests of lintian-ml."""
