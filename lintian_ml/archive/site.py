"""Writes what a store holds as a static site: an overview, a page a package and a tag, failures and
changes.

The search loads a small part of its index at a time, chosen by the first two characters of a name, so that
it is as fast for forty thousand packages as for forty. Nothing is loaded from another host.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintian_ml.archive.changes import Change, changes
from lintian_ml.archive.database import Database
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.readings import at_stake, classes
from lintian_ml.archive.shown import ShownPackage, page_name, shown_packages
from lintian_ml.archive.status import Run, Status, site_status
from lintian_ml.pages import SCRIPT, STYLE, environment, shared

if TYPE_CHECKING:
    from jinja2 import Environment

SCHEMA = "lintian-ml-archive/1"

DATA = "data.json"
"""The numbers for programs; a folder that has it is one of these sites, and may be written anew."""

MOST_LISTED = 5000
"""Items of one list; a page with more is of no use to anybody."""

Page = tuple[str, str]


def write(database: Database, folder: Path) -> int:
    """Write the site of the latest run into ``folder``, whole or not at all; return how many files it has.

    ArchiveError where something else lies there.
    """
    if folder.exists() and not (folder / DATA).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveError(f"{folder}: is there, and is no site of an archive; name another folder")
    partial, older = (folder.with_name(f"{folder.name}.{word}") for word in ("partial", "older"))
    try:
        for left in (partial, older):
            shutil.rmtree(left, ignore_errors=True)
        count = _write_all(partial, site(database))
        if folder.exists():
            folder.rename(older)
        partial.rename(folder)
        shutil.rmtree(older, ignore_errors=True)
    except OSError as error:
        raise ArchiveError(f"{folder}: the site cannot be written: {error}") from error
    return count


def _write_all(folder: Path, pages: Iterable[Page]) -> int:
    made = set()
    count = 0
    for path, text in pages:
        target = folder / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_text(text, "utf-8")
        count += 1
    return count


def site(database: Database) -> Iterator[Page]:
    """Yield the path and the text of each file of the site."""
    run, status = site_status(database)
    readings = {"profiles": at_stake(database), "readings": classes(database)}
    changed = tuple(changes(database, run))
    render = _Renderer(run)
    yield DATA, _data(status, readings)
    yield "index.html", _overview(render, status, readings)
    yield from _packages(render, shown_packages(database, run["profile"]))
    yield "failures.html", _failures(render, status)
    yield "changes.html", _changes(render, changed)
    identity = f"urn:lintian-ml:archive:{run['id']}"
    yield "feed.xml", render("feed.xml", changes=changed[:100], identity=identity)
    for name in (STYLE, SCRIPT):
        yield name, shared(name)
    yield "find.js", files("lintian_ml.archive").joinpath("templates", "find.js").read_text("utf-8")


class _Renderer:
    """Renders the pages of one run."""

    def __init__(self, run: Run) -> None:
        self._run = dict(run)

    def __call__(self, template: str, root: str = "", **values: object) -> str:
        return _environment().get_template(template).render(run=self._run, root=root, **values)


@cache
def _environment() -> Environment:
    """Return the environment of all pages, with the templates of this room: it escapes all it prints."""
    from jinja2 import PackageLoader

    return environment().overlay(loader=PackageLoader("lintian_ml.archive"))


def _data(status: Status, readings: Mapping[str, Any]) -> str:
    three = {name: asdict(one) for name, one in readings["profiles"].items()}
    told = {
        "schema": SCHEMA,
        **asdict(status),
        "profiles": three,
        "classes_by_profile": readings["readings"],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _overview(render: _Renderer, status: Status, readings: Mapping[str, Any]) -> str:
    return render(
        "archive-index.html",
        totals=status,
        **readings,
        classes=status.classes,
        formats=status.formats,
        areas=status.areas,
    )


def _packages(render: _Renderer, packages: Iterable[ShownPackage]) -> Iterator[Page]:
    """Yield a page for each package of which there is something to say; then lists, tags and the index."""
    shards: dict[str, list[Sequence[object]]] = defaultdict(list)
    tags: dict[str, list[dict[str, str]]] = defaultdict(list)
    listed: list[dict[str, str]] = []
    taken: set[str] = set()
    for one in packages:
        url = _url(one, taken) if one.speaks else ""
        name, version = str(one.package["name"]), str(one.package["version"])
        held = [model for model in one.models if model["held"]]
        shards[shard(name)].append((name, version, len(held), one.worst, url))
        if url:
            yield url, render("archive-package.html", "../", **one.values())
        if held:
            told = f"{len(held)} models, {one.worst}"
            listed.append({"url": url, "text": f"{name} {version}", "more": told})
        for tag, count in one.tags().items():
            tags[tag].append({"url": url, "text": f"{name} {version}", "more": f"{count}"})
    yield "packages.html", _list(render, "Packages with models", "By name.", [("", listed)])
    yield from _tags(render, tags)
    for name, rows in shards.items():
        yield f"search/{name}.js", f"shard({json.dumps(name)}, {json.dumps(rows)});\n"


def _tags(render: _Renderer, tags: Mapping[str, list[dict[str, str]]]) -> Iterator[Page]:
    items = [
        {"url": f"tags/{tag}.html", "text": tag, "more": f"{len(those)} packages"}
        for tag, those in sorted(tags.items())
    ]
    yield "tags.html", _list(render, "Tags", "Packages with hints that no override silences.", [("", items)])
    for tag, those in tags.items():
        lead = f"{len(those)} packages, with the number of hints that no override silences."
        yield f"tags/{tag}.html", _list(render, tag, lead, [("", those)], "../")


def _failures(render: _Renderer, status: Status) -> str:
    items = [{"text": f"{one.name} {one.version}", "more": one.reason} for one in status.failures]
    lead = (
        f"{status.failed:,} packages were not read, {status.unavailable:,} since files are not in the pool."
    )
    return _list(render, "Failures", lead, [("", items)])


def _changes(render: _Renderer, changed: Sequence[Change]) -> str:
    groups = []
    for what in dict.fromkeys(one.what for one in changed):
        those = [one for one in changed if one.what == what]
        groups.append((f"{what} ({len(those):,})", [_item(one) for one in those]))
    lead = "Models, since the run before over the same source by the same profile."
    return _list(render, "Changes", lead, groups)


def _item(change: Change) -> dict[str, str]:
    classes = " → ".join(name for name in (change.before, change.after) if name)
    return {"text": f"{change.package}: {change.path}", "more": classes}


def _list(
    render: _Renderer,
    title: str,
    lead: str,
    groups: Sequence[tuple[str, list[dict[str, str]]]],
    root: str = "",
) -> str:
    """Return a page with a list, and a word on what is too much for it."""
    if any(len(items) > MOST_LISTED for _, items in groups):
        lead += f" Only the first {MOST_LISTED:,} of each list are shown; archive query lists all."
    cut: list[tuple[str, list[dict[str, Any]]]] = [
        (heading, [{"url": "", "more": "", **item} for item in items[:MOST_LISTED]])
        for heading, items in groups
    ]
    return render("archive-list.html", root, title=title, lead=lead, groups=cut)


def shard(name: str) -> str:
    """Return the part of the search index that holds a name; ``find.js`` does the same."""
    return "".join(one if one.isascii() and one.isalnum() and not one.isupper() else "_" for one in name[:2])


def _url(shown: ShownPackage, taken: set[str]) -> str:
    """Return where the page of a package lies: no name of a package may lead elsewhere."""
    name = page_name(str(shown.package["name"]))
    stem = name if name and name not in taken else f"_{shown.package['id']}"
    taken.add(stem)
    return f"packages/{stem}.html"
