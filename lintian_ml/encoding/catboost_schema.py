"""The tables of a CatBoost model (catboost, libs/model/flatbuffers: model.fbs, ctr_data.fbs, features.fbs).

Vectors of numbers are left where they lie, by the width of an element: ``f32s`` of 4 bytes, ``i64s`` of 8.
"""

from lintian_ml.encoding.flatbuffers import schema

SCHEMA = schema(
    """
    TModelCore: FormatVersion string, ModelTrees TModelTrees, InfoMap TKeyValue*, ModelPartIds string*
    TKeyValue: Key string, Value string
    TModelTrees: ApproxDimension i32, TreeSplits f32s, TreeSizes f32s, TreeStartOffsets f32s, \
CatFeatures TCatFeature*, FloatFeatures TFloatFeature*, OneHotFeatures TOneHotFeature*, \
CtrFeatures TCtrFeature*, LeafValues i64s, LeafWeights i64s, NonSymmetricStepNodes f32s, \
NonSymmetricNodeIdToLeafId f32s, TextFeatures TCatFeature*, EstimatedFeatures TEstimatedFeature*, \
Scale i64, Bias i64, MultiBias i64s, RepackedBins f32s, EmbeddingFeatures TEmbeddingFeature*
    TFloatFeature: HasNans u8, Index i32, FlatIndex i32, Borders f32*, FeatureId string, NanValueTreatment u8
    TCatFeature: Index i32, FlatIndex i32, FeatureId string, UsedInModel u8
    TEmbeddingFeature: Index i32, FlatIndex i32, FeatureId string, Dimension i32, UsedInModel u8
    TEstimatedFeature: SourceFeatureIndex i32
    TOneHotFeature: Index i32, Values i32*, StringValues string*
    TCtrFeature: Ctr TModelCtr, Borders f32*
    TModelCtr: Base TModelCtrBase, TargetBorderIdx i32, PriorNum f32, PriorDenom f32, Shift f32, Scale f32
    TModelCtrBase: FeatureCombination TFeatureCombination, CtrType u8
    TFeatureCombination: CatFeatures i32*, FloatSplits i64*, OneHotSplits i64*
    """,
    {},
)
"""``Scale`` and ``Bias`` are doubles, given here by their bits; so are the two numbers of a split."""
