"""What PaddlePaddle's program files hold (Paddle, framework/framework.proto: ProgramDesc)."""

from lintian_ml.encoding.protobuf_schema import schema

SCHEMA = schema(
    """
    ProgramDesc: 1 blocks BlockDesc*, 3 op_compatible_map span, 4 version Version, 5 op_version_map span
    Version: 1 version int
    BlockDesc: 1 idx int, 2 parent_idx int, 3 vars VarDesc*, 4 ops OpDesc*, 5 forward_block_idx int
    VarDesc: 1 name text, 2 type VarType, 3 persistable int, 4 need_check_feed int, 5 is_parameter int, \
6 stop_gradient int
    VarType: 1 type int, 2 selected_rows TensorDesc, 3 lod_tensor LoDTensorDesc, 4 tensor_array LoDTensorDesc
    TensorDesc: 1 data_type int, 2 dims int*
    LoDTensorDesc: 1 tensor TensorDesc, 2 lod_level int
    OpDesc: 1 inputs Var*, 2 outputs Var*, 3 type text, 4 attrs Attr*, 5 is_target int
    Var: 1 parameter text, 2 arguments text*
    Attr: 1 name text, 2 type int, 3 i int, 4 f float, 5 s text, 6 ints int*, 7 floats float*, \
8 strings text*, 10 b int, 11 bools int*, 12 block_idx int, 13 l int, 14 blocks_idx int*, 15 longs int*
    """.replace("\\\n", "")
)
