"""Kaldi's decoding graphs, which are only detected (OpenFst, fst/fst.cc: FstHeader; Kaldi, utils/mkgraph.sh).

OpenFst's transducers serve many ends; a graph of Kaldi has one of the names of its recipes and decoders.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("kaldi-graph", extensions=(".fst",), mark=b"\xd6\xfd\xb2\x7e")

MAGIC = FORMAT.mark
NAMES = re.compile(r"(?:HCLG|HCLr|Gr|HCLGa|HCLGr)\.fst")
KINDS = re.compile(r"vector|const\d*|olabel_lookahead|ilabel_lookahead|compact\w{0,40}|ngram")
ARCS = re.compile(r"standard|log|lattice4")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic and a sound header of a transducer, in a file of a graph's name."""
    if not glimpse.head.startswith(MAGIC) or not NAMES.fullmatch(glimpse.basename):
        return None
    source = Forward(Blob(glimpse.head), len(MAGIC))
    try:
        kind, arcs = source.text(source.number("i"), 64), source.text(source.number("i"), 64)
        version, _ = source.numbers("2i")
        _, start, states, count = source.numbers("Q3q")
    except (FormatError, LimitError):
        return None
    if (
        not KINDS.fullmatch(kind)
        or not ARCS.fullmatch(arcs)
        or not 1 <= version <= 8
        or start >= max(1, states)
    ):
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "begins as a transducer of OpenFst",
            Kind.STRUCTURE: f"of kind {kind} with {arcs} arcs, {states} states and {count} arcs",
            Kind.NAME: "the name is one of Kaldi's decoding graphs",
        }
    )
