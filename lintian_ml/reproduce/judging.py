"""Holds what a training brought forth against what was shipped: bytes first, then the declared predicate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.equality import Comparison, Level, Specification, Verdict, compare_files, parse_predicate
from lintian_ml.error import DeclarationError, LintianMLError
from lintian_ml.policy import Reproducibility
from lintian_ml.reproduce.folders import digest, is_within
from lintian_ml.reproduce.outcome import FileOutcome, Outcome
from lintian_ml.reproduce.source import Source

SAME_BYTES = "bit-by-bit"
NOT_EQUAL = "not equal"
NOT_DECIDED = "not decided"

CLAIMED: Mapping[Reproducibility, Level] = {
    Reproducibility.BIT_BY_BIT: Level.BIT_BY_BIT,
    Reproducibility.NUMERICAL: Level.NUMERICAL,
}
"""The levels that a verdict can fall short of."""


def judge(source: Source, stanza: ModelStanza, output: Path) -> Iterator[FileOutcome]:
    """Yield an outcome for each shipped file; one that belongs to another shares its outcome."""
    paths = source.shipped(stanza)
    judged = {path: _Judge(source, stanza, output, path).outcome() for path in paths}
    wholes = {part: path for path in paths for part in source.parts(path) if part != path}
    for path, outcome in judged.items():
        whole = judged.get(wholes.get(path, path), outcome)
        apart = whole is outcome or outcome.outcome in (Outcome.MET, Outcome.TROUBLE)
        yield outcome if apart else replace(whole, path=path, reason=f"it is part of {whole.path}")


@dataclass(frozen=True, slots=True)
class _Judge:
    """One shipped file, and where the training should have written it."""

    source: Source
    stanza: ModelStanza
    output: Path
    path: str

    def outcome(self) -> FileOutcome:
        shipped, made = self.source.root / self.path, self.output / self.path
        try:
            if not is_within(self.output, self.path):
                return self._not_equal("the training did not write it as a plain file below MODEL_OUTPUT")
            before = self.source.digests[self.path]
            if not is_within(self.source.root, self.path) or digest(shipped) != before:
                return self._not_decided("the shipped file changed while the training ran")
            if all(map(self._is_same, (self.path, *self.source.parts(self.path)))):
                return FileOutcome(self.path, Outcome.MET, SAME_BYTES, f"SHA-256 {before}")
            return self._by_predicate(shipped, made)
        except OSError as error:
            return self._not_decided(f"cannot be read: {error.strerror}")

    def _is_same(self, path: str) -> bool:
        """Whether a file came out byte for byte; one that is not shipped must not come out either."""
        made = digest(self.output / path) if is_within(self.output, path) else None
        return made == self.source.digests.get(path)

    def _by_predicate(self, shipped: Path, made: Path) -> FileOutcome:
        """Judge two files that are not equal byte for byte."""
        try:
            specification = self._specification()
            comparison = compare_files(shipped, made, specification)
        except DeclarationError as error:
            return self._not_decided(f"Equality does not fit: {error}")
        except LintianMLError as error:
            return self._not_decided(str(error))
        if specification is None:
            return self._not_decided(_without_predicate(comparison))
        if comparison.verdict is Verdict.MET:
            return self._met(comparison)
        if comparison.verdict is Verdict.NOT_MET:
            return self._not_equal(f"under {_line(comparison.predicate)}: {comparison.reason}")
        return self._not_decided(comparison.reason)

    def _specification(self) -> Specification | None:
        """Return the declared predicate; byte equality where only that is claimed; None where nothing is."""
        if self.stanza.equality:
            return parse_predicate("\n".join(line.text for line in self.stanza.equality))
        claimed = self.stanza.reproducibility is Reproducibility.BIT_BY_BIT
        return parse_predicate("identical") if claimed else None

    def _met(self, comparison: Comparison) -> FileOutcome:
        """Judge files that satisfy the predicate: a level that was claimed must be reached too."""
        verdict = f"model-equal under {_line(comparison.predicate)} (not bit-for-bit)"
        stated = self.stanza.reproducibility
        claimed = CLAIMED.get(stated) if stated else None
        if stated and claimed and comparison.level.rank > claimed.rank:
            reason = f"but Reproducibility claims {stated.value}"
            return FileOutcome(self.path, Outcome.NOT_MET, verdict, reason)
        return FileOutcome(self.path, Outcome.MET, verdict, "; ".join(comparison.notes))

    def _not_equal(self, reason: str) -> FileOutcome:
        return FileOutcome(self.path, Outcome.NOT_MET, NOT_EQUAL, reason)

    def _not_decided(self, reason: str) -> FileOutcome:
        return FileOutcome(self.path, Outcome.NOT_DECIDED, NOT_DECIDED, reason)


def _line(predicate: str) -> str:
    """Return a predicate on one line."""
    return "; ".join(" ".join(line.split()) for line in predicate.splitlines())


def _without_predicate(comparison: Comparison) -> str:
    """Say that no predicate is declared, and which would hold."""
    said = "it is not bit-for-bit the same, and debian/models states no Equality for it"
    if comparison.verdict is Verdict.MET and "\n" not in comparison.predicate:
        return f"{said}; {comparison.predicate} holds"
    return f"{said}; lintian-ml compare proposes one"
