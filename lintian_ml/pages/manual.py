"""The manual as a site: a page for each tag, profile and matter, indexes, a search that needs no server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

import lintian_ml
from lintian_ml.error import UsageError
from lintian_ml.hint import Visibility
from lintian_ml.pages import SCRIPT, STYLE, anchor, reference, render, shared
from lintian_ml.pages.area import AREAS
from lintian_ml.pages.tags import ShownTag, former_names, shown_tags
from lintian_ml.samples import declaration

SEARCH = "search.js"

PROSE = (Path(lintian_ml.__file__).parents[1] / "docs", Path("/usr/share/doc/lintian-ml"))
"""Where the pages may lie that are written and not generated: in a source tree, or installed."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A page that is not about one tag or profile: its file, its title in menus, and what it needs."""

    path: str
    title: str


def write(folder: Path, address: str = "") -> int:
    """Write the site into a folder, which is made if need be; return how many files that were.

    ``address`` is where the site will be found; without one it is the folder's own. UsageError where a file
    cannot be written.
    """
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in site(address or folder.resolve().as_uri()):
            target = folder / path
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
            count += 1
    except OSError as error:
        raise UsageError(f"{folder}: the manual cannot be written: {error}") from error
    return count


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
    policy = _policy()
    menu = {"policy": policy is not None}
    by_visibility = {level.value: [tag for tag in tags if tag.visibility == level.value] for level in Visibility}
    by_area = {area: [tag for tag in tags if tag.area == area] for area in AREAS}
    counts = {"tags": tags, "profiles": profiles, "by_visibility": by_visibility, "by_area": by_area}
    entries = [_entry(tag) for tag in tags] + list(_others(profiles))
    yield "index.html", render("index.html", root="", menu=menu, areas=AREAS, entries=entries, **counts)
    yield "tags/index.html", render("tags.html", root="../", menu=menu, tags=tags)
    yield "severity.html", render("severity.html", root="", menu=menu, groups=by_visibility)
    yield "areas.html", render("areas.html", root="", menu=menu, groups=by_area, areas=AREAS)
    for tag in tags:
        yield f"tags/{tag.name}.html", render("tag.html", root="../", menu=menu, tag=tag)
    for old, new in former_names():
        yield f"tags/{old}.html", render("renamed.html", root="../", menu=menu, old=old, new=new)
    yield "profiles/index.html", render("profiles.html", root="../", menu=menu, profiles=profiles)
    for profile in profiles:
        yield f"profiles/{profile.name}.html", render("profile.html", root="../", menu=menu, shown=profile)
    yield from _matters(menu)
    if policy is not None:
        yield "policy.html", render("policy.html", root="", menu=menu, text=policy)


def _matters(menu: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    """Yield the pages on debian/models, predicates, formats and the comparator."""
    stanzas = reference.shown_stanzas()
    example = declaration()
    yield "debian-models.html", render("models.html", root="", menu=menu, stanzas=stanzas, example=example)
    predicates, presets = reference.shown_predicates(), reference.PRESETS
    yield (
        "predicates.html",
        render("predicates.html", root="", menu=menu, predicates=predicates, presets=presets),
    )
    yield "formats.html", render("formats.html", root="", menu=menu, formats=reference.shown_formats())
    yield "trust.html", render("trust.html", root="", menu=menu)


def _policy() -> str | None:
    """Return the page on the policy as it was written; None where it is not at hand."""
    return next((path.read_text("utf-8") for folder in PROSE if (path := folder / "policy.md").is_file()), None)


def _entry(tag: ShownTag) -> dict[str, object]:
    """Return what search and other programs know of a tag."""
    return {
        "name": tag.name,
        "kind": "tag",
        "url": f"tags/{tag.name}.html",
        "brief": tag.check.brief,
        "visibility": tag.visibility,
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
        yield _found("predicate", predicate.name, f"predicates.html#{anchor(predicate.name)}", predicate.brief)
    for stanza in reference.shown_stanzas():
        where = f"debian-models.html#{anchor(stanza.name)}"
        yield _found("stanza", stanza.name, where, " ".join([stanza.brief, *(one.name for one in stanza.fields)]))


def _found(kind: str, name: str, url: str, brief: str) -> dict[str, object]:
    return {"name": name, "kind": kind, "url": url, "brief": brief}


def _sitemap(address: str, paths: Iterable[str]) -> str:
    """Return the list of pages for search engines (sitemaps.org, protocol 0.9)."""
    base = escape(address.rstrip("/"))
    urls = "".join(f" <url><loc>{base}/{path}</loc></url>\n" for path in paths)
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{schema}">\n{urls}</urlset>\n'
