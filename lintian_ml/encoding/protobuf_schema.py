"""What a reader of protocol buffer messages knows of their fields: a schema, in a few lines of text."""

from collections.abc import Mapping
from typing import NamedTuple

from lintian_ml.encoding.protobuf import FIXED32, FIXED64, LENGTH, VARINT

SCALARS = {
    "int": VARINT,
    "uint": VARINT,
    "float": FIXED32,
    "double": FIXED64,
    "text": LENGTH,
    "span": LENGTH,
    "bits32": FIXED32,
    "spans": LENGTH,
    "ints": VARINT,
    "floats": FIXED32,
    "doubles": FIXED64,
}
"""The kinds that are no messages. Those in the plural, ``span`` and ``bits32`` are left where they lie."""

RUNS = frozenset({"ints", "floats", "doubles"})
"""The kinds of numbers that are left where they lie."""


class Slot(NamedTuple):
    """What a schema knows of one field: its name, its kind or its message's name, whether it repeats.

    ``packed`` tells that writers usually pack the numbers; ``wire`` is the wire type of one element.
    """

    name: str
    kind: str
    many: bool
    packed: bool = False
    wire: int = LENGTH

    def fits(self, wire: int) -> bool:
        """Whether a field of that wire type can be this one: numbers that repeat may be packed."""
        return wire == self.wire or (wire == LENGTH and self.many)


Schema = Mapping[str, Mapping[int, Slot]]


def schema(text: str) -> Schema:
    """Read a schema: a line is ``Message: 1 name kind, 2 name Message*, …``, the star marking what repeats.

    ``ints``, ``floats`` and ``doubles`` (numbers) and ``spans`` (byte strings) always repeat. A plus marks
    numbers that writers usually pack; behind a star it marks others that repeat, as in ``int*+``.
    """
    lines = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): dict(map(_slot, rest.split(","))) for name, _, rest in lines}


def _slot(text: str) -> tuple[int, Slot]:
    number, name, kind = text.split()
    plain = kind.rstrip("*+")
    marks = kind[len(plain) :]
    many = "*" in marks or plain == "spans" or plain in RUNS
    return int(number), Slot(name, plain, many, "+" in marks, SCALARS.get(plain, LENGTH))
