"""Lists the models in packages: class, format, parameters, size and path of each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lintian_ml.error import LintianMLError
from lintian_ml.escape import for_line, for_message
from lintian_ml.facts import KnownModel
from lintian_ml.options import Parser, warn
from lintian_ml.progress import Progress
from lintian_ml.registry import DEFAULT_PROFILE, find_profile
from lintian_ml.run import Report, Settings, lint

TROUBLE = 1

HEADINGS = ("CLASS", "CERTAINTY", "FORMAT", "PARAMETERS", "BYTES", "PATH")


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(prog="lintian-ml list", description=__doc__)
    made.add_argument("packages", nargs="*", default=["."], metavar="PACKAGE", help="what lintian-ml takes")
    made.add_argument(
        "--profile", default=DEFAULT_PROFILE, metavar="NAME|FILE", help="a reading of the policy"
    )
    made.add_argument("-q", "--quiet", action="store_true", help="no progress")
    return made


def run(arguments: Sequence[str]) -> int:
    """Print a table for each package; return 0, or 1 where one could not be read."""
    options = parser().parse_intermixed_args(arguments)
    progress = Progress(options.quiet)
    settings = Settings(find_profile(options.profile), examiner=progress.examiner)
    status = 0
    for name in options.packages:
        try:
            for report in lint(Path(name), settings):
                progress.clear()
                print("\n".join(_lines(report)))
        except LintianMLError as error:
            progress.clear()
            warn(f"error: {for_message(str(error))}")
            status = TROUBLE
    return status


def _lines(report: Report) -> Iterator[str]:
    """Yield a headline and a table: models first, then files that a person should look at."""
    models = sorted(report.models, key=lambda model: not model.is_model)
    sure = sum(model.is_model for model in models)
    possible = len(models) - sure
    counted = "no model" if not sure else "1 model" if sure == 1 else f"{sure} models"
    more = f", {possible} {'file' if possible == 1 else 'files'} that may be one" if possible else ""
    yield for_line(f"{report.package.name} {report.package.version}: {counted}{more}")
    if models:
        yield from _table([HEADINGS, *map(_row, models)])


def _row(model: KnownModel) -> tuple[str, ...]:
    found = model.found
    judged = model.judgement.class_.value if model.is_model else "-"
    if found is None:
        return judged, "declared", "-", "-", "-", for_line(model.path)
    parameters = "-" if found.parameters is None else f"{found.parameters:,}"
    return judged, found.certainty.value, found.format, parameters, f"{found.size:,}", for_line(model.path)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Align the columns; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if HEADINGS[number] in ("PARAMETERS", "BYTES") else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells).rstrip()
