"""Trains the models of a package again as ``debian/models`` declares, and tells whether the same came out.

This is the one room that runs what a package brought: its ``Training-Command``, in a copy of its source from
which the models were taken away, confined unless the user waives that.
"""

from lintian_ml.reproduce.outcome import Ending, FileOutcome, Held, Outcome, Reproduction, worst
from lintian_ml.reproduce.retrain import reproduce
from lintian_ml.reproduce.sandbox import Bubblewrap, Confinement, Limits, Unconfined, confinement
from lintian_ml.reproduce.settings import Settings
from lintian_ml.reproduce.telling import lines

__all__ = [
    "Bubblewrap",
    "Confinement",
    "Ending",
    "FileOutcome",
    "Held",
    "Limits",
    "Outcome",
    "Reproduction",
    "Settings",
    "Unconfined",
    "confinement",
    "lines",
    "reproduce",
    "worst",
]
