"""Measurements: predicates on what models do, not on what they are. They are no proofs, and are labelled so.

``measure_files`` decides them. A graph is run by the module itself as a child process (``python -m``), with
limits on time and memory and without a network, and only when asked to.
"""

from lintian_ml.equality.evaluation.limits import Limits
from lintian_ml.equality.evaluation.measure import measure_files

__all__ = ["Limits", "measure_files"]
