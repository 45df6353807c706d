"""What the store asks of a database, whichever it is: queries are written once, in the SQL that all of them
understand.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

Values = Mapping[str, object]
"""What stands for ``:name`` in a query."""

NONE: Values = {}


class Database(Protocol):
    """A connection to a store; one that reads sees the store as it was when it was opened."""

    def rows(self, query: str, values: Values = NONE) -> list[tuple[Any, ...]]:
        """Return what a query finds, or what a statement returns."""

    def records(self, query: str, values: Values = NONE) -> list[dict[str, Any]]:
        """Return what a query finds, each column by its name."""

    def change(self, statement: str, *values: Values) -> None:
        """Execute a statement, once for each of ``values``, or once where it takes none."""

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """Make all that is written inside permanent together, or not at all.

        Where it need not be ``durable``, a later transaction that is makes it so.
        """
