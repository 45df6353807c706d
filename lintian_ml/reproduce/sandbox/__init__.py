"""Runs one training where it can do no harm: in namespaces of its own, within limits that are watched."""

from lintian_ml.reproduce.sandbox.confinement import Bubblewrap, Confinement, ConfinementError, Unconfined
from lintian_ml.reproduce.sandbox.enclosing import confinement
from lintian_ml.reproduce.sandbox.limits import Limits
from lintian_ml.reproduce.sandbox.place import Place, Room
from lintian_ml.reproduce.sandbox.training import Ended, Training

__all__ = [
    "Bubblewrap",
    "Confinement",
    "ConfinementError",
    "Ended",
    "Limits",
    "Place",
    "Room",
    "Training",
    "Unconfined",
    "confinement",
]
