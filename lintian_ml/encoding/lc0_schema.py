"""The messages of Leela Chess Zero's nets (lczero-common, proto/net.proto)."""

from lintian_ml.encoding.protobuf_schema import schema

SCHEMA = schema("""
Net: 1 magic bits32, 2 license text, 3 min_version EngineVersion, 4 format Format,\
 5 training_params TrainingParams, 10 weights Weights, 11 onnx_model OnnxModel
EngineVersion: 1 major uint, 2 minor uint, 3 patch uint
Format: 1 weights_encoding uint, 2 network_format NetworkFormat
NetworkFormat: 1 input uint, 2 output uint, 3 network uint, 4 policy uint, 5 value uint, 6 moves_left uint,\
 7 default_activation uint, 8 smolgen_activation uint, 9 ffn_activation uint, 10 input_embedding uint
TrainingParams: 1 training_steps uint, 2 learning_rate float, 3 mse_loss float, 4 policy_loss float,\
 5 accuracy float, 6 lc0_params text
OnnxModel: 1 model span, 2 data_type uint, 3 input_planes text, 4 output_value text, 5 output_wdl text,\
 6 output_policy text, 7 output_mlh text
Weights: 1 input ConvBlock, 2 residual Residual*, 3 policy ConvBlock, 4 ip_pol_w Layer, 5 ip_pol_b Layer,\
 6 value ConvBlock, 7 ip1_val_w Layer, 8 ip1_val_b Layer, 9 ip2_val_w Layer, 10 ip2_val_b Layer,\
 11 policy1 ConvBlock, 12 moves_left ConvBlock, 13 ip1_mov_w Layer, 14 ip1_mov_b Layer, 15 ip2_mov_w Layer,\
 16 ip2_mov_b Layer, 17 ip2_pol_w Layer, 18 ip2_pol_b Layer, 19 ip3_pol_w Layer, 20 ip3_pol_b Layer,\
 21 pol_encoder EncoderLayer*, 22 ip4_pol_w Layer, 24 pol_headcount uint, 25 ip_emb_w Layer,\
 26 ip_emb_b Layer, 27 encoder EncoderLayer*, 28 headcount uint, 29 ip_val_w Layer, 30 ip_val_b Layer,\
 31 ip_mov_w Layer, 32 ip_mov_b Layer, 33 ip_mult_gate Layer, 34 ip_add_gate Layer, 35 smolgen_w Layer,\
 36 smolgen_b Layer
Layer: 1 min_val float, 2 max_val float, 3 params span
ConvBlock: 1 weights Layer, 2 biases Layer, 3 bn_means Layer, 4 bn_stddivs Layer, 5 bn_gammas Layer,\
 6 bn_betas Layer
SEunit: 1 w1 Layer, 2 b1 Layer, 3 w2 Layer, 4 b2 Layer
Residual: 1 conv1 ConvBlock, 2 conv2 ConvBlock, 3 se SEunit
Smolgen: 1 compress Layer, 2 dense1_w Layer, 3 dense1_b Layer, 4 ln1_gammas Layer, 5 ln1_betas Layer,\
 6 dense2_w Layer, 7 dense2_b Layer, 8 ln2_gammas Layer, 9 ln2_betas Layer
MHA: 1 q_w Layer, 2 q_b Layer, 3 k_w Layer, 4 k_b Layer, 5 v_w Layer, 6 v_b Layer, 7 dense_w Layer,\
 8 dense_b Layer, 9 smolgen Smolgen
FFN: 1 dense1_w Layer, 2 dense1_b Layer, 3 dense2_w Layer, 4 dense2_b Layer
EncoderLayer: 1 mha MHA, 2 ln1_gammas Layer, 3 ln1_betas Layer, 4 ffn FFN, 5 ln2_gammas Layer,\
 6 ln2_betas Layer
""")
