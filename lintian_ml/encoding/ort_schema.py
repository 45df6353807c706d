"""The tables of ONNX Runtime's own model files (onnxruntime, core/flatbuffers/schema/ort.fbs)."""

from lintian_ml.encoding.flatbuffers import schema

SCHEMA = schema(
    """
InferenceSession: ort_version string, model Model, session_state SessionState, kernel_types Resolver
Model: ir_version i64, opset_import OperatorSetId*, producer_name string, producer_version string,\
 domain string, model_version i64, doc_string string, graph Graph, graph_doc_string string,\
 metadata_props Entry*
Entry: key string, value string
OperatorSetId: domain string, version i64
Graph: initializers Tensor*, node_args ValueInfo*, nodes Node*, max_node_index u32, node_edges NodeEdge*,\
 inputs string*, outputs string*, sparse_initializers SparseTensor*, runtime_optimizations Optimizations
Node: name string, doc_string string, domain string, since_version i32, index u32, op_type string, type i32,\
 execution_provider_type string, inputs string*, outputs string*, attributes Attribute*,\
 input_arg_counts i32*, implicit_inputs string*
NodeEdge: node_index u32
ValueInfo: name string, doc_string string, type TypeInfo
TypeInfo: denotation string, value_type u8, value TypeInfoValue
TensorTypeAndShape: elem_type i32, shape Shape
SequenceType: elem_type TypeInfo
MapType: key_type i32, value_type TypeInfo
Shape: dim Dimension*
Dimension: value DimensionValue, denotation string
DimensionValue: dim_type i8, dim_value i64, dim_param string
Tensor: name string, doc_string string, dims i64*, data_type i32, raw_data span, string_data string*,\
 external_data_offset i64
SparseTensor: values Tensor, indices Tensor, dims i64*
Attribute: name string, doc_string string, type i32, f f32, i i64, s string, t Tensor, g Graph, floats f32*,\
 ints i64*, strings string*, tensors Tensor*, graphs Graph*
Optimizations: records Record*
Record: optimizer_name string
SessionState: kernels Kernels
Kernels: node_indices u32*, kernel_def_hashes u64*
Resolver: op_kernel_type_str_args OpArgs*
OpArgs: op_id string, kernel_type_str_args KernelArgs*
KernelArgs: kernel_type_str string, args ArgIndex*
ArgIndex: arg_type i8, index u32
""",
    unions={"TypeInfoValue": {1: "TensorTypeAndShape", 2: "SequenceType", 3: "MapType"}},
)
"""Edges and records of optimisations hold structs, which stay unread: they are residue."""
