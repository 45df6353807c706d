"""Compares all models of two folders, packages or builds, each with its counterpart on the other side."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from lintian_ml.declaration import Declaration, ModelStanza, parse_declaration
from lintian_ml.equality import Comparison, Specification, Verdict, compare_files
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.error import LintianMLError, UsageError
from lintian_ml.package import DECLARATION, PackageType, read_packages
from lintian_ml.verification.asked import predicate_of
from lintian_ml.verification.keeping import Files
from lintian_ml.verification.sides import Held, Side, open_side
from lintian_ml.verification.verdicts import compiled, is_bytewise, one_line

REPRODUCIBLE = "reproducible (bit for bit)"


@dataclass(frozen=True, slots=True)
class Paired:
    """What came of one model; ``trouble`` says why it could not be compared at all.

    ``package`` is the binary package that installs it, if one does; ``declared`` the name of the stanza that
    the predicate comes from, ``copy_of`` the path in the source of a file that the build only copied.
    ``places`` are where its two files lie while it is told of.
    """

    path: str
    comparison: Comparison | None = None
    trouble: str = ""
    package: str = ""
    declared: str = ""
    copy_of: str = ""
    places: tuple[Path, Path] | None = None

    @property
    def word(self) -> str:
        """What a rebuilder calls it."""
        if self.comparison is None:
            return "trouble"
        if is_bytewise(self.comparison):
            return f"{REPRODUCIBLE}, a copy of {self.copy_of}" if self.copy_of else REPRODUCIBLE
        if self.comparison.verdict is Verdict.MET:
            return f"model-equal under {one_line(self.comparison.predicate)} (not bit-for-bit)"
        return "not equal" if self.comparison.verdict is Verdict.NOT_MET else "not decided"


def compare_all(
    first: Path,
    second: Path,
    predicate: str | Specification | None = None,
    manner: Manner = PLAIN,
    source: Path | None = None,
) -> Iterator[Paired]:
    """Yield what comes of each model, in the order of their paths; nothing where there is none at all.

    Without a ``predicate`` each model is held to the one that its source declares: ``source``, or the one
    among the packages; where nothing is declared, to the tightest that is found to hold. UsageError or
    PackageError where a folder or package cannot be read.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        declaration = read_declaration(source) if source else None
        left = open_side(first, folder / "first", declaration)
        right = open_side(second, folder / "second", declaration or left.declaration)
        yield from _Sides(left, right, declaration, predicate, manner).paired()


def read_declaration(path: Path) -> Declaration:
    """Read what a source package declares; UsageError where it declares nothing."""
    with tempfile.TemporaryDirectory() as folder:
        eye = Files(Path(folder), lambda path: False)
        for package in read_packages(path, lambda: eye):
            if package.type is PackageType.SOURCE and DECLARATION in package.texts:
                return parse_declaration(package.texts[DECLARATION])
    raise UsageError(f"{path}: has no {DECLARATION}")


