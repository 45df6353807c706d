"""Fish: a ``complete`` line for each option and each place, all under a condition on the command."""

from collections.abc import Iterator

from lintian_ml.completion.command import Command, Option, Values


def script(root: Command) -> Iterator[str]:
    """Yield the lines of the script."""
    program = root.path[0]
    place = f"__{program.replace('-', '_')}_place"
    yield f'# Fish completion for {program}, written by "{program} completion fish".'
    yield from _place_function(place, root)
    for command in root.all():
        condition = quoted(f'test "$({place})" = "{_place(command)}"')
        start = f"complete -c {program} -n {condition}"
        if not (command.arguments.files or command.arguments.folders):
            yield f"{start} -f"
        for option in command.options:
            yield f"{start} {_option(option)}"
        if command.arguments.words:
            yield f"{start} -a {_words(command.arguments)}"
        first = quoted(f"test (count (commandline -opc)) -eq {len(command.path)}")
        for below in command.below:
            yield f"{start} -n {first} -a {below.path[-1]} -d {quoted(below.told)}"


def _place_function(name: str, root: Command) -> Iterator[str]:
    """Yield a function that prints the words that lead to the command that is being typed."""
    yield f"function {name}"
    yield "    set -l place"
    yield "    for word in (commandline -opc)[2..]"
    yield '        switch "$place $word"'
    for command in root.all():
        for below in command.below:
            step = f"{_place(command)} {below.path[-1]}"
            yield f"            case {quoted(step)}"
            yield f"                set place {quoted(_place(below))}"
    yield "            case '*'"
    yield "                break"
    yield "        end"
    yield "    end"
    yield "    echo $place"
    yield "end"


def _option(option: Option) -> str:
    """Return what fish is told of an option."""
    long = (f"-l {name[2:]}" for name in option.names if name.startswith("--"))
    short = (f"-s {name[1:]}" for name in option.names if not name.startswith("--"))
    behind = [] if option.values is None else [_behind(option.values)]
    return " ".join((*short, *long, *behind, "-d", quoted(option.told)))


def _behind(values: Values) -> str:
    """Return what stands behind an option: files only where they are wanted."""
    only = "-r -F" if values.files else "-x"
    folders = "(__fish_complete_directories)" if values.folders else ""
    if not values.words:
        return f"{only} -a {quoted(folders)}" if folders else only
    return f"{only} -a {_words(values, folders)}"


def _words(values: Values, more: str = "") -> str:
    """Return words with what is told of them; after a comma where several may stand."""
    listed = [f"{word}\\t{quoted(told)}" if told else word for word, told in values.words]
    if values.several:
        return quoted(f"(__fish_append , {' '.join(listed)})")
    return quoted(" ".join(filter(None, (*listed, more))))


def _place(command: Command) -> str:
    """Return the words behind the program's name that lead to a command."""
    return " ".join(command.path[1:])


def quoted(text: str) -> str:
    """Return a text in single quotes, in which fish knows two escapes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
