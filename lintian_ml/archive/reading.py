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
from lintian_ml.archive.rows import rows_of
from lintian_ml.detection import Examiner
from lintian_ml.error import LintianMLError
from lintian_ml.escape import for_data
from lintian_ml.package import Package
from lintian_ml.package.dsc import read_source
from lintian_ml.package.files import Listed
from lintian_ml.registry import find_profile, profile_names
from lintian_ml.run import Settings, judge


@dataclass(frozen=True, slots=True)
class Question:
    """One package that a child is asked about; ``listed`` is what the plan says of its .dsc."""

    path: Path
    listed: Listed | None
    profile: str
    seconds: int
    inventory: bytes | None


def asked(job: Job, profile: str) -> bytes:
    """Return the line that asks a child about a package."""
    inventory = base64.b64encode(job.inventory).decode("ascii") if job.inventory else None
    words = [job.path, job.sha256, job.size, profile, job.seconds, inventory]
    return json.dumps(words).encode("ascii") + b"\n"


def understood(line: bytes) -> Question:
    """Return the question that a line asks."""
    path, sha256, size, profile, seconds, inventory = json.loads(line)
    listed = None if size is None else Listed(Path(path).name, size, sha256)
    known = base64.b64decode(inventory) if inventory else None
    return Question(Path(path), listed, profile, seconds, known)


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
    package = read_source(question.path, Examiner(settings.limits), settings.limits, question.listed)
    rows = rows_of(judge(package, settings))
    return {
        "rows": rows,
        "starved": any(note.reason == STARVED for note in package.not_examined),
        "inventory": _kept(package),
        "read": sum(one.size for one in package.tarballs),
    }


def _kept(package: Package) -> str | None:
    inventory = packed(package)
    return None if inventory is None else base64.b64encode(inventory).decode("ascii")


@cache
def _settings(profile: str) -> Settings:
    """Return how a scan judges: by its own profile, and by all that are shipped besides."""
    readings = tuple(map(find_profile, profile_names()))
    return Settings(profile=find_profile(profile), readings=readings)
