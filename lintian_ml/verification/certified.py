"""What certificates say of models: a claim of who made them, which is not computed again here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.equality import Level, Verdict, certificate
from lintian_ml.error import LintianMLError
from lintian_ml.verification.asked import level_of, predicate_of
from lintian_ml.verification.record import By, Verification
from lintian_ml.verification.verdicts import one_line


@dataclass(frozen=True, slots=True)
class Certified:
    """What one certificate says of the file with the digest ``shipped``."""

    shipped: str
    rebuilt: str
    predicate: str
    verdict: str
    slack: float | None

    def of(self, stanza: ModelStanza | None, has_parts: bool) -> Verification:
        """Return what that is worth for a model; what was certified must be what is declared."""
        try:
            asked = predicate_of(stanza) if stanza else None
        except LintianMLError as error:
            return Verification(By.CERTIFICATE, reason=f"the predicate does not fit: {error}")
        told = one_line(str(asked or ""))
        undecided = Verification(By.CERTIFICATE, predicate=told)
        if has_parts:
            return _because(undecided, "other files belong to the model, which no certificate is on")
        if self.rebuilt == self.shipped:
            level = Level.NONE if asked and asked.structure_unchecked else Level.BIT_BY_BIT
            return Verification(By.CERTIFICATE, Verdict.MET, told, level, equal=True)
        if asked is None or one_line(str(asked)) != one_line(self.predicate):
            return _because(undecided, f"the certificate is on {one_line(self.predicate) or 'nothing'}")
        if self.verdict == Verdict.MET.value:
            return Verification(By.CERTIFICATE, Verdict.MET, told, level_of(asked), slack=self.slack)
        if self.verdict == Verdict.NOT_MET.value:
            return Verification(By.CERTIFICATE, Verdict.NOT_MET, told, reason="as the certificate says")
        return _because(undecided, "nor does the certificate decide it")


def _because(verification: Verification, reason: str) -> Verification:
    return replace(verification, reason=reason)


def read_all(paths: Iterable[Path]) -> Mapping[str, Certified]:
    """Read certificates, by the digest of the shipped file; UsageError where one is none."""
    return {one.shipped: one for one in map(_read, paths)}


def _read(path: Path) -> Certified:
    """Return what a certificate says, as far as its fields are what they must be."""
    found = certificate.read(path)
    body = found["predicate"]
    assert isinstance(body, dict)
    slack, verdict = body.get("slackBits"), body.get("verdict")
    return Certified(
        certificate.subject_digest(found),
        certificate.rebuilt_digest(found),
        certificate.asked(found),
        verdict if isinstance(verdict, str) else "",
        float(slack) if isinstance(slack, int | float) and not isinstance(slack, bool) else None,
    )
