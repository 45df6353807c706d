"""PaddlePaddle's programs, ``.pdmodel`` and ``__model__``: operators and variables (Paddle, framework.proto:
ProgramDesc).

The parameters lie in other files; a program alone has none.
"""

from lintian_ml.blob import Blob
from lintian_ml.encoding.message import Reader
from lintian_ml.encoding.paddle_schema import SCHEMA
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("paddle-program", extensions=(".pdmodel",), first=b"\x0a", text=False)

NOISE = ("field order and packing",)

BLOCK = b"\x08\0\x10"
"""What the first block begins with: its number, 0, and the field of its parent's."""

SEEN = 64
"""Fields of the first block that are looked at to recognise a program."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A first block with its number and its parent's, and variables or operators in it."""
    if glimpse.head[:1] != b"\x0a" or glimpse.head.find(BLOCK, 2, 9) < 0:
        return None
    try:
        return _recognise(glimpse)
    except LintianMLError:
        return None


def _recognise(glimpse: Glimpse) -> Evidence | None:
    wire = Wire(Blob(glimpse.head))
    block = next(wire.fields(0, glimpse.size), None)
    if block is None or wire.take(block.offset, 3) != BLOCK:
        return None
    content = ""
    for count, field in enumerate(wire.fields(block.offset, block.end)):
        slot = SCHEMA["BlockDesc"].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return None
        content = content or _content(wire, field, slot.kind)
        if not content and slot.kind in ("VarDesc", "OpDesc"):
            return None
        if count >= SEEN:
            break
    if not content:
        return None
    notes = {
        Kind.STRUCTURE: "protocol buffer with the fields of a ProgramDesc of PaddlePaddle",
        Kind.SEMANTICS: f"its first block begins with {content}",
    }
    return Evidence.of(notes)


def _content(wire: Wire, message: Field, kind: str) -> str:
    """Return "variable NAME" or "operator TYPE"; "" for what is neither."""
    name, told = "", {"VarDesc": (1, "variable"), "OpDesc": (3, "operator")}.get(kind)
    if told is None:
        return ""
    required = {"VarDesc": {1, 2}, "OpDesc": {3}}[kind]
    for field in wire.fields(message.offset, message.end):
        slot = SCHEMA[kind].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return ""
        required.discard(field.number)
        if field.number == told[0] and 0 < field.length <= 256:
            name = wire.read(field).decode("utf-8", "replace")
    return f"{told[1]} {name}" if name.isprintable() and name and not required else ""


def read(blob: Blob) -> Model:
    """Read the whole program; FormatError where it is no well-formed ProgramDesc or has no block."""
    reader = Reader(Wire(blob), SCHEMA)
    top = reader.read("ProgramDesc")
    blocks = top.get("blocks")
    if not isinstance(blocks, list) or not any("ops" in block or "vars" in block for block in blocks):
        raise FormatError("no block with operators or variables, so this is no program of PaddlePaddle")
    opaque = {"op_compatible_map", "op_version_map"} & top.keys()
    return Model(
        FORMAT.name,
        structure={key: value for key, value in top.items() if key not in opaque},
        residue=reader.residue,
        noise={"field order and packing": bytes(reader.noise)} if reader.noise else {},
        remarks=("the parameters lie in other files",),
        complete=not opaque,
    )
