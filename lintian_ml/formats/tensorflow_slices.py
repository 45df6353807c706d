"""TensorFlow's checkpoints of the first version, which are only detected (saved_tensor_slice.proto).

A checkpoint is one sorted table; under its empty key are the names, shapes and types of all tensors.
"""

from lintian_ml.blob import Blob
from lintian_ml.encoding.leveldb_table import MAGIC
from lintian_ml.encoding.protobuf import LENGTH, Field, Wire
from lintian_ml.encoding.tensorflow_tensors import ELEMENTS
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("tensorflow-slices", extensions=(".ckpt",), first=b"\0")

META, TENSOR = 1, 1
NAME, TYPE = 1, 3
MESSAGES = frozenset({2, 4})
"""The shape and the slices of a tensor, beside its name and type."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find the description of tensors under an empty key, a first tensor in it, and a table's magic."""
    if glimpse.head[:2] != b"\0\0" or b"\x0a" not in glimpse.head[3:8]:
        return None
    if glimpse.tail is not None and not glimpse.tail.endswith(MAGIC):
        return None
    try:
        name = _first_tensor(Wire(Blob(glimpse.head)), glimpse.size)
    except LintianMLError:
        return None
    magic = {Kind.MAGIC: "magic of a sorted table at the end"} if glimpse.tail is not None else {}
    notes = {Kind.STRUCTURE: "sorted table that begins with a description of tensors"}
    return Evidence.of({**magic, **notes, Kind.SEMANTICS: f"its first tensor is {name}"})


def _first_tensor(wire: Wire, end: int) -> str:
    """Return the name of the first tensor; FormatError where the table begins with something else."""
    size, at = wire.varint(2, end)
    if at + size > end:
        raise FormatError(f"a description of {size} bytes in {end}")
    outer = _message(wire, at, at + size, META)
    inner = _message(wire, outer.offset, outer.end, TENSOR)
    name, kind = "", 0
    for found in wire.fields(inner.offset, inner.end):
        if found.number == NAME and found.wire == LENGTH and found.length <= 1024:
            name = wire.read(found).decode("utf-8", "replace")
        elif found.number == TYPE and found.wire == 0:
            kind = found.value
        elif found.number not in MESSAGES or found.wire != LENGTH:
            raise FormatError(f"the field at offset {found.start} is none of a tensor's description")
    if not name or not name.isprintable() or kind not in ELEMENTS:
        raise FormatError("the first tensor has no name and type")
    return name


def _message(wire: Wire, start: int, end: int, number: int) -> Field:
    """Return the first field, which must be the message of that number."""
    found = next(wire.fields(start, end), None)
    if found is None or (found.number, found.wire) != (number, LENGTH):
        raise FormatError(f"no message {number} at offset {start}")
    return found
