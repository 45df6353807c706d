"""The manual as a site: a page for each tag, profile and matter, indexes, a search that needs no server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import lintian_ml
from lintian_ml.hint import Visibility
from lintian_ml.pages import SCRIPT, STYLE, reference, render, shared
from lintian_ml.pages.area import AREAS
from lintian_ml.pages.markup import anchor
from lintian_ml.pages.stanzas import shown_stanzas
from lintian_ml.pages.tags import ShownTag, former_names, shown_tags
from lintian_ml.samples import declaration

SEARCH = "search.js"

FIGURES = "docs/trust.html"
"""Where the written page on how the comparator was put to the test comes to lie."""

LISTS = {
    "tags/index.html": "tags.html",
    "severity.html": "severity.html",
    "areas.html": "areas.html",
    "profiles/index.html": "profiles.html",
}
"""The template of each page that is a list."""

NOTES = (Path(lintian_ml.__file__).parents[1] / "docs", Path("/usr/share/doc/lintian-ml"))
"""Where the pages may lie that are written and not generated: in a source tree, or installed."""


@dataclass(frozen=True, slots=True)
class Note:
    """A page that was written: where it comes to lie, its title, and its text in Markdown."""

    path: str
    title: str
    text: str


def site(address: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of the site."""
    tags = shown_tags()
    paths = []
    for path, text in _pages(tags):
        paths.append(path)
        yield path, text
    for name in (STYLE, SCRIPT, SEARCH):
        yield name, shared(name)
    yield "taglist.json", json.dumps([_entry(tag) for tag in tags], indent=1, ensure_ascii=False) + "\n"
    yield "sitemap.xml", _sitemap(address, paths)


def _pages(tags: tuple[ShownTag, ...]) -> Iterator[tuple[str, str]]:
    """Yield the pages that people read."""
    profiles = reference.shown_profiles()
    notes = tuple(_notes())
    known = {"tags": tags, "profiles": profiles, "areas": AREAS, "notes": notes}
    groups = {
        "by_visibility": {level.value: [tag for tag in tags if tag.level is level] for level in Visibility},
        "by_area": {area: [tag for tag in tags if tag.area == area] for area in AREAS},
    }
    entries = [*map(_entry, tags), *_others(profiles)]
    yield _page("index.html", "index.html", **known, **groups, entries=entries)
    for path, template in LISTS.items():
        yield _page(path, template, **known, **groups)
    for tag in tags:
        yield _page(f"tags/{tag.name}.html", "tag.html", tag=tag, notes=notes)
    for old, new in former_names():
        yield _page(f"tags/{old}.html", "renamed.html", old=old, new=new, notes=notes)
    for shown in profiles:
        yield _page(f"profiles/{shown.name}.html", "profile.html", shown=shown, notes=notes)
    for note in notes:
        yield _page(note.path, "note.html", note=note, notes=notes)
    yield from _matters(notes)


def _matters(notes: tuple[Note, ...]) -> Iterator[tuple[str, str]]:
    """Yield the pages on debian/models, predicates, formats and the comparator."""
    stanzas, example = shown_stanzas(), declaration()
    yield _page("debian-models.html", "models.html", stanzas=stanzas, example=example, notes=notes)
    predicates, presets = reference.shown_predicates(), reference.PRESETS
    yield _page("predicates.html", "predicates.html", predicates=predicates, presets=presets, notes=notes)
    yield _page("formats.html", "formats.html", formats=reference.shown_formats(), notes=notes)
    figures = next((note for note in notes if note.path == FIGURES), None)
    yield _page("trust.html", "trust.html", figures=figures, notes=notes)


def _page(path: str, template: str, **values: object) -> tuple[str, str]:
    """Return the path and the text of one page."""
    return path, render(template, root="../" * path.count("/"), **values)


def _notes() -> Iterator[Note]:
    """Yield the pages that were written and not generated, from the first place that has any."""
    found = (sorted(folder.glob("*.md")) for folder in NOTES)
    for path in next(filter(None, found), ()):
        text = path.read_text("utf-8")
        title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), path.stem)
        yield Note(f"docs/{path.stem}.html", title, text)


def _entry(tag: ShownTag) -> dict[str, object]:
    """Return what search and other programs know of a tag."""
    return {
        "name": tag.name,
        "kind": "tag",
        "url": f"tags/{tag.name}.html",
        "brief": tag.check.brief,
        "visibility": tag.level.value,
        "area": tag.area,
        "renamed_from": list(tag.check.tag.renamed_from),
    }


def _others(profiles: Iterable[reference.ShownProfile]) -> Iterator[dict[str, object]]:
    """Yield what search knows of profiles, formats, predicates and fields."""
    for shown in profiles:
        yield _found("profile", shown.name, f"profiles/{shown.name}.html", shown.profile.title)
    for form in reference.shown_formats():
        yield _found("format", form.name, f"formats.html#{anchor(form.name)}", form.title)
    for predicate in reference.shown_predicates():
        yield _found(
            "predicate", predicate.name, f"predicates.html#{anchor(predicate.name)}", predicate.brief
        )
    for stanza in shown_stanzas():
        where = f"debian-models.html#{anchor(stanza.name)}"
        names = ", ".join(field.name for field in stanza.fields)
        yield _found("stanza", stanza.name, where, f"{stanza.brief} Its fields: {names}.")


def _found(kind: str, name: str, url: str, brief: str) -> dict[str, object]:
    return {"name": name, "kind": kind, "url": url, "brief": brief}


def _sitemap(address: str, paths: Iterable[str]) -> str:
    """Return the list of pages for search engines (sitemaps.org, protocol 0.9)."""
    base = escape(address.rstrip("/"))
    urls = "".join(f" <url><loc>{base}/{path}</loc></url>\n" for path in paths)
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{schema}">\n{urls}</urlset>\n'
