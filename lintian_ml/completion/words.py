"""The words that may stand behind an option, by the name under which argparse keeps what is given."""

from collections.abc import Callable, Mapping

from lintian_ml import report
from lintian_ml.options import linter
from lintian_ml.pages.reference import PRESETS, shown_formats, shown_predicates
from lintian_ml.registry import checks, find_profile, profile_names

Words = tuple[tuple[str, str], ...]
"""Words, each with what is told of it, which may be nothing."""


def words(name: str) -> Words:
    """Return the words for an option or argument; none where any text may stand."""
    return WORDS[name]() if name in WORDS else ()


def _tags() -> Words:
    return tuple((check.name, check.brief) for check in checks().values())


def _profiles() -> Words:
    return tuple((name, find_profile(name).title) for name in profile_names())


def _bare_predicates() -> Words:
    return tuple((shown.name, shown.brief) for shown in shown_predicates())


def _predicates() -> Words:
    return (*_bare_predicates(), *((name, f"the same as {meaning}") for name, meaning in PRESETS.items()))


def _model_formats() -> Words:
    return tuple((shown.name, shown.title) for shown in shown_formats())


def _report_formats() -> Words:
    return tuple((name, "") for name in report.formats())


def _levels() -> Words:
    return tuple((level, "") for level in linter.LEVELS)


def _fail_on() -> Words:
    return tuple((level, "") for level in linter.FAIL_ON)


def _everything() -> Words:
    return (*_tags(), *_profiles(), *_model_formats(), *_bare_predicates())


WORDS: Mapping[str, Callable[[], Words]] = {
    "tags": _tags,
    "suppress_tags": _tags,
    "dont_check_part": _tags,
    "profile": _profiles,
    "predicate": _predicates,
    "format": _report_formats,
    "levels": _levels,
    "fail_on": _fail_on,
    "names": _everything,
}
