"""Under which terms packages are read: results under other terms are other results."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lintian_ml import __version__
from lintian_ml.detection import DETECTION_VERSION
from lintian_ml.profile import Profile, TagRow
from lintian_ml.registry import find_profile, profile_names


@dataclass(frozen=True, slots=True)
class Terms:
    """The profile and the versions.

    ``argument`` names the profile to the linter, wherever it runs; ``digest`` is that of what the profile
    says, so that an edited one is another.
    """

    profile: str
    argument: str
    digest: str
    tool_version: str = __version__
    detection_version: str = DETECTION_VERSION


def terms_of(argument: str) -> Terms:
    """Return the terms of a profile, by its name or the path of its file; ProfileError or UsageError if
    there is none.
    """
    profile = find_profile(argument)
    known = argument if argument in profile_names() else str(Path(argument).absolute())
    text = "\n".join(_lines(profile))
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return Terms(profile.name, known, digest)


def _lines(profile: Profile) -> Iterator[str]:
    """Yield all of a profile that results depend on."""
    yield profile.name
    for row in profile.rows:
        yield f"{row.class_.value}: {row}: {row.areas.text}"
    for one in profile.allowances:
        yield f"allowed: {' '.join(sorted(one.formats))}: {' '.join(sorted(one.packages))}"
    yield f"slack: {profile.most_slack}"
    yield from map(_tag_line, profile.tag_rows)


def _tag_line(row: TagRow) -> str:
    raised = "" if row.raised is None else " ".join(sorted(level.value for level in row.raised))
    loudness = row.visibility.value if row.visibility else ""
    return f"{' '.join(row.tags)}: {row.enable}: {raised}: {loudness}"
