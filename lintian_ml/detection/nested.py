"""Examines files, and looks for downloads of models in those that are packed in archives too.

A wheel, a jar or a tarball in a tarball holds programs that are in no tree: nobody else sees them.
"""

import io
from collections.abc import Mapping

from lintian_ml.container.limits import Limits
from lintian_ml.container.source import exactly
from lintian_ml.detection import examine
from lintian_ml.detection.clues import Clues
from lintian_ml.detection.hooks import Hook
from lintian_ml.detection.spool import Reader


class Examiner(examine.Examiner):
    """An examiner that keeps the downloads in packed files, by the paths of those."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._clues = Clues()

    @property
    def hooks(self) -> Mapping[str, tuple[Hook, ...]]:
        """The downloads of models in packed files, by the names under which these were examined."""
        return self._clues.hooks

    def examine(self, path: str, size: int, reader: Reader, depth: int = 0) -> None:
        """Look at the file ``path``; at a packed one for downloads too."""
        if depth and Clues.may_be_in(path, size):
            data = exactly(reader, size)
            self._clues.look(path, path, data)
            reader = io.BytesIO(data)
        super().examine(path, size, reader, depth)
