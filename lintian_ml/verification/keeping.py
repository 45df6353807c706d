"""Keeps copies of a package's files on disk while it is read: models, and files that are asked for."""

from collections.abc import Callable, Container, Mapping
from pathlib import Path
from types import MappingProxyType

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner, FoundModel, Hook
from lintian_ml.detection.spool import Reader
from lintian_ml.recognition import Candidate

CHUNK = 1 << 20

Wants = Callable[[str], bool]
"""Whether the file at a path is asked for."""


def nothing(path: str) -> bool:
    """Ask for no file."""
    del path
    return False


class Files:
    """An eye that only copies the files that are asked for, by the paths at which they are shown to it."""

    models: tuple[FoundModel, ...] = ()
    not_examined = ()
    hooks: Mapping[str, tuple[Hook, ...]] = MappingProxyType({})

    def __init__(self, folder: Path, wants: Wants) -> None:
        self.copies: dict[str, Path] = {}
        self._folder = folder
        self._wants = wants

    def examine(self, path: str, size: int, reader: Reader) -> None:
        """Copy the file if it is asked for, and small enough for a temporary copy."""
        if self._wants(path) and size <= Limits().spool:
            self.copies[path] = copied(reader, self._folder / f"file-{len(self.copies)}")

    def at(self, path: str) -> Path | None:
        """Return the copy of the file at a path of the package, whatever folder its tarball adds."""
        if path in self.copies:
            return self.copies[path]
        below = (name for name in self.copies if name.endswith(f"/{path}"))
        nearest = min(below, key=lambda name: name.count("/"), default=None)
        return None if nearest is None else self.copies[nearest]


class Keeper(Examiner):
    """Examines files, and keeps a copy of each model under its digest, and of the files asked for.

    ``digests`` narrows the models that are kept; None stands for all.
    """

    def __init__(self, folder: Path, wants: Wants = nothing, digests: Container[str] | None = None) -> None:
        super().__init__(Limits())
        folder.mkdir()
        self.copies: dict[str, Path] = {}
        self.files = Files(folder, wants)
        self._folder = folder
        self._wants = wants
        self._digests = digests

    def examine(self, path: str, size: int, reader: Reader, depth: int = 0) -> None:
        """Look at the file; of one that is asked for, at its copy."""
        if depth or not self._wants(path):
            super().examine(path, size, reader, depth)
            return
        self.files.examine(path, size, reader)
        if path in self.files.copies:
            with self.files.copies[path].open("rb") as again:
                super().examine(path, size, again, depth)

    def _identify(
        self, path: str, blob: Blob, digest: str, candidates: list[Candidate], *, embedded: bool = False
    ) -> bool:
        found = super()._identify(path, blob, digest, candidates, embedded=embedded)
        if found and digest not in self.copies and (self._digests is None or digest in self._digests):
            self.copies[digest] = self._folder / digest
            with self.copies[digest].open("wb") as file:
                file.writelines(blob.blocks())
        return found


def copied(reader: Reader, place: Path) -> Path:
    """Copy what a stream holds to a new file."""
    with place.open("xb") as file:
        while data := reader.read(CHUNK):
            file.write(data)
    return place
