"""Trains the models of a package again as ``debian/models`` declares, and tells whether the same came out.

This is the one room that runs what a package brought: its ``Training-Command``, in a copy of its source from
which the models were taken away, confined unless the user waives that.
"""

from lintian_ml.reproduce.confinement import Bubblewrap, Confinement, Unconfined, confinement
from lintian_ml.reproduce.outcome import FileOutcome, Outcome, Reproduction, worst
from lintian_ml.reproduce.retrain import Settings, reproduce

__all__ = [
    "Bubblewrap",
    "Confinement",
    "FileOutcome",
    "Outcome",
    "Reproduction",
    "Settings",
    "Unconfined",
    "confinement",
    "reproduce",
    "worst",
]
