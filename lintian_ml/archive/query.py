"""Finds models in a store by filters in words: ``class=toxic-candy area=main maintainer~science``.

A filter is a field, an operator and a value: ``=`` is, ``!=`` is not, ``~`` contains, whatever the case.
Several values stand with ``|`` between them, any of which will do. Fields are those below, ``tag``, and
every fact by its name; ``profile`` says whose classes are meant.
"""

import re
import shlex
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lintian_ml.archive.database import Database
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.status import latest_run
from lintian_ml.error import UsageError
from lintian_ml.policy import KINDS

FIELDS: Mapping[str, str] = {
    "package": "packages.name",
    "version": "packages.version",
    "area": "packages.area",
    "suite": "packages.suite",
    "maintainer": "packages.maintainer",
    "uploader": "packages.uploaders",
    "status": "packages.status",
    "path": "models.path",
    "format": "models.format",
    "certainty": "models.certainty",
    "sha256": "models.sha256",
    "held": "CASE WHEN models.held THEN 'yes' ELSE 'no' END",
    "class": "classes.class",
    "assurance": "classes.assurance",
    "permitted": "CASE WHEN classes.permitted THEN 'yes' WHEN NOT classes.permitted THEN 'no' END",
}
"""What can be asked for, and where it stands; of what is null, ``unknown`` holds."""

TAG, PROFILE = "tag", "profile"

_FILTER = re.compile(r"(?P<field>[a-z0-9-]+)(?P<operator>!=|=|~)(?P<value>.+)", re.DOTALL)

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""What ``lower`` does in SQL, where texts are in the order of their bytes."""

_WILD = re.compile(r"[%_!]")
"""Characters that mean something in a pattern of LIKE, and the one that takes the meaning away."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; any of ``values`` will do, or with ``!=`` none."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A model that was found by a query, or a package without one, of which the model's fields are None."""

    package: str
    version: str
    area: str | None
    maintainer: str | None
    path: str | None
    format: str | None
    class_: str | None
    assurance: str | None
    permitted: bool | None
    parameters: int | None
    sha256: str | None


def filters(words: Iterable[str]) -> tuple[Filter, ...]:
    """Return the filters that ``words`` hold, several in one word too; UsageError for what is none."""
    return tuple(_filter(one) for word in words for one in _split(word))


def query(database: Database, wanted: Sequence[Filter]) -> Iterator[Found]:
    """Yield what the latest run found that passes all filters, by package and path.

    Files that may or may not be models are left out, unless ``held``, ``status`` or ``tag`` is asked for.
    """
    run = latest_run(database)
    profile = next((one.values[0] for one in wanted if one.field == PROFILE), run["profile"])
    _check_profile(database, profile)
    conditions = [_condition(one, number) for number, one in enumerate(wanted) if one.field != PROFILE]
    if not {"held", "status", TAG} & {one.field for one in wanted}:
        conditions.append("models.held")
    values: dict[str, object] = {"run": run["id"], "profile": profile}
    for number, one in enumerate(wanted):
        values |= {f"v{number}_{place}": value for place, value in enumerate(_compared(one))}
        values[f"n{number}"] = one.field
    for row in database.records(_statement(conditions), values):
        permitted = row.pop("permitted")
        yield Found(**row, permitted=None if permitted is None else bool(permitted))


def _statement(conditions: Iterable[str]) -> str:
    return f"""
        SELECT packages.name AS package, version, area, maintainer, path, format, class AS class_, assurance,
            permitted, parameters, models.sha256 AS sha256
        FROM packages JOIN run_packages ON run_packages.package = packages.id AND run_packages.run = :run
        LEFT JOIN models ON models.package = packages.id
        LEFT JOIN classes ON classes.model = models.id AND classes.profile = :profile
        WHERE {" AND ".join(conditions) or "true"}
        ORDER BY packages.name, version, path
    """


def _split(word: str) -> list[str]:
    try:
        return shlex.split(word)
    except ValueError as error:
        raise UsageError(f"{word}: {error}") from error


def _filter(text: str) -> Filter:
    found = _FILTER.fullmatch(text)
    if not found:
        raise UsageError(f"{text} is no filter; write FIELD=VALUE, FIELD!=VALUE or FIELD~VALUE")
    field = found["field"]
    if field not in FIELDS and field not in KINDS and field not in (TAG, PROFILE):
        known = ", ".join((*FIELDS, TAG, PROFILE, *KINDS))
        raise UsageError(f"there is no field {field}; there are {known}")
    if field == PROFILE and (found["operator"] != "=" or "|" in found["value"]):
        raise UsageError("profile takes = and one name")
    return Filter(field, found["operator"], tuple(found["value"].split("|")))


def _condition(wanted: Filter, number: int) -> str:
    """Return the condition in SQL; all that a user gave is bound to names, never part of it."""
    if wanted.field == TAG:
        inner = _comparison("hints.tag", wanted, number)
        of = "hints WHERE hints.package = packages.id AND NOT hints.overridden"
        return f"{_not(wanted)}EXISTS (SELECT 1 FROM {of} AND {inner})"
    if wanted.field in KINDS and wanted.field not in FIELDS:
        inner = _comparison("facts.value", wanted, number)
        of = f"facts WHERE facts.model = models.id AND facts.name = :n{number}"
        return f"{_not(wanted)}EXISTS (SELECT 1 FROM {of} AND {inner})"
    return _not(wanted) + _comparison(f"coalesce({FIELDS[wanted.field]}, 'unknown')", wanted, number)


def _not(wanted: Filter) -> str:
    return "NOT " if wanted.operator == "!=" else ""


def _compared(wanted: Filter) -> Sequence[str]:
    """Return what columns are compared with: values, or what texts that contain them are like."""
    if wanted.operator != "~":
        return wanted.values
    return ["%" + _WILD.sub(r"!\g<0>", value.translate(_LOWER)) + "%" for value in wanted.values]


def _comparison(what: str, wanted: Filter, number: int) -> str:
    """Return that ``what`` is, or contains, one of the values."""
    names = [f":v{number}_{place}" for place in range(len(wanted.values))]
    if wanted.operator == "~":
        alike = (f"lower({what}) LIKE {name} ESCAPE '!'" for name in names)
        return f"({' OR '.join(alike)})"
    return f"({what} IN ({', '.join(names)}))"


def _check_profile(database: Database, profile: str) -> None:
    known = [row[0] for row in database.rows("SELECT DISTINCT profile FROM classes ORDER BY 1")]
    if known and profile not in known:
        raise ArchiveError(f"the store has no classes by {profile}, only by {', '.join(known)}")
