"""The messages of TensorFlow: GraphDef, MetaGraphDef, SavedModel and the entries of a tensor bundle.

They are those of tensorflow/core/framework and tensorflow/core/protobuf as of TensorFlow 2.21; a name that
ends in ``Entry`` is a map's. Signed numbers in zigzag form (StructuredValue.int64_value) are kept as written.
GraphDef.debug_info is left out: it is residue.
"""

from lintian_ml.encoding.protobuf_schema import Schema, schema

_WRITTEN = schema("""
SavedModel: 1 saved_model_schema_version int, 2 meta_graphs MetaGraphDef*
BundleHeaderProto: 1 num_shards int, 2 endianness int, 3 version VersionDef
BundleEntryProto: 1 dtype int, 2 shape TensorShapeProto, 3 shard_id int, 4 offset int, 5 size int, 6\
 crc32c bits32, 7 slices TensorSliceProto*
MetaGraphDef: 1 meta_info_def MetaInfoDef, 2 graph_def GraphDef, 3 saver_def SaverDef, 4 collection_def\
 CollectionDefEntry*, 5 signature_def SignatureDefEntry*, 6 asset_file_def AssetFileDef*, 7\
 object_graph_def SavedObjectGraph
VersionDef: 1 producer int, 2 min_consumer int, 3 bad_consumers int*
TensorShapeProto: 2 dim TensorShapeProtoDim*, 3 unknown_rank int
TensorSliceProto: 1 extent TensorSliceProtoExtent*
MetaInfoDef: 1 meta_graph_version text, 2 stripped_op_list OpList, 3 any_info Any, 4 tags text*, 5\
 tensorflow_version text, 6 tensorflow_git_version text, 7 stripped_default_attrs int, 8 function_aliases\
 MetaInfoDefFunctionAliasesEntry*
GraphDef: 1 node NodeDef*, 2 library FunctionDefLibrary, 3 version int, 4 versions VersionDef
SaverDef: 1 filename_tensor_name text, 2 save_tensor_name text, 3 restore_op_name text, 4 max_to_keep int,\
 5 sharded int, 6 keep_checkpoint_every_n_hours float, 7 version int
CollectionDefEntry: 1 key text, 2 value CollectionDef
SignatureDefEntry: 1 key text, 2 value SignatureDef
AssetFileDef: 1 tensor_info TensorInfo, 2 filename text
SavedObjectGraph: 1 nodes SavedObject*, 2 concrete_functions ConcreteFunctionsEntry*
TensorShapeProtoDim: 1 size int, 2 name text
TensorSliceProtoExtent: 1 start int, 2 length int
OpList: 1 op OpDef*
Any: 1 type_url text, 2 value text
MetaInfoDefFunctionAliasesEntry: 1 key text, 2 value text
NodeDef: 1 name text, 2 op text, 3 input text*, 4 device text, 5 attr NodeDefAttrEntry*, 6\
 experimental_debug_info NodeDefExperimentalDebugInfo, 7 experimental_type FullTypeDef
FunctionDefLibrary: 1 function FunctionDef*, 2 gradient GradientDef*, 3 registered_gradients\
 RegisteredGradient*
CollectionDef: 1 node_list CollectionDefNodeList, 2 bytes_list CollectionDefBytesList, 3 int64_list\
 CollectionDefInt64List, 4 float_list CollectionDefFloatList, 5 any_list CollectionDefAnyList
SignatureDef: 1 inputs SignatureDefInputsEntry*, 2 outputs SignatureDefOutputsEntry*, 3 method_name text,\
 4 defaults SignatureDefDefaultsEntry*
TensorInfo: 1 name text, 2 dtype int, 3 tensor_shape TensorShapeProto, 4 coo_sparse TensorInfoCooSparse, 5\
 composite_tensor TensorInfoCompositeTensor
SavedObject: 1 children TrackableObjectReference*, 3 slot_variables TrackableSlotVariableReference*, 4\
 user_object SavedUserObject, 5 asset SavedAsset, 6 function SavedFunction, 7 variable SavedVariable, 8\
 bare_concrete_function SavedBareConcreteFunction, 9 constant SavedConstant, 10 resource SavedResource, 11\
 saveable_objects SavedObjectSaveableObjectsEntry*, 12 captured_tensor CapturedTensor, 13 registered_name\
 text, 14 serialized_user_proto Any, 15 dependencies TrackableObjectReference*, 16 registered_saver text
ConcreteFunctionsEntry: 1 key text, 2 value SavedConcreteFunction
OpDef: 1 name text, 2 input_arg OpDefArgDef*, 3 output_arg OpDefArgDef*, 4 attr OpDefAttrDef*, 5 summary\
 text, 6 description text, 8 deprecation OpDeprecation, 16 is_aggregate int, 17 is_stateful int, 18\
 is_commutative int, 19 allows_uninitialized_input int, 20 control_output text*, 21\
 is_distributed_communication int
NodeDefAttrEntry: 1 key text, 2 value AttrValue
NodeDefExperimentalDebugInfo: 1 original_node_names text*, 2 original_func_names text*
FullTypeDef: 1 type_id int, 2 args FullTypeDef*, 3 s text, 4 i int
FunctionDef: 1 signature OpDef, 3 node_def NodeDef*, 4 ret FunctionDefRetEntry*, 5 attr\
 FunctionDefAttrEntry*, 6 control_ret FunctionDefControlRetEntry*, 7 arg_attr FunctionDefArgAttrEntry*, 8\
 resource_arg_unique_id FunctionDefResourceArgUniqueIdEntry*
GradientDef: 1 function_name text, 2 gradient_func text
RegisteredGradient: 1 gradient_func text, 2 registered_op_type text
CollectionDefNodeList: 1 value text*
CollectionDefBytesList: 1 value text*
CollectionDefInt64List: 1 value int*
CollectionDefFloatList: 1 value float*
CollectionDefAnyList: 1 value Any*
SignatureDefInputsEntry: 1 key text, 2 value TensorInfo
SignatureDefOutputsEntry: 1 key text, 2 value TensorInfo
SignatureDefDefaultsEntry: 1 key text, 2 value TensorProto
TensorInfoCooSparse: 1 values_tensor_name text, 2 indices_tensor_name text, 3 dense_shape_tensor_name text
TensorInfoCompositeTensor: 1 type_spec TypeSpecProto, 2 components TensorInfo*
TrackableObjectReference: 1 node_id int, 2 local_name text
TrackableSlotVariableReference: 1 original_variable_node_id int, 2 slot_name text, 3 slot_variable_node_id\
 int
SavedUserObject: 1 identifier text, 2 version VersionDef, 3 metadata text
SavedAsset: 1 asset_file_def_index int
SavedFunction: 1 concrete_functions text*, 2 function_spec FunctionSpec
SavedVariable: 1 dtype int, 2 shape TensorShapeProto, 3 trainable int, 4 synchronization int, 5\
 aggregation int, 6 name text, 7 device text, 8 experimental_distributed_variable_components SavedVariable*
SavedBareConcreteFunction: 1 concrete_function_name text, 2 argument_keywords text*, 3\
 allowed_positional_arguments int, 4 function_spec FunctionSpec
SavedConstant: 1 operation text
SavedResource: 1 device text
SavedObjectSaveableObjectsEntry: 1 key text, 2 value SaveableObject
CapturedTensor: 1 name text, 2 concrete_function text
SavedConcreteFunction: 2 bound_inputs int*, 3 canonicalized_input_signature StructuredValue, 4\
 output_signature StructuredValue
OpDefArgDef: 1 name text, 2 description text, 3 type int, 4 type_attr text, 5 number_attr text, 6\
 type_list_attr text, 7 handle_data DtypeAndShape*, 16 is_ref int, 17 experimental_full_type FullTypeDef
OpDefAttrDef: 1 name text, 2 type text, 3 default_value AttrValue, 4 description text, 5 has_minimum int,\
 6 minimum int, 7 allowed_values AttrValue
OpDeprecation: 1 version int, 2 explanation text
AttrValue: 1 list AttrValueListValue, 2 s text, 3 i int, 4 f float, 5 b int, 6 type int, 7 shape\
 TensorShapeProto, 8 tensor TensorProto, 9 placeholder text, 10 func NameAttrList
FunctionDefRetEntry: 1 key text, 2 value text
FunctionDefAttrEntry: 1 key text, 2 value AttrValue
FunctionDefControlRetEntry: 1 key text, 2 value text
FunctionDefArgAttrEntry: 1 key uint, 2 value FunctionDefArgAttrs
FunctionDefResourceArgUniqueIdEntry: 1 key uint, 2 value uint
TensorProto: 1 dtype int, 2 tensor_shape TensorShapeProto, 3 version_number int, 4 tensor_content span, 5\
 float_val floats+, 6 double_val doubles+, 7 int_val ints+, 8 string_val spans, 9 scomplex_val floats+, 10\
 int64_val ints+, 11 bool_val ints+, 12 dcomplex_val doubles+, 13 half_val ints+, 14 resource_handle_val\
 ResourceHandleProto*, 15 variant_val VariantTensorDataProto*, 16 uint32_val ints+, 17 uint64_val ints+, 18\
 float8_val span
TypeSpecProto: 1 type_spec_class int, 2 type_state StructuredValue, 3 type_spec_class_name text, 4\
 num_flat_components int
FunctionSpec: 1 fullargspec StructuredValue, 2 is_method int, 5 input_signature StructuredValue, 6\
 jit_compile int
SaveableObject: 2 save_function int, 3 restore_function int
StructuredValue: 1 none_value NoneValue, 11 float64_value double, 12 int64_value uint, 13 string_value\
 text, 14 bool_value int, 31 tensor_shape_value TensorShapeProto, 32 tensor_dtype_value int, 33\
 tensor_spec_value TensorSpecProto, 34 type_spec_value TypeSpecProto, 35 bounded_tensor_spec_value\
 BoundedTensorSpecProto, 51 list_value ListValue, 52 tuple_value TupleValue, 53 dict_value DictValue, 54\
 named_tuple_value NamedTupleValue, 55 tensor_value TensorProto, 56 numpy_value TensorProto
DtypeAndShape: 1 dtype int, 2 shape TensorShapeProto
AttrValueListValue: 2 s text*, 3 i int*, 4 f float*, 5 b int*, 6 type int*, 7 shape TensorShapeProto*, 8\
 tensor TensorProto*, 9 func NameAttrList*
NameAttrList: 1 name text, 2 attr NameAttrListAttrEntry*
FunctionDefArgAttrs: 1 attr FunctionDefArgAttrsAttrEntry*
ResourceHandleProto: 1 device text, 2 container text, 3 name text, 4 hash_code uint, 5 maybe_type_name\
 text, 6 dtypes_and_shapes DtypeAndShape*
VariantTensorDataProto: 1 type_name text, 2 metadata text, 3 tensors TensorProto*
NoneValue: 1 nothing int
TensorSpecProto: 1 name text, 2 shape TensorShapeProto, 3 dtype int
BoundedTensorSpecProto: 1 name text, 2 shape TensorShapeProto, 3 dtype int, 4 minimum TensorProto, 5\
 maximum TensorProto
ListValue: 1 values StructuredValue*
TupleValue: 1 values StructuredValue*
DictValue: 1 fields DictValueFieldsEntry*
NamedTupleValue: 1 name text, 2 values PairValue*
NameAttrListAttrEntry: 1 key text, 2 value AttrValue
FunctionDefArgAttrsAttrEntry: 1 key text, 2 value AttrValue
DictValueFieldsEntry: 1 key text, 2 value StructuredValue
PairValue: 1 key text, 2 value StructuredValue
""")

SCHEMA: Schema = {
    message: {
        number: slot._replace(packed=slot.packed or (slot.many and slot.kind in ("int", "uint", "float")))
        for number, slot in slots.items()
    }
    for message, slots in _WRITTEN.items()
}
"""The messages by name; writers of proto3, as TensorFlow is, pack all numbers that repeat."""
