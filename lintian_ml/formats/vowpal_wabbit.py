"""Vowpal Wabbit's regressors in binary (vowpal_wabbit, core/src/parse_regressor.cc and reductions/gd.cc).

Behind the header are the weights that are not zero, each with its index; with the state of the online
learner each has one to six numbers, and some totals precede them. How many, no field tells: it is what the
indices agree with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.strides import view
from lintian_ml.encoding.vowpal_header import START, Header, read_header
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format(
    "vowpal-wabbit", extensions=(".vw", ".model"), first=b"\x06\x07\x08\x09\x0a\x0b\x0c", text=False
)

ONLINE = (
    ("initial_t", "float32"),
    ("norm_normalizer", "float64"),
    ("t", "float64"),
    ("sum_loss", "float64"),
    ("sum_loss_since_last_dump", "float64"),
    ("dump_interval", "float32"),
    ("min_label", "float32"),
    ("max_label", "float32"),
    ("weighted_labeled_examples", "float64"),
    ("weighted_labels", "float64"),
    ("weighted_unlabeled_examples", "float64"),
    ("example_number", "uint64"),
    ("total_features", "uint64"),
    ("total_weight", "float64"),
    ("old_weighted_labeled_examples", "float64"),
    ("current_pass", "uint64"),
)
"""The totals of the online learner, in their order; from version 9 on two more follow."""

REGULARIZATION = (("l1_state", "float64"), ("l2_state", "float64"))
NUMBERS = (1, 2, 3, 4, 6)
"""How many numbers a weight may have: itself, and what adaptive, normalized and FTRL learning keep of it."""

BOUNDED = re.compile(r"(^| )--cb_adf\b")
"""The option of contextual bandits, which keep two counts before the weights from version 8.3.2 on."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the weights lie: ``count`` rows from ``start``, an index of ``index`` bytes and ``numbers``
    float32 in each.
    """

    start: int
    count: int
    index: int
    numbers: int


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The version, the mark of a model, and a header that is whole and agrees with its checksum."""
    if not START.match(glimpse.head):
        return None
    try:
        header = read_header(Blob(glimpse.head))
    except (FormatError, LimitError):
        return None
    return Evidence.of(
        {
            Kind.MAGIC: f"version {header.told['version']} of Vowpal Wabbit and the mark of a model",
            Kind.STRUCTURE: "a header that agrees with its checksum" if header.checked else "a whole header",
        }
    )


def read(blob: Blob) -> Model:
    """Read the header, and the weights where their layout is certain; FormatError for a broken header."""
    header = read_header(blob)
    at = header.end + (16 if header.version >= (8, 3, 2) and BOUNDED.search(header.options) else 0)
    totals: tuple[Tensor, ...] = ()
    rows = None
    if at < blob.size:
        resumed = blob.read(at, 1)
        if resumed == b"\1":
            totals = tuple(_totals(blob, at + 1, header))
            start = at + 1 + sum(tensor.payload.length for tensor in totals)
            rows = _rows(blob, start, header, NUMBERS) if totals else None
        elif resumed == b"\0":
            rows = _rows(blob, at + 1, header, (1,))
    structure = {**header.told, "online state": bool(totals and rows)}
    if rows is None:
        remark = "the weights are laid out by a reduction that is not known; they were not read"
        return Model(FORMAT.name, _labels(blob, header), structure, remarks=(remark,), parameters=None)
    return Model(
        FORMAT.name,
        (*_labels(blob, header), *_counts(blob, header.end, at), *totals, *_weights(blob, rows)),
        structure,
        complete=True,
        parameters=rows.count * rows.numbers,
    )


def _labels(blob: Blob, header: Header) -> tuple[Tensor, ...]:
    names = ("header.min_label", "header.max_label")
    pairs = zip(names, header.labels, strict=True)
    return tuple(Tensor(name, "float32", (), Span(blob, at, 4)) for name, at in pairs)


def _counts(blob: Blob, start: int, end: int) -> Iterator[Tensor]:
    if end > start:
        yield Tensor("cb_adf.counts", "uint64", (2,), Span(blob, start, end - start))


def _totals(blob: Blob, at: int, header: Header) -> Iterator[Tensor]:
    """Yield the online learner's totals; none where the file ends before they do."""
    fields = ONLINE + (REGULARIZATION if header.version >= (9, 0, 0) else ())
    if at + sum(BITS[dtype] // 8 for _, dtype in fields) > blob.size:
        return
    for name, dtype in fields:
        length = BITS[dtype] // 8
        yield Tensor(f"online.{name}", dtype, (), Span(blob, at, length))
        at += length


def _rows(blob: Blob, start: int, header: Header, widths: tuple[int, ...]) -> Rows | None:
    """Return the one layout of which all indices rise and are in range; None if there are none or several."""
    index, left = (4 if header.bits < 31 else 8), blob.size - start
    fitting = [
        rows
        for numbers in widths
        if left >= 0
        and left % (index + 4 * numbers) == 0
        and _rises(blob, rows := Rows(start, left // (index + 4 * numbers), index, numbers), header.bits)
    ]
    return fitting[0] if fitting and (len(fitting) == 1 or not left) else None


def _rises(blob: Blob, rows: Rows, bits: int) -> bool:
    """Whether each index is larger than the one before, and of at most so many bits."""
    import numpy as np

    if not rows.count:
        return True
    last = -1
    for block in _indices(blob, rows).payload.blocks():
        found = np.frombuffer(block, f"<u{rows.index}")
        if int(found[0]) <= last or int(found[-1]) >> bits or not bool(np.all(found[1:] > found[:-1])):
            return False
        last = int(found[-1])
    return True


def _indices(blob: Blob, rows: Rows) -> Tensor:
    words, step = rows.index // 4, rows.index // 4 + rows.numbers
    payload = view(blob, rows.start, (rows.count, words), (step, 1), 4)
    return Tensor("indices", f"uint{8 * rows.index}", (rows.count,), payload)


def _weights(blob: Blob, rows: Rows) -> Iterator[Tensor]:
    """Yield the indices, the weights, and what else is kept of each weight."""
    if not rows.count:
        return
    yield _indices(blob, rows)
    step, at = rows.index // 4 + rows.numbers, rows.start + rows.index
    yield Tensor("weights", "float32", (rows.count,), view(blob, at, (rows.count,), (step,), 4))
    if rows.numbers > 1:
        shape = (rows.count, rows.numbers - 1)
        yield Tensor("state", "float32", shape, view(blob, at + 4, shape, (step, 1), 4))
