"""Holds one shipped file against one rebuilt file, and says all that the linter wants to know of both."""

from dataclasses import replace
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.equality import Comparison, Specification, Verdict, compare_files, parse_predicate
from lintian_ml.error import DeclarationError, LintianMLError
from lintian_ml.verification.asked import predicate_of
from lintian_ml.verification.record import By, Verification
from lintian_ml.verification.verdicts import is_bytewise, one_line

NOISE = "noise of "
"""How a comparison's remark on what carries no meaning begins."""


def held_against(
    shipped: tuple[str, Path], rebuilt: tuple[str, Path], stanza: ModelStanza | None, by: By
) -> Verification:
    """Decide the predicate of a stanza on two files, each given as the path that people know and the place
    where it lies. Whatever is wrong with either, or with the predicate, is *not decided*, never an error.
    """
    places = shipped[1], rebuilt[1]
    asked: Specification | None = None
    try:
        asked = predicate_of(stanza) if stanza else None
        found = compare_files(*places, asked or parse_predicate("identical"))
        verification = _of(found, asked, by)
        if not verification.equal:
            verification = _tightest(verification, places)
    except DeclarationError as error:
        reason = f"the predicate does not fit: {getattr(error, 'what', error)}"
        verification = Verification(by, predicate=one_line(str(asked or "")), reason=reason)
    except (LintianMLError, OSError) as error:
        verification = Verification(by, predicate=one_line(str(asked or "")), reason=str(error))
    reason = verification.reason.replace(str(places[0]), shipped[0]).replace(str(places[1]), rebuilt[0])
    return replace(verification, reason=" ".join(reason.split()))


def _of(found: Comparison, asked: Specification | None, by: By) -> Verification:
    """Return what a comparison says; where nothing was asked, unequal bytes decide nothing."""
    undecided = asked is None and found.verdict is Verdict.NOT_MET
    return Verification(
        by,
        Verdict.NOT_DECIDED if undecided else found.verdict,
        one_line(str(asked or "")),
        found.level,
        "not equal byte for byte, and no predicate is declared" if undecided else found.reason,
        equal=is_bytewise(found),
        slack=found.slack,
    )


def _tightest(verification: Verification, places: tuple[Path, Path]) -> Verification:
    """Add the tightest predicate that holds, where it matters: beside one that was met and leaves room, and
    where byte equality was asked for.
    """
    byte_equality = verification.predicate == "identical" and verification.verdict is Verdict.NOT_MET
    if not byte_equality and not (verification.met and verification.slack != 0.0):
        return verification
    found = compare_files(*places)
    if found.verdict is not Verdict.MET:
        return verification
    noise = next((note for note in found.notes if note.startswith(NOISE)), "")
    alike = noise if found.predicate == "same" else ""
    return replace(verification, tightest=one_line(found.predicate), least=found.slack, noise=alike)
