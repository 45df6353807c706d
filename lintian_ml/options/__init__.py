"""Command lines with Lintian's manners, and the configuration files that stand behind them."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from lintian_ml.error import UsageError
from lintian_ml.escape import for_message

ENVIRONMENT = "LINTIAN_ML_"
"""Prefix of the environment variables: LINTIAN_ML_PROFILE=strict is --profile strict."""

YES = frozenset({"yes", "y", "1", "true", "on"})
NO = frozenset({"no", "n", "0", "false", "off"})


class Parser(argparse.ArgumentParser):
    """A parser whose errors are exceptions; long options are never abbreviated."""

    def __init__(self, **settings: object) -> None:
        super().__init__(
            allow_abbrev=False,
            formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28, width=columns()),
            **settings,  # type: ignore[arg-type]
        )

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of leaving with argparse's own status."""
        raise UsageError(f"{message}\n{self.format_usage().rstrip()}")

    def with_configuration(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse the files of least weight first, then the environment, then ``arguments``.

        The options ``--cfg`` and ``--no-cfg`` say which files, on the command line and in the environment.
        """
        nearer = [*_from_environment(self), *arguments]
        chosen = self.parse_known_args(nearer)[0]
        files = () if chosen.no_cfg else (chosen.cfg,) if chosen.cfg else configuration_files()
        farther = [word for path in reversed(files) for word in _from_file(self, path)]
        return self.parse_intermixed_args([*farther, *nearer])

    def words(self, key: str, value: str) -> list[str]:
        """Return the words of a command line that say ``key: value``; UsageError if there is no such
        option.
        """
        option = self._option_string_actions.get(f"--{key}")
        negative = self._option_string_actions.get(f"--no-{key}")
        if option is None and negative is None:
            raise UsageError(f"there is no option --{key}")
        if option is not None and option.nargs != 0:
            return [f"--{key}", value]
        if value.lower() not in YES | NO:
            raise UsageError(f"{key} is yes or no, not {value}")
        chosen, name = (option, key) if value.lower() in YES else (negative, f"no-{key}")
        return [f"--{name}"] if chosen else []


def configuration_files() -> tuple[Path, ...]:
    """Return the configuration files that there are, the user's before the system's."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    places = (home / "lintian-ml" / "config", Path("/etc/lintian-ml/config"))
    return tuple(path for path in places if path.is_file())


def columns() -> int:
    """Return the width of the terminal, 80 where there is none."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def wants_colour(choice: str) -> bool:
    """Decide on colours: "always", "never", or "auto" for a terminal unless NO_COLOR is set."""
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"


def warn(message: str) -> None:
    """Print a warning where it disturbs no one who parses standard output; it may have several lines."""
    safe = "\n".join(map(for_message, message.split("\n")))
    print(f"lintian-ml: {safe}", file=sys.stderr)


def _from_file(parser: Parser, path: Path) -> Iterator[str]:
    from lintian_ml.stanza import read

    try:
        stanzas, troubles = read(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    for trouble in troubles:
        raise UsageError(f"{path}:{trouble.line}: {trouble.message}")
    for field in (field for stanza in stanzas for field in stanza.fields):
        try:
            yield from parser.words(field.name.lower(), field.text)
        except UsageError as error:
            raise UsageError(f"{path}:{field.line}: {error}") from error


def _from_environment(parser: Parser) -> Iterator[str]:
    for name, value in sorted(os.environ.items()):
        if name.startswith(ENVIRONMENT):
            key = name.removeprefix(ENVIRONMENT).lower().replace("_", "-")
            try:
                yield from parser.words(key, value)
            except UsageError as error:
                raise UsageError(f"environment variable {name}: {error}") from error
