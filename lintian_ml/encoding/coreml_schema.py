"""The messages of Core ML's models that hold what was trained (coremltools, mlmodel/format/*.proto).

Made from the descriptors of coremltools 9.0; kinds of layers and models without weights are left as bytes.
"""

from lintian_ml.encoding.protobuf_schema import schema

SCHEMA = schema("""
Model: 1 specificationVersion int, 2 description ModelDescription, 10 isUpdatable uint, 200\
 pipelineClassifier PipelineClassifier, 201 pipelineRegressor PipelineRegressor, 202 pipeline Pipeline,\
 300 glmRegressor GLMRegressor, 301 supportVectorRegressor SupportVectorRegressor, 302\
 treeEnsembleRegressor TreeEnsembleRegressor, 303 neuralNetworkRegressor NeuralNetworkRegressor, 304\
 bayesianProbitRegressor text, 400 glmClassifier GLMClassifier, 401 supportVectorClassifier\
 SupportVectorClassifier, 402 treeEnsembleClassifier TreeEnsembleClassifier, 403 neuralNetworkClassifier\
 NeuralNetworkClassifier, 404 kNearestNeighborsClassifier text, 500 neuralNetwork NeuralNetwork, 501\
 itemSimilarityRecommender text, 502 mlProgram text, 555 customModel text, 556 linkedModel text, 560\
 classConfidenceThresholding text, 600 oneHotEncoder text, 601 imputer Imputer, 602 featureVectorizer\
 text, 603 dictVectorizer text, 604 scaler Scaler, 606 categoricalMapping text, 607 normalizer text, 609\
 arrayFeatureExtractor text, 610 nonMaximumSuppression text, 900 identity text, 2000 textClassifier text,\
 2001 wordTagger text, 2002 visionFeaturePrint text, 2003 soundAnalysisPreprocessing text, 2004 gazetteer\
 text, 2005 wordEmbedding text, 2006 audioFeaturePrint text, 3000 serializedModel text
ModelDescription: 20 functions FunctionDescription*, 21 defaultFunctionName text, 100 metadata Metadata,\
 1 input FeatureDescription*, 10 output FeatureDescription*, 13 state FeatureDescription*, 11\
 predictedFeatureName text, 12 predictedProbabilitiesName text, 50 trainingInput FeatureDescription*
FunctionDescription: 1 name text, 2 input FeatureDescription*, 3 output FeatureDescription*, 6 state\
 FeatureDescription*, 4 predictedFeatureName text, 5 predictedProbabilitiesName text
FeatureDescription: 1 name text, 2 shortDescription text, 3 type text
Metadata: 1 shortDescription text, 2 versionString text, 3 author text, 4 license text, 100 userDefined\
 UserDefinedEntry*
UserDefinedEntry: 1 key text, 2 value text
PipelineClassifier: 1 pipeline Pipeline
Pipeline: 1 models Model*, 2 names text*
PipelineRegressor: 1 pipeline Pipeline
GLMRegressor: 1 weights DoubleArray*, 2 offset doubles+, 3 postEvaluationTransform int
DoubleArray: 1 value doubles+
SupportVectorRegressor: 1 kernel Kernel, 2 sparseSupportVectors SparseSupportVectors, 3\
 denseSupportVectors DenseSupportVectors, 4 coefficients Coefficients, 5 rho double
Kernel: 1 linearKernel text, 2 rbfKernel RBFKernel, 3 polyKernel PolyKernel, 4 sigmoidKernel\
 SigmoidKernel
RBFKernel: 1 gamma double
PolyKernel: 1 degree int, 2 c double, 3 gamma double
SigmoidKernel: 1 gamma double, 2 c double
SparseSupportVectors: 1 vectors SparseVector*
SparseVector: 1 nodes SparseNode*
SparseNode: 1 index int, 2 value double
DenseSupportVectors: 1 vectors DenseVector*
DenseVector: 1 values doubles+
Coefficients: 1 alpha doubles+
TreeEnsembleRegressor: 1 treeEnsemble TreeEnsembleParameters, 2 postEvaluationTransform int
TreeEnsembleParameters: 1 nodes TreeNode*, 2 numPredictionDimensions uint, 3 basePredictionValue doubles+
TreeNode: 1 treeId uint, 2 nodeId uint, 3 nodeBehavior int, 10 branchFeatureIndex uint, 11\
 branchFeatureValue double, 12 trueChildNodeId uint, 13 falseChildNodeId uint, 14\
 missingValueTracksTrueChild uint, 20 evaluationInfo EvaluationInfo*, 30 relativeHitRate double
EvaluationInfo: 1 evaluationIndex uint, 2 evaluationValue double
NeuralNetworkRegressor: 1 layers NeuralNetworkLayer*, 2 preprocessing text*, 5 arrayInputShapeMapping\
 int, 6 imageInputShapeMapping int, 10 updateParams text
NeuralNetworkLayer: 1 name text, 2 input text*, 3 output text*, 4 inputTensor Tensor*, 5 outputTensor\
 Tensor*, 10 isUpdatable uint, 100 convolution ConvolutionLayerParams, 120 pooling text, 130 activation\
 ActivationParams, 140 innerProduct InnerProductLayerParams, 150 embedding EmbeddingLayerParams, 160\
 batchnorm BatchnormLayerParams, 165 mvn text, 170 l2normalize text, 175 softmax text, 180 lrn text, 190\
 crop text, 200 padding text, 210 upsample text, 211 resizeBilinear text, 212 cropResize text, 220 unary\
 text, 230 add text, 231 multiply text, 240 average text, 245 scale ScaleLayerParams, 250 bias\
 BiasLayerParams, 260 max text, 261 min text, 270 dot text, 280 reduce text, 290 loadConstant\
 LoadConstantLayerParams, 300 reshape text, 301 flatten text, 310 permute text, 320 concat text, 330 split\
 text, 340 sequenceRepeat text, 345 reorganizeData text, 350 slice text, 400 simpleRecurrent\
 SimpleRecurrentLayerParams, 410 gru GRULayerParams, 420 uniDirectionalLSTM UniDirectionalLSTMLayerParams,\
 430 biDirectionalLSTM BiDirectionalLSTMLayerParams, 500 custom CustomLayerParams, 600 copy text, 605\
 branch BranchLayerParams, 615 loop LoopLayerParams, 620 loopBreak text, 625 loopContinue text, 635\
 rangeStatic text, 640 rangeDynamic text, 660 clip text, 665 ceil text, 670 floor text, 680 sign text, 685\
 round text, 700 exp2 text, 710 sin text, 715 cos text, 720 tan text, 730 asin text, 735 acos text, 740\
 atan text, 750 sinh text, 755 cosh text, 760 tanh text, 770 asinh text, 775 acosh text, 780 atanh text,\
 790 erf text, 795 gelu text, 815 equal text, 820 notEqual text, 825 lessThan text, 827 lessEqual text,\
 830 greaterThan text, 832 greaterEqual text, 840 logicalOr text, 845 logicalXor text, 850 logicalNot\
 text, 855 logicalAnd text, 865 modBroadcastable text, 870 minBroadcastable text, 875 maxBroadcastable\
 text, 880 addBroadcastable text, 885 powBroadcastable text, 890 divideBroadcastable text, 895\
 floorDivBroadcastable text, 900 multiplyBroadcastable text, 905 subtractBroadcastable text, 920 tile\
 text, 925 stack text, 930 gather text, 935 scatter text, 940 gatherND text, 945 scatterND text, 950\
 softmaxND text, 952 gatherAlongAxis text, 954 scatterAlongAxis text, 960 reverse text, 965 reverseSeq\
 text, 975 splitND text, 980 concatND text, 985 transpose text, 995 sliceStatic text, 1000 sliceDynamic\
 text, 1005 slidingWindows text, 1015 topK text, 1020 argMin text, 1025 argMax text, 1040 embeddingND\
 EmbeddingNDLayerParams, 1045 batchedMatmul BatchedMatMulLayerParams, 1065 getShape text, 1070\
 loadConstantND LoadConstantNDLayerParams, 1080 fillLike text, 1085 fillStatic text, 1090 fillDynamic\
 text, 1100 broadcastToLike text, 1105 broadcastToStatic text, 1110 broadcastToDynamic text, 1120 squeeze\
 text, 1125 expandDims text, 1130 flattenTo2D text, 1135 reshapeLike text, 1140 reshapeStatic text, 1145\
 reshapeDynamic text, 1150 rankPreservingReshape text, 1155 constantPad text, 1170 randomNormalLike text,\
 1175 randomNormalStatic text, 1180 randomNormalDynamic text, 1190 randomUniformLike text, 1195\
 randomUniformStatic text, 1200 randomUniformDynamic text, 1210 randomBernoulliLike text, 1215\
 randomBernoulliStatic text, 1220 randomBernoulliDynamic text, 1230 categoricalDistribution text, 1250\
 reduceL1 text, 1255 reduceL2 text, 1260 reduceMax text, 1265 reduceMin text, 1270 reduceSum text, 1275\
 reduceProd text, 1280 reduceMean text, 1285 reduceLogSum text, 1290 reduceSumSquare text, 1295\
 reduceLogSumExp text, 1313 whereNonZero text, 1315 matrixBandPart text, 1320 lowerTriangular text, 1325\
 upperTriangular text, 1330 whereBroadcastable text, 1350 layerNormalization\
 LayerNormalizationLayerParams, 1400 NonMaximumSuppression text, 1450 oneHot text, 1455 cumSum text, 1460\
 clampedReLU text, 1461 argSort text, 1465 pooling3d text, 1466 globalPooling3d text, 1470 sliceBySize\
 text, 1471 convolution3d Convolution3DLayerParams
Tensor: 1 rank uint, 2 dimValue int*+
ConvolutionLayerParams: 1 outputChannels uint, 2 kernelChannels uint, 10 nGroups uint, 20 kernelSize\
 uint*+, 30 stride uint*+, 40 dilationFactor uint*+, 50 valid ValidPadding, 51 same SamePadding, 60\
 isDeconvolution uint, 70 hasBias uint, 90 weights WeightParams, 91 bias WeightParams, 100 outputShape\
 uint*+
ValidPadding: 1 paddingAmounts BorderAmounts
BorderAmounts: 10 borderAmounts EdgeSizes*
EdgeSizes: 1 startEdgeSize uint, 2 endEdgeSize uint
SamePadding: 1 asymmetryMode int
WeightParams: 1 floatValue floats+, 2 float16Value span, 30 rawValue span, 31 int8RawValue span, 40\
 quantization QuantizationParams, 50 isUpdatable uint
QuantizationParams: 1 numberOfBits uint, 101 linearQuantization LinearQuantizationParams, 102\
 lookupTableQuantization LookUpTableQuantizationParams
LinearQuantizationParams: 1 scale floats+, 2 bias floats+
LookUpTableQuantizationParams: 1 floatValue floats+
ActivationParams: 5 linear ActivationLinear, 10 ReLU text, 15 leakyReLU ActivationLeakyReLU, 20\
 thresholdedReLU ActivationThresholdedReLU, 25 PReLU ActivationPReLU, 30 tanh text, 31 scaledTanh\
 ActivationScaledTanh, 40 sigmoid text, 41 sigmoidHard ActivationSigmoidHard, 50 ELU ActivationELU, 60\
 softsign text, 70 softplus text, 71 parametricSoftplus ActivationParametricSoftplus
ActivationLinear: 1 alpha float, 2 beta float
ActivationLeakyReLU: 1 alpha float
ActivationThresholdedReLU: 1 alpha float
ActivationPReLU: 1 alpha WeightParams
ActivationScaledTanh: 1 alpha float, 2 beta float
ActivationSigmoidHard: 1 alpha float, 2 beta float
ActivationELU: 1 alpha float
ActivationParametricSoftplus: 1 alpha WeightParams, 2 beta WeightParams
InnerProductLayerParams: 1 inputChannels uint, 2 outputChannels uint, 10 hasBias uint, 20 weights\
 WeightParams, 21 bias WeightParams, 22 int8DynamicQuantize uint
EmbeddingLayerParams: 1 inputDim uint, 2 outputChannels uint, 10 hasBias uint, 20 weights WeightParams,\
 21 bias WeightParams
BatchnormLayerParams: 1 channels uint, 5 computeMeanVar uint, 6 instanceNormalization uint, 10 epsilon\
 float, 15 gamma WeightParams, 16 beta WeightParams, 17 mean WeightParams, 18 variance WeightParams
ScaleLayerParams: 1 shapeScale uint*+, 2 scale WeightParams, 3 hasBias uint, 4 shapeBias uint*+, 5 bias\
 WeightParams
BiasLayerParams: 1 shape uint*+, 2 bias WeightParams
LoadConstantLayerParams: 1 shape uint*+, 2 data WeightParams
SimpleRecurrentLayerParams: 1 inputVectorSize uint, 2 outputVectorSize uint, 10 activation\
 ActivationParams, 15 sequenceOutput uint, 20 hasBiasVector uint, 30 weightMatrix WeightParams, 31\
 recursionMatrix WeightParams, 32 biasVector WeightParams, 100 reverseInput uint
GRULayerParams: 1 inputVectorSize uint, 2 outputVectorSize uint, 10 activations ActivationParams*, 15\
 sequenceOutput uint, 20 hasBiasVectors uint, 30 updateGateWeightMatrix WeightParams, 31\
 resetGateWeightMatrix WeightParams, 32 outputGateWeightMatrix WeightParams, 50 updateGateRecursionMatrix\
 WeightParams, 51 resetGateRecursionMatrix WeightParams, 52 outputGateRecursionMatrix WeightParams, 70\
 updateGateBiasVector WeightParams, 71 resetGateBiasVector WeightParams, 72 outputGateBiasVector\
 WeightParams, 100 reverseInput uint
UniDirectionalLSTMLayerParams: 1 inputVectorSize uint, 2 outputVectorSize uint, 10 activations\
 ActivationParams*, 15 params LSTMParams, 20 weightParams LSTMWeightParams, 100 reverseInput uint
LSTMParams: 10 sequenceOutput uint, 20 hasBiasVectors uint, 30 forgetBias uint, 40 hasPeepholeVectors\
 uint, 50 coupledInputAndForgetGate uint, 60 cellClipThreshold float
LSTMWeightParams: 1 inputGateWeightMatrix WeightParams, 2 forgetGateWeightMatrix WeightParams, 3\
 blockInputWeightMatrix WeightParams, 4 outputGateWeightMatrix WeightParams, 20 inputGateRecursionMatrix\
 WeightParams, 21 forgetGateRecursionMatrix WeightParams, 22 blockInputRecursionMatrix WeightParams, 23\
 outputGateRecursionMatrix WeightParams, 40 inputGateBiasVector WeightParams, 41 forgetGateBiasVector\
 WeightParams, 42 blockInputBiasVector WeightParams, 43 outputGateBiasVector WeightParams, 60\
 inputGatePeepholeVector WeightParams, 61 forgetGatePeepholeVector WeightParams, 62\
 outputGatePeepholeVector WeightParams
BiDirectionalLSTMLayerParams: 1 inputVectorSize uint, 2 outputVectorSize uint, 10 activationsForwardLSTM\
 ActivationParams*, 11 activationsBackwardLSTM ActivationParams*, 15 params LSTMParams, 20 weightParams\
 LSTMWeightParams*
CustomLayerParams: 10 className text, 20 weights WeightParams*, 30 parameters ParametersEntry*, 40\
 description text
ParametersEntry: 1 key text, 2 value CustomLayerParamValue
CustomLayerParamValue: 10 doubleValue double, 20 stringValue text, 30 intValue int, 40 longValue int, 50\
 boolValue uint
BranchLayerParams: 1 ifBranch NeuralNetwork, 2 elseBranch NeuralNetwork
NeuralNetwork: 1 layers NeuralNetworkLayer*, 2 preprocessing text*, 5 arrayInputShapeMapping int, 6\
 imageInputShapeMapping int, 10 updateParams text
LoopLayerParams: 1 maxLoopIterations uint, 2 conditionVar text, 3 conditionNetwork NeuralNetwork, 4\
 bodyNetwork NeuralNetwork
EmbeddingNDLayerParams: 1 vocabSize uint, 2 embeddingSize uint, 3 hasBias uint, 20 weights WeightParams,\
 21 bias WeightParams
BatchedMatMulLayerParams: 1 transposeA uint, 2 transposeB uint, 5 weightMatrixFirstDimension uint, 6\
 weightMatrixSecondDimension uint, 7 hasBias uint, 8 weights WeightParams, 9 bias WeightParams, 10\
 int8DynamicQuantize uint
LoadConstantNDLayerParams: 1 shape uint*+, 2 data WeightParams
LayerNormalizationLayerParams: 1 normalizedShape int*+, 2 eps float, 3 gamma WeightParams, 4 beta\
 WeightParams
Convolution3DLayerParams: 1 outputChannels int, 2 inputChannels int, 10 nGroups int, 20 kernelDepth int,\
 21 kernelHeight int, 22 kernelWidth int, 31 strideDepth int, 32 strideHeight int, 33 strideWidth int, 40\
 dilationDepth int, 41 dilationHeight int, 42 dilationWidth int, 50 hasBias uint, 60 weights WeightParams,\
 61 bias WeightParams, 70 paddingType int, 80 customPaddingFront int, 81 customPaddingBack int, 82\
 customPaddingTop int, 83 customPaddingBottom int, 84 customPaddingLeft int, 85 customPaddingRight int, 86\
 isDeconvolution uint, 87 outputShape uint*+
GLMClassifier: 1 weights DoubleArray*, 2 offset doubles+, 3 postEvaluationTransform int, 4 classEncoding\
 int, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector
StringVector: 1 vector text*
Int64Vector: 1 vector int*+
SupportVectorClassifier: 1 kernel Kernel, 2 numberOfSupportVectorsPerClass int*+, 3 sparseSupportVectors\
 SparseSupportVectors, 4 denseSupportVectors DenseSupportVectors, 5 coefficients Coefficients*, 6 rho\
 doubles+, 7 probA doubles+, 8 probB doubles+, 100 stringClassLabels StringVector, 101 int64ClassLabels\
 Int64Vector
TreeEnsembleClassifier: 1 treeEnsemble TreeEnsembleParameters, 2 postEvaluationTransform int, 100\
 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector
NeuralNetworkClassifier: 1 layers NeuralNetworkLayer*, 2 preprocessing text*, 5 arrayInputShapeMapping\
 int, 6 imageInputShapeMapping int, 10 updateParams text, 100 stringClassLabels StringVector, 101\
 int64ClassLabels Int64Vector, 200 labelProbabilityLayerName text
Imputer: 1 imputedDoubleValue double, 2 imputedInt64Value int, 3 imputedStringValue text, 4\
 imputedDoubleArray DoubleVector, 5 imputedInt64Array Int64Vector, 6 imputedStringDictionary\
 StringToDoubleMap, 7 imputedInt64Dictionary Int64ToDoubleMap, 11 replaceDoubleValue double, 12\
 replaceInt64Value int, 13 replaceStringValue text
DoubleVector: 1 vector doubles+
StringToDoubleMap: 1 map MapEntry*
MapEntry: 1 key text, 2 value double
Int64ToDoubleMap: 1 map MapEntry*
Scaler: 1 shiftValue doubles+, 2 scaleValue doubles+
""")
