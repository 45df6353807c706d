"""Compares two model files again, and tells whether a certificate says of them what comes out."""

from collections.abc import Sequence
from pathlib import Path

from lintian_ml.equality import Verdict
from lintian_ml.equality.answer import answer
from lintian_ml.escape import for_line
from lintian_ml.options import Parser

TROUBLE = 3

STATUS = {Verdict.MET: 0, Verdict.NOT_MET: 1, Verdict.NOT_DECIDED: 2}


def run(arguments: Sequence[str]) -> int:
    """Print what came out; return 0 if all is as certified and met, 1 or 2 by the verdict, 1 for a lie."""
    from lintian_ml.equality import certificate

    made = Parser(
        prog="lintian-ml verify-certificate",
        description=__doc__,
        epilog="Exit status: 0 certified truly and met, 1 not so, 2 not decided, 3 trouble.",
    )
    made.add_argument("certificate", metavar="FILE", type=Path, help="what compare --certificate wrote")
    made.add_argument("first", metavar="A", type=Path, help="the model file that is shipped")
    made.add_argument("second", metavar="B", type=Path, help="the rebuilt one")
    options = made.parse_intermixed_args(arguments)
    claimed = certificate.read(options.certificate)
    digests = certificate.Digests(options.first, options.second)
    comparison = answer(options.first, options.second, certificate.asked(claimed))
    computed = certificate.statement(comparison, options.first, options.second, digests)
    wrong = certificate.differences(claimed, computed)
    if wrong:
        print(for_line(f"not as certified: {', '.join(wrong)}"))
        return STATUS[Verdict.NOT_MET]
    print(
        for_line(f"as certified: {comparison.verdict.value} {'; '.join(comparison.predicate.splitlines())}")
    )
    return STATUS[comparison.verdict]
