"""A command line as a completion sees it: options, what stands behind them, and the commands below."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lintian_ml.completion.words import Words, words


@dataclass(frozen=True, slots=True)
class Values:
    """What may stand in one place: words with what is told of them, files, folders; and whether several
    words may stand there with commas between them.
    """

    words: Words = ()
    files: bool = False
    folders: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An option by all its names; ``values`` is None if nothing stands behind it."""

    names: tuple[str, ...]
    told: str
    values: Values | None


@dataclass(frozen=True, slots=True)
class Command:
    """A command, by the words that lead to it, with its options, its arguments and the commands below it."""

    path: tuple[str, ...]
    told: str
    options: tuple[Option, ...]
    arguments: Values
    below: tuple[Command, ...] = ()

    def all(self) -> Iterator[Command]:
        """Yield this command and, recursively, those below it."""
        yield self
        for command in self.below:
            yield from command.all()


def command_line(program: str, default: str, parsers: Mapping[str, argparse.ArgumentParser]) -> Command:
    """Return the command line of a program: the command ``default`` needs no name, the others do."""
    root = _command((program,), parsers[default])
    below = [_command((program, name), parser) for name, parser in parsers.items() if name != default]
    return replace(root, below=tuple(below))


def _command(path: tuple[str, ...], parser: argparse.ArgumentParser) -> Command:
    places = [action for action in parser._actions if not action.option_strings]
    actions = [action for action in places if isinstance(action, argparse._SubParsersAction)]
    return Command(
        path,
        (parser.description or "").partition("\n")[0],
        tuple(map(_option, _shown(parser))),
        _together([_values(place) for place in places if place not in actions]),
        tuple(_command((*path, name), made) for action in actions for name, made in action.choices.items()),
    )


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the options that --help shows."""
    return [made for made in parser._actions if made.option_strings and made.help != argparse.SUPPRESS]


def _option(action: argparse.Action) -> Option:
    values = None if action.nargs == 0 else _values(action)
    return Option(tuple(action.option_strings), action.help or "", values)


def _values(action: argparse.Action) -> Values:
    """Return what may stand in the place of an action, by its choices, its name, and its metavar."""
    parts = str(action.metavar or "").split("|")
    if action.choices:
        return Values(tuple((str(choice), "") for choice in action.choices))
    literal = tuple((part, "") for part in parts if re.fullmatch("[a-z-]+", part))
    folders = any(re.search("DIR|FOLDER", part) for part in parts)
    files = not folders and (_takes_path(action) or bool({"FILE", "PACKAGE", "PATH"} & {*parts}))
    return Values((*words(action.dest), *literal), files, folders, "LIST" in parts)


def _takes_path(action: argparse.Action) -> bool:
    kind: Any = action.type
    return isinstance(kind, type) and kind.__name__ == "Path"


def _together(places: list[Values]) -> Values:
    """Return what may stand in any of the places."""
    return Values(
        tuple(word for place in places for word in place.words),
        any(place.files for place in places),
        any(place.folders for place in places),
    )
