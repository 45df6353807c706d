"""The tables of TensorFlow Lite models (schema.fbs and metadata_schema.fbs)."""

from collections.abc import Mapping

from lintian_ml.encoding.flatbuffers import schema

ELEMENT_TYPES: Mapping[int, str] = {
    0: "float32",
    1: "float16",
    2: "int32",
    3: "uint8",
    4: "int64",
    5: "string",
    6: "bool",
    7: "int16",
    8: "complex64",
    9: "int8",
    10: "float64",
    11: "complex128",
    12: "uint64",
    13: "bytes",
    14: "bytes",
    15: "uint32",
    16: "uint16",
    17: "int4",
    18: "bfloat16",
    19: "int2",
    20: "uint4",
    21: "float8e4m3fn",
    22: "float8e5m2",
}
"""TensorType: our names; resources and variants, 13 and 14, are read as opaque bytes."""

_OPTIONS = {3: "ConcatEmbeddings", 17: "Reshape", 30: "Squeeze", 111: "VarHandle", 115: "Bucketize"}
_OPTIONS_2 = {
    2: "BroadcastInDim",
    3: "Slice",
    6: "Reduce",
    9: "DynamicSlice",
    10: "Pad",
    17: "Transpose",
    21: "Composite",
}

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
Operator: opcode_index u32, inputs i32*, outputs i32*, builtin_options_type u8,\
 builtin_options BuiltinOptions, custom_options u8*, custom_options_format i8,\
 mutating_variable_inputs u8*, intermediates i32*,\
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
        "BuiltinOptions": _OPTIONS,
        "BuiltinOptions2": _OPTIONS_2,
    },
)
"""Operators' options are listed where they hold vectors or strings; others are read as bare fields."""

MODEL_METADATA = schema(
    "ModelMetadata: name string, description string, version string, subgraph_metadata u32, author string,"
    " license string",
    unions={},
)
"""The beginning of metadata_schema.fbs; the whole is in the structure by its digest."""
