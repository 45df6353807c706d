"""Reads docs/integration.md: the blocks of its sections, which are pasted and run."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "integration.md"

_BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")


def sections() -> tuple[str, ...]:
    """Return the titles of all sections."""
    return tuple(re.findall(r"(?m)^## (.+)$", PAGE.read_text("utf-8")))


def blocks(title: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the text of each block of a section."""
    (section,) = re.findall(rf"(?ms)^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"))
    yield from _BLOCK.findall(section)


def pasted(title: str) -> str:
    """Return what a section tells to paste."""
    (text,) = (text for language, text in blocks(title) if language != "console")
    return text


def shown(title: str) -> list[str]:
    """Return the lines that a section shows as printed, without its commands and its omissions."""
    lines = [line for language, text in blocks(title) if language == "console" for line in text.splitlines()]
    return [line.strip() for line in lines if not line.startswith(("$", "…"))]
