"""Zsh: a function for each command, made of what ``_arguments`` understands (zshcompsys(1))."""

import re
from collections.abc import Iterator
from shlex import quote

from lintian_ml.completion.command import Command, Option, Values


def script(root: Command) -> Iterator[str]:
    """Yield the lines of the script."""
    program = root.path[0]
    yield f"#compdef {program}"
    yield f'# Zsh completion for {program}, written by "{program} completion zsh".'
    sets: dict[Values, str] = {}
    lines = [line for command in root.all() for line in _function(command, sets)]
    for values, name in sets.items():
        yield from _choices(values, name)
    yield from lines
    yield f'{_name(root)} "$@"'


def _function(command: Command, sets: dict[Values, str]) -> Iterator[str]:
    """Yield the function of one command; names for its sets of words are put into ``sets``."""
    yield f"{_name(command)}() {{"
    if command.below:
        yield "    if ((CURRENT > 2)); then"
        yield "        case $words[2] in"
        for below in command.below:
            yield f"            {below.path[-1]}) shift words; ((CURRENT--)); {_name(below)}; return ;;"
        yield "        esac"
        yield "    fi"
    specifications = [part for option in command.options for part in _specified(option, sets)]
    if command.below:
        specifications.append(quote(f"1:command or argument:{_further(command, sets)}"))
    if command.arguments != Values():
        specifications.append(quote(f"*:argument:{_action(command.arguments, sets)}"))
    yield "    _arguments -s -S \\"
    yield " \\\n".join(f"        {specification}" for specification in specifications)
    yield "}"


def _specified(option: Option, sets: dict[Values, str]) -> Iterator[str]:
    """Yield what ``_arguments`` is told of each name of an option; all may be given again."""
    told = re.sub(r"([\[\]\\:])", r"\\\1", option.told)
    for name in option.names:
        if option.values is None:
            yield quote(f"*{name}[{told}]")
        else:
            joint = "=" if name.startswith("--") else "+"
            yield quote(f"*{name}{joint}[{told}]:value:{_action(option.values, sets)}")


def _further(command: Command, sets: dict[Values, str]) -> str:
    """Return the action that completes the names of the commands below, or this command's own arguments."""
    names = Values(tuple((below.path[-1], below.told) for below in command.below))
    return f"{{ {_set(names, sets)}; {_action(command.arguments, sets) or ':'} }}"


def _action(values: Values, sets: dict[Values, str]) -> str:
    """Return an action that completes what may stand in a place; a blank where that may be anything."""
    places = "_files -/" if values.folders else "_files" if values.files else ""
    if not values.words:
        return places or " "
    chosen = _set(Values(values.words, several=values.several), sets)
    return f"{{ {chosen}; {places} }}" if places else chosen


def _set(values: Values, sets: dict[Values, str]) -> str:
    """Return the name of the function that completes these words."""
    return sets.setdefault(values, f"_lintian_ml_words_{len(sets) + 1}")


def _choices(values: Values, name: str) -> Iterator[str]:
    """Yield a function that completes words, each with what is told of it."""
    yield f"{name}() {{"
    if values.several:
        yield "    _values -s , word \\"
        yield " \\\n".join(f"        {quote(_value(*word))}" for word in values.words)
    else:
        yield "    local -a choices=("
        yield from (f"        {quote(_described(*word))}" for word in values.words)
        yield "    )"
        yield "    _describe word choices"
    yield "}"


def _value(word: str, told: str) -> str:
    r"""Return a word as ``_values`` wants it: ``word[told]``, with ``\`` before what would mean more."""
    escaped = re.sub(r"([\[\]\\:])", r"\\\1", told)
    return f"{word}[{escaped}]" if told else word


def _described(word: str, told: str) -> str:
    r"""Return a word as ``_describe`` wants it: ``word:told``, with ``\`` before a colon in the word."""
    escaped = word.replace(":", r"\:")
    return f"{escaped}:{told}" if told else escaped


def _name(command: Command) -> str:
    return "_" + "_".join(command.path).replace("-", "_")
