"""SQL that follows from the names of columns; every value in it is bound to one."""

from collections.abc import Iterable
from functools import cache


@cache
def insertion(table: str, names: tuple[str, ...]) -> str:
    """Return the statement that inserts a row with these columns."""
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{name}' for name in names)})"


def matching(names: Iterable[str]) -> str:
    """Return the condition that columns are what their names stand for."""
    return " AND ".join(f"{name} = :{name}" for name in names)
