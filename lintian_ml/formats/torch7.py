"""Torch7's binary files, .t7 (torch7, File.lua: writeObject; generic/Tensor.c and Storage.c).

An object is a type, and for tables and Torch classes a number by which it is met again. Functions are
byte code of Lua: they are stepped over and remarked on.
"""

import math
import re
import struct
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding import strides
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.plain import opaque
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("torch7", extensions=(".t7", ".th", ".net", ".model"), first=b"\3\4")

STARTS = (b"\4\0\0\0\1\0\0\0", b"\3\0\0\0\1\0\0\0")
CLASS = re.compile(rb"\x03\0\0\0V \d.\0\0\0([A-Za-z_]\w*(?:\.\w+)+)", re.DOTALL)
NETWORK = re.compile(rb"(nn|cudnn|nngraph|cunn|rnn|dpnn|inn)\.")
NIL, NUMBER, STRING, TABLE, TORCH, BOOLEAN, FUNCTION, LEGACY, RECURRING = range(9)
DEPTH = 100
OBJECTS = 1_000_000
# fmt: off
ELEMENTS = {
    "Byte": ("uint8", 1), "Char": ("int8", 1), "Short": ("int16", 2), "Int": ("int32", 4),
    "Long": ("int64", 8), "Float": ("float32", 4), "Double": ("float64", 8), "Half": ("float16", 2),
    "Cuda": ("float32", 4), "CudaByte": ("uint8", 1), "CudaChar": ("int8", 1), "CudaShort": ("int16", 2),
    "CudaInt": ("int32", 4), "CudaLong": ("int64", 8), "CudaDouble": ("float64", 8),
    "CudaHalf": ("float16", 2),
}
# fmt: on
KINDS = re.compile(r"torch\.(\w+?)(Tensor|Storage)")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A table or Torch object as the first object, and the name of a class of Torch soon behind it."""
    if glimpse.head[:8] not in STARTS:
        return None
    found = CLASS.search(glimpse.head, 8, 4096)
    if found is None or (glimpse.head[0] == TORCH and found.start() != 8):
        return None
    notes = {Kind.STRUCTURE: f"an object of the class {found[1].decode()}"}
    network = NETWORK.match(found[1]) or any(map(NETWORK.match, CLASS.findall(glimpse.head)))
    if network:
        notes[Kind.SEMANTICS] = "it has modules of a neural network"
    return Evidence.of(notes, carrier=not network)


@dataclass(slots=True)
class _Walk:
    """What was read so far; ``objects`` are those that may be met again, by their numbers."""

    forward: Forward
    tensors: dict[str, Tensor] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    objects: dict[int, object] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    functions: int = 0

    def value(self, path: str, depth: int) -> object:
        """Read one object as plain data; FormatError where it is not well-formed."""
        if depth > DEPTH:
            raise LimitError(f"objects are nested more than {DEPTH} deep at offset {self.forward.position}")
        kind = self.forward.number("i")
        if kind == NIL:
            return None
        if kind == NUMBER:
            return {"number": self.forward.take(8)[::-1].hex()}
        if kind == BOOLEAN:
            return self.forward.number("i") == 1
        if kind == STRING:
            return self.string()
        if kind == FUNCTION:
            return self.function(path, depth)
        if kind not in (TABLE, TORCH, LEGACY, RECURRING):
            raise FormatError(f"an object of the type {kind} before offset {self.forward.position}")
        number = self.forward.number("i")
        if number in self.objects:
            return {"object": number}
        if len(self.objects) >= OBJECTS:
            raise LimitError(f"there are more than {OBJECTS} objects")
        self.objects[number] = None
        if kind == TABLE:
            return {"number": number, "table": self.table(path, depth)}
        if kind == TORCH:
            return {"number": number, **self.torch(path, depth, number)}
        return {"number": number, **self.function(path, depth)}

    def string(self) -> str:
        """Read a text."""
        return self.forward.text(self.forward.number("i"), 16 << 20)

    def function(self, path: str, depth: int) -> dict[str, object]:
        """Step over byte code, and read the values bound to it."""
        size = self.forward.number("i")
        start = self.forward.skip(size)
        self.functions += 1
        return {"function": opaque(self.forward.blob, start, size), "bound": self.value(path, depth + 1)}

    def table(self, path: str, depth: int) -> list[object]:
        """Read pairs of keys and values."""
        count = self.forward.number("i")
        if not 0 <= count <= self.forward.left // 8:
            raise FormatError(f"a table of {count} pairs before offset {self.forward.position}")
        pairs: list[object] = []
        for _ in range(count):
            key = self.value(path, depth + 1)
            pairs.append([key, self.value(f"{path}.{_step(key)}".lstrip("."), depth + 1)])
        return pairs

    def torch(self, path: str, depth: int, number: int) -> dict[str, object]:
        """Read an object of a class of Torch: a tensor, a storage, or a table of its fields."""
        version = self.string()
        name = self.string() if version.startswith("V ") else version
        self.classes.add(name)
        found = KINDS.fullmatch(name)
        if found is None or found[1] not in ELEMENTS:
            return {"class": name, "version": version, "fields": self.value(path, depth + 1)}
        dtype, width = ELEMENTS[found[1]]
        if found[2] == "Tensor":
            return {"class": name, "version": version, **self.tensor(path, depth, dtype, width)}
        count = self.forward.number("q")
        if not 0 <= count <= self.forward.left // width:
            raise FormatError(f"a storage of {count} elements before offset {self.forward.position}")
        start = self.forward.skip(count * width)
        self.objects[number] = (start, count)
        return {"class": name, "version": version, "elements": count}

    def tensor(self, path: str, depth: int, dtype: str, width: int) -> dict[str, object]:
        """Read a tensor's sizes, strides and storage; FormatError where it reaches out of the storage."""
        axes = self.forward.number("i")
        if not 0 <= axes <= 64:
            raise FormatError(f"a tensor of {axes} axes before offset {self.forward.position}")
        shape, steps = self.forward.numbers(f"{axes}q"), self.forward.numbers(f"{axes}q")
        first = self.forward.number("q") - 1
        at = self.forward.position
        storage = self.value(path, depth + 1)
        view = {"sizes": list(shape), "strides": list(steps), "first": first, "storage": storage}
        number = storage.get("number", storage.get("object")) if isinstance(storage, dict) else None
        held = self.objects.get(number) if isinstance(number, int) else None
        if storage is None or not axes:
            return view
        if not isinstance(held, tuple) or first < 0 or min(shape) < 0 or min(steps) < 0:
            raise FormatError(f"the tensor {path!r:.80} has no storage at offset {at}")
        start, count = held
        if first + strides.extent(shape, steps) > count or math.prod(shape) > max(count, 1) * 16:
            raise FormatError(f"the tensor {path!r:.80} reaches out of its storage of {count} elements")
        part = self.forward.blob.part(start + first * width, (count - first) * width)
        name = self.names.free(path or "tensor")
        self.tensors[name] = Tensor(name, dtype, shape, strides.view(part, 0, shape, steps, width))
        return {**view, "tensor": name}


def read(blob: Blob) -> Model:
    """Read the one object of the file; FormatError where it is not well-formed."""
    if blob.read(0, 8) not in STARTS:
        raise FormatError("the first object is no table and no object of Torch")
    walk = _Walk(Forward(blob))
    structure = walk.value("", 0)
    if not walk.classes:
        raise FormatError("there is no object of a class of Torch")
    remarks = [f"it holds {walk.functions} functions of Lua in byte code"] if walk.functions else []
    if walk.forward.left:
        raise FormatError(f"{walk.forward.left} bytes follow the object")
    return Model(FORMAT.name, tuple(walk.tensors.values()), structure, remarks=tuple(remarks))


def _step(key: object) -> str:
    """Return a table's key as a part of a path."""
    if isinstance(key, dict) and isinstance(key.get("number"), str):
        number = float(struct.unpack(">d", bytes.fromhex(key["number"]))[0])
        return str(int(number)) if number.is_integer() else str(number)
    return str(key)[:80] if isinstance(key, str | bool) else "key"
