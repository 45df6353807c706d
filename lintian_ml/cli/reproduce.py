"""Trains the models of a package again as debian/models declares, and tells which predicate holds.

The only command that runs what a package brought: each Training-Command, in a temporary copy of the source
without the models, confined by bubblewrap and without network.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from lintian_ml.escape import for_line
from lintian_ml.options import Parser, warn
from lintian_ml.reproduce import FileOutcome, Outcome, Reproduction, Settings, confinement, reproduce, worst

TROUBLE = 3

ENDED = 128

EPILOG = """Exit status: 0 what is declared holds, 1 it does not, 2 not decided, 3 trouble;
of several models, 3 before 1 before 2 before 0."""


def run(arguments: Sequence[str]) -> int:
    """Train, print a line for each file, and return the status of the whole."""
    made = _parser()
    options = made.parse_intermixed_args(arguments)
    if not 0 < options.timeout < 10**9:
        made.error("--timeout takes a number of seconds above 0")
    way = confinement(waived=options.unconfined, environment=os.environ)
    warn(f"this runs what the package brought, {way.name}")
    settings = Settings(way, options.model, options.data, options.keep, options.timeout, _tell)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _leave)
    outcomes = []
    for reproduction in reproduce(options.package, settings):
        print("\n".join(_lines(reproduction)), flush=True)
        outcomes.append(reproduction.outcome)
    return worst(outcomes).value


def _parser() -> Parser:
    made = Parser(prog="lintian-ml reproduce", description=__doc__, epilog=EPILOG)
    add = made.add_argument
    add("package", metavar="PACKAGE", type=Path, help="a .dsc, or the folder of an unpacked source package")
    add("--model", metavar="NAME", help="train only the model of that stanza")
    add("--data", metavar="DIR", type=Path, help="DIR/DATASET has the data of each data set ($MODEL_DATA)")
    add("--keep", metavar="DIR", type=Path, help="keep there what was made, and the logs")
    add("--timeout", metavar="SECONDS", type=float, default=3600.0, help="for each model (default: 3600)")
    add("--unconfined", action="store_true", help="run as yourself, with network and all your files")
    return made


def _lines(reproduction: Reproduction) -> Iterator[str]:
    """Yield a line for each file, or one for a model that was not judged."""
    if reproduction.removed:
        names = ", ".join(map(for_line, reproduction.removed))
        warn(f"{for_line(reproduction.model)}: also taken out of the tree: {names}")
    if not reproduction.files:
        word = "trouble" if reproduction.outcome is Outcome.TROUBLE else "not decided"
        yield f"{for_line(reproduction.model)}: {word}: {for_line(reproduction.reason)}"
    for file in reproduction.files:
        yield f"{for_line(reproduction.model)}: {_line(file)}"


def _line(file: FileOutcome) -> str:
    return ": ".join(for_line(text) for text in (file.path, file.verdict, file.reason) if text)


def _tell(model: str, command: str) -> None:
    sys.stdout.flush()
    warn(f"{for_line(model)}: training: {for_line(' '.join(command.split()))}")


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End as the signal asks, but by an exception, so that the temporary folder is removed."""
    del frame
    sys.exit(ENDED + number)
