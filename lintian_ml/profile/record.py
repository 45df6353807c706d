"""A profile as data: its rows, what it lets pass, and how loudly each tag speaks."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from lintian_ml.hint import Visibility
from lintian_ml.policy import Allowance, Row

MOST_SLACK = 1 << 20
"""Bytes that a predicate may leave open where no profile says how many."""


@dataclass(frozen=True, slots=True)
class TagRow:
    """Which tags a row speaks of, and what becomes of them.

    ``tags`` are names or globs; ``raised`` the visibilities that a tag must have so far for the row to bind
    it (None: any). ``enable`` and ``visibility`` are None where the row leaves them as they are.
    """

    tags: tuple[str, ...]
    enable: bool | None = None
    raised: frozenset[Visibility] | None = None
    visibility: Visibility | None = None
    line: int = 0

    def names(self, tag: str) -> bool:
        """Whether ``tag`` is one of its tags."""
        return any(fnmatchcase(tag, pattern) for pattern in self.tags)


@dataclass(frozen=True, slots=True)
class Profile:
    """One reading of the policy; ``rows`` and ``tag_rows`` hold those of the profile that it extends, too.

    ``most_slack`` is how many bytes an equality predicate may leave open before that is remarked on.
    """

    name: str
    title: str
    source: str
    status: str
    extends: str
    rows: tuple[Row, ...]
    tag_rows: tuple[TagRow, ...]
    allowances: tuple[Allowance, ...] = ()
    most_slack: int = MOST_SLACK

    def allowance(self, format_: str, package: str) -> str:
        """Return why the reading takes no model of that format for one; empty where it does."""
        found = (one for one in self.allowances if one.covers(format_, package))
        return next((one.because or "allowlisted" for one in found), "")

    def visibility(self, tag: str, default: Visibility) -> Visibility | None:
        """Return how loudly ``tag``, whose own file says ``default``, speaks; None if it is not enabled."""
        enabled, visibility = False, default
        for row in self.tag_rows:
            if not row.names(tag):
                continue
            enabled = enabled if row.enable is None else row.enable
            if row.visibility and (row.raised is None or visibility in row.raised):
                visibility = row.visibility
        return visibility if enabled else None

    @property
    def named_tags(self) -> frozenset[str]:
        """The tags that its rows name outright, without a wildcard: each must exist."""
        names = (name for row in self.tag_rows for name in row.tags)
        return frozenset(name for name in names if not set("*?[") & set(name))
