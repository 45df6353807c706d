"""What other files tell of models: where a package fetches them or points to them, and cards beside them."""

from lintian_ml.detection.cards import Card, card, may_be_card
from lintian_ml.detection.hooks import Hook, hooks, may_hook
from lintian_ml.detection.pointers import LONGEST, LfsPointer, pointer

MOST = 10_000
"""Files that fetch models, pointers, and cards, that are told of one package."""


class Clues:
    """Gathers clues from the files that are shown to it; each has the name under which it was shown."""

    def __init__(self) -> None:
        self.hooks: dict[str, tuple[Hook, ...]] = {}
        self.pointers: dict[str, LfsPointer] = {}
        self.cards: dict[str, Card] = {}

    @staticmethod
    def may_be_in(path: str, size: int) -> bool:
        """Whether a file can hold a clue, by its path and its size in bytes."""
        return size <= LONGEST or may_hook(path, size) or may_be_card(path, size)

    def look(self, path: str, name: str, data: bytes) -> bool:
        """Look at the file ``path``, and keep what is found as that of ``name``; whether it fetches a
        model.
        """
        if points := pointer(name, data):
            if len(self.pointers) < MOST:
                self.pointers[name] = points
            return False
        if said := card(path, data):
            if len(self.cards) < MOST:
                self.cards[name] = said
            return False
        found = hooks(path, data) if len(self.hooks) < MOST else ()
        if found:
            self.hooks[name] = found
        return bool(found)