class _Sides:
    """Two sides, and what is asked of their models."""

    def __init__(
        self,
        left: Side,
        right: Side,
        declaration: Declaration | None,
        predicate: str | Specification | None,
        manner: Manner,
    ) -> None:
        self._left = left
        self._right = right
        self._declaration = declaration or left.declaration or right.declaration
        self._predicate = predicate
        self._manner = manner
        self._sources = {**left.shipped, **right.shipped}

    def paired(self) -> Iterator[Paired]:
        """Yield each model: first what was not looked into, then all others by path."""
        held = {(one.package, one.path) for one in (*self._left.held, *self._right.held)}
        unseen = {**self._right.unseen, **self._left.unseen}
        for key in sorted(unseen.keys() - held):
            comparison = Comparison(Verdict.NOT_DECIDED, "", reason=f"not looked into: {unseen[key]}")
            yield Paired(self._shown(*key), comparison, package=key[0])
        pairs = matched(self._outputs(self._left), self._outputs(self._right), self._places)
        for one, other in sorted(pairs, key=_order):
            yield self._compared(one, other)

    def _outputs(self, side: Side) -> list[Held]:
        """Return what a side holds, without the models of the source where both are builds of the same."""
        if not all(any(one.type is PackageType.BINARY for one in each.packages) for each in self._both):
            return list(side.held)
        inputs = self._left.shipped.keys() & self._right.shipped.keys()
        return [one for one in side.held if one.package or one.sha256 not in inputs]

    @property
    def _both(self) -> tuple[Side, Side]:
        return self._left, self._right

    def _places(self, held: Held) -> str:
        """Return what stands for the place of a file in any build: the glob by which it is declared."""
        for stanza in self._declaration.models if self._declaration else ():
            for placed in (*stanza.installed_files, *stanza.compiled_into):
                if placed.package == held.package and placed.path.matches(held.path):
                    return f"{placed.package}: {placed.path.text}"
        return ""

    def _shown(self, package: str, path: str) -> str:
        """Return the path of a file, with its package where there are several."""
        several = max(len(side.packages) for side in self._both) > 1
        return f"{package}//{path}" if several and package else path

    def _compared(self, one: Held | None, other: Held | None) -> Paired:
        there = one or other
        assert there
        shown = self._shown(there.package, there.path)
        if one is None or other is None:
            which = "second" if one is None else "first"
            comparison = Comparison(Verdict.NOT_MET, "", reason=f"only the {which} side has it")
            return Paired(shown, comparison, package=there.package)
        stanza = stanza_of(one, self._declaration, self._sources)
        copy = self._sources.get(one.sha256, "") if one.package else ""
        named = stanza.name if stanza and self._predicate is None else ""
        paired = Paired(shown, None, "", one.package, named, copy, (one.place, other.place))
        try:
            return replace(paired, comparison=self._comparison(one, other, stanza))
        except LintianMLError as error:
            return Paired(shown, trouble=str(error), package=one.package)

    def _comparison(self, one: Held, other: Held, stanza: ModelStanza | None) -> Comparison:
        """Compare two files by what is asked for, or else declared."""
        asked = self._predicate
        if asked is None and stanza:
            asked = predicate_of(stanza)
        if not one.format or not other.format:
            return compiled(one.place, other.place, self._manner)
        return compare_files(one.place, other.place, asked, self._manner)


def stanza_of(held: Held, declaration: Declaration | None, sources: Mapping[str, str]) -> ModelStanza | None:
    """Return what is declared of a file: by where it is installed, by the file of the source that it is a
    copy of, or by its path there.
    """
    if declaration is None:
        return None
    for stanza in declaration.models:
        for placed in (*stanza.installed_files, *stanza.compiled_into):
            if placed.package == held.package and placed.path.matches(held.path):
                return stanza
    path = sources.get(held.sha256, "") if held.package else held.path
    found = declaration.stanza_for(path) if path else None
    return found if isinstance(found, ModelStanza) else None


def matched(
    left: Sequence[Held], right: Sequence[Held], place: Callable[[Held], str]
) -> Iterator[tuple[Held | None, Held | None]]:
    """Yield each file beside its counterpart: at the same path of the same package, else the only one at the
    same declared place, else the only one at the same path; then those that have none.
    """
    keys: Iterable[Callable[[Held], str]] = (
        lambda one: f"{one.package}\0{one.path}",
        place,
        lambda one: one.path,
    )
    for key in keys:
        firsts, seconds = _unique(left, key), _unique(right, key)
        pairs = [(firsts[name], seconds[name]) for name in firsts.keys() & seconds.keys()]
        yield from pairs
        taken = {id(one) for pair in pairs for one in pair}
        left, right = ([one for one in side if id(one) not in taken] for side in (left, right))
    yield from ((one, None) for one in left)
    yield from ((None, one) for one in right)


def _unique(held: Iterable[Held], key: Callable[[Held], str]) -> dict[str, Held]:
    """Return the files by a key that only one of them has."""
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(key(one), []).append(one)
    return {name: several[0] for name, several in found.items() if name and len(several) == 1}


def _order(pair: tuple[Held | None, Held | None]) -> tuple[str, str]:
    one = pair[0] or pair[1]
    assert one
    return one.package, one.path
