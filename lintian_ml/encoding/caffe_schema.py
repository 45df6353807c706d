"""The messages of Caffe's networks (caffe.proto), a layer's own settings kept as they lie.

Field numbers above 146 of LayerParameter are those of widely used variants of Caffe; what they stand for
differs between them, so they are residue.
"""

from lintian_ml.encoding.protobuf_schema import schema

SCHEMA = schema("""
NetParameter: 1 name text, 2 layers V1LayerParameter*, 3 input text*, 4 input_dim int*, 5 force_backward int,\
 6 state NetState, 7 debug_info int, 8 input_shape BlobShape*, 100 layer LayerParameter*
LayerParameter: 1 name text, 2 type text, 3 bottom text*, 4 top text*, 5 loss_weight float*,\
 6 param ParamSpec*, 7 blobs BlobProto*, 8 include NetStateRule*, 9 exclude NetStateRule*, 10 phase int,\
 11 propagate_down int*, 100 transform_param text, 101 loss_param text, 102 accuracy_param text,\
 103 argmax_param text, 104 concat_param text, 105 contrastive_loss_param text, 106 convolution_param text,\
 107 data_param text, 108 dropout_param text, 109 dummy_data_param text, 110 eltwise_param text,\
 111 exp_param text, 112 hdf5_data_param text, 113 hdf5_output_param text, 114 hinge_loss_param text,\
 115 image_data_param text, 116 infogain_loss_param text, 117 inner_product_param text, 118 lrn_param text,\
 119 memory_data_param text, 120 mvn_param text, 121 pooling_param text, 122 power_param text,\
 123 relu_param text, 124 sigmoid_param text, 125 softmax_param text, 126 slice_param text,\
 127 tanh_param text, 128 threshold_param text, 129 window_data_param text, 130 python_param text,\
 131 prelu_param text, 132 spp_param text, 133 reshape_param text, 134 log_param text,\
 135 flatten_param text, 136 reduction_param text, 137 embed_param text, 138 tile_param text,\
 139 batch_norm_param text, 140 elu_param text, 141 bias_param text, 142 scale_param text,\
 143 input_param text, 144 crop_param text, 145 parameter_param text, 146 recurrent_param text
V1LayerParameter: 2 bottom text*, 3 top text*, 4 name text, 5 type int, 6 blobs BlobProto*,\
 7 blobs_lr float*, 8 weight_decay float*, 9 concat_param text, 10 convolution_param text,\
 11 data_param text, 12 dropout_param text, 13 hdf5_data_param text, 14 hdf5_output_param text,\
 15 image_data_param text, 16 infogain_loss_param text, 17 inner_product_param text, 18 lrn_param text,\
 19 pooling_param text, 20 window_data_param text, 21 power_param text, 22 memory_data_param text,\
 23 argmax_param text, 24 eltwise_param text, 25 threshold_param text, 26 dummy_data_param text,\
 27 accuracy_param text, 29 hinge_loss_param text, 30 relu_param text, 31 slice_param text,\
 32 include NetStateRule*, 33 exclude NetStateRule*, 34 mvn_param text, 35 loss_weight float*,\
 36 transform_param text, 37 tanh_param text, 38 sigmoid_param text, 39 softmax_param text,\
 40 contrastive_loss_param text, 41 exp_param text, 42 loss_param text, 1001 param text*,\
 1002 blob_share_mode int*
BlobProto: 1 num int, 2 channels int, 3 height int, 4 width int, 5 data floats+, 6 diff floats+,\
 7 shape BlobShape, 8 double_data doubles+, 9 double_diff doubles+
BlobShape: 1 dim ints+
ParamSpec: 1 name text, 2 share_mode int, 3 lr_mult float, 4 decay_mult float
NetState: 1 phase int, 2 level int, 3 stage text*
NetStateRule: 1 phase int, 2 min_level int, 3 max_level int, 4 stage text*, 5 not_stage text*
""")

_TYPES = """
AbsVal Accuracy ArgMax BNLL BatchNorm BatchReindex Bias Concat ContrastiveLoss Convolution Crop Data
Deconvolution Dropout DummyData ELU Eltwise Embed EuclideanLoss Exp Filter Flatten HDF5Data HDF5Output
HingeLoss Im2col ImageData InfogainLoss InnerProduct Input LRN LSTM Log MVN MemoryData
MultinomialLogisticLoss PReLU Parameter Pooling Power Python RNN ReLU Reduction Reshape SPP Scale Sigmoid
SigmoidCrossEntropyLoss Silence Slice Softmax SoftmaxWithLoss Split Swish TanH Threshold Tile WindowData
"""
TYPES = frozenset(_TYPES.split())
"""The types of Caffe's own layers."""

NUMBERED_TYPES = range(1, 40)
"""The types of the old form's layers, by their numbers (V1LayerParameter.LayerType)."""
