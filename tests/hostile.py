"""Fills what a package or model controls with markup, each text with one of its own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import count
from typing import Any

from tests.markup import Page

ELEMENT = "evil"

HARMLESS = re.compile(r"https://|#|data:image/png;base64,[A-Za-z0-9+/=\s]*\Z")
"""Where a page about a package may lead: to other places, to itself, to a picture that it holds."""


class Poison:
    """Gives out texts that are markup; each has a number, by which it is known again."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)
        self.given: list[str] = []

    def text(self) -> str:
        """Return a text that, were it not escaped, would be an element, an attribute, the end of a script."""
        number = next(self._numbers)
        made = f"\"'--></script></style></title><{ELEMENT} onclick='{number}'>&amp;{{{{7*7}}}} #{number}#"
        self.given.append(made)
        return made

    def all_of(self, value: Any) -> Any:
        """Return the value with every text in it, however deep, replaced."""
        if isinstance(value, str):
            return self.text()
        if isinstance(value, Enum):
            return value
        if isinstance(value, tuple):
            return tuple(self.all_of(one) for one in value)
        if isinstance(value, Mapping):
            return {self.text(): self.text() for _ in value}
        if is_dataclass(value) and not isinstance(value, type):
            names = (field.name for field in fields(value) if field.init)
            return replace(value, **{name: self.all_of(getattr(value, name)) for name in names})
        return value


def demand_harmless(page: Page) -> None:
    """Demand that nothing of what was given out became an element, an attribute, or part of a script."""
    page.check()
    assert not page.every(ELEMENT)
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert ELEMENT not in page.scripts
    assert not [address for address in page.addresses if not HARMLESS.match(address)]
    for _, attributes in page.elements:
        for name, value in attributes.items():
            assert ELEMENT not in value or name in ("aria-label", "title"), (name, value)
