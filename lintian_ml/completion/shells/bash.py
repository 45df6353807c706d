"""Bash: one function, which looks at the words before the cursor; bash-completion need not be there."""

from collections.abc import Iterator
from shlex import quote

from lintian_ml.completion.command import Command, Values

_BEGINNING = """\
_{function}()
{{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
    local place= words= kind= several= before= word
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$place $word" in"""

_MIDDLE = """\
            *) break ;;
        esac
    done"""

_END = """\
    if [[ $several && $current == *,* ]]; then
        before=${current%,*},
        current=${current##*,}
    fi
    mapfile -t COMPREPLY < <(IFS=' ' compgen -P "$before" -W "$words" -- "$current")
    case "$kind" in
        files) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
        folders) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
        *) return ;;
    esac
    compopt -o filenames 2> /dev/null
}"""


def script(root: Command) -> Iterator[str]:
    """Yield the lines of the script."""
    program = root.path[0]
    function = program.replace("-", "_")
    yield f'# Bash completion for {program}, written by "{program} completion bash".'
    yield from _BEGINNING.format(function=function).splitlines()
    yield from _descents(root)
    yield from _MIDDLE.splitlines()
    yield from _arguments(root)
    yield from _behind_options(root)
    yield from _END.splitlines()
    yield f"complete -F _{function} {program}"


def _descents(root: Command) -> Iterator[str]:
    """Yield the cases in which a word leads one command further down."""
    for command in root.all():
        for below in command.below:
            step = f"{_place(command)} {below.path[-1]}"
            yield f"            {quote(step)}) place={quote(_place(below))} ;;"


def _arguments(root: Command) -> Iterator[str]:
    """Yield what may stand where no option asks for something: options, commands and arguments."""
    yield '    case "$place" in'
    for command in root.all():
        names = " ".join(name for option in command.options for name in option.names)
        further = " ".join(below.path[-1] for below in command.below)
        yield f"        {quote(_place(command))})"
        yield f"            {_assignments(command.arguments)}"
        if further:
            yield f"            ((COMP_CWORD == {len(command.path)})) && words+={quote(f' {further}')}"
        yield f"            [[ $current == -* ]] && words={quote(names)} kind= ;;"
    yield "    esac"


def _behind_options(root: Command) -> Iterator[str]:
    """Yield what may stand behind options; those with the same behind them share a case."""
    places: dict[Values, list[str]] = {}
    for command in root.all():
        for option in command.options:
            if option.values is not None:
                names = (quote(f"{_place(command)} {name}") for name in option.names)
                places.setdefault(option.values, []).extend(names)
    yield '    case "$place $previous" in'
    for values, patterns in places.items():
        yield f"        {' | '.join(patterns)}) {_assignments(values)} ;;"
    yield "    esac"


def _assignments(values: Values) -> str:
    """Return the assignments that say what may stand in a place."""
    words = " ".join(word for word, _ in values.words)
    kind = "files" if values.files else "folders" if values.folders else ""
    return f"words={quote(words)} kind={kind} several={',' if values.several else ''}"


def _place(command: Command) -> str:
    """Return the words behind the program's name that lead to a command."""
    return " ".join(command.path[1:])
