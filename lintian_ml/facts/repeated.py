"""What holding a model against a rebuilt one proves of it, as facts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from lintian_ml.declaration import ModelStanza
from lintian_ml.facts.told import Told
from lintian_ml.policy import Reproducibility, Source, SourceKind, TrainingProgram

if TYPE_CHECKING:
    from lintian_ml.verification import Verification

UNPROVEN = (Reproducibility.NONE, Reproducibility.UNVERIFIED)
"""The levels that say nothing of the training program."""


def repeated(
    verification: Verification, stanza: ModelStanza | None, program: Told[Enum] | None
) -> dict[str, Told[Enum]]:
    """Return the level that was verified, no higher than the one declared; and that the training program does
    its work, where the rebuilt file comes from outside. One by the same hand proves little.
    """
    if not verification.counts:
        return {}
    claimed = stanza.reproducibility if stanza else None
    level = _level(verification, claimed)
    note = f"{verification.by.value}: {_told(verification)}"
    declared = f"declared {claimed.value}, " if claimed else ""
    told: dict[str, Told[Enum]] = {
        "reproducibility": Told(level, Source(SourceKind.DERIVED, note=declared + note))
    }
    proven = verification.by.is_from_outside and level not in UNPROVEN
    if proven and program and program.value is TrainingProgram.CLAIMED:
        told["training-program"] = Told(TrainingProgram.REPRODUCED, program.source).noting(
            verification.by.value
        )
    return told


def _level(verification: Verification, claimed: Reproducibility | None) -> Reproducibility:
    if verification.undecided:
        return Reproducibility.UNVERIFIED
    order = list(Reproducibility)
    verified = Reproducibility(verification.level.value) if verification.met else Reproducibility.NONE
    return max(verified, claimed or verified, key=order.index)


def _told(verification: Verification) -> str:
    if verification.equal:
        return "equal byte for byte"
    what = f"{verification.verdict.value} under {verification.predicate or 'no predicate'}"
    return f"{what}, {verification.reason}" if verification.reason else what
