"""Holds what the runs of a training made against what was shipped, and against each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.equality import Comparison, Level, Specification, Verdict, compare_files, parse_predicate
from lintian_ml.error import DeclarationError, LintianMLError
from lintian_ml.policy import Reproducibility
from lintian_ml.reproduce.agreement import agreement
from lintian_ml.reproduce.folders import digest, is_within
from lintian_ml.reproduce.outcome import FileOutcome, Held, Outcome, Run
from lintian_ml.reproduce.source import Source

SAME_BYTES = "bit-by-bit"
NOT_EQUAL = "not equal"
NOT_DECIDED = "not decided"

SHIPPED = 0
"""The number of the run that made what is shipped."""

CLAIMED: Mapping[Reproducibility, Level] = {
    Reproducibility.BIT_BY_BIT: Level.BIT_BY_BIT,
    Reproducibility.NUMERICAL: Level.NUMERICAL,
}
"""The levels that a verdict can fall short of."""


def judge(source: Source, stanza: ModelStanza, runs: Sequence[Run]) -> tuple[FileOutcome, ...]:
    """Return an outcome for each file that the runs should have made.

    Those are the shipped ones or, where the build makes the model, all that ``Built-Files`` covers. What
    belongs to another file, as weights to an ONNX graph, is judged with it.
    """
    paths = source.expected(stanza, (run.output for run in runs))
    parts = {part: path for path in paths for part in source.parts(path) if part != path and part in paths}
    judged = {path: _Judge(source, stanza, runs, path).outcome() for path in paths if path not in parts}
    return tuple(judged[path] if path in judged else _of_part(path, judged[parts[path]]) for path in paths)


def _of_part(path: str, whole: FileOutcome) -> FileOutcome:
    return FileOutcome(path, whole.shipped, whole.between, whole.agreement, whole.path)


@dataclass(frozen=True, slots=True)
class _Judge:
    """One file, and the runs that should have made it."""

    source: Source
    stanza: ModelStanza
    runs: Sequence[Run]
    path: str

    def outcome(self) -> FileOutcome:
        first, *later = self.runs
        shipped = Run(SHIPPED, self.source.root)
        pairs = [(shipped, run) for run in self.runs] if self.path in self.source.digests else []
        others = [(first, run) for run in later]
        against, between = (tuple(self._held(*pair) for pair in some) for some in (pairs, others))
        unequal = (
            (one.output / self.path, other.output / self.path)
            for (one, other), held in zip((*pairs, *others), (*against, *between), strict=True)
            if held.verdict != SAME_BYTES
        )
        found = agreement(tuple(unequal), self._declared())
        return FileOutcome(self.path, against, between, replace(found, reason=self._plain(found.reason)))

    def _held(self, first: Run, second: Run) -> Held:
        """Hold a run's file against that of another, or against what is shipped."""
        outcome, verdict, reason = self._compared(first, second)
        return Held(first.number, second.number, outcome, verdict, self._plain(reason))

    def _plain(self, reason: str) -> str:
        """Leave out of a reason where temporary folders lie: that differs from run to run."""
        for folder in (self.source.root, *(run.output for run in self.runs)):
            reason = reason.replace(f"{folder}/", "")
        return reason

    def _compared(self, first: Run, second: Run) -> tuple[Outcome, str, str]:
        missing = next((run for run in (first, second) if not is_within(run.output, self.path)), None)
        try:
            if missing and missing.number:
                return Outcome.NOT_MET, NOT_EQUAL, f"run {missing.number} did not write it as a plain file"
            if missing or (not first.number and digest(first.output / self.path) != self._shipped_digest):
                return _not_decided("the shipped file changed while the training ran")
            if all(_same(first, second, path) for path in (self.path, *self.source.parts(self.path))):
                return Outcome.MET, SAME_BYTES, ""
            return self._by_predicate(first.output / self.path, second.output / self.path)
        except OSError as error:
            return _not_decided(f"cannot be read: {error.strerror}")

    @property
    def _shipped_digest(self) -> str:
        return self.source.digests[self.path]

    def _by_predicate(self, first: Path, second: Path) -> tuple[Outcome, str, str]:
        """Judge two files that are not equal byte for byte."""
        try:
            specification = self._specification()
            comparison = compare_files(first, second, specification)
        except DeclarationError as error:
            return _not_decided(f"Equality does not fit: {error}")
        except LintianMLError as error:
            return _not_decided(str(error))
        if specification is None and comparison.verdict is not Verdict.NOT_MET:
            return _not_decided("debian/models states no Equality for it")
        if comparison.verdict is Verdict.MET:
            return self._met(comparison)
        if comparison.verdict is Verdict.NOT_MET:
            under = f"under {_line(comparison.predicate)}: " if specification else ""
            return Outcome.NOT_MET, NOT_EQUAL, f"{under}{comparison.reason}"
        return _not_decided(comparison.reason)

    def _declared(self) -> Specification | None:
        """Return what is declared; None where that is nothing, or cannot be understood."""
        try:
            return self._specification()
        except DeclarationError:
            return None

    def _specification(self) -> Specification | None:
        """Return the declared predicate; byte equality where only that is claimed; None where nothing is."""
        if self.stanza.equality:
            return parse_predicate("\n".join(line.text for line in self.stanza.equality))
        claimed = self.stanza.reproducibility is Reproducibility.BIT_BY_BIT
        return parse_predicate("identical") if claimed else None

    def _met(self, comparison: Comparison) -> tuple[Outcome, str, str]:
        """Judge files that satisfy the predicate: a level that was claimed must be reached too."""
        verdict = f"model-equal under {_line(comparison.predicate)} (not bit-for-bit)"
        stated = self.stanza.reproducibility
        claimed = CLAIMED.get(stated) if stated else None
        if stated and claimed and comparison.level.rank > claimed.rank:
            return Outcome.NOT_MET, verdict, f"but Reproducibility claims {stated.value}"
        return Outcome.MET, verdict, ""


def _same(first: Run, second: Run, path: str) -> bool:
    """Whether a file came out byte for byte; one that is not on one side must not be on the other either."""
    one, other = (digest(run.output / path) if is_within(run.output, path) else "" for run in (first, second))
    return one == other


def _not_decided(reason: str) -> tuple[Outcome, str, str]:
    return Outcome.NOT_DECIDED, NOT_DECIDED, reason


def _line(predicate: str) -> str:
    """Return a predicate on one line."""
    return "; ".join(" ".join(line.split()) for line in predicate.splitlines())


def missing(source: Source, stanza: ModelStanza, run: Run) -> Iterator[str]:
    """Yield the declared files that a run did not make as plain files."""
    if shipped := source.shipped(stanza):
        yield from (path for path in shipped if not is_within(run.output, path))
        return
    made = source.made(stanza, run.output)
    yield from (glob.text for glob in stanza.built_files if not any(map(glob.matches, made)))
