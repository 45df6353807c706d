"""Caffe2's networks with parameters, ``init_net.pb`` (PyTorch, caffe2/proto/caffe2.proto: NetDef).

The parameters are arguments of operators that fill blobs with given values. A ``predict_net.pb`` beside it
has operators only and is not recognised.
"""

import math
import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding import runs
from lintian_ml.encoding.message import Reader, Run
from lintian_ml.encoding.plain import label
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.encoding.protobuf_schema import schema
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("caffe2", extensions=(".pb",), first=b"\x0a\x12", text=False)

NOISE = ("field order and packing",)

SCHEMA = schema(
    """
    NetDef: 1 name text, 2 op OperatorDef*, 3 type text, 4 num_workers int, 5 device_option span, \
6 arg Argument*, 7 external_input text*, 8 external_output text*
    OperatorDef: 1 input text*, 2 output text*, 3 name text, 4 type text, 5 arg Argument*, \
6 device_option span, 7 engine text, 8 control_input text*, 9 is_gradient_op int, 10 debug_info text
    Argument: 1 name text, 2 f float, 3 i int, 4 s text, 5 floats floats, 6 ints int*, 7 strings text*
    """.replace("\\\n", "")
)
FILLS = re.compile(rb"(?:GivenTensor(?:|Int|Int64|Double)Fill|(?:Constant|Xavier|MSRA|Gaussian|Uniform)Fill)")
GIVEN = "GivenTensorFill"
EARLY = 1024
"""Where, at the latest, the first operator's type stands: names only come before it."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Operators, nothing else, the first of which fills a blob that it names."""
    if glimpse.head[:1] not in (b"\x0a", b"\x12") or glimpse.head.find(b"Fill", 0, EARLY) < 0:
        return None
    try:
        return _recognise(glimpse)
    except LintianMLError:
        return None


def _recognise(glimpse: Glimpse) -> Evidence | None:
    wire = Wire(Blob(glimpse.head))
    for count, field in enumerate(wire.fields(0, glimpse.size)):
        slot = SCHEMA["NetDef"].get(field.number)
        if slot is None or not slot.fits(field.wire) or count > 1:
            return None
        if slot.name == "op":
            kind = _filling(wire, field)
            if not kind:
                return None
            notes = {
                Kind.STRUCTURE: "protocol buffer with the fields of a NetDef of Caffe2",
                Kind.SEMANTICS: f"its first operator is a {kind}",
            }
            return Evidence.of(notes)
    return None


def _filling(wire: Wire, operator: Field) -> str:
    """Return the type of an operator that fills one blob; "" for any other."""
    kind, outputs = b"", 0
    for field in wire.fields(operator.offset, operator.end):
        slot = SCHEMA["OperatorDef"].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return ""
        outputs += slot.name == "output"
        if slot.name == "type" and field.length <= 64:
            kind = wire.read(field)
    return kind.decode("ascii") if outputs == 1 and FILLS.fullmatch(kind) else ""


def read(blob: Blob) -> Model:
    """Read all operators; the values of those that fill blobs are tensors, named after the blobs.

    FormatError where this is no well-formed NetDef, or a blob has not as many values as its shape tells.
    """
    reader = Reader(Wire(blob), SCHEMA)
    top = reader.read("NetDef")
    operators = top.get("op")
    if not isinstance(operators, list):
        raise FormatError("a network of Caffe2 without operators")
    tensors = tuple(tensor for operator in operators for tensor in _given(blob, operator))
    if not tensors:
        raise FormatError("a network of Caffe2 in which no values are given")
    noise = {"field order and packing": bytes(reader.noise)} if reader.noise else {}
    complete = not any(_spans(operator) for operator in [top, *operators])
    return Model(FORMAT.name, tensors, _plain(top), residue=reader.residue, noise=noise, complete=complete)


def _spans(message: dict[str, object]) -> bool:
    return "device_option" in message


def _arguments(operator: dict[str, object]) -> dict[str, dict[str, object]]:
    found = operator.get("arg", [])
    arguments = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return {label(argument.get("name"), str(number)): argument for number, argument in enumerate(arguments)}


def _given(blob: Blob, operator: dict[str, object]) -> Iterator[Tensor]:
    """Yield the tensor that an operator of type GivenTensorFill holds; its runs leave the structure."""
    arguments = _arguments(operator)
    outputs = operator.get("output")
    if operator.get("type") != GIVEN or "values" not in arguments or not isinstance(outputs, list):
        return
    values = arguments["values"].get("floats", [])
    shape = arguments.get("shape", {}).get("ints", [])
    if not isinstance(values, list) or not isinstance(shape, list):
        raise FormatError("values or a shape that are no lists")
    found = [run for run in values if isinstance(run, Run)]
    payload = runs.fixed(blob, found, 4)
    name = label(outputs[0], "unnamed")
    if not all(isinstance(side, int) and side >= 0 for side in shape):
        raise FormatError(f"the blob {name[:60]!r} has the shape {str(shape)[:60]}")
    if math.prod(shape) * 4 != payload.length:
        raise FormatError(f"the blob {name[:60]!r} has {payload.length} bytes for the shape {shape!r:.60}")
    yield Tensor(name, "float32", tuple(shape), payload)


def _plain(value: object) -> object:
    """Return a message as JSON data: runs of numbers and opaque fields by their lengths."""
    if isinstance(value, Run | Field):
        return {"bytes": value.end - value.offset}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
