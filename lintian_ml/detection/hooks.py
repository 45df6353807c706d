"""Where a package fetches a model: commands in what builds it, scripts, and calls in its programs.

Told are downloads that name what they fetch. A file whose name says neither build file, script nor program
is passed over, and so is one without the few words that a download takes.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from lintian_ml.detection.addresses import ADDRESS, is_model, model_addresses
from lintian_ml.detection.languages import (
    LONGEST,
    MAKE,
    SHELL,
    Language,
    language_of,
    may_have_language,
)
from lintian_ml.detection.rules import Rules
from lintian_ml.pattern import pattern

MOST = 50
"""Downloads that are told of one file."""

MOST_SHOWN = 200
"""Bytes of what is fetched that are told."""

RULES = "debian/rules"

_ASIDE = pattern(
    r"(^|/)(tests?|testing|testdata|docs?|examples?|samples?|demos?|benchmarks?|bench|scripts?|tools?|ci"
    r"|\.\w+|contrib|notebooks?|train(ing)?|egs|recipes|misc|dev)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.\w+$",
    re.IGNORECASE,
)
"""Where programs lie that the installed package does not run."""

_INSTALLS = pattern(r"debian/([^/]+\.)?(preinst|postinst|prerm|postrm|config)")
_FETCHER = pattern(
    r"(download|fetch|get|pull)[-_]?\w*?(models?|weights|nets?|nnue|checkpoints?|pretrained)\b", re.IGNORECASE
)
"""What a script is called that fetches models, wherever they lie."""

_DIGEST = pattern(
    rb"\b(?:sha(?:224|256|384|512)|b2)(?:sum\b|\b)|shasum|SHA(?:256|512)|EXPECTED_HASH|URL_HASH"
    rb"|source_hash|known_hash|file_hash|check_hash\s*=\s*True|\b[0-9a-f]{64}\b"
)
"""What holds a file against a digest; MD5 is none that anybody should rely on."""

_COMMIT = pattern(rb"""revision\s*=\s*["'][0-9a-f]{40}["']""")
_AT_HAND = pattern(rb"""local_files_only\s*=\s*True|source\s*=\s*["']local["']""")


class When(enum.Enum):
    """When a download takes place."""

    BUILD = "build"
    RUN = "run"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Hook:
    """A place in a file of the package that fetches a model.

    ``target`` is the address, or the name on a hub. ``required`` tells that every build of the package runs
    it, ``pinned`` that what is fetched is held against a digest, or named by one.
    """

    path: str
    line: int
    target: str
    when: When
    pinned: bool
    required: bool = False


def hooks(path: str, data: bytes) -> tuple[Hook, ...]:
    """Return the downloads of models in one file, which are few at most."""
    name = path.rpartition("/")[2]
    language = MAKE if path == RULES else SHELL if _installs(path) else language_of(name, data)
    if language is None or len(data) > LONGEST or not language.fits(data):
        return ()
    found = {(hook.line, hook.target): hook for hook in islice(_found(path, data, language), MOST)}
    return tuple(found[place] for place in sorted(found))


def may_hook(path: str, size: int) -> bool:
    """Whether a file may fetch models, by its path and its size in bytes: whether it is worth reading."""
    if path == RULES or _installs(path):
        return size <= LONGEST
    return may_have_language(path.rpartition("/")[2], size)


def _installs(path: str) -> bool:
    """Whether a file is a script that dpkg runs when the package is installed or removed."""
    return path.startswith("debian/") and _INSTALLS().fullmatch(path) is not None


def _found(path: str, data: bytes, language: Language) -> Iterator[Hook]:
    fetcher = _FETCHER().search(path.rpartition("/")[2]) is not None
    if not fetcher and not _may_fetch(data, language):
        return
    text = language.without_mute(data)
    when = _when(path, language)
    rules = Rules(text) if path == RULES else None
    pinned = _DIGEST().search(text) is not None
    for start, target, tied in (*_calls(text, language), *_addressed(text, language, fetcher)):
        line = text.count(b"\n", 0, start) + 1
        shown = target[:MOST_SHOWN].decode("utf-8", "replace")
        yield Hook(path, line, shown, when, pinned or tied, rules is not None and rules.runs(line))


def _may_fetch(data: bytes, language: Language) -> bool:
    """Whether anything in a file, comments included, names a model that can be fetched."""
    return any(True for _ in chain(language.calls_in(data), model_addresses(data)))


def _calls(text: bytes, language: Language) -> Iterator[tuple[int, bytes, bool]]:
    """Yield where a model is fetched by its name, which name, and whether a commit is named with it."""
    for found in language.calls_in(text):
        rest = _arguments(text, found.end())
        if not _AT_HAND().search(rest):
            yield found.start(), b" ".join(found["name"].split()), _COMMIT().search(rest) is not None


def _arguments(text: bytes, start: int) -> bytes:
    """Return what follows up to the end of the call, as far as it is near."""
    return text[start : start + 400].partition(b")")[0]


def _addressed(text: bytes, language: Language, fetcher: bool) -> Iterator[tuple[int, bytes, bool]]:
    """Yield where a model's address stands, in a file that fetches; in one named for it, any address."""
    if not language.fetches().search(text):
        return
    addresses = ADDRESS().finditer(text) if fetcher else model_addresses(text)
    for found in addresses:
        if not fetcher or is_model(found[0]) or language.fetches().search(_line(text, found.start())):
            yield found.start(), found[0], False


def _line(text: bytes, at: int) -> bytes:
    """Return the line in which a byte stands, with that byte, as far as it is near."""
    return text[max(text.rfind(b"\n", 0, at) + 1, at - 400) : at + 1]


def _when(path: str, language: Language) -> When:
    """Return when a download takes place; what is packed in an archive takes no part in the build."""
    packed = "//" in path
    if path == RULES or (language.builds and not packed and not path.startswith("debian/tests/")):
        return When.BUILD
    if _installs(path):
        return When.RUN
    aside = path.startswith("debian/") or language is SHELL or language.builds
    return When.SCRIPT if aside or _ASIDE().search(path) or _FETCHER().search(path) else When.RUN
