"""Rebuilt models: what a declared reproducibility is worth when there is something to hold a model against.

``Evidence`` serves the linter: it decides the declared predicate of each model that has a rebuilt
counterpart. ``compare_all`` pairs the models of two folders, packages or builds.
"""

from lintian_ml.verification.evidence import Asked, Evidence
from lintian_ml.verification.record import By, Verification

__all__ = ["Asked", "By", "Evidence", "Verification"]
