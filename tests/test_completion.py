"""Completion is tried in the shells themselves: a line is typed, the key is pressed, and what stands there
then is read."""

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from lintian_ml.cli import DEFAULT, commands, find_command
from lintian_ml.cli.completion import root
from lintian_ml.completion import shell_names
from lintian_ml.completion.words import WORDS
from lintian_ml.registry import checks, profile_names
from tests.building import run_command

CASES = {
    "lintian-ml --print-v": "lintian-ml --print-version",
    "lintian-ml expl": "lintian-ml explain",
    "lintian-ml ./exam": "lintian-ml ./example.dsc",
    "lintian-ml --tags undeclared-m": "lintian-ml --tags undeclared-model",
    "lintian-ml --tags=undeclared-m": "lintian-ml --tags=undeclared-model",
    "lintian-ml -X shipped-model,training-data-not-f": "lintian-ml -X shipped-model,training-data-not-free",
    "lintian-ml --profile stri": "lintian-ml --profile strict",
    "lintian-ml -q --fail-on warning,ped": "lintian-ml -q --fail-on warning,pedantic",
    "lintian-ml --cfg exam": "lintian-ml --cfg example.dsc",
    "lintian-ml --declarations fol": "lintian-ml --declarations folder/",
    "lintian-ml --suite-index ap": "lintian-ml --suite-index apt",
    "lintian-ml compare --predicate ul": "lintian-ml compare --predicate ulp",
    "lintian-ml compare --predicate conver": "lintian-ml compare --predicate converter",
    "lintian-ml compare --evalu": "lintian-ml compare --evaluate",
    "lintian-ml explain gnub": "lintian-ml explain gnubg",
    "lintian-ml archive que": "lintian-ml archive query",
    "lintian-ml archive query --output mass": "lintian-ml archive query --output mass-bug",
    "lintian-ml archive scan --retr": "lintian-ml archive scan --retry-failed",
    "lintian-ml completion zs": "lintian-ml completion zsh",
}
"""What is typed, and what stands there when the key was pressed."""

BASH = """\
source {script}
PS1= PS2=
tell() {{ printf %s "$READLINE_LINE" > {out}.new; mv {out}.new {out}; READLINE_LINE=; }}
bind -x '"\\C-g": tell'
"""

ZSH = """\
fpath=({folder}/functions $fpath)
autoload -Uz compinit
compinit -u -d {folder}/dump
setopt no_beep
tell() {{ print -rn -- $BUFFER > {out}.new; mv {out}.new {out}; BUFFER=; }}
zle -N tell
bindkey '^G' tell
"""


def prepare(shell: str, folder: Path) -> list[str]:
    """Write the script and a start file that loads it; return the command line of the shell."""
    done = run_command("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    (folder / "example.dsc").touch()
    (folder / "folder").mkdir()
    script = folder / "functions" / "_lintian-ml"
    script.parent.mkdir()
    script.write_text(done.stdout)
    start = {"bash": BASH, "zsh": ZSH}.get(shell, "").format(script=script, folder=folder, out=folder / "out")
    (folder / ".zshrc").write_text(start)
    return ["bash", "--noprofile", "--rcfile", ".zshrc", "-i"] if shell == "bash" else ["zsh", "-i"]


@contextmanager
def terminal(command: Sequence[str], folder: Path) -> Iterator[int]:
    """Run a command on a terminal of its own in a folder; give the file descriptor of its other end."""
    ours, theirs = pty.openpty()
    settings = {"PATH": os.environ["PATH"], "HOME": str(folder), "ZDOTDIR": str(folder), "TERM": "dumb"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=settings, start_new_session=True
    ) as process:
        try:
            yield ours
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)


def completed(text: str, end: int, out: Path) -> str:
    """Type a text and the key for completion; return the line that stands there then."""
    out.unlink(missing_ok=True)
    os.write(end, f"{text}\t\x07".encode())
    until = time.monotonic() + 30
    while not out.exists():
        assert time.monotonic() < until, f"no answer to {text!r}"
        if select.select([end], [], [], 0.05)[0]:
            os.read(end, 1 << 16)
    return out.read_text()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_line_is_completed(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not there")
    with terminal(prepare(shell, tmp_path), tmp_path) as end:
        found = {text: completed(text, end, tmp_path / "out").rstrip(" ,") for text in CASES}
    assert found == CASES


def test_fish_offers_what_the_line_becomes(tmp_path: Path) -> None:
    if not shutil.which("fish"):
        pytest.skip("fish is not there")
    prepare("fish", tmp_path)
    settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    for text, line in CASES.items():
        ask = f"source functions/_lintian-ml; complete -C '{text}'"
        done = subprocess.run(
            ["fish", "-N", "-c", ask], cwd=tmp_path, env=settings, capture_output=True, text=True, check=True
        )
        offered = [word.partition("\t")[0] for word in done.stdout.splitlines()]
        assert line.split()[-1] in offered, (text, offered)
        assert done.stderr == ""


@pytest.mark.parametrize("shell", shell_names())
def test_the_script_has_every_option_tag_profile_and_command(shell: str) -> None:
    script = run_command("completion", shell).stdout
    options = {name for command in root().all() for option in command.options for name in option.names}
    spelled = options if shell != "fish" else {f"-l {name[2:]}" for name in options if name[2:]}
    for word in (*spelled, *checks(), *profile_names(), *commands()):
        if word != DEFAULT:
            assert word in script


def test_every_word_list_belongs_to_a_place_of_some_command() -> None:
    places = {action.dest for name in commands() for action in find_command(name).parser()._actions}
    assert WORDS.keys() <= places


def test_an_unknown_shell_is_an_error_of_usage() -> None:
    done = run_command("completion", "tcsh")
    assert done.returncode == 1
    assert "tcsh" in done.stderr
