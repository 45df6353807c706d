"""Finds out, member by member, whether a tarball has one top folder, which ``dpkg-source`` takes away."""

from collections.abc import Sequence
from dataclasses import dataclass

from lintian_ml.container.tar import Kind


@dataclass(frozen=True, slots=True)
class Rebase:
    """A correction of the paths so far: those that begin with ``wrong`` begin with ``right`` instead."""

    wrong: str
    right: str


class Top:
    """The guess about the top folder: it is the first one seen, until something lies beside it.

    ``prefix`` is what is taken away from paths now: a folder's name and a slash, or nothing. A first folder
    of the name ``debian`` is taken for a part of the tree until the end shows that it was alone.
    """

    def __init__(self, *, strip: bool, prefix: str = "") -> None:
        self.prefix = prefix
        self._strip = strip
        self._first = ""
        self._alone = True

    def meet(self, parts: Sequence[str], kind: Kind) -> Rebase | None:
        """Take note of a member's path; return what that changes."""
        is_folder = len(parts) > 1 or kind is Kind.DIRECTORY
        if not self._strip or not self._alone:
            return None
        if not self._first:
            self._first = parts[0]
            self._alone = is_folder
            self.prefix = f"{parts[0]}/" if is_folder and parts[0] != "debian" else ""
            return None
        if parts[0] == self._first:
            return None
        self._alone = False
        prefix, self.prefix = self.prefix, ""
        return Rebase("", prefix) if prefix else None

    def settle(self) -> Rebase | None:
        """Return what the end of the tarball changes."""
        if not self._strip or not self._alone or self.prefix or not self._first:
            return None
        self.prefix = f"{self._first}/"
        return Rebase(self.prefix, "")

    def path(self, parts: Sequence[str]) -> str:
        """Return the path without the top folder; empty for that folder itself."""
        return "/".join(parts[1:] if self.prefix else parts)
