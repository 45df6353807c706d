"""Explains tags, profiles, formats and predicates, by their names, or writes the manual of them all."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap

from lintian_ml.citation import cite
from lintian_ml.error import UsageError
from lintian_ml.formats import FormatModule, formats
from lintian_ml.options import Parser, columns, warn
from lintian_ml.pages.reference import ShownPredicate, shown_predicates
from lintian_ml.profile import Profile
from lintian_ml.registry import Check, checks, find_check, find_profile, profile_names, tag_names, unknown
from lintian_ml.report.text import explanation

TROUBLE = 1


FORMATS = ("text", "json", "html", "lintian")
"""How to explain; the last two write all there is into a folder."""


def run(arguments: Sequence[str]) -> int:
    """Print what is known of each name, or write a folder; return 1 if a name is unknown."""
    made = parser()
    options = made.parse_intermixed_args(arguments)
    if options.format in ("html", "lintian"):
        if options.names or options.list or not options.output:
            made.error(
                f"--format {options.format} writes everything into a folder; say --output DIR, no names"
            )
        return _write(options)
    if options.output or options.base_url:
        made.error("--output and --base-url are for --format html or lintian")
    if options.list:
        _print_names()
        return 0
    return _explain(options)


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(prog="lintian-ml explain", description=__doc__)
    add = made.add_argument
    add("names", nargs="*", metavar="NAME", help="a tag, profile, format or predicate; none: every tag")
    add("-l", "--list", action="store_true", help="list the names that there are, a line each")
    add(
        "--format", choices=FORMATS, default="text", help="how to print; html: a site, lintian: its tag files"
    )
    add("--output", metavar="DIR", type=Path, help="the folder that html and lintian write to")
    add("--base-url", metavar="URL", default="", help="where the site will be found, for its sitemap")
    return made


def _write(options: Namespace) -> int:
    """Write the manual, or Lintian's tag files, into a folder."""
    from lintian_ml.pages.folder import write
    from lintian_ml.pages.lintian_tags import tag_files
    from lintian_ml.pages.manual import site

    folder: Path = options.output
    write(folder, tag_files() if options.format == "lintian" else site(options.base_url or _address(folder)))
    return 0


def _address(folder: Path) -> str:
    """Return the address of a folder on this machine."""
    return folder.resolve().as_uri()


def _explain(options: Namespace) -> int:
    """Print what is known of each name."""
    status = 0
    told = []
    for name in options.names or checks():
        try:
            told.append(_find(name))
        except UsageError as error:
            warn(str(error))
            status = TROUBLE
    if options.format == "json":
        print(json.dumps([_as_object(thing) for thing in told], indent=2, ensure_ascii=False))
    else:
        sys.stdout.writelines(f"{line}\n" for thing in told for line in _as_text(thing))
    return status


Thing = Check | Profile | FormatModule | ShownPredicate


def _find(name: str) -> Thing:
    if name in tag_names():
        return find_check(name)
    if name in profile_names() or name.endswith(".profile"):
        return find_profile(name)
    for module in formats():
        if module.FORMAT.name == name:
            return module
    for predicate in shown_predicates():
        if predicate.name == name:
            return predicate
    raise UsageError(unknown("name", name, [*tag_names(), *(name for _, name, _ in _names())]))


def _print_names() -> None:
    for kind, name, told in _names():
        print(f"{kind:9} {name}: {told}")


def _names() -> Iterator[tuple[str, str, str]]:
    """Yield everything that can be explained: its kind, its name, and what it is in a sentence."""
    yield from (("tag", check.name, check.brief) for check in checks().values())
    yield from (("profile", name, find_profile(name).title) for name in profile_names())
    yield from (("format", module.FORMAT.name, _title(module)) for module in formats())
    yield from (("predicate", shown.name, shown.brief) for shown in shown_predicates())


def _title(module: FormatModule) -> str:
    return module.__doc__.partition("\n")[0]


def _as_text(thing: Thing) -> Iterator[str]:
    if isinstance(thing, Check):
        yield "N:"
        yield f"{thing.tag.visibility.letter}: {thing.name}"
        yield from explanation(thing, thing.tag.visibility, columns())
    elif isinstance(thing, Profile):
        yield f"{thing.name}: {thing.title}"
        yield from (
            f"  {label}: {text}"
            for label, text in (("Source", thing.source), ("Status", thing.status))
            if text
        )
        for row in thing.rows:
            called = f": {row.called}" if row.called else ""
            yield f"  {row!s:50}  {row.class_.value}{called}, areas: {row.areas.text}"
    elif isinstance(thing, ShownPredicate):
        yield f"{thing.name}: {thing.brief}"
        yield f"  parameters: {', '.join(thing.parameters) or 'none'}; kind: {thing.kind}"
        yield from wrap(" ".join(thing.text.split()), columns(), initial_indent="  ", subsequent_indent="  ")
    else:
        yield f"{thing.FORMAT.name}: {_title(thing)}"
        yield f"  file names: {', '.join(thing.FORMAT.extensions) or 'any'}; within: {thing.FORMAT.within}"


def _as_object(thing: Thing) -> dict[str, object]:
    if isinstance(thing, Check):
        return {
            "name": thing.name,
            "visibility": thing.tag.visibility.value,
            "experimental": thing.tag.experimental,
            "show_always": thing.tag.show_always,
            "explanation": "\n\n".join(filter(None, (thing.brief, thing.explanation))),
            "see_also": [cite(reference).title for reference in thing.tag.see_also],
            "renamed_from": list(thing.tag.renamed_from),
        }
    if isinstance(thing, Profile):
        rows = [
            {"class": row.class_.value, "called": row.called, "when": str(row), "areas": row.areas.text}
            for row in thing.rows
        ]
        return {
            "name": thing.name,
            "title": thing.title,
            "source": thing.source,
            "status": thing.status,
            "rows": rows,
        }
    if isinstance(thing, ShownPredicate):
        return asdict(thing)
    return {"name": thing.FORMAT.name, "title": _title(thing), "extensions": list(thing.FORMAT.extensions)}
