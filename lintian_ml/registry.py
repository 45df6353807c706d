"""Finds the checks and the profiles; the only module that knows where they lie."""

import difflib
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import cast

from lintian_ml import discover
from lintian_ml.check import CheckModule
from lintian_ml.error import ProfileError, UsageError
from lintian_ml.hint import Tag
from lintian_ml.profile import Profile, parse_profile

CHECKS = "lintian_ml.checks"
PROFILES = "lintian_ml.profiles"
SUFFIX = ".profile"

DEFAULT_PROFILE = "debian"


@dataclass(frozen=True, slots=True)
class Check:
    """A check with what its file says of it: the tag's name, the brief sentence, the explanation in
    paragraphs.
    """

    name: str
    brief: str
    explanation: str
    tag: Tag
    module: CheckModule

    @property
    def is_about_the_run(self) -> bool:
        """Whether it speaks when all others have spoken."""
        return hasattr(self.module, "after")


@cache
def checks() -> Mapping[str, Check]:
    """Return every check by its tag's name, in alphabetical order."""
    return {
        check.name: check
        for check in (_check(cast(CheckModule, module)) for module in discover.modules(CHECKS))
    }


def _check(module: CheckModule) -> Check:
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    brief, _, explanation = inspect.cleandoc(module.__doc__).partition("\n\n")
    return Check(name, " ".join(brief.split()), explanation, module.TAG, module)


@cache
def tag_names() -> Mapping[str, str]:
    """Map every name that a tag has or had to the name it has now."""
    former = {old: check.name for check in checks().values() for old in check.tag.renamed_from}
    return former | {name: name for name in checks()}


def find_check(name: str) -> Check:
    """Return the check of that tag, by its present or a former name; UsageError with the nearest names if
    none.
    """
    present = tag_names().get(name)
    if present is None:
        raise UsageError(unknown("tag", name, tag_names()))
    return checks()[present]


@cache
def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that are installed."""
    found = (entry.name for entry in files(PROFILES).iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def find_profile(name: str) -> Profile:
    """Return an installed profile by its name, or one of the user's by its path."""
    if "/" in name or name.endswith(SUFFIX):
        return _profile_at(Path(name))
    if name not in profile_names():
        raise UsageError(unknown("profile", name, profile_names()))
    text = files(PROFILES).joinpath(name + SUFFIX).read_text("utf-8")
    return parse_profile(text, name + SUFFIX, find_profile)


def _profile_at(path: Path) -> Profile:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read as a profile: {error}") from error

    def beside(name: str) -> Profile:
        return find_profile(str(path.parent / name) if name.endswith(SUFFIX) else name)

    return parse_profile(text, str(path), beside)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that ``name`` does not exist, and which names are nearest to it."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"unknown {what} {name}{meant}"
