"""Packages as the site shows them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from lintian_ml.archive.database import Database
from lintian_ml.archive.status import MEMBERS, VERDICTS

Plain = Mapping[str, Any]

_MODELS = f"""
    SELECT models.*, classes.class, classes.assurance, {VERDICTS} AS verdict FROM models
    LEFT JOIN classes ON classes.model = models.id AND classes.profile = :profile
    WHERE package = :package ORDER BY path
"""
_PARTS = {
    "models": _MODELS,
    "hints": "SELECT * FROM hints WHERE package = :package ORDER BY id",
    "not_examined": "SELECT * FROM not_examined WHERE package = :package ORDER BY id",
    "elsewhere": "SELECT * FROM elsewhere WHERE package = :package ORDER BY id",
}


_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]{0,198}")


def page_name(package: str) -> str:
    """Return the name of the page of a package: its own; empty for what is no name of a Debian package."""
    return package if _NAME.fullmatch(package) else ""


@dataclass(frozen=True, slots=True)
class ShownPackage:
    """A package with all that hangs on it, as rows of the store; ``failures`` are the reasons."""

    package: Plain
    models: Sequence[Plain]
    hints: Sequence[Plain]
    not_examined: Sequence[Plain]
    elsewhere: Sequence[Plain]
    failures: Sequence[str]

    @property
    def speaks(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.models or self.hints or self.not_examined or self.elsewhere or self.failures)

    @property
    def worst(self) -> str:
        """The class of its worst model that is held to the policy; empty if there is none."""
        held = [model for model in self.models if model["held"] and model["class"]]
        ranked = min(
            held, key=lambda model: 3 if model["verdict"] is None else model["verdict"], default=None
        )
        return str(ranked["class"]) if ranked else ""

    def tags(self) -> Mapping[str, int]:
        """Return its tags, with the number of hints that no override silences."""
        return Counter(str(hint["tag"]) for hint in self.hints if not hint["overridden"])

    def values(self) -> dict[str, Any]:
        """Return what a template shows."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def shown_packages(database: Database, profile: str) -> Iterator[ShownPackage]:
    """Yield the chosen packages, by name."""
    for package in database.records(f"SELECT packages.* FROM {MEMBERS} ORDER BY name, version"):
        key = {"package": package["id"], "profile": profile}
        parts = {name: database.records(query, key) for name, query in _PARTS.items()}
        query = "SELECT reason FROM failures WHERE package = :package ORDER BY attempt"
        failures = [reason for (reason,) in database.rows(query, key)]
        yield ShownPackage(package, **parts, failures=failures)
