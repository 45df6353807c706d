"""Trains the models of a package again as debian/models declares, and tells which predicate holds.

The only command that runs what a package brought: each Training-Command, in temporary copies of the patched
source without the models, confined by bubblewrap, without network, and within limits.
"""

import os
import re
import signal
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

from lintian_ml.error import UsageError
from lintian_ml.escape import for_line, for_message
from lintian_ml.options import Parser, warn
from lintian_ml.reproduce import Limits, Settings, confinement, lines, reproduce, worst
from lintian_ml.reproduce.variation import KINDS, chosen

TROUBLE = 3

ENDED = 128

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

SIZE = re.compile(r"([0-9]{1,12})([KMGT]?)")

MOST_TIMES = 100

EPILOG = """Exit status: 0 what is declared holds, 1 it does not, 2 not decided, 3 trouble;
of several models, 3 before 1 before 2 before 0."""


def run(arguments: Sequence[str]) -> int:
    """Train, print a report on each model, and return the status of the whole."""
    made = parser()
    options = made.parse_intermixed_args(arguments)
    _check(made, options)
    settings = _settings(options)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _leave)
    print(settings.confinement.name)
    print(f"limits: {settings.limits}; held to them by {settings.confinement.held}", flush=True)
    outcomes = []
    for reproduction in reproduce(options.package, settings):
        print("\n".join(lines(reproduction)), flush=True)
        outcomes.append(reproduction.outcome)
    return worst(outcomes).value


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(prog="lintian-ml reproduce", description=__doc__, epilog=EPILOG)
    _add_what(made)
    _add_limits(made)
    return made


def _add_what(made: Parser) -> None:
    add = made.add_argument
    add("package", metavar="PACKAGE", type=Path, help="a .dsc, or the folder of an unpacked source package")
    add("--model", metavar="NAME", help="train only the model of that stanza")
    times = partial(_number, most=MOST_TIMES)
    add("--times", metavar="N", type=times, default=2, help="how often to train each model (default: 2)")
    what = f"what differs between the runs: all (the default), none, or some of {','.join(KINDS)}"
    add("--vary", metavar="LIST", type=_varied, default="all", help=what)
    add("--data", metavar="DIR", type=Path, help="DIR/DATASET has the data of each data set ($MODEL_DATA)")
    add(
        "--fetch-data", metavar="DIR", type=Path, help="as --data, but fetch what is not there, by its digest"
    )
    add("--keep", metavar="DIR", type=Path, help="keep there what each run made, and the logs")
    add("-y", "--yes", action="store_true", help="do not ask before anything of the package is run")


def _add_limits(made: Parser) -> None:
    add = made.add_argument_group("confinement").add_argument
    add(
        "--chroot",
        metavar="DIR",
        type=Path,
        default=Path("/"),
        help="the system to train in (default: this one)",
    )
    add("--allow-root", action="store_true", help="go on as root")
    add("--unconfined", action="store_true", help="run as yourself, with network and all your files")
    add("--timeout", metavar="SECONDS", type=_seconds, default=3600.0, help="for each run (default: 3600)")
    usual = Limits()
    add("--memory", metavar="SIZE", type=_size, default=usual.memory, help="as 4G (default: half of it)")
    space = "of the build folder, which is in memory (default: a quarter of it)"
    add("--space", metavar="SIZE", type=_size, default=usual.space, help=space)
    processes = f"with their threads (default: {usual.processes})"
    add("--processes", metavar="N", type=_number, default=usual.processes, help=processes)


def _check(made: Parser, options: Namespace) -> None:
    """UsageError for what cannot be had together, or not as root."""
    if options.data and options.fetch_data:
        made.error("--data and --fetch-data are for the same folder; give one of them")
    if options.unconfined and options.chroot != Path("/"):
        made.error("--chroot needs the walls that --unconfined takes away")
    if os.geteuid() == 0 and not options.allow_root:
        raise UsageError("reproduce runs what a package brings, and not as root; --allow-root does it anyway")


def _settings(options: Namespace) -> Settings:
    way = confinement(waived=options.unconfined, environment=os.environ, root=options.chroot.resolve())
    return Settings(
        way,
        Limits(options.timeout, options.memory, options.space, options.processes),
        options.model,
        options.times,
        options.vary,
        options.chroot.resolve(),
        options.data or options.fetch_data,
        fetches=options.fetch_data is not None,
        keep=options.keep,
        tell=_tell,
        ask=partial(_ask, yes=options.yes, way=way.name),
    )


def _ask(commands: Sequence[str], *, yes: bool, way: str) -> None:
    """Ask whether to go on; UsageError where the answer is no, or there is nobody to ask."""
    warn(f"this runs what the package brought, {way}:")
    for command in commands:
        warn(f"  {for_line(' '.join(command.split()))}")
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nothing was run: where nobody can be asked, --yes says that it may")
    print("Run it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was run")


def _tell(sentence: str) -> None:
    sys.stdout.flush()
    warn(for_message(sentence))


def _varied(text: str) -> tuple[str, ...]:
    try:
        return chosen(text)
    except UsageError as error:
        raise ArgumentTypeError(str(error)) from None


def _number(text: str, most: int = 10**6) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= most):
        raise ArgumentTypeError(f"takes a number from 1 to {most}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 10**9:
        raise ArgumentTypeError("takes a number of seconds above 0")
    return seconds


def _size(text: str) -> int:
    found = SIZE.fullmatch(text)
    size = int(found[1]) * UNITS[found[2]] if found else 0
    if not 1 << 16 <= size < 1 << 60:
        raise ArgumentTypeError("takes a size, as 512M or 4G")
    return size


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End as the signal asks, but by an exception, so that the temporary folder is removed."""
    del frame
    sys.exit(ENDED + number)
