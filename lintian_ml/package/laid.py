"""What upstream's tarballs lay out, remembered so that another Debian revision is read without them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lintian_ml.detection import Card, FoundModel, Hook, LfsPointer, NotExamined
from lintian_ml.package.assembly import Assembly
from lintian_ml.package.contents import Eye, File, Tarball
from lintian_ml.package.keep import Keeper
from lintian_ml.package.naming import Naming
from lintian_ml.package.top import Top


@dataclass(frozen=True, slots=True)
class Laid:
    """An assembly after some tarballs, as plain data.

    ``files`` and ``texts`` are the tree and what is kept of it, ``refused`` why the rest is not. ``given``
    and ``named`` are the exceptions among the names under which files were examined, ``tops`` the folder that
    each tarball was laid over and the prefix that was taken away, ``origins`` what a path was in its tarball
    where that does not follow. ``unpacked`` is bytes.
    """

    tarballs: tuple[Tarball, ...]
    quilt: bool
    unpacked: int
    files: Mapping[str, File]
    texts: Mapping[str, bytes]
    refused: Mapping[str, str]
    models: tuple[FoundModel, ...]
    not_examined: tuple[NotExamined, ...]
    notes: tuple[NotExamined, ...]
    hooks: Mapping[str, tuple[Hook, ...]]
    pointers: Mapping[str, LfsPointer]
    cards: Mapping[str, Card]
    given: Mapping[str, str]
    named: Mapping[str, str]
    tops: Mapping[str, tuple[str, ...]]
    origins: Mapping[str, str]


class Memory(Protocol):
    """Keeps what upstream's tarballs of one package lay out."""

    def recall(self) -> Laid | None:
        """Return what was kept of this package's upstream tarballs; None where nothing was."""

    def keep(self, laid: Laid) -> None:
        """Keep what they lay out."""


class Resumable(Assembly):
    """An assembly that can be written down, and taken up by another."""

    def __init__(self, eye: Eye) -> None:
        super().__init__(eye)
        self._found_before: tuple[FoundModel, ...] = ()
        self._unseen_before: tuple[NotExamined, ...] = ()

    def laid(self, tarballs: tuple[Tarball, ...], *, quilt: bool, unpacked: int) -> Laid:
        """Return all that these tarballs have laid out so far."""
        given, named = self._naming.exceptions
        return Laid(
            tarballs=tarballs,
            quilt=quilt,
            unpacked=unpacked,
            files=dict(self.files),
            texts=dict(self.keeper.texts),
            refused=dict(self.keeper.refused),
            models=tuple(self._found()),
            not_examined=tuple(self._unseen()),
            notes=tuple(self._notes),
            hooks={**self._clues.hooks, **self._eye.hooks},
            pointers=dict(self._clues.pointers),
            cards=dict(self._clues.cards),
            given=given,
            named=named,
            tops={name: (folder, top.prefix) for name, (folder, top) in self._prefixes.items()},
            origins=dict(self._origins),
        )

    def go_on(self, laid: Laid) -> None:
        """Take up what another assembly had laid out; this one must be empty."""
        self._found_before, self._unseen_before = laid.models, laid.not_examined
        self.files.update(laid.files)
        self.keeper = Keeper(laid.texts, laid.refused)
        self._notes.extend(laid.notes)
        self._clues.hooks.update(laid.hooks)
        self._clues.pointers.update(laid.pointers)
        self._clues.cards.update(laid.cards)
        self._naming = Naming(laid.given, laid.named)
        for name, (folder, prefix) in laid.tops.items():
            self._prefixes[name] = folder, Top(strip=False, prefix=prefix)
        self._origins.update(laid.origins)

    def _found(self) -> Iterable[FoundModel]:
        return (*self._found_before, *self._eye.models)

    def _unseen(self) -> Iterable[NotExamined]:
        return (*self._unseen_before, *self._eye.not_examined)
