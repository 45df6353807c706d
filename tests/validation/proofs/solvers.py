"""The solvers that can be asked: z3 and cvc5 for SMT-LIB, gappa for bounds of rounding errors."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

UNKNOWN = "unknown"
"""What a solver answers that came to no end in time."""


@dataclass(frozen=True, slots=True)
class Solver:
    """What answers files in one language; ``version`` is asked only where it is there."""

    name: str
    language: str
    there: Callable[[], bool]
    version: Callable[[], str]
    answer: Callable[[str, float], str]


def _z3(text: str, seconds: float) -> str:
    import z3

    solver = z3.Solver()
    solver.set("timeout", int(seconds * 1000))
    solver.from_string(text)
    return str(solver.check())


def _z3_version() -> str:
    import z3

    return str(z3.get_version_string())


def _cvc5(text: str, seconds: float) -> str:
    """Return what ``check-sat`` answers, without the reason; no other command of the files says anything.

    For formats other than float32 and float64 cvc5 wants to be told that its own support is experimental.
    """
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(int(seconds * 1000)))
    solver.setOption("fp-exp", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "claim")
    said = ""
    while not (command := parser.nextCommand()).isNull():
        said += command.invoke(solver, parser.getSymbolManager())
    return said.split(maxsplit=1)[0]


def _cvc5_version() -> str:
    import cvc5

    return str(cvc5.__version__)


def _gappa(text: str, seconds: float) -> str:
    """Return whether all was proved; gappa says which goal was not. Anything else is a fault of the file."""
    try:
        ran = _run(["gappa"], text, seconds)
    except subprocess.TimeoutExpired:
        return UNKNOWN
    if ran.returncode == 0 and not ran.stderr:
        return "proved"
    if "properties were not satisfied" in ran.stderr and "arning" not in ran.stderr:
        return "not proved"
    raise ValueError(f"gappa does not take it: {ran.stderr.strip()}")


def _gappa_version() -> str:
    ran = _run(["gappa", "--version"], "", 60)
    return (ran.stdout + ran.stderr).split()[-1]


def _run(command: list[str], text: str, seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=seconds, check=False)


def _module(name: str) -> Callable[[], bool]:
    return lambda: find_spec(name) is not None


SOLVERS = (
    Solver("z3", "smt2", _module("z3"), _z3_version, _z3),
    Solver("cvc5", "smt2", _module("cvc5"), _cvc5_version, _cvc5),
    Solver("gappa", "g", lambda: shutil.which("gappa") is not None, _gappa_version, _gappa),
)
