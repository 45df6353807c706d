"""What a store holds, counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from debian.debian_support import Version

from lintian_ml.archive.database import Database
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.model import Nature
from lintian_ml.policy import Class

Run = Mapping[str, Any]
"""A row of ``runs``."""

MEMBERS = "packages JOIN members ON members.package = packages.id"
"""The packages that are counted: ``members`` is a table of this connection alone, filled by ``choose``."""

HELD = f"{MEMBERS} JOIN models ON models.package = packages.id AND models.held"
POSSIBLE = f"""{MEMBERS} JOIN models ON models.package = packages.id
    AND NOT models.held AND models.nature != '{Nature.NOT_A_MODEL.value}'"""
JUDGED = f"{HELD} JOIN classes ON classes.model = models.id AND classes.profile = :profile"

PROVEN = ", ".join(f"'{class_.value}'" for class_ in Class if class_.proven)

VERDICTS = f"""
    CASE WHEN class IN ({PROVEN}) AND NOT permitted THEN 0
         WHEN class = '{Class.UNDECLARED.value}' THEN 2
         WHEN permitted IS NULL THEN 1 END
"""
"""0 a proven violation: by what is known, the model may not be where it is; 1 unproven; 2 undeclared; null
where all is well.
"""


@dataclass(frozen=True, slots=True)
class Three:
    """The three numbers that are always told together. Only what is proven would become RC-buggy; the sum
    is what might, at most.
    """

    proven: int
    unproven: int
    undeclared: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A package that could not be read, and why the last try failed."""

    name: str
    version: str
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """The latest run: what was planned, and what came of it.

    ``models`` counts those held to the policy, ``possible`` the files that a person should look at. A
    package counts once in ``packages_at_stake``, by its worst model. ``size`` is the bytes of the packages,
    ``read`` those of the files that this run read; ``seconds`` is the processor time of their reading,
    whenever that was.
    """

    profile: str
    tool_version: str
    detection_version: str
    source: str
    started: str
    finished: str | None
    planned: int
    planned_size: int
    read: int
    packages: int
    size: int
    seconds: float
    failed: int
    unavailable: int
    partial: int
    with_models: int
    models: int
    possible: int
    classes: Mapping[str, int]
    formats: Mapping[str, int]
    areas: Mapping[str, int]
    models_at_stake: Three
    packages_at_stake: Three
    failures: tuple[Failure, ...]


def status_of(database: Database) -> Status:
    """Count what the latest run found; ArchiveError if there was none."""
    run = latest_run(database)
    choose(database, run)
    return _Counter(database, run).status()


def site_status(database: Database) -> tuple[Run, Status]:
    """Return the latest run and its counts, of the newest versions only, which are then the chosen ones."""
    run = latest_run(database)
    choose(database, run, newest=True)
    return run, _Counter(database, run).status()


def choose(database: Database, run: Run, *, newest: bool = False) -> None:
    """Choose the packages of a run, or of each source the newest version that it has."""
    database.change("CREATE TEMPORARY TABLE members (package BIGINT PRIMARY KEY)")
    database.change(
        "INSERT INTO members SELECT package FROM run_packages WHERE run = :run", {"run": run["id"]}
    )
    older = [{"package": package} for package in _older(database)] if newest else []
    if older:
        database.change("DELETE FROM members WHERE package = :package", *older)


def _older(database: Database) -> Iterator[int]:
    """Yield the chosen packages of which there is a newer version among them."""
    query = f"""
        SELECT packages.id, name, version FROM {MEMBERS} WHERE name IN
            (SELECT name FROM {MEMBERS} GROUP BY name HAVING count(*) > 1)
        ORDER BY packages.id
    """
    newest: dict[str, tuple[Version | None, int]] = {}
    for package, name, version in database.rows(query):
        one = _version(version), package
        if name in newest and not _is_newer(one[0], newest[name][0]):
            yield package
            continue
        if name in newest:
            yield newest[name][1]
        newest[name] = one


def _version(text: str) -> Version | None:
    """Return a version that can be compared; None for what is none, which is older than all."""
    try:
        return Version(text)
    except ValueError:
        return None


def _is_newer(one: Version | None, other: Version | None) -> bool:
    return one is not None and (other is None or one > other)


def latest_run(database: Database) -> Run:
    """Return the run that began last; ArchiveError if there was none."""
    run = next(iter(database.records("SELECT * FROM runs ORDER BY id DESC LIMIT 1")), None)
    if run is None:
        raise ArchiveError("the store holds no run; make one with lintian-ml archive scan")
    return run


class _Counter:
    """Counts what belongs to one run."""

    def __init__(self, database: Database, run: Run) -> None:
        self._database = database
        self._run = run
        self._key = {"profile": run["profile"]}

    def status(self) -> Status:
        run = self._run
        told = ("profile", "tool_version", "detection_version", "source", "started", "finished")
        counted = ("planned", "planned_size", "read")
        return Status(
            **{name: run[name] for name in (*told, *counted)},
            packages=self._number(MEMBERS),
            size=int(self._sum("packages.size")),
            seconds=self._sum("packages.seconds"),
            unavailable=self._number(f"{MEMBERS} WHERE unavailable"),
            failed=self._number(f"{MEMBERS} WHERE status = 'failed'"),
            partial=self._number(f"{MEMBERS} WHERE status = 'partial'"),
            with_models=self._number(HELD, "DISTINCT packages.id"),
            models=self._number(HELD),
            possible=self._number(POSSIBLE),
            classes=self._counts("class", JUDGED),
            formats=self._counts("coalesce(models.format, 'made by the build')", HELD),
            areas=self._counts("coalesce(area, 'unknown')", HELD),
            models_at_stake=self._three(f"SELECT {VERDICTS} AS verdict FROM {JUDGED}"),
            packages_at_stake=self._three(
                f"SELECT min({VERDICTS}) AS verdict FROM {JUDGED} GROUP BY packages.id"
            ),
            failures=tuple(self._failures()),
        )

    def _number(self, of: str, what: str = "*") -> int:
        return int(self._database.rows(f"SELECT count({what}) FROM {of}", self._key)[0][0])

    def _sum(self, what: str) -> float:
        query = f"SELECT coalesce(sum({what}), 0) FROM {MEMBERS}"
        return float(self._database.rows(query, self._key)[0][0])

    def _counts(self, by: str, of: str) -> dict[str, int]:
        query = f"SELECT {by}, count(*) FROM {of} GROUP BY 1 ORDER BY 2 DESC, 1"
        return {row[0]: row[1] for row in self._database.rows(query, self._key)}

    def _three(self, verdicts: str) -> Three:
        query = f"SELECT verdict, count(*) FROM ({verdicts}) AS judged GROUP BY verdict"
        counts = {row[0]: row[1] for row in self._database.rows(query, self._key)}
        return Three(*(counts.get(verdict, 0) for verdict in range(3)))

    def _failures(self) -> Iterator[Failure]:
        query = f"""
            SELECT name, version, reason FROM {MEMBERS}
            JOIN failures ON failures.package = packages.id
            WHERE status = 'failed' AND attempt =
                (SELECT max(attempt) FROM failures AS tries WHERE tries.package = packages.id)
            ORDER BY name, version
        """
        for row in self._database.rows(query):
            yield Failure(*row)
