"""TensorFlow Lite's model files, now LiteRT's (schema.fbs: Model, identifier TFL3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Bytes, Schema, Walk
from lintian_ml.encoding.plain import content, label
from lintian_ml.encoding.tflite_schema import ELEMENT_TYPES, MODEL_METADATA, SCHEMA
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Payload, Span, Tensor

FORMAT = Format("tflite", extensions=(".tflite", ".lite"), mark=b"TFL3", at=4, text=False)
NOISE = ("layout",)

_TOLD = ("name", "description", "version", "author", "license")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find the identifier, and a root table whose schema version is 3 where the head shows it."""
    if glimpse.head[4:8] != FORMAT.mark:
        return None
    notes = {Kind.MAGIC: "identifier TFL3"}
    try:
        if _version(glimpse.head) != 3:
            return None
        notes[Kind.STRUCTURE] = "flatbuffer whose root table has the schema version 3"
    except LintianMLError:
        if glimpse.size <= len(glimpse.head):
            return None
    return Evidence.of(notes)


def _version(head: bytes) -> object:
    """Return the schema version in the root table; FormatError where the head does not show it."""
    bare = Schema({"Model": (SCHEMA.tables["Model"][0],)}, {})
    return Walk(Blob(head), bare).root("Model").get("version")


def read(blob: Blob) -> Model:
    """Read the whole model but the elements of its tensors; FormatError where it is not well-formed."""
    if blob.read(4, 4) != FORMAT.mark:
        raise FormatError("there is no identifier TFL3 at offset 4")
    walk = Walk(blob, SCHEMA)
    top = walk.root("Model", FORMAT.mark)
    if top.get("version") != 3:
        raise FormatError(f"the schema version is {top.get('version')}, not 3")
    contents = Contents(walk, _tables(top, "buffers"))
    for number, graph in enumerate(_tables(top, "subgraphs")):
        for tensor in _tables(graph, "tensors"):
            contents.take(tensor, number)
    metadata = {"description": str(top.pop("description"))} if isinstance(top.get("description"), str) else {}
    for entry in _tables(top, "metadata"):
        metadata.update(contents.told(entry))
    top["buffers"] = [contents.shown(number) for number in range(len(contents.buffers))]
    layout, bits = walk.layout()
    return Model(
        format=FORMAT.name,
        tensors=tuple(contents.tensors),
        structure=top,
        metadata=metadata,
        residue=dict(walk.gaps()),
        noise={"layout": layout},
        noise_bits={"layout": bits},
        remarks=tuple(contents.remarks),
        complete=True,
        parameters=contents.parameters,
    )


@dataclass(slots=True)
class Contents:
    """The buffers of a model and the tensors that are made of them."""

    walk: Walk
    buffers: list[dict[str, object]]
    tensors: list[Tensor] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    parameters: int = 0
    _used: set[int] = field(default_factory=set)
    _names: dict[str, int] = field(default_factory=dict)

    def span(self, number: int) -> Span | None:
        """Return where a buffer's data lies, within the flatbuffer or behind it; None for an empty one."""
        if number >= len(self.buffers):
            raise FormatError(f"there is no buffer {number}: there are {len(self.buffers)}")
        buffer = self.buffers[number]
        found = buffer.get("data")
        if isinstance(found, Bytes) and found.length:
            return Span(self.walk.blob, found.offset, found.length)
        offset, size = cast(int, buffer.get("offset", 0)), cast(int, buffer.get("size", 0))
        if offset <= 1 or not size:
            return None
        self.walk.mark(offset, size)
        return Span(self.walk.blob, offset, size)

    def take(self, told: dict[str, object], subgraph: int) -> None:
        """Take in a tensor that has data, and any scales and zero points, and name them in its table."""
        number = cast(int, told.get("buffer", 0))
        span = self.span(number)
        name = label(told.get("name"), "tensor")
        name = f"subgraph {subgraph}/{name}" if subgraph else name
        if span is not None:
            self._used.add(number)
            told["tensor"] = self._put(name, *self._form(told, name, span), span)
            self.parameters += self.tensors[-1].elements
        quantization = cast("dict[str, object]", told.get("quantization", {}))
        for key, dtype, width in (("scale", "float32", 4), ("zero_point", "int64", 8)):
            found = quantization.get(key)
            if isinstance(found, Bytes):
                part = Span(self.walk.blob, *found)
                quantization[key] = self._put(f"{name}.{key}", dtype, (found.length // width,), part)

    def told(self, entry: dict[str, object]) -> Iterator[tuple[str, str]]:
        """Yield what the metadata tables of a model say, by their fields' names."""
        span = self.span(cast(int, entry.get("buffer", 0)))
        if span is None or span.length > 1 << 20:
            return
        name = label(entry.get("name"), "")
        part = span.blob.part(span.offset, span.length)
        if name == "TFLITE_METADATA":
            yield from self._model_metadata(part)
        elif name == "min_runtime_version":
            yield name, str(content(part, 0, part.size)).rstrip("\0")

    def shown(self, number: int) -> object:
        """Return what stands for a buffer in the structure: its content, unless tensors have it."""
        span, buffer = self.span(number), self.buffers[number]
        idle = {key: value for key, value in buffer.items() if key != "data"}
        if not isinstance(buffer.get("data"), Bytes) and span is not None:
            idle = {}
        shown = None if number in self._used or span is None else content(span.blob, span.offset, span.length)
        return {"content": shown, **idle} if idle else shown

    def _form(self, told: dict[str, object], name: str, span: Span) -> tuple[str, tuple[int, ...]]:
        """Return a tensor's element type and shape; of a sparse one how many elements are there."""
        code = cast(int, told.get("type", 0))
        if code not in ELEMENT_TYPES:
            self.remarks.append(f"tensor {name}: element type {code} is not known, read as opaque bytes")
        dtype = ELEMENT_TYPES.get(code, "bytes")
        dims = told.get("shape", [])
        if not isinstance(dims, list) or any(size < 0 for size in dims):
            raise FormatError(f"tensor {name} has no sound shape")
        if "sparsity" in told and dtype in BITS:
            return dtype, (span.length * 8 // BITS[dtype],)
        return dtype, tuple(dims)

    def _put(self, name: str, dtype: str, dims: tuple[int, ...], payload: Payload) -> str:
        plain = name
        while name in self._names:
            self._names[plain] += 1
            name = f"{plain}#{self._names[plain]}"
        tensor = Tensor(name, dtype, dims, payload)
        if tensor.expected_length not in (None, payload.length):
            raise FormatError(f"tensor {name} has {payload.length} bytes, not {tensor.expected_length}")
        self._names[name] = 1
        self.tensors.append(tensor)
        return name

    def _model_metadata(self, blob: Blob) -> Iterator[tuple[str, str]]:
        try:
            found = Walk(blob, MODEL_METADATA).root("ModelMetadata")
        except LintianMLError as error:
            self.remarks.append(f"TFLITE_METADATA cannot be read: {error}")
            return
        for key in _TOLD:
            if isinstance(found.get(key), str):
                yield ("TFLITE_METADATA.description" if key == "description" else key), str(found[key])


def _tables(value: dict[str, object], key: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", value.get(key, []))
