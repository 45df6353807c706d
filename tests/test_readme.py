"""The README's commands are those that are tried."""

import re
from pathlib import Path

from tests.building import run_command

ROOT = Path(__file__).parent.parent
COMMANDS = re.findall(r"^    (python3 -m venv .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)


def test_there_are_two_commands() -> None:
    assert len(COMMANDS) == 2


def test_the_second_is_what_continuous_integration_runs() -> None:
    assert COMMANDS[1] in (ROOT / ".ci" / "run").read_text().splitlines()


def test_the_first_ends_in_a_lint_that_works() -> None:
    words = COMMANDS[0].rpartition(".venv/bin/lintian-ml ")[2].split()
    done = run_command("--allow-root", *words, cwd=ROOT)
    assert done.returncode == 0
    assert "P: tinynet source: undeclared-model net.onnx" in done.stdout
