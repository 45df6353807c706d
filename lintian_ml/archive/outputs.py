"""What a query found, written for people and for other programs."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from urllib.parse import quote

from lintian_ml.archive.query import Found
from lintian_ml.archive.shown import page_name
from lintian_ml.escape import for_line

NAMES = tuple(field.name.rstrip("_") for field in fields(Found))

SHOWN = ("package", "version", "area", "class_", "format", "path")
"""The columns of the table for people."""

TITLES = ("Package", "Version", "Area", "Class", "Format", "Path")

TRACKED = "lintian-ml-hints-1.0"

REMINDER = (
    "nothing was sent; announce a mass bug filing on debian-devel before you make it, as the Developer's\n"
    "Reference asks in section 7.1.1; then see: mass-bug --display --source --subject=TEXT TEMPLATE LIST"
)
"""What whoever makes a list for mass-bug(1) is told."""

TEMPLATE = """\
The source package #PACKAGE# ships trained models that lintian-ml reports:
FIXME: say which reading of the policy this is, what it says of them, and how that can be mended.

  lintian-ml --info #PACKAGE#_#VERSION#.dsc

shows the details, and what each tag means.
"""
"""The text of a report, in which mass-bug(1) puts the names; somebody must finish it."""


def table(found: Sequence[Found]) -> Iterator[str]:
    """Yield the lines of a table."""
    rows = [TITLES, *(tuple(_cell(getattr(one, name)) for name in SHOWN) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def as_json(found: Sequence[Found]) -> Iterator[str]:
    """Yield one object a line."""
    for one in found:
        yield json.dumps(_named(one), ensure_ascii=False)


def as_csv(found: Sequence[Found]) -> Iterator[str]:
    """Yield lines of comma-separated values, the names first (RFC 4180)."""
    for row in (NAMES, *(tuple(_named(one).values()) for one in found)):
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(row)
        yield out.getvalue()


def sources(found: Sequence[Found]) -> Iterator[str]:
    """Yield each source package once, for ``dd-list --stdin``."""
    yield from sorted({for_line(one.package) for one in found})


def mass_bug(found: Sequence[Found]) -> Iterator[str]:
    """Yield ``SOURCE_VERSION`` of each package, for ``mass-bug --source``."""
    yield from sorted({for_line(f"{one.package}_{one.version}") for one in found})


def tracked(found: Sequence[Found], site: str = "") -> Iterator[str]:
    """Yield YAML in the shape of multiarch-hints, which the package tracker reads; strings are JSON's.

    With the address of a ``site`` each hint links to the page of its package.
    """
    yield f"format: {TRACKED}"
    yield "hints:" if found else "hints: []"
    for one in found:
        yield f"- source: {_quoted(one.package)}"
        yield f"  version: {_quoted(one.version)}"
        yield f"  severity: {'high' if one.permitted is False else 'normal'}"
        told = f"model {one.path}: {one.class_}" if one.path else "no model"
        yield f"  description: {_quoted(told)}"
        if site and (name := page_name(one.package)):
            address = f"{site.rstrip('/')}/packages/{quote(name)}.html"
            yield f"  link: {_quoted(address)}"


OUTPUTS: Mapping[str, Callable[[Sequence[Found]], Iterator[str]]] = {
    "table": table,
    "json": as_json,
    "csv": as_csv,
    "sources": sources,
    "mass-bug": mass_bug,
    "tracker": tracked,
}
"""The ways of writing, by name."""


def _named(one: Found) -> dict[str, object]:
    return {name: getattr(one, field.name) for name, field in zip(NAMES, fields(Found), strict=True)}


def _cell(value: object) -> str:
    return "-" if value is None else for_line(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text)
