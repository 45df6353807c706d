"""What a child does with one package: it reads it, or takes what was found before, and has it judged."""

import base64
import json
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lintian_ml.archive.inventory import packed, unpacked
from lintian_ml.archive.job import STARVED, Job
from lintian_ml.archive.layers import Layer
from lintian_ml.archive.rows import rows_of
from lintian_ml.container.limits import Limits
from lintian_ml.error import LintianMLError
from lintian_ml.escape import for_data
from lintian_ml.package.dsc import read_source
from lintian_ml.package.files import Listed
from lintian_ml.registry import find_profile, profile_names
from lintian_ml.run import Settings, judge


@dataclass(frozen=True, slots=True)
class Question:
    """One package that a child is asked about; ``listed`` is what the plan says of its .dsc, ``inventory``
    and ``layer`` what is known of it.
    """

    path: Path
    listed: Listed | None
    profile: str
    seconds: int
    inventory: bytes | None
    layer: bytes | None


def asked(job: Job, profile: str) -> bytes:
    """Return the line that asks a child about a package."""
    known = [as_text(job.inventory), as_text(job.layer)]
    words = [job.path, job.sha256, job.size, profile, job.seconds, *known]
    return json.dumps(words).encode("ascii") + b"\n"


def understood(line: bytes) -> Question:
    """Return the question that a line asks."""
    path, sha256, size, profile, seconds, *known = json.loads(line)
    listed = None if size is None else Listed(Path(path).name, size, sha256)
    return Question(Path(path), listed, profile, seconds, *map(as_bytes, known))


def as_text(data: bytes | None) -> str | None:
    """Write bytes so that a line can hold them."""
    return base64.b64encode(data).decode("ascii") if data else None


def as_bytes(text: str | None) -> bytes | None:
    """Return the bytes that were written as ``text``."""
    return base64.b64decode(text) if text else None


def answer(question: Question) -> bytes:
    """Return the line that answers a question."""
    began = time.process_time()
    try:
        told = _answer(question)
    except LintianMLError as error:
        told = {"trouble": for_data(str(error))}
    told["seconds"] = time.process_time() - began
    return json.dumps(told).encode("ascii") + b"\n"


def _answer(question: Question) -> dict[str, Any]:
    settings = _settings(question.profile)
    if question.inventory:
        return {"rows": rows_of(judge(unpacked(question.inventory), settings))}
    layer = Layer(question.layer)
    package = read_source(
        question.path, settings.examiner(settings.limits), settings.limits, question.listed, layer
    )
    starved = any(note.reason == STARVED for note in package.not_examined)
    return {
        "rows": rows_of(judge(package, settings)),
        "starved": starved,
        "inventory": as_text(packed(package)),
        "layer": None if starved else as_text(layer.data),
        "read": sum(one.size for one in package.tarballs) - layer.recalled,
    }


@cache
def _settings(profile: str) -> Settings:
    """Return how a scan reads and judges: by its own profile, and by all that are shipped besides; with one
    thread, since other children use the other processors.
    """
    readings = tuple(map(find_profile, profile_names()))
    return Settings(profile=find_profile(profile), readings=readings, limits=Limits(threads=1))
