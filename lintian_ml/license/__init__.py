"""Licenses: what an expression is to the DFSG, and which license debian/copyright gives to a path."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from lintian_ml.license.compatibility import conflict
from lintian_ml.license.copyright import Copyright, Coverage, FilesStanza, read_copyright
from lintian_ml.license.synopsis import translate
from lintian_ml.license.table import Verdict, look_up, shorten, table_name
from lintian_ml.license.text import alarm, judge_text
from lintian_ml.policy import DataLicense, License

__all__ = [
    "Copyright",
    "Coverage",
    "FilesStanza",
    "Verdict",
    "conflict",
    "data_verdict",
    "disagree",
    "names",
    "read_copyright",
    "untold",
    "verdict",
    "verdict_for",
]

ORDER = (License.NOT_REDISTRIBUTABLE, License.NOT_DFSG, License.UNKNOWN, License.DFSG)
"""The weakest first: ``and`` is as weak as the weakest of its parts, ``or`` as strong as the strongest."""

ALIKE = re.compile(r"^(mit|x11)$")
LATER = re.compile(r"(\+|-or-later|-or-newer)$", re.IGNORECASE)

WITH = re.compile(r"\s+with\s+", re.IGNORECASE)


def verdict(expression: str, texts: Mapping[str, str] = MappingProxyType({})) -> Verdict:
    """Return what a license is to the DFSG, be it a synopsis of debian/copyright or an SPDX expression.

    ``texts`` holds, by their names in lower case, the texts of the licenses that debian/copyright spells out;
    names that are on no list are judged by them. Never raises: what is not understood is unknown.
    """
    if not expression.strip():
        return Verdict(License.UNKNOWN, "no license is named")
    translated = translate(expression)
    if not translated:
        reason = f"{shorten(expression)} cannot be read as a license expression; a person must read it"
        return Verdict(License.UNKNOWN, reason)
    from license_expression import Licensing

    text, symbols = translated
    return _weigh(
        Licensing().parse(text), {symbol: _of_name(name, texts) for symbol, name in symbols.items()}
    )


def verdict_for(copyright_file: Copyright, path: str) -> Verdict:
    """Return what the license of ``path`` is by a debian/copyright file."""
    if not copyright_file.machine_readable:
        return Verdict(License.NOT_MACHINE_READABLE, f"{copyright_file.name} is not machine-readable")
    coverage = copyright_file.cover(path)
    if not coverage:
        return Verdict(License.UNKNOWN, f"no Files stanza of {copyright_file.name} covers it")
    return verdict(coverage.stanza.synopsis, copyright_file.texts)


def names(expression: str) -> tuple[str, ...]:
    """Return the names of the licenses in an expression, as written; none if it is not understood."""
    translated = translate(expression)
    return tuple(translated[1].values()) if translated else ()


def untold(expression: str, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the licenses of an expression whose text debian/copyright does not give."""
    if expression.lower() in texts:
        return
    for name in names(expression):
        if not {name.lower(), WITH.split(name, 1)[0].lower()} & texts.keys():
            yield name


@lru_cache(maxsize=1024)
def disagree(said: str, written: str) -> Verdict | None:
    """Return the verdict on the license that a model says it has, if an expression of debian/copyright names
    others; None where in doubt: what is on no list, and a version that "or later" may mean.
    """
    known = look_up(said)
    if not known or known[0].license is License.UNKNOWN or not names(written):
        return None
    mine, others = _plain(said), {_plain(name) for name in names(written)}
    alike = any(mine.startswith(other) or other.startswith(mine) for other in others)
    return None if alike else known[0]


def _plain(name: str) -> str:
    """Return a license's name without its spelling, and that of its family where its version is open."""
    plain = ALIKE.sub("expat", table_name(name))
    plain = re.sub(r"\.0$", "", plain)
    return re.sub(r"-[0-9.]+$", "", plain) if LATER.search(name) else plain


def data_verdict(expression: str) -> tuple[DataLicense, str]:
    """Return what the license of training data is, as a declaration states it, and why."""
    if expression == "not-stated":
        return DataLicense.NOT_STATED, "no license is stated"
    found = verdict(expression)
    bad = found.license in (License.NOT_DFSG, License.NOT_REDISTRIBUTABLE)
    return DataLicense.NOT_DFSG if bad else DataLicense(found.license.value), found.reason


def _weigh(tree: object, verdicts: Mapping[str, Verdict]) -> Verdict:
    """Return the verdict on a parsed expression; its depth was limited when it was translated."""
    from license_expression import AND, OR

    if isinstance(tree, AND | OR):
        branches = [_weigh(branch, verdicts) for branch in tree.args]
        choose = min if isinstance(tree, AND) else max
        return choose(branches, key=lambda branch: ORDER.index(branch.license))
    return verdicts[str(tree)]


def _of_name(name: str, texts: Mapping[str, str]) -> Verdict:
    """Return the verdict on one license: by the table, else by its text."""
    text = texts.get(name.lower(), "")
    base, *riders = WITH.split(name, 1)
    if riders and "exception" not in riders[0].lower():
        return _of_rider(name, riders[0], text)
    known = look_up(base)
    judged, variant = known or (None, "")
    if judged is None or (variant and " " in name):
        return judge_text(shorten(name), text) or Verdict(License.UNKNOWN, f"{shorten(name)} is on no list")
    if variant and judged.license is License.DFSG and (words := alarm(text)):
        return Verdict(License.UNKNOWN, f"{shorten(name)}: its text says {words!r}; a person must read it")
    return judged


def _of_rider(name: str, rider: str, text: str) -> Verdict:
    """Return the verdict on a license with an addition that is no exception, which would only permit more."""
    known = look_up(rider)
    if known and known[0].license is License.NOT_DFSG:
        return known[0]
    judged = judge_text(shorten(name), text)
    return judged or Verdict(License.UNKNOWN, f"{shorten(name)}: a person must read what is added")
