"""Prodigal's training files: what it learned of one genome, a C structure in memory (Prodigal, training.h).

There is no mark: the file has the structure's exact size, and the numbers in it that must be small integers
or shares are.
"""

import math
import struct

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("prodigal", extensions=(".trn", ".train"), smallest=558392, text=False)

NOISE = ("byte order",)

LAYERS: tuple[tuple[str, int, tuple[int, ...]], ...] = (
    ("gc", 0, ()),
    ("st_wt", 16, ()),
    ("bias", 24, (3,)),
    ("type_wt", 48, (3,)),
    ("rbs_wt", 80, (28,)),
    ("ups_comp", 304, (32, 4)),
    ("mot_wt", 1328, (4, 4, 4096)),
    ("no_mot", 525616, ()),
    ("gene_dc", 525624, (4096,)),
)
"""Name, offset and shape of the numbers, all of them doubles; the integers and their padding lie between."""

SIZE = 558392
TABLE, MOTIF = 8, 72
"""Where the number of the genetic code lies, and whether ribosomes bind at the usual motif."""

TABLES = frozenset((*range(1, 7), *range(9, 17), *range(21, 26)))


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The exact size, a genetic code, a flag and a share of G and C between none and all."""
    if glimpse.size != SIZE or not _order(glimpse.head[:304]):
        return None
    notes = {
        Kind.STRUCTURE: "has the size and the integers of what Prodigal learns of a genome",
        Kind.SEMANTICS: "with shares, biases and weights where they must be",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Return each array where it lies; FormatError for a file of another size or other integers."""
    order = _order(blob.read(0, 304)) if blob.size == SIZE else ""
    if not order:
        raise FormatError("no training file of Prodigal")
    table, motif = (struct.unpack(order + "i", blob.read(at, 4))[0] for at in (TABLE, MOTIF))
    residue = {f"bytes at {at + 4}": blob.read(at + 4, 4) for at in (TABLE, MOTIF)}
    return Model(
        FORMAT.name,
        tuple(
            Tensor(name, "float64", shape, Span(blob, at, 8 * math.prod(shape)), order == ">")
            for name, at, shape in LAYERS
        ),
        {"translation table": table, "uses Shine-Dalgarno motif": bool(motif)},
        residue={name: data for name, data in residue.items() if any(data)},
        noise={"byte order": b"big"} if order == ">" else {},
        complete=True,
    )


def _order(head: bytes) -> str:
    """Return the byte order in which the first numbers are possible; "" where they are in neither."""
    for order in "<>":
        table, motif = (struct.unpack(order + "i", head[at : at + 4])[0] for at in (TABLE, MOTIF))
        if table not in TABLES or motif not in (0, 1):
            continue
        gc, weight, *small = struct.unpack(order + "dxxxxxxxx7d", head[:72])
        if 0.05 < gc < 0.95 and 0 < weight < 1000 and all(abs(value) < 100 for value in small):
            return order
    return ""
