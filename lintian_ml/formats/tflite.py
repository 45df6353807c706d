"""TensorFlow Lite's model files, now LiteRT's (schema.fbs: Model, identifier TFL3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Bytes, Schema, Walk, schema
from lintian_ml.encoding.plain import content, label
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Payload, Span, Tensor

FORMAT = Format("tflite", extensions=(".tflite", ".lite"))

ELEMENT_TYPES: Mapping[int, str] = dict(
    enumerate(
        [
            "float32",
            "float16",
            "int32",
            "uint8",
            "int64",
            "string",
            "bool",
            "int16",
            "complex64",
            "int8",
            "float64",
            "complex128",
            "uint64",
            "bytes",
            "bytes",
            "uint32",
            "uint16",
            "int4",
            "bfloat16",
            "int2",
            "uint4",
            "float8e4m3fn",
            "float8e5m2",
        ]
    )
)
"""TensorType: our names; resources and variants, 13 and 14, are read as opaque bytes."""

SCHEMA = schema(
    """
Model: version u32, operator_codes OperatorCode*, subgraphs SubGraph*, description string, buffers Buffer*,\
 metadata_buffer i32*, metadata Metadata*, signature_defs SignatureDef*
OperatorCode: deprecated_builtin_code i8, custom_code string, version i32, builtin_code i32
SubGraph: tensors Tensor*, inputs i32*, outputs i32*, operators Operator*, name string
Tensor: shape i32*, type i8, buffer u32, name string, quantization Quantization, is_variable u8,\
 sparsity Sparsity, shape_signature i32*, has_rank u8, variant_tensors VariantSubType*
Quantization: min f32*, max f32*, scale f32s, zero_point i64s, details_type u8, details QuantizationDetails,\
 quantized_dimension i32
CustomQuantization: custom u8*
Sparsity: traversal_order i32*, block_map i32*, dim_metadata DimensionMetadata*
DimensionMetadata: format i8, dense_size i32, array_segments_type u8, array_segments SparseIndexVector,\
 array_indices_type u8, array_indices SparseIndexVector
Int32Vector: values i32*
Uint16Vector: values u16*
Uint8Vector: values u8*
VariantSubType: shape i32*, type i8, has_rank u8
Operator: opcode_index u32, inputs i32*, outputs i32*, builtin_options_type u8, builtin_options BuiltinOptions,\
 custom_options u8*, custom_options_format i8, mutating_variable_inputs u8*, intermediates i32*,\
 large_custom_options_offset u64, large_custom_options_size u64, builtin_options_2_type u8,\
 builtin_options_2 BuiltinOptions2
Buffer: data span, offset u64, size u64
Metadata: name string, buffer u32
SignatureDef: inputs TensorMap*, outputs TensorMap*, signature_key string, deprecated_tag string,\
 subgraph_index u32
TensorMap: name string, tensor_index u32
ConcatEmbeddings: num_channels i32, num_columns_per_channel i32*, embedding_dim_per_channel i32*
Reshape: new_shape i32*
Squeeze: squeeze_dims i32*
VarHandle: container string, shared_name string
Bucketize: boundaries f32*
BroadcastInDim: broadcast_dimensions i64*
Slice: start_indices i64*, limit_indices i64*, strides i64*
Reduce: dimensions i64*, body_subgraph_index i32
DynamicSlice: slice_sizes i64*
Pad: edge_padding_low i64*, edge_padding_high i64*, interior_padding i64*
Transpose: permutation i64*
Composite: name string, decomposition_subgraph_index i32, composite_attributes u8*,\
 composite_attributes_format i8, version i32
""",
    unions={
        "QuantizationDetails": {1: "CustomQuantization"},
        "SparseIndexVector": {1: "Int32Vector", 2: "Uint16Vector", 3: "Uint8Vector"},
        "BuiltinOptions": {
            3: "ConcatEmbeddings",
            17: "Reshape",
            30: "Squeeze",
            111: "VarHandle",
            115: "Bucketize",
        },
        "BuiltinOptions2": {
            2: "BroadcastInDim",
            3: "Slice",
            6: "Reduce",
            9: "DynamicSlice",
            10: "Pad",
            17: "Transpose",
            21: "Composite",
        },
    },
)
"""The options of operators are listed where they hold vectors or strings; the others are read as bare fields."""

MODEL_METADATA = schema(
    "ModelMetadata: name string, description string, version string, subgraph_metadata u32, author string,"
    " license string",
    unions={},
)
"""The beginning of metadata_schema.fbs; the whole is in the structure by its digest."""

_TOLD = ("name", "description", "version", "author", "license")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find the identifier, and a root table whose schema version is 3 where the head shows it."""
    if glimpse.head[4:8] != b"TFL3":
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
    if blob.read(4, 4) != b"TFL3":
        raise FormatError("there is no identifier TFL3 at offset 4")
    walk = Walk(blob, SCHEMA)
    top = walk.root("Model")
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
    return Model(
        format=FORMAT.name,
        tensors=tuple(contents.tensors),
        structure=top,
        metadata=metadata,
        residue=dict(walk.gaps()),
        noise={"layout": walk.layout()},
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
    _names: set[str] = field(default_factory=set)

    def span(self, number: int) -> Span | None:
        """Return where the data of a buffer lies, within the flatbuffer or behind it; None for an empty one."""
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
        """Take in a tensor that has data, and the scales and zero points of any, and name them in its table."""
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
        span = self.span(number)
        if number in self._used or span is None:
            return None
        return content(span.blob, span.offset, span.length)

    def _form(self, told: dict[str, object], name: str, span: Span) -> tuple[str, tuple[int, ...]]:
        """Return a tensor's element type and shape; of a sparse one the shape of the elements that are there."""
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
        while name in self._names:
            name += "'"
        tensor = Tensor(name, dtype, dims, payload)
        if tensor.expected_length not in (None, payload.length):
            raise FormatError(f"tensor {name} has {payload.length} bytes, not {tensor.expected_length}")
        self._names.add(name)
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
