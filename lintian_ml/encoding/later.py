"""Mappings that are made when they are first looked into: only comparisons ask for what they hold."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeVar

Value = TypeVar("Value")


class Later(Mapping[str, Value]):
    """The mapping that ``make`` returns, which is called once, at the first use."""

    def __init__(self, make: Callable[[], Mapping[str, Value]]) -> None:
        self._made = cache(make)

    def __getitem__(self, key: str) -> Value:
        return self._made()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())
