"""Scans a mirror or a folder of source packages into a store, and tells what the store holds."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lintian_ml.archive.amount import amount
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.mirror import Mirror, find_sources
from lintian_ml.archive.opening import opened_for_reading, opened_for_writing, place_of
from lintian_ml.archive.outputs import OUTPUTS, REMINDER, TEMPLATE, tracked
from lintian_ml.archive.plan import Entry, find_packages
from lintian_ml.archive.pool import cluster_workers, local_workers
from lintian_ml.archive.prune import prune
from lintian_ml.archive.query import filters, query
from lintian_ml.archive.scan import Crew, Standing, scan
from lintian_ml.archive.site import write
from lintian_ml.archive.status import status_of
from lintian_ml.archive.store import Again, Source, opened_store
from lintian_ml.archive.telling import told
from lintian_ml.archive.terms import terms_of
from lintian_ml.error import UsageError
from lintian_ml.escape import for_line
from lintian_ml.options import Parser, warn
from lintian_ml.progress import ScanProgress
from lintian_ml.registry import DEFAULT_PROFILE

TROUBLE = 1


def run(arguments: Sequence[str]) -> int:
    """Do what the first word says; 0 even where packages could not be read, since the store says so."""
    options = parser().parse_args(arguments)
    actions = {"scan": _scan, "status": _status, "query": _query, "site": _site, "prune": _prune}
    actions[options.action](options)
    return 0


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(prog="lintian-ml archive", description=__doc__)
    actions = made.add_subparsers(dest="action", required=True, metavar="scan|status|query|site|prune")
    _add_scan(actions.add_parser("scan", help="read many source packages", description=_scan.__doc__))
    counting = actions.add_parser("status", help="count what was found", description=_status.__doc__)
    _add_store(counting)
    counting.add_argument("-v", "--verbose", action="store_true", help="name the packages that failed")
    asking = actions.add_parser("query", help="list models by filters", description=_query.__doc__)
    _add_store(asking)
    add = asking.add_argument
    add("filters", nargs="*", metavar="FILTER", help="such as class=toxic-candy or maintainer~science")
    add("--output", choices=OUTPUTS, default="table", help="how to write what is found")
    add("--template", type=Path, metavar="FILE", help="with mass-bug, write a draft of the reports there")
    add("--site", default="", metavar="URL", help="with tracker, where the site is that hints link to")
    writing = actions.add_parser("site", help="write a static site", description=_site.__doc__)
    _add_store(writing)
    writing.add_argument("--output", type=Path, required=True, metavar="DIR", help="the folder of the site")
    writing.add_argument("-q", "--quiet", action="store_true", help="no summary")
    pruning = actions.add_parser("prune", help="forget older runs", description=_prune.__doc__)
    _add_store(pruning)
    told = "runs to keep of each source and profile; 3 if not given"
    pruning.add_argument("--keep", type=_count, default=3, metavar="N", help=told)
    return made


def _add_scan(parser: argparse.ArgumentParser) -> None:
    _add_store(parser)
    add = parser.add_argument
    add("folder", type=Path, nargs="?", metavar="DIR-OF-DSC", help="read every .dsc below a folder")
    add("--mirror", type=Path, metavar="DIR", help="read what the indices of a local mirror list")
    add("--suite", action="append", type=_names, default=[], metavar="LIST", help="suites of the mirror")
    add("--component", action="append", type=_names, default=[], metavar="LIST", help="default: all")
    add("-j", "--jobs", type=_count, default=_processors(), metavar="N", help="packages to read at once")
    add("--scheduler", metavar="ADDRESS", help="have the workers of a Dask cluster read them")
    add("--profile", default=DEFAULT_PROFILE, metavar="NAME|FILE", help="a reading of the policy")
    add("--all-versions", action="store_true", help="not only the newest version of each source")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--force", action="store_true", help="read again what was read")
    again.add_argument("--retry-failed", action="store_true", help="read again what could not be read")
    add("-q", "--quiet", action="store_true", help="no progress, no summary")


def _add_store(parser: argparse.ArgumentParser) -> None:
    told = "the store: an SQLite file, or postgresql://HOST/NAME"
    parser.add_argument("--db", type=place_of, required=True, metavar="FILE|URL", help=told)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 on")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _scan(options: argparse.Namespace) -> None:
    """Read source packages, largest first, and store what is found. A scan that was broken off goes on
    where it stood; what was read before is not read again, only judged again where profile or program
    changed.
    """
    mirror = _mirror(options)
    terms = terms_of(options.profile)
    again = Again.ALL if options.force else Again.FAILED if options.retry_failed else Again.NONE
    source = Source(str(mirror or options.folder.resolve()), options.all_versions, again)
    progress = ScanProgress(options.quiet)
    with opened_store(options.db, terms) as store, _crew(options) as crew:
        entries = _entries(options, mirror)
        try:
            standing = scan(source, entries, terms, store, crew, progress.tell)
        finally:
            progress.clear()
    if not options.quiet:
        print(_summary(standing))


def _mirror(options: argparse.Namespace) -> Mirror | None:
    """Return the mirror that is meant, None for a folder; UsageError where that is not clear."""
    suites, components = (sum(lists, ()) for lists in (options.suite, options.component))
    if (options.mirror is None) == (options.folder is None):
        raise UsageError("name either a folder of .dsc files or a mirror")
    if options.mirror is None and (suites or components):
        raise UsageError("--suite and --component say which part of a --mirror is meant")
    if options.mirror is not None and not suites:
        raise UsageError("--mirror needs a --suite")
    return None if options.mirror is None else Mirror(options.mirror.resolve(), suites, components)


def _entries(options: argparse.Namespace, mirror: Mirror | None) -> tuple[Entry, ...]:
    if mirror:
        entries = find_sources(mirror, all_versions=options.all_versions)
    else:
        entries = find_packages(options.folder, all_versions=options.all_versions)
    if not entries:
        raise ArchiveError(f"{mirror or options.folder}: there is no .dsc in it")
    return entries


@contextmanager
def _crew(options: argparse.Namespace) -> Iterator[Crew]:
    """Give those who work: processes here, or a cluster."""
    if options.scheduler is None:
        with local_workers(options.jobs) as executor:
            yield Crew(executor, options.jobs)
    else:
        with cluster_workers(options.scheduler) as (executor, workers):
            yield Crew(executor, workers)


def _summary(standing: Standing) -> str:
    took = f" in {standing.seconds:.1f} s" if standing.done else ""
    absent = f" ({standing.absent:,} not in the pool)" if standing.absent else ""
    failed = f"{standing.failed:,} of them failed{absent}"
    read = f"{amount(standing.read)} read{took}"
    return f"{standing.done:,} packages done, {failed}, {standing.known:,} known, {read}"


def _status(options: argparse.Namespace) -> None:
    """Count packages and models of the latest run, which may still go on, and what would become of them."""
    with opened_for_reading(options.db) as connection:
        status = status_of(connection)
    for line in told(status, verbose=options.verbose):
        print(line)


def _query(options: argparse.Namespace) -> None:
    """List the models of the latest run that pass all filters: FIELD=VALUE, FIELD!=VALUE, FIELD~VALUE."""
    if options.template and options.output != "mass-bug":
        raise UsageError("--template goes with --output mass-bug")
    if options.site and options.output != "tracker":
        raise UsageError("--site goes with --output tracker")
    wanted = filters(options.filters)
    with opened_for_reading(options.db) as connection:
        found = tuple(query(connection, wanted))
    for line in tracked(found, options.site) if options.site else OUTPUTS[options.output](found):
        sys.stdout.write(f"{line}\n")
    if options.output == "mass-bug":
        if options.template:
            _write(options.template, TEMPLATE)
        warn(REMINDER)


def _site(options: argparse.Namespace) -> None:
    """Write what the latest run found as a static site, in place of an older one; newest versions only."""
    with opened_for_reading(options.db) as connection:
        count = write(connection, options.output)
    if not options.quiet:
        print(f"{count:,} files in {for_line(str(options.output))}")


def _prune(options: argparse.Namespace) -> None:
    """Take older runs out of the store, and the packages and inventories that no later run knows."""
    with opened_for_reading(options.db):
        pass  # what is no store is not made one
    with opened_for_writing(options.db) as database:
        pruned = prune(database, options.keep)
    print(f"{pruned.runs:,} runs and {pruned.packages:,} packages taken out")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
