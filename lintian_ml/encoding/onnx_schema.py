"""The messages of ONNX models (onnx.proto, IR version 14; ``Entry`` is its StringStringEntryProto)."""

from lintian_ml.encoding.protobuf_schema import schema

SCHEMA = schema("""
ModelProto: 1 ir_version int, 2 producer_name text, 3 producer_version text, 4 domain text,\
 5 model_version int, 6 doc_string text, 7 graph GraphProto, 8 opset_import OperatorSetIdProto*,\
 14 metadata_props Entry*, 20 training_info TrainingInfoProto*, 25 functions FunctionProto*,\
 26 configuration DeviceConfigurationProto*
GraphProto: 1 node NodeProto*, 2 name text, 5 initializer TensorProto*, 10 doc_string text,\
 11 input ValueInfoProto*, 12 output ValueInfoProto*, 13 value_info ValueInfoProto*,\
 14 quantization_annotation TensorAnnotation*, 15 sparse_initializer SparseTensorProto*,\
 16 metadata_props Entry*
NodeProto: 1 input text*, 2 output text*, 3 name text, 4 op_type text, 5 attribute AttributeProto*,\
 6 doc_string text, 7 domain text, 8 overload text, 9 metadata_props Entry*,\
 10 device_configurations NodeDeviceConfigurationProto*
AttributeProto: 1 name text, 2 f float, 3 i int, 4 s text, 5 t TensorProto, 6 g GraphProto, 7 floats floats,\
 8 ints int*, 9 strings text*, 10 tensors TensorProto*, 11 graphs GraphProto*, 13 doc_string text,\
 14 tp TypeProto, 15 type_protos TypeProto*, 20 type int, 21 ref_attr_name text,\
 22 sparse_tensor SparseTensorProto, 23 sparse_tensors SparseTensorProto*
TensorProto: 1 dims int*, 2 data_type int, 3 segment Segment, 4 float_data floats+, 5 int32_data ints+,\
 6 string_data spans, 7 int64_data ints+, 8 name text, 9 raw_data span, 10 double_data doubles+,\
 11 uint64_data ints+, 12 doc_string text, 13 external_data Entry*, 14 data_location int,\
 16 metadata_props Entry*
Segment: 1 begin int, 2 end int
SparseTensorProto: 1 values TensorProto, 2 indices TensorProto, 3 dims int*
ValueInfoProto: 1 name text, 2 type TypeProto, 3 doc_string text, 4 metadata_props Entry*
TypeProto: 1 tensor_type TensorType, 4 sequence_type ElementType, 5 map_type MapType, 6 denotation text,\
 7 opaque_type OpaqueType, 8 sparse_tensor_type TensorType, 9 optional_type ElementType
TensorType: 1 elem_type int, 2 shape TensorShapeProto
ElementType: 1 elem_type TypeProto
MapType: 1 key_type int, 2 value_type TypeProto
OpaqueType: 1 domain text, 2 name text
TensorShapeProto: 1 dim Dimension*
Dimension: 1 dim_value int, 2 dim_param text, 3 denotation text
Entry: 1 key text, 2 value text
TensorAnnotation: 1 tensor_name text, 2 quant_parameter_tensor_names Entry*
OperatorSetIdProto: 1 domain text, 2 version int
TrainingInfoProto: 1 initialization GraphProto, 2 algorithm GraphProto, 3 initialization_binding Entry*,\
 4 update_binding Entry*
FunctionProto: 1 name text, 4 input text*, 5 output text*, 6 attribute text*, 7 node NodeProto*,\
 8 doc_string text, 9 opset_import OperatorSetIdProto*, 10 domain text, 11 attribute_proto AttributeProto*,\
 12 value_info ValueInfoProto*, 13 overload text, 14 metadata_props Entry*
DeviceConfigurationProto: 1 name text, 2 num_devices int, 3 device text*
NodeDeviceConfigurationProto: 1 configuration_id text, 2 sharding_spec ShardingSpecProto*,\
 3 pipeline_stage int
ShardingSpecProto: 1 tensor_name text, 2 device int*, 3 index_to_device_group_map IntIntListEntryProto*,\
 4 sharded_dim ShardedDimProto*
IntIntListEntryProto: 1 key int, 2 value int*
ShardedDimProto: 1 axis int, 2 simple_sharding SimpleShardedDimProto*
SimpleShardedDimProto: 1 dim_value int, 2 dim_param text, 3 num_shards int
""")
