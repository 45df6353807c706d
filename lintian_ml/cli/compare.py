"""Compares two models: do they satisfy an equality predicate, or which is the tightest that they satisfy?

Of two folders, packages or builds, each model is compared with its counterpart on the other side, by the
predicate that its source declares.
"""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lintian_ml.equality import Comparison, Verdict
from lintian_ml.equality.answer import answer
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.report import lines
from lintian_ml.error import UsageError
from lintian_ml.escape import for_line, for_message
from lintian_ml.options import Parser
from lintian_ml.options.comparing import Comparing
from lintian_ml.suffix import PACKAGES
from lintian_ml.threads import start_none

if TYPE_CHECKING:
    from lintian_ml.verification.builds import Build
    from lintian_ml.verification.pairing import Paired

    Builds = tuple[Build | None, Build | None]

TROUBLE = 3

STATUS = {Verdict.MET: 0, Verdict.NOT_MET: 1, Verdict.NOT_DECIDED: 2}


def run(arguments: Sequence[str]) -> int:
    """Print the verdict with its grounds; return 0 if met, 1 if not met, 2 if not decided.

    Of several models 3, for trouble, comes before 1 before 2 before 0.
    """
    made = parser()
    options = made.parse_intermixed_args(arguments)
    if not (options.evaluate or options.coherence):
        start_none()
    several = [path.is_dir() or path.name.endswith(PACKAGES) for path in (options.first, options.second)]
    if any(several):
        if not all(several):
            made.error("a folder or package can only be compared with another")
        if options.evaluate:
            made.error("--evaluate is for two files")
        if options.buildinfo or options.rebuilt_buildinfo:
            made.error("--buildinfo is for two files; those of packages are found beside them")
        return _run_all(options)
    if options.source:
        made.error("--source is for folders and packages; give the predicate of two files with --predicate")
    if options.certificate and options.evaluate:
        made.error("--certificate is for what can be computed again without --evaluate")
    return _run_one(options)


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(
        prog="lintian-ml compare",
        description=__doc__,
        epilog="Exit status: 0 met, 1 not met, 2 not decided, 3 trouble; "
        "of several models, 3 before 1 before 2 before 0.",
    )
    add = made.add_argument
    add("first", metavar="A", type=Path, help="a model, folder or package: the one that is shipped")
    add("second", metavar="B", type=Path, help="what to hold against it: the rebuilt one")
    add("--predicate", metavar="P", help="as in the Equality field; without, the tightest is found")
    add("--format", choices=("text", "json", "html"), default="text", help="how to print")
    add("--coherence", action="store_true", help="tell whether the differences look like noise")
    add("--evaluate", action="store_true", help="run the graphs of both on probes, where P asks for that")
    add("--probes", metavar="FOLDER", type=Path, default=Path(), help="where probes and runs lie")
    add(
        "--source",
        metavar="DSC",
        type=Path,
        help="the source package whose debian/models declares predicates",
    )
    certificate = "write there what was found, to be computed again; of packages, a folder with one for each"
    add("--certificate", metavar="FILE", type=Path, help=certificate)
    add("--buildinfo", metavar="FILE", type=Path, help="of the build of A, for the certificate")
    add("--rebuilt-buildinfo", metavar="FILE", type=Path, help="of the build of B, for the certificate")
    add("--builder", metavar="WHO", help="who rebuilt, for the certificate")
    add("--self-test", action="store_true", help="test the comparator too, for the certificate")
    add("-q", "--quiet", action="store_true", help="no progress")
    return made


def _run_one(options: Namespace) -> int:
    """Compare two files."""
    paths = options.first, options.second
    certify = _certifier(options) if options.certificate else None
    with Comparing(options.quiet) as progress:
        manner = _manner(options, progress)
        comparison = answer(
            *paths, options.predicate, manner, probes=options.probes, evaluate=options.evaluate
        )
        if certify:
            _write(options.certificate, certify(comparison))
    if options.format == "json":
        for piece in _json(options, comparison):
            print(piece, end="")
        print()
    elif options.format == "html":
        print(_page(options, [comparison]))
    else:
        print("\n".join((*lines(comparison), *_again(options, comparison))))
    return STATUS[comparison.verdict]


def _certifier(options: Namespace) -> Callable[[Comparison], Iterator[str]]:
    """Begin to take the files' digests; return what makes a certificate of a comparison."""
    from lintian_ml.equality import certificate
    from lintian_ml.equality.digests import Digests
    from lintian_ml.verification.builds import read_build
    from lintian_ml.verification.certifying import context, self_tested

    paths = options.first, options.second
    given = (options.buildinfo, options.rebuilt_buildinfo)
    first, second = (read_build(path) if path else None for path in given)
    about = context(first, second, options.builder, self_tested() if options.self_test else None)
    digests = Digests(*paths)
    return lambda comparison: certificate.pieces(comparison, *paths, digests, about)


