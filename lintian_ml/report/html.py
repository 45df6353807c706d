"""The report as a page that people look at: one file, which loads nothing and runs nothing of a package's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintian_ml.report import Look, Writer
from lintian_ml.run import Report

if TYPE_CHECKING:
    from markupsafe import Markup


def writer(look: Look) -> Writer:
    """Return a writer of one page; every hint is on it, whatever the display level."""
    del look
    return HtmlWriter()


class HtmlWriter:
    """Gathers a section for each package; the page is written at the end."""

    def __init__(self) -> None:
        self._sections: list[tuple[str, Markup]] = []
        self._tags: set[str] = set()

    def report(self, report: Report) -> Iterator[str]:
        """Keep the section on one package; yield nothing yet."""
        from lintian_ml.pages.package import package_section

        self._tags.update(issued.tag for issued in report.hints)
        section = package_section(report, len(self._sections) + 1)
        self._sections.append((f"{report.package.name} {report.package.version}".strip(), section))
        yield from ()

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Keep the section on an input that could not be looked at; yield nothing yet."""
        from lintian_ml.pages.package import failure_section

        section = failure_section(input_name, profile, error, len(self._sections) + 1)
        self._sections.append((input_name, section))
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield the page."""
        from lintian_ml.pages.package import report_page

        yield report_page(self._sections, self._tags)
