"""What is kept of scans, and how a scan that was broken off finds its place again."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from lintian_ml.archive import rows
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.inventory import VERSION
from lintian_ml.archive.job import Answer, Rows
from lintian_ml.archive.opening import durable, opened_for_writing, transaction
from lintian_ml.archive.plan import Entry
from lintian_ml.archive.terms import Terms


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

    def __init__(self, connection: sqlite3.Connection, terms: Terms) -> None:
        self._connection = connection
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
        with transaction(self._connection):
            self._run = self._find_unfinished(asked) or self._insert(
                "runs", asked | {"profile": self._terms.profile, "planned": 0, "started": _now()}
            )
            done = self._known(source.again) | self._members()
            change = "UPDATE runs SET planned = ?, planned_size = ? WHERE id = ?"
            self._connection.execute(change, (len(entries), sum(entry.size for entry in entries), self._run))
            self._connection.execute("DELETE FROM run_packages WHERE run = ?", (self._run,))
            return self._adopt(entries, done)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Store what came of packages, each in a transaction of its own; all are on the disk when this
        returns.

        The disk is waited for once: the write-ahead log that the last transaction makes durable holds those
        before it.
        """
        for number, outcome in enumerate(outcomes, 1):
            durable(self._connection, now=number == len(outcomes))
            with transaction(self._connection):
                self._record(outcome)

    def _record(self, outcome: Outcome) -> None:
        answer = outcome.answer
        if answer.rows and answer.rows["tool_version"] != self._terms.tool_version:
            raise ArchiveError(
                "lintian-ml was replaced while it scanned; scan again to go on with the new one"
            )
        package = self._place(outcome)
        self._insert("run_packages", {"run": self._run, "package": package}, "OR IGNORE")
        for number, reason in enumerate(outcome.failures, 1):
            self._insert("failures", {"package": package, "attempt": number, "reason": reason})
        if answer.rows:
            self._fill(package, answer.rows)
        if answer.inventory:
            row = {"dsc_sha256": outcome.entry.sha256, "version": VERSION, "data": answer.inventory}
            self._insert("inventories", row, "OR REPLACE")
        self._connection.execute("UPDATE runs SET read = read + ? WHERE id = ?", (answer.read, self._run))

    def inventory(self, entry: Entry) -> bytes | None:
        """Return what was found in a package before, by the same detection; None where that is not known."""
        query = "SELECT data FROM inventories WHERE dsc_sha256 = ? AND version = ?"
        found = self._connection.execute(query, (entry.sha256, VERSION)).fetchone()
        return found[0] if found else None

    def finish(self) -> None:
        """Mark the run as complete."""
        with transaction(self._connection):
            self._connection.execute("UPDATE runs SET finished = ? WHERE id = ?", (_now(), self._run))

    def _find_unfinished(self, asked: Mapping[str, object]) -> int | None:
        conditions = " AND ".join(f"{name} = :{name}" for name in asked)
        query = f"SELECT id FROM runs WHERE finished IS NULL AND {conditions} ORDER BY id DESC LIMIT 1"
        found = self._connection.execute(query, asked).fetchone()
        return found[0] if found else None

    def _known(self, again: Again) -> dict[str, int]:
        """Return the packages, by the digest of their .dsc, whose result is stored and to be kept."""
        if again is Again.ALL:
            return {}
        conditions = " AND ".join(f"{name} = :{name}" for name in self._key)
        conditions += " AND status != 'failed'" if again is Again.FAILED else " AND NOT unavailable"
        return dict(
            self._connection.execute(f"SELECT dsc_sha256, id FROM packages WHERE {conditions}", self._key)
        )

    def _members(self) -> dict[str, int]:
        """Return the packages that the run has already."""
        query = """
            SELECT dsc_sha256, id FROM packages JOIN run_packages ON package = id
            WHERE run = ? AND NOT unavailable
        """
        return dict(self._connection.execute(query, (self._run,)))

    def _adopt(self, entries: Iterable[Entry], done: Mapping[str, int]) -> frozenset[str]:
        """Put the results that are there into the run."""
        digests = frozenset(entry.sha256 for entry in entries if entry.sha256 in done)
        members = ((self._run, done[digest]) for digest in digests)
        self._connection.executemany("INSERT INTO run_packages (run, package) VALUES (?, ?)", members)
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
            "name": entry.name,
            "version": entry.version,
            "unavailable": outcome.answer.absent,
            "read": outcome.answer.read,
            "seconds": outcome.answer.seconds,
            **(outcome.answer.rows["package"] if outcome.answer.rows else rows.NOTHING_KNOWN),
        }
        found = self._known_id(entry)
        if found is None:
            return self._insert("packages", row)
        changes = ", ".join(f"{name} = :{name}" for name in row)
        self._connection.execute(f"UPDATE packages SET {changes} WHERE id = :id", row | {"id": found})
        for table in ("models", "hints", "failures", "not_examined", "elsewhere"):
            self._connection.execute(f"DELETE FROM {table} WHERE package = ?", (found,))
        return found

    def _known_id(self, entry: Entry) -> int | None:
        conditions = " AND ".join(f"{name} = :{name}" for name in self._key)
        query = f"SELECT id FROM packages WHERE dsc_sha256 = :dsc_sha256 AND {conditions}"
        found = self._connection.execute(query, self._key | {"dsc_sha256": entry.sha256}).fetchone()
        return found[0] if found else None

    def _fill(self, package: int, told: Rows) -> None:
        """Store all that is told of a package."""
        for model in told["models"]:
            hanging = {"facts": model["facts"], "classes": model["classes"]}
            row = {name: value for name, value in model.items() if name not in hanging}
            number = self._insert("models", {"package": package, **row})
            for table, those in hanging.items():
                for one in those:
                    self._insert(table, {"model": number, **one})
        for table in ("hints", "not_examined", "elsewhere"):
            for row in told[table]:
                self._insert(table, {"package": package, **row})

    def _insert(self, table: str, row: Mapping[str, Any], otherwise: str = "") -> int:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":{name}" for name in row)
        done = self._connection.execute(f"INSERT {otherwise} INTO {table} ({names}) VALUES ({places})", row)
        return done.lastrowid or 0


@contextmanager
def opened_store(path: Path, terms: Terms) -> Iterator[Store]:
    """Open the store at ``path`` for a scan, or make it; ArchiveError where that cannot be."""
    with opened_for_writing(path) as connection:
        yield Store(connection, terms)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
