"""Starts the child process that runs a graph, waits no longer than it may take, and reads what it wrote."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.blob import FileBlob
from lintian_ml.equality.evaluation.engines import EvaluationError
from lintian_ml.equality.evaluation.limits import Limits
from lintian_ml.error import LintianMLError
from lintian_ml.escape import for_message
from lintian_ml.formats import npz
from lintian_ml.model import Model
from lintian_ml.threads import SINGLE_THREADED

GRACE = 30
"""Seconds of waiting beyond those that the child may compute."""

KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
"""What the child gets of the environment."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a graph gave on all probes, by name; ``isolated`` where the kernel cut the network off."""

    model: Model
    isolated: bool


@contextmanager
def evaluated(engine: str, model: Path, probes: Path, limits: Limits) -> Iterator[Outputs]:
    """Run a graph in a child process and give its outputs, which lie in a folder that is then removed.

    EvaluationError, with the reason, where there are none.
    """
    with tempfile.TemporaryDirectory(prefix="lintian-ml-") as folder:
        written = Path(folder) / "outputs.npz"
        isolated = _run(engine, model.resolve(), probes.resolve(), written, limits)
        try:
            with FileBlob(written, follow=False) as blob:
                outputs = npz.read(blob)
                if not outputs.complete:
                    raise EvaluationError("the outputs cannot be accounted for byte by byte")
                yield Outputs(outputs, isolated)
        except (OSError, LintianMLError) as error:
            raise EvaluationError(f"the outputs cannot be read: {error}") from None


def _run(engine: str, model: Path, probes: Path, written: Path, limits: Limits) -> bool:
    """Run the child in the folder that it may write to; return whether it was cut off the network."""
    numbers = map(str, (limits.seconds, limits.memory, limits.output))
    program = [sys.executable, "-P", "-m", "lintian_ml.equality.evaluation"]
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {
        "HOME": str(written.parent),
        "TMPDIR": str(written.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        **SINGLE_THREADED,
    }
    try:
        done = subprocess.run(
            [*program, engine, str(model), str(probes), str(written), *numbers],
            capture_output=True,
            check=False,
            cwd=written.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=limits.seconds + GRACE,
        )
    except subprocess.TimeoutExpired:
        raise EvaluationError(f"it takes more than {limits.seconds} seconds") from None
    return _told(done, limits)


def _told(done: "subprocess.CompletedProcess[bytes]", limits: Limits) -> bool:
    """Return what the child says of its isolation; EvaluationError where it failed or says nothing."""
    if done.returncode < 0:
        raise EvaluationError(
            f"it was ended by signal {-done.returncode}; it may take {limits.seconds} seconds "
            f"and {limits.memory >> 20} MiB"
        )
    try:
        told = json.loads(done.stdout[-4096:])
        trouble, isolated = told["trouble"], told["isolated"]
    except (ValueError, TypeError, KeyError):
        raise EvaluationError(f"it ended with status {done.returncode} and said nothing") from None
    if trouble:
        raise EvaluationError(for_message(str(trouble)))
    return bool(isolated)