def _write(path: Path, pieces: Iterator[str]) -> None:
    try:
        with path.open("w", encoding="ascii") as file:
            file.writelines(pieces)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _run_all(options: Namespace) -> int:
    """Compare all models of two folders, packages or builds."""
    from lintian_ml.report.json import dumps
    from lintian_ml.verification import words as told
    from lintian_ml.verification.builds import find_build
    from lintian_ml.verification.pairing import compare_all

    compared: list[Paired] = []
    both = find_build(options.first), find_build(options.second)
    certify = _certifier_of_all(options, both) if options.certificate else None
    with Comparing(options.quiet) as progress:
        manner = _manner(options, progress)
        paths = options.first, options.second
        for paired in compare_all(*paths, options.predicate, manner, options.source):
            progress.clear()
            compared.append(paired)
            if certify:
                certify(paired)
            if options.format != "html":
                print("\n".join(_told(options, paired)))
    if options.format == "html":
        print(_page(options, compared))
    elif options.format == "json":
        if any(both):
            print(dumps(told.as_object(*both)))
    elif compared:
        print("\n".join((*told.summary(compared), *_environments(options, both))))
    else:
        print("not decided: there is no model on either side")
    statuses = {STATUS[one.comparison.verdict] if one.comparison else TROUBLE for one in compared}
    return next((status for status in (TROUBLE, 1, 2, 0) if status in statuses), STATUS[Verdict.NOT_DECIDED])


def _certifier_of_all(options: Namespace, builds: Builds) -> Callable[[Paired], None]:
    """Return what writes a certificate on one of several models, where it was compared."""
    from lintian_ml.verification.certifying import certified, context, self_tested, written_into

    about = context(None, None, options.builder, self_tested() if options.self_test else None)

    def certify(paired: Paired) -> None:
        if text := certified(paired, builds, about):
            try:
                written_into(options.certificate, paired, text)
            except OSError as error:
                raise UsageError(f"{options.certificate}: cannot be written: {error.strerror}") from None

    return certify


def _told(options: Namespace, paired: Paired) -> Iterator[str]:
    """Yield what to print of one of several models: its lines, or all of it on one."""
    comparison = paired.comparison
    if options.format == "json":
        more = {"package": paired.package, "declared": paired.declared, "outcome": paired.word}
        yield "".join(_json(options, comparison, path=paired.path, trouble=paired.trouble, **more))
        return
    yield for_line(f"{paired.path}: {paired.word}")
    if paired.declared:
        yield for_line(f"  predicate: as declared of {paired.declared}")
    told = lines(comparison) if comparison else [for_line(f"trouble: {paired.trouble}")]
    yield from (f"  {line}".rstrip() for line in told)


def _environments(options: Namespace, builds: Builds) -> Iterator[str]:
    from lintian_ml.verification.words import environments

    if not (options.first.is_dir() or options.second.is_dir()):
        yield from environments(*builds)


def _manner(options: Namespace, progress: Comparing) -> Manner:
    """Return how to compare: with portraits of the tensors only where something shows them."""
    return Manner(advance=progress.advance, portraits=options.coherence or options.format == "html")


def _json(options: Namespace, comparison: Comparison | None, **more: str) -> Iterator[str]:
    """Yield all that was found as one line, in pieces."""
    from lintian_ml.equality import told

    if comparison is None:
        yield told.line(more)
    else:
        portraits = {"portraits": told.portraits(comparison)} if options.coherence else {}
        yield from told.written(comparison, more, portraits)


def _page(options: Namespace, compared: Iterable[Comparison | Paired]) -> str:
    """Return the page on what came of two files, or of each path: its comparison, or the trouble with it."""
    from lintian_ml.pages.comparison import Compared, comparison_page

    shown = [
        Compared("", one)
        if isinstance(one, Comparison)
        else Compared(one.path, one.comparison, one.trouble, one.word, one.declared)
        for one in compared
    ]
    how = ["--predicate", options.predicate] if options.predicate else []
    if options.evaluate:
        how += ["--evaluate", "--probes", str(options.probes)]
    if options.source:
        how += ["--source", str(options.source)]
    return comparison_page(str(options.first), str(options.second), shown, how)


def _again(options: Namespace, comparison: Comparison) -> Iterator[str]:
    """Say how to hold the files to what was suggested, where that fits on a line."""
    if comparison.suggested and comparison.predicate and "\n" not in comparison.predicate:
        paths = (str(options.first), str(options.second))
        words = ("lintian-ml", "compare", "--predicate", comparison.predicate, *paths)
        yield ""
        yield for_message(f"To hold others to it: {shlex.join(words)}")
