"""Opens the store: an SQLite file that one process writes, many may read, and no power cut leaves half
written.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.schema import APPLICATION_ID, MIGRATIONS, VERSION

PATIENCE = 60.0
"""Seconds to wait while somebody else writes."""


@contextmanager
def opened_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
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
        yield connection


@contextmanager
def opened_for_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the one connection that writes to the store at ``path``, which is made, or brought up to date.

    ArchiveError where another scan writes to it.
    """
    with _locked(path), _connected(path) as connection:
        _claim(connection, path)
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise ArchiveError(f"{path}: lies where no write-ahead log can be kept; use a local disk")
        durable(connection, now=True)
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
        yield connection


def durable(connection: sqlite3.Connection, *, now: bool) -> None:
    """Let each transaction wait until it is on the disk, or leave that to the next one that does."""
    connection.execute(f"PRAGMA synchronous = {'FULL' if now else 'NORMAL'}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make all that is written inside durable together, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a store up to this version, one step after the other, each whole or not at all."""
    for version in range(_number(connection, "user_version"), VERSION):
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version + 1};"
        connection.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[version]} {marks} COMMIT;")


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
