"""The report as JUnit XML, which continuous integration shows: a suite of each package, a case of each hint.

There is no standard; this keeps to what Jenkins' and GitLab's readers have in common. An error or a warning
is a failed case, an overridden hint a skipped one, and anything quieter a passed one that says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from lintian_ml.escape import for_data, for_message
from lintian_ml.hint import Visibility
from lintian_ml.registry import checks
from lintian_ml.report import Look, Writer
from lintian_ml.run import IssuedHint, Report

FAILING = Visibility.WARNING
"""The quietest visibility at which a case fails."""

_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""


def writer(look: Look) -> Writer:
    """Return a writer of one document; every hint is in it, whatever the display level."""
    del look
    return JunitWriter()


class JunitWriter:
    """Gathers suites; the document is written at the end."""

    def __init__(self) -> None:
        self._suites: list[Element] = []

    def report(self, report: Report) -> Iterator[str]:
        """Keep the suite of one package; yield nothing yet."""
        package = report.package
        cases = [_case(issued) for issued in report.hints] or [_passed()]
        cases += [_unseen(note.path, note.reason) for note in report.not_examined]
        self._suites.append(_suite(f"{package.name} {package.version}".strip(), cases))
        yield from ()

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Keep that an input could not be looked at; yield nothing yet."""
        del profile
        case = Element("testcase", name="could be looked at", classname="lintian-ml")
        SubElement(case, "error", message=_text(error), type="unreadable")
        self._suites.append(_suite(input_name, [case]))
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield the document."""
        root = Element("testsuites", {"name": "lintian-ml", **_counts(self._suites)})
        del root.attrib["skipped"]  # which no schema allows for all suites together
        root.extend(self._suites)
        ElementTree.indent(root)
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield ElementTree.tostring(root, encoding="unicode")


def _suite(name: str, cases: list[Element]) -> Element:
    suite = Element("testsuite", {"name": _text(name), **_counts(cases)})
    suite.extend(cases)
    return suite


def _counts(parts: list[Element]) -> dict[str, str]:
    """Return the counts that a suite, or all of them together, has in its attributes."""
    cases = [case for part in parts for case in part.iter("testcase")]
    counts = {
        name: sum(case.find(name[:-1]) is not None for case in cases) for name in ("failures", "errors")
    }
    counts["skipped"] = sum(case.find("skipped") is not None for case in cases)
    return {name: str(count) for name, count in {"tests": len(cases), **counts}.items()}


def _case(issued: IssuedHint) -> Element:
    told = _text(f"{issued.tag} {issued.context}".rstrip())
    case = Element("testcase", name=told, classname=f"lintian-ml.{issued.tag}")
    pointer = issued.hint.pointer
    if pointer:
        case.set("file", _text(pointer.file))
        if pointer.line:
            case.set("line", str(pointer.line))
    level, check = issued.visibility, checks()[issued.tag]
    if issued.override:
        SubElement(case, "skipped", message=_text(f"overridden: {issued.override.justification}"))
    elif level >= FAILING and not issued.experimental:
        failure = SubElement(case, "failure", message=told, type=level.value)
        failure.text = _text(f"{check.brief}\n\n{check.explanation}", lines=True)
    else:
        SubElement(case, "system-out").text = _text(f"{level.value}: {check.brief}")
    return case


def _passed() -> Element:
    return Element("testcase", name="nothing is said", classname="lintian-ml")


def _unseen(path: str, reason: str) -> Element:
    case = Element("testcase", name=_text(f"examined {path}"), classname="lintian-ml")
    SubElement(case, "skipped", message=_text(f"not examined: {reason}"))
    return case


def _text(text: str, lines: bool = False) -> str:
    """Return a text that XML can hold, on one line unless it is ours."""
    return _UNFIT.sub("\ufffd", for_data(text) if lines else for_message(text))
