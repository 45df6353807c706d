"""Compares two model files again, and tells whether a certificate says of them what comes out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lintian_ml.equality import Verdict
from lintian_ml.equality.answer import answer
from lintian_ml.escape import for_line
from lintian_ml.options import Parser
from lintian_ml.threads import start_none

if TYPE_CHECKING:
    from lintian_ml.equality.certificate import Context

TROUBLE = 3

STATUS = {Verdict.MET: 0, Verdict.NOT_MET: 1, Verdict.NOT_DECIDED: 2}


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(
        prog="lintian-ml verify-certificate",
        description=__doc__,
        epilog="Exit status: 0 certified truly and met, 1 not so, 2 not decided, 3 trouble.",
    )
    made.add_argument("certificate", metavar="FILE", type=Path, help="what compare --certificate wrote")
    made.add_argument("first", metavar="A", type=Path, help="the model file that is shipped")
    made.add_argument("second", metavar="B", type=Path, help="the rebuilt one")
    made.add_argument("--buildinfo", metavar="FILE", type=Path, help="of the build of A")
    made.add_argument("--rebuilt-buildinfo", metavar="FILE", type=Path, help="of the build of B")
    return made


def run(arguments: Sequence[str]) -> int:
    """Print what came out; return 0 if all is as certified and met, 1 or 2 by the verdict, 1 for a lie."""
    from lintian_ml.equality import certificate
    from lintian_ml.equality.digests import Digests

    made = parser()
    options = made.parse_intermixed_args(arguments)
    if bool(options.buildinfo) != bool(options.rebuilt_buildinfo):
        made.error("--buildinfo and --rebuilt-buildinfo go together")
    start_none()
    claimed = certificate.read(options.certificate)
    digests = Digests(options.first, options.second)
    comparison = answer(options.first, options.second, certificate.asked(claimed))
    about = _context(claimed, options.buildinfo, options.rebuilt_buildinfo)
    computed = certificate.statement(comparison, options.first, options.second, digests, about)
    wrong = certificate.differences(claimed, computed)
    if wrong:
        print(for_line(f"not as certified: {', '.join(wrong)}"))
        return STATUS[Verdict.NOT_MET]
    print(
        for_line(f"as certified: {comparison.verdict.value} {'; '.join(comparison.predicate.splitlines())}")
    )
    print(for_line(f"not verified: {', '.join(certificate.unverified(claimed, computed))}"))
    return STATUS[comparison.verdict]


def _context(claimed: Mapping[str, object], first: Path | None, second: Path | None) -> "Context":
    """Return what both .buildinfo tell; the names of packages are taken from the certificate."""
    from lintian_ml.verification.builds import read_build
    from lintian_ml.verification.certifying import context, packages_named

    if first is None or second is None:
        return context(None, None)
    return context(read_build(first), read_build(second), packages=packages_named(claimed))
