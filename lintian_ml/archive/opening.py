"""Opens the store: an SQLite file where a path is given, a PostgreSQL database where an URL is."""

from contextlib import AbstractContextManager
from pathlib import Path

from lintian_ml.archive import postgresql, sqlite
from lintian_ml.archive.database import Database

Place = Path | str
"""Where a store is: the path of a file, or an URL."""


def place_of(text: str) -> Place:
    """Return the place that somebody named."""
    return text if "://" in text else Path(text)


def opened_for_reading(place: Place) -> AbstractContextManager[Database]:
    """Give a connection to a store that is there, as it is now; ArchiveError where there is none."""
    return sqlite.reading(place) if isinstance(place, Path) else postgresql.reading(place)


def opened_for_writing(place: Place) -> AbstractContextManager[Database]:
    """Give the one connection that writes to a store, which is made, or brought up to date.

    ArchiveError where another scan writes to it.
    """
    return sqlite.writing(place) if isinstance(place, Path) else postgresql.writing(place)
