"""Tests the comparator on this machine: known answers, all pairs of small types, drawn bit patterns."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from lintian_ml.escape import for_line
from lintian_ml.options import Parser

TROUBLE = 3


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(
        prog="lintian-ml self-test",
        description=__doc__,
        epilog="Exit status: 0 nothing wrong, 1 something wrong, 3 trouble.",
    )
    made.add_argument(
        "--seed", type=int, metavar="N", help="draw what was drawn with this seed (default: a new one)"
    )
    return made


def run(arguments: Sequence[str]) -> int:
    """Print what each check found; return 0 if nothing was wrong, 1 if something was."""
    from lintian_ml.equality.self_test import examine

    options = parser().parse_args(arguments)
    seed = secrets.randbelow(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}")
    wrong = 0
    for found in examine(seed):
        wrong += found.wrong
        answer = f"{found.wrong} WRONG" if found.wrong else "ok"
        print(f"{found.name}: {found.cases} cases, {answer} ({found.seconds:.1f} s)", flush=True)
        for line in (*found.complaints, *found.notes):
            print(for_line(f"  {line}"))
    print("the comparator cannot be trusted here" if wrong else "the comparator answers as defined")
    return 1 if wrong else 0
