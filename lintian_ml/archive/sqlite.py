"""The store in an SQLite file: one process writes, many may read, and no power cut leaves it half written."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lintian_ml.archive.database import NONE, Values
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.schema import APPLICATION_ID, MIGRATIONS, SQLITE, VERSION, later_steps

PATIENCE = 60.0
"""Seconds to wait while somebody else writes."""


class SQLite:
    """A connection that leaves transactions to its user."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, query: str, values: Values = NONE) -> list[tuple[Any, ...]]:
        """Return what a query finds, or what a statement returns."""
        return self._connection.execute(query, values).fetchall()

    def records(self, query: str, values: Values = NONE) -> list[dict[str, Any]]:
        """Return what a query finds, each column by its name."""
        cursor = self._connection.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def change(self, statement: str, *values: Values) -> None:
        """Execute a statement, once for each of ``values``, or once where it takes none."""
        if len(values) > 1:
            self._connection.executemany(statement, values)
        else:
            self._connection.execute(statement, *values)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """Write together or not at all; what is not durable yet is so with the next transaction that is: the
        write-ahead log that one makes durable holds those before it.
        """
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


@contextmanager
def reading(path: Path) -> Iterator[SQLite]:
    """Give a connection to the store at ``path``; ArchiveError where there is none."""
    if not path.is_file():
        raise ArchiveError(f"{path}: there is no such store; make one with lintian-ml archive scan")
    with _connected(path) as connection:
        if _number(connection, "application_id") != APPLICATION_ID:
            raise ArchiveError(f"{path}: is not a store of lintian-ml")
        version = _number(connection, "user_version")
        if version != VERSION:
            age = "an older" if version < VERSION else "a newer"
            raise ArchiveError(
                f"{path}: was written by {age} lintian-ml; scan again with this one, or use that"
            )
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("BEGIN")
        yield SQLite(connection)


@contextmanager
def writing(path: Path) -> Iterator[SQLite]:
    """Give the one connection that writes to the store at ``path``, which is made, or brought up to date.

    ArchiveError where another scan writes to it.
    """
    with _locked(path), _connected(path) as connection:
        _claim(connection, path)
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise ArchiveError(f"{path}: lies where no write-ahead log can be kept; use a local disk")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection)
        yield SQLite(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring a store up to this version, one step after the other, each whole or not at all."""
    for version, step in later_steps(_number(connection, "user_version"), MIGRATIONS, SQLITE):
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};"
        connection.executescript(f"BEGIN IMMEDIATE; {step} {marks} COMMIT;")


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect; what SQLite cannot do becomes ArchiveError."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, timeout=PATIENCE, isolation_level=None, uri=True)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: {error}") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep every other scan away from the store, until this process ends in whatever way.

    The file stays open longer than the connection: to close it earlier would drop SQLite's own locks.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise ArchiveError(
            f"{path}: another scan writes to this store; wait for it, or use another"
        ) from error


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is another program's, or a later version's."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and _number(connection, "application_id") != APPLICATION_ID:
        raise ArchiveError(f"{path}: is not a store of lintian-ml")
    if _number(connection, "user_version") > VERSION:
        raise ArchiveError(f"{path}: was written by a newer lintian-ml; use that, or another store")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
