"""The store in a PostgreSQL database, for teams that keep such data beside other data.

SQLAlchemy is used as of its version 2.0, in the part of it that 1.4 has too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from lintian_ml.archive.database import NONE, Values
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.schema import APPLICATION_ID, MIGRATIONS, POSTGRESQL, VERSION, later_steps

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.sql.elements import TextClause

MARK = "lintian_ml_store"
"""The table that marks a schema of a database as a store of this program, and holds its version."""


DRIVER = "postgresql+psycopg2"
"""Which library speaks to the server: later versions of SQLAlchemy take another unless told."""


class PostgreSQL:
    """A connection in which a statement outside of transactions is one by itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, query: str, values: Values = NONE) -> list[tuple[Any, ...]]:
        """Return what a query finds, or what a statement returns."""
        with self._within():
            found = self._connection.execute(_text(query), dict(values)).fetchall()
        return [tuple(map(_plain, row)) for row in found]

    def records(self, query: str, values: Values = NONE) -> list[dict[str, Any]]:
        """Return what a query finds, each column by its name."""
        with self._within():
            found = self._connection.execute(_text(query), dict(values)).mappings().all()
        return [{name: _plain(value) for name, value in row.items()} for row in found]

    def change(self, statement: str, *values: Values) -> None:
        """Execute a statement, once for each of ``values``, or once where it takes none."""
        with self._within():
            self._connection.execute(_text(statement), [dict(one) for one in values] or {})

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """Write together or not at all; the log that a durable one waits for holds those before it."""
        with self._connection.begin():
            if not durable:
                self.change("SET LOCAL synchronous_commit TO off")
            yield

    @contextmanager
    def _within(self) -> Iterator[None]:
        """Be in a transaction: the one that is open, else one of its own."""
        if self._connection.in_transaction():
            yield
            return
        with self._connection.begin():
            yield


@contextmanager
def reading(url: str) -> Iterator[PostgreSQL]:
    """Give a connection to the store at ``url``; ArchiveError where there is none."""
    with _connected(url) as (connection, shown):
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            version = _version(connection)
            if version is None:
                raise ArchiveError(f"{shown}: holds no store; make one with lintian-ml archive scan")
            if version != VERSION:
                age = "an older" if version < VERSION else "a newer"
                raise ArchiveError(
                    f"{shown}: was written by {age} lintian-ml; scan again with this one, or use that"
                )
            yield PostgreSQL(connection)


@contextmanager
def writing(url: str) -> Iterator[PostgreSQL]:
    """Give the one connection that writes to the store at ``url``, which is made, or brought up to date.

    ArchiveError where another scan writes to it. The server lets go of the lock when the connection ends, in
    whatever way.
    """
    with _connected(url) as (connection, shown):
        database = PostgreSQL(connection)
        lock = "SELECT pg_try_advisory_lock(:number, hashtext(current_schema()))"
        if database.rows(lock, {"number": APPLICATION_ID}) != [(True,)]:
            raise ArchiveError(f"{shown}: another scan writes to this store; wait for it, or use another")
        with database.transaction():
            _migrate(connection, shown)
        yield database


def _migrate(connection: Connection, shown: str) -> None:
    """Make a store, or bring one up to this version: wholly, or not at all."""
    version = _version(connection)
    if version is None:
        if _rows(connection, "SELECT to_regclass('packages') IS NOT NULL") == [(True,)]:
            raise ArchiveError(f"{shown}: has tables of another program; use another database or schema")
        connection.exec_driver_sql(f"CREATE TABLE {MARK} (version INTEGER NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO {MARK} VALUES (0)")
        version = 0
    if version > VERSION:
        raise ArchiveError(f"{shown}: was written by a newer lintian-ml; use that, or another store")
    for number, step in later_steps(version, MIGRATIONS, POSTGRESQL):
        connection.exec_driver_sql(step)
        connection.exec_driver_sql(f"UPDATE {MARK} SET version = {number}")


def _version(connection: Connection) -> int | None:
    """Return the version of the store; None where there is no store."""
    if _rows(connection, f"SELECT to_regclass('{MARK}') IS NOT NULL") != [(True,)]:
        return None
    return int(_rows(connection, f"SELECT version FROM {MARK}")[0][0])


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(query)]


@contextmanager
def _connected(url: str) -> Iterator[tuple[Connection, str]]:
    """Connect, and say how to call the place; what cannot be done becomes ArchiveError, with no password."""
    try:
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError
    except ImportError as error:
        raise ArchiveError(
            "a store in PostgreSQL needs SQLAlchemy and psycopg2: install python3-sqlalchemy and "
            "python3-psycopg2"
        ) from error
    shown = "the database"
    try:
        engine = _engine(url)
        shown = engine.url.render_as_string(hide_password=True)
        with engine.connect() as connection:
            yield connection, shown
    except (ArgumentError, ValueError) as error:
        raise ArchiveError("--db: is no URL of a PostgreSQL database: postgresql://HOST/NAME") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise ArchiveError(f"{shown}: {reason}") from error


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.pool import NullPool

    parsed = make_url(url)
    if parsed.drivername not in ("postgresql", DRIVER):
        raise ArgumentError(parsed.drivername)
    try:
        return create_engine(parsed.set(drivername=DRIVER), future=True, poolclass=NullPool)
    except ImportError as error:
        raise ArchiveError("a store in PostgreSQL needs psycopg2: install python3-psycopg2") from error


@cache
def _text(query: str) -> TextClause:
    from sqlalchemy import text

    return text(query)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
