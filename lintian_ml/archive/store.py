"""What is kept of scans, and how a scan that was broken off finds its place again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from lintian_ml.archive import rows
from lintian_ml.archive.database import Database
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.inventory import VERSION
from lintian_ml.archive.job import Answer, Rows
from lintian_ml.archive.opening import Place, opened_for_writing
from lintian_ml.archive.plan import Entry
from lintian_ml.archive.statements import insertion, matching
from lintian_ml.archive.terms import Terms

LONGEST_NAME = 255
"""Characters of the name of a package that are kept: no file of a pool has a longer one."""


class Again(Enum):
    """Which packages a run reads although their result is stored."""

    NONE = "none"
    FAILED = "failed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the packages of a run come from, and how they were chosen: what makes it the same run."""

    name: str
    all_versions: bool = False
    again: Again = Again.NONE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one package: the last answer, and why each try before it failed."""

    entry: Entry
    answer: Answer
    before: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether nothing is known of the package but why."""
        return self.answer.rows is None

    @property
    def failures(self) -> tuple[str, ...]:
        """Why each try failed that did, in their order."""
        return (*self.before, self.answer.trouble) if self.failed else self.before


class Store:
    """The one writer of a store, and the run that it writes for."""

    def __init__(self, database: Database, terms: Terms) -> None:
        self._database = database
        self._terms = terms
        self._run = 0
        self._key = {
            "profile_digest": terms.digest,
            "tool_version": terms.tool_version,
            "detection_version": terms.detection_version,
        }

    def begin(self, source: Source, entries: Sequence[Entry]) -> frozenset[str]:
        """Begin a run over ``entries``, or take up the one that was broken off.

        Return the digests of those .dsc whose result the run has already.
        """
        asked = {
            "source": rows.clean(source.name),
            "all_versions": source.all_versions,
            "again": source.again.value,
            **self._key,
        }
        with self._database.transaction():
            self._run = self._find_unfinished(asked) or self._insert_one(
                "runs", asked | {"profile": self._terms.profile, "planned": 0, "started": _now()}
            )
            done = self._known(source.again) | self._members()
            change = "UPDATE runs SET planned = :planned, planned_size = :size WHERE id = :run"
            sizes = {"planned": len(entries), "size": sum(entry.size for entry in entries)}
            self._database.change(change, {**sizes, "run": self._run})
            self._database.change("DELETE FROM run_packages WHERE run = :run", {"run": self._run})
            return self._adopt(entries, done)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Store what came of packages, each in a transaction of its own; all are on the disk when this
        returns. The disk is waited for once.
        """
        for number, outcome in enumerate(outcomes, 1):
            with self._database.transaction(durable=number == len(outcomes)):
                self._record(outcome)

    def inventory(self, entry: Entry) -> bytes | None:
        """Return what was found in a package before, by the same detection; None where that is not known."""
        query = "SELECT data FROM inventories WHERE dsc_sha256 = :key AND version = :version"
        return self._datum(query, entry.sha256)

    def layer(self, entry: Entry) -> bytes | None:
        """Return what upstream's tarballs of a package lay out; None where that is not known."""
        query = "SELECT data FROM layers WHERE upstream = :key AND version = :version"
        return self._datum(query, entry.upstream) if entry.upstream else None

    def finish(self) -> None:
        """Mark the run as complete."""
        with self._database.transaction():
            change = "UPDATE runs SET finished = :now WHERE id = :run"
            self._database.change(change, {"now": _now(), "run": self._run})

    def _datum(self, query: str, key: str) -> bytes | None:
        found = self._database.rows(query, {"key": key, "version": VERSION})
        return found[0][0] if found else None

    def _record(self, outcome: Outcome) -> None:
        answer, entry = outcome.answer, outcome.entry
        if answer.rows and answer.rows["tool_version"] != self._terms.tool_version:
            raise ArchiveError(
                "lintian-ml was replaced while it scanned; scan again to go on with the new one"
            )
        package = self._place(outcome)
        member = "INSERT INTO run_packages (run, package) VALUES (:run, :package) ON CONFLICT DO NOTHING"
        self._database.change(member, {"run": self._run, "package": package})
        reasons = enumerate(map(rows.clean, outcome.failures), 1)
        self._insert("failures", [{"attempt": number, "reason": why} for number, why in reasons], package)
        if answer.rows:
            self._fill(package, answer.rows)
        if answer.inventory:
            self._keep("inventories", "dsc_sha256", entry.sha256, answer.inventory)
        if answer.layer and entry.upstream:
            self._keep("layers", "upstream", entry.upstream, answer.layer)
        if answer.read:
            change = "UPDATE runs SET read = read + :read WHERE id = :run"
            self._database.change(change, {"read": answer.read, "run": self._run})

    def _find_unfinished(self, asked: Mapping[str, object]) -> int | None:
        query = f"SELECT id FROM runs WHERE finished IS NULL AND {matching(asked)} ORDER BY id DESC LIMIT 1"
        found = self._database.rows(query, asked)
        return found[0][0] if found else None

    def _known(self, again: Again) -> dict[str, int]:
        """Return the packages, by the digest of their .dsc, whose result is stored and to be kept."""
        if again is Again.ALL:
            return {}
        wanted = "status != 'failed'" if again is Again.FAILED else "NOT unavailable"
        query = f"SELECT dsc_sha256, id FROM packages WHERE {matching(self._key)} AND {wanted}"
        return dict(self._database.rows(query, self._key))

    def _members(self) -> dict[str, int]:
        """Return the packages that the run has already."""
        query = """
            SELECT dsc_sha256, id FROM packages JOIN run_packages ON package = id
            WHERE run = :run AND NOT unavailable
        """
        return dict(self._database.rows(query, {"run": self._run}))

    def _adopt(self, entries: Iterable[Entry], done: Mapping[str, int]) -> frozenset[str]:
        """Put the results that are there into the run."""
        digests = frozenset(entry.sha256 for entry in entries if entry.sha256 in done)
        self._insert("run_packages", [{"run": self._run, "package": done[digest]} for digest in digests])
        return digests

    def _place(self, outcome: Outcome) -> int:
        """Make the row of a package, or empty the one that is there; return its id."""
        entry = outcome.entry
        row: rows.Row = {
            **self._key,
            "dsc_sha256": entry.sha256,
            "profile": self._terms.profile,
            "input": rows.clean(entry.path),
            "size": entry.size,
            "upstream": entry.upstream or None,
            "name": rows.clean(entry.name)[:LONGEST_NAME],
            "version": rows.clean(entry.version),
            "unavailable": outcome.answer.absent,
            "read": outcome.answer.read,
            "seconds": outcome.answer.seconds,
            **(outcome.answer.rows["package"] if outcome.answer.rows else rows.NOTHING_KNOWN),
        }
        found = self._known_id(entry)
        if found is None:
            return self._insert_one("packages", row)
        changes = ", ".join(f"{name} = :{name}" for name in row)
        self._database.change(f"UPDATE packages SET {changes} WHERE id = :id", row | {"id": found})
        for table in ("models", "hints", "failures", "not_examined", "elsewhere"):
            self._database.change(f"DELETE FROM {table} WHERE package = :package", {"package": found})
        return found

    def _known_id(self, entry: Entry) -> int | None:
        key = self._key | {"dsc_sha256": entry.sha256}
        found = self._database.rows(f"SELECT id FROM packages WHERE {matching(key)}", key)
        return found[0][0] if found else None

    def _fill(self, package: int, told: Rows) -> None:
        """Store all that is told of a package."""
        for model in told["models"]:
            hanging = {"facts": model["facts"], "classes": model["classes"]}
            row = {name: value for name, value in model.items() if name not in hanging}
            number = self._insert_one("models", {"package": package, **row})
            for table, those in hanging.items():
                self._insert(table, [{"model": number, **one} for one in those])
        for table in ("hints", "not_examined", "elsewhere"):
            self._insert(table, told[table], package)

    def _insert_one(self, table: str, row: Mapping[str, Any]) -> int:
        """Insert a row, and return its id."""
        return int(self._database.rows(f"{insertion(table, tuple(row))} RETURNING id", row)[0][0])

    def _insert(self, table: str, those: Sequence[Mapping[str, Any]], package: int | None = None) -> None:
        """Insert rows with the same columns, all of one package if one is named."""
        if those:
            full = those if package is None else [{"package": package, **row} for row in those]
            self._database.change(insertion(table, tuple(full[0])), *full)

    def _keep(self, table: str, key: str, value: str, data: bytes) -> None:
        """Insert what was found, in place of what was found there before."""
        change = f"""
            {insertion(table, (key, "version", "data"))}
            ON CONFLICT ({key}) DO UPDATE SET version = excluded.version, data = excluded.data
        """
        self._database.change(change, {key: value, "version": VERSION, "data": data})


@contextmanager
def opened_store(place: Place, terms: Terms) -> Iterator[Store]:
    """Open the store at ``place`` for a scan, or make it; ArchiveError where that cannot be."""
    with opened_for_writing(place) as database:
        yield Store(database, terms)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
