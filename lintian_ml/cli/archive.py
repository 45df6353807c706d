"""Scans a folder of source packages into a store, and tells what the store holds."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.opening import opened_for_reading
from lintian_ml.archive.plan import find_packages
from lintian_ml.archive.pool import local_workers
from lintian_ml.archive.scan import Crew, Standing, scan
from lintian_ml.archive.status import Status, Three, status_of
from lintian_ml.archive.store import Again, Source, opened_store
from lintian_ml.archive.terms import terms_of
from lintian_ml.escape import for_line
from lintian_ml.options import Parser
from lintian_ml.registry import DEFAULT_PROFILE

TROUBLE = 1


def run(arguments: Sequence[str]) -> int:
    """Do what the first word says; 0 even where packages could not be read, since the store says so."""
    options = _parser().parse_args(arguments)
    if options.action == "scan":
        _scan(options)
    else:
        _status(options)
    return 0


def _parser() -> Parser:
    made = Parser(prog="lintian-ml archive", description=__doc__)
    actions = made.add_subparsers(dest="action", required=True, metavar="scan|status")
    scanning = actions.add_parser("scan", help="read every .dsc below a folder", description=_scan.__doc__)
    _add_store(scanning)
    add = scanning.add_argument
    add("folder", type=Path, metavar="DIR-OF-DSC", help="the folder")
    add("-j", "--jobs", type=_jobs, default=_processors(), metavar="N", help="packages to read at once")
    add("--profile", default=DEFAULT_PROFILE, metavar="NAME|FILE", help="a reading of the policy")
    add("--all-versions", action="store_true", help="not only the newest version of each source")
    again = scanning.add_mutually_exclusive_group()
    again.add_argument("--force", action="store_true", help="read again what was read")
    again.add_argument("--retry-failed", action="store_true", help="read again what could not be read")
    add("-q", "--quiet", action="store_true", help="no progress, no summary")
    counting = actions.add_parser("status", help="count what was found", description=_status.__doc__)
    _add_store(counting)
    counting.add_argument("-v", "--verbose", action="store_true", help="name the packages that failed")
    return made


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", type=Path, required=True, metavar="FILE", help="the store, an SQLite file")


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is no number of jobs")
    return int(text)


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _scan(options: argparse.Namespace) -> None:
    """Read every .dsc below a folder, largest first, and store what is found. A scan that was broken off goes
    on where it stood; what was read under the same profile and version is not read again.
    """
    terms = terms_of(options.profile)
    again = Again.ALL if options.force else Again.FAILED if options.retry_failed else Again.NONE
    source = Source(str(options.folder.resolve()), options.all_versions, again)
    progress = _Progress(options.quiet)
    with opened_store(options.db, terms) as store, local_workers(options.jobs) as executor:
        entries = find_packages(options.folder, all_versions=options.all_versions)
        if not entries:
            raise ArchiveError(f"{options.folder}: there is no .dsc in it")
        try:
            standing = scan(source, entries, terms, store, Crew(executor, options.jobs), progress.tell)
        finally:
            progress.clear()
    if not options.quiet:
        took = f" in {standing.seconds:.1f} s" if standing.done else ""
        read, failed, known = standing.done, standing.failed, standing.known
        print(f"{read:,} packages read, {failed:,} of them failed, {known:,} known{took}")


def _status(options: argparse.Namespace) -> None:
    """Count packages and models of the latest run, and what would become of them."""
    with opened_for_reading(options.db) as connection:
        status = status_of(connection)
    for line in _told(status, options.verbose):
        print(line)


def _told(status: Status, verbose: bool) -> Iterator[str]:
    end = f"finished {status.finished}" if status.finished else "not finished"
    yield f"Run over {for_line(status.source)}, begun {status.started}, {end}"
    yield (
        f"Profile {for_line(status.profile)}, lintian-ml {status.tool_version}, "
        f"detection {status.detection_version}"
    )
    yield ""
    yield f"Packages   {status.packages:,} done of {status.planned:,}"
    yield f"           {status.failed:,} failed, {status.partial:,} not examined in every part"
    yield f"           {status.with_models:,} with models"
    yield f"Models     {status.models:,}, and {status.possible:,} files that may or may not be models"
    yield from _table("by class", status.classes)
    yield from _table("by format", status.formats)
    yield from _table("by area", status.areas)
    yield ""
    yield from _three(status.packages_at_stake, status.models_at_stake)
    if verbose:
        for failure in status.failures:
            yield for_line(f"failed: {failure.name} {failure.version}: {failure.reason}")


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    for number, (name, count) in enumerate(counts.items()):
        yield f"  {'' if number else title:10} {count:>9,}  {for_line(name)}"


def _three(packages: Three, models: Three) -> Iterator[str]:
    """Yield the numbers that must not be told one without the others."""
    lines = (
        ("would become RC-buggy (proven violations)", packages.proven, models.proven),
        ("unproven", packages.unproven, models.unproven),
        ("undeclared", packages.undeclared, models.undeclared),
    )
    yield f"{'Under this profile':44}{'packages':>10}{'models':>10}"
    for title, of_packages, of_models in lines:
        yield f"  {title:42}{of_packages:>10,}{of_models:>10,}"


class _Progress:
    """A line on a terminal that is drawn over; nothing where nobody watches."""

    def __init__(self, quiet: bool) -> None:
        self._watched = sys.stderr.isatty() and not quiet and "CI" not in os.environ

    def tell(self, standing: Standing) -> None:
        """Show where the scan stands."""
        if self._watched:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K{_line(standing)[:width]}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the line."""
        if self._watched:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _line(standing: Standing) -> str:
    """Return the packages done, bytes a second, and the time left at that speed."""
    speed = standing.size / standing.seconds if standing.seconds else 0.0
    left = f"{(standing.total_size - standing.size) / speed:,.0f} s left" if speed else "…"
    failed = f", {standing.failed:,} failed" if standing.failed else ""
    return f"{standing.done:,}/{standing.total:,} packages{failed}, {speed / (1 << 20):,.1f} MiB/s, {left}"
