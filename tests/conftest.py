"""Settings of all tests: machines are shared, so no test fails for being slow."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
