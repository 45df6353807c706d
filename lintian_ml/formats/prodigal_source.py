"""Prodigal's models of metagenomes, one function of numbers for each, in C (Prodigal, training.h)."""

import hashlib
import re
from itertools import pairwise

from lintian_ml.blob import Blob
from lintian_ml.encoding.numbers import Columns
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("prodigal-source", extensions=(".c",), first=b"/#v", smallest=3000)

BEGINNINGS = (b"/*", b"#include", b"void ")
FUNCTION = re.compile(rb"void initialize_metagenome_(\d{1,3})\(struct _training \*\s?\w{1,40}\)\s*\{")
NUMBER = re.compile(rb"(?<![\w.])-?\d{1,12}\.\d{1,20}(?:[eE][-+]?\d{1,3})?(?![\w.])")
NAME, EARLY = b"_training", 4096
FEWEST_SEEN, FEWEST = 64, 1000
LARGEST = 64 << 20


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A function that initialises a model, and numbers behind its opening brace."""
    head = glimpse.head
    if not head.startswith(BEGINNINGS) or head.find(NAME, 0, EARLY) < 0:
        return None
    function = FUNCTION.search(head)
    if function is None or len(NUMBER.findall(head, function.end())) < FEWEST_SEEN:
        return None
    return Evidence.of({Kind.MAGIC: "a source of Prodigal with the numbers of a model of metagenomes"})


def read(blob: Blob) -> Model:
    """Read the numbers of each function in order; FormatError where there are too few in one.

    The rest of the source, integers among it, is a digest.
    """
    if blob.size > LARGEST:
        raise LimitError(f"a source of {blob.size} bytes, but {LARGEST >> 20} MiB are read at most")
    data = blob.read(0, blob.size)
    found = list(FUNCTION.finditer(data))
    if not found:
        raise FormatError("no function of Prodigal that initialises a model")
    columns = Columns()
    ends = [function.start() for function in found] + [len(data)]
    for function, (_, end) in zip(found, pairwise(ends), strict=True):
        name = f"metagenome_{int(function.group(1))}"
        if name in columns:
            raise FormatError(f"two functions initialise {name}")
        if columns.add(name, "float64", NUMBER.findall(data, function.end(), end)) < FEWEST:
            raise FormatError(f"fewer than {FEWEST} numbers in {name}")
    outline = hashlib.sha256(b" ".join(NUMBER.sub(b"0.", data).split())).hexdigest()
    return Model(FORMAT.name, columns.tensors(), {"outline sha256": outline})
