"""The few files of a package whose bytes are kept in memory, within a budget."""

import io
from collections.abc import Mapping

from lintian_ml.container.source import Chained, exactly
from lintian_ml.container.unpacking import Source

MOST = 1 << 20
"""Bytes of the largest file that is kept."""

MOST_OF_A_PATCH = 16 << 20
"""Bytes of the largest patch that is kept, and so applied."""

IN_ALL = 64 << 20
"""Bytes of all files that are kept."""

CHANGELOG = "debian/changelog"
"""Kept in part when it is too large: its newest entries come first."""

NOTHING: Mapping[str, bytes] = {}
NO_REASONS: Mapping[str, str] = {}


class Keeper:
    """Kept files by path, and of those that should have been kept, why they were not."""

    def __init__(self, texts: Mapping[str, bytes] = NOTHING, refused: Mapping[str, str] = NO_REASONS) -> None:
        """Go on with what another has kept and refused."""
        self._texts = dict(texts)
        self._held = sum(map(len, texts.values()))
        self.refused = dict(refused)

    @property
    def texts(self) -> Mapping[str, bytes]:
        """The kept files."""
        return self._texts

    def take(self, path: str, size: int, source: Source) -> Source:
        """Keep what ``source`` streams if there is room; return a source that has all of it still."""
        room = self._room(path, size)
        if not room:
            return source
        data = exactly(source, room)
        self.put(path, data)
        return io.BytesIO(data) if room == size else Chained(data, source)

    def offer(self, path: str, data: bytes, *, needed: bool = True) -> None:
        """Keep ``data`` as the content of ``path`` if there is room; else note it where it is ``needed``."""
        self.take(path, len(data), io.BytesIO(data))
        if not needed:
            self.refused.pop(path, None)

    def put(self, path: str, data: bytes) -> None:
        """Keep ``data`` as the content of ``path``."""
        self.drop(path)
        self._texts[path] = data
        self._held += len(data)

    def refuse(self, path: str, reason: str) -> None:
        """Forget ``path``, and note why it is not kept."""
        self.drop(path)
        self.refused[path] = reason

    def drop(self, path: str) -> None:
        """Forget ``path``."""
        self.refused.pop(path, None)
        self._held -= len(self._texts.pop(path, b""))

    def move(self, old: str, new: str) -> None:
        """What is kept of ``old`` is kept as ``new``."""
        reason, data = self.refused.get(old), self._texts.get(old)
        self.drop(old)
        if data is not None:
            self.put(new, data)
        elif reason is not None:
            self.refuse(new, reason)

    def _room(self, path: str, size: int) -> int:
        """Return how many of the ``size`` bytes of ``path`` may be kept; 0 with the reason noted if none."""
        most = MOST_OF_A_PATCH if path.startswith("debian/patches/") else MOST
        if path == CHANGELOG:
            size = min(size, most)
        if size <= most and self._held + size <= IN_ALL:
            if not size:
                self.put(path, b"")
            return size
        self.refuse(path, _too_large(most) if size > most else _too_much())
        return 0


def _too_large(most: int) -> str:
    return f"not read for what it says: larger than {most >> 20} MiB"


def _too_much() -> str:
    return f"not read for what it says: such files come to more than {IN_ALL >> 20} MiB"
