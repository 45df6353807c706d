"""A process that multiplies no matrices starts no threads for that, unless its user wants some."""

import os

import pytest

from lintian_ml import threads


def test_none_are_started_but_those_that_the_user_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"OPENBLAS_NUM_THREADS": "3"})
    threads.start_none()
    assert os.environ == {**threads.SINGLE_THREADED, "OPENBLAS_NUM_THREADS": "3"}
