"""What the tests of training again have in common."""

import pytest

from tests.reproduce import training


@pytest.fixture(scope="session")
def trained() -> bytes:
    """The model that the program of the tiny packages trains."""
    return training.trained()
