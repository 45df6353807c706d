"""What a worker does: it has a child read packages, one after the other, and tells what came of each.

The child outlives the package, so that a small one does not wait for a start; one that a package kills, or
that does not answer in time, is replaced, and costs that package only.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lintian_ml.archive.caretaker import Caretaker, DiedError
from lintian_ml.archive.job import Answer, Job
from lintian_ml.archive.reading import as_bytes, asked

_own = threading.local()
"""The child of each thread that works: it holds none while it waits, and no thread asks another's."""


def attempt(jobs: Sequence[Job], profile: str, memory: int) -> tuple[Answer, ...]:
    """Answer for each of ``jobs``, in their order; a child may use so many bytes."""
    return tuple(_answers(jobs, profile, memory))


def _answers(jobs: Sequence[Job], profile: str, memory: int) -> Iterator[Answer]:
    for job in jobs:
        absent = None if job.inventory else _absent(job)
        if absent is None:
            yield _ask(job, profile, memory)
        else:
            yield Answer(trouble=f"{absent}: is not there", absent=True)


def _absent(job: Job) -> Path | None:
    """Return the first file of a package that is not there; None if all are."""
    path = Path(job.path)
    if job.size is None:
        return None  # nobody knows what it lists; the reading will say what is wrong
    return next((one for one in (path, *map(path.with_name, job.files)) if not _is_there(one)), None)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return True  # the reading says why it cannot be read


def _ask(job: Job, profile: str, memory: int) -> Answer:
    caretaker = getattr(_own, "caretaker", None)
    if caretaker is None or not caretaker.may_go_on(memory):
        if caretaker:
            caretaker.dismiss()
        caretaker = _own.caretaker = Caretaker(memory)
    try:
        told = json.loads(caretaker.ask(asked(job, profile), job.seconds))
        return _as_answer(told)
    except DiedError as death:
        caretaker.dismiss()
        return Answer(trouble=str(death))
    except BaseException:
        caretaker.dismiss()  # it may still answer, and the next package would get the answer
        raise


def _as_answer(told: dict[str, Any]) -> Answer:
    return Answer(
        rows=told.get("rows"),
        trouble=told.get("trouble", ""),
        starved=told.get("starved", False),
        inventory=as_bytes(told.get("inventory")),
        layer=as_bytes(told.get("layer")),
        read=told.get("read", 0),
        seconds=told["seconds"],
    )
