"""Makes the committed samples of support vector machines, boosted trees, OpenVINO and PMML.

Each but PMML, which is laid out here as its schema says, and the frame of libvmaf's JSON, is made by its own
library: libsvm-official, liblinear-official, lightgbm, xgboost, catboost, openvino. The folder of the samples
is the argument.
"""

import json
import sys
from pathlib import Path

import catboost
import lightgbm
import numpy as np
import openvino
import xgboost
from liblinear import liblinearutil
from libsvm import svmutil
from openvino import opset13 as operators

RANDOM = np.random.default_rng(20260601)
INPUTS = RANDOM.normal(size=(60, 3)).round(3)
CLASSES = (INPUTS[:, 0] > 0).astype(int) + (INPUTS[:, 1] > 0.5).astype(int)

PMML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- A regression by hand. -->
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header copyright="2026 A. Author, CC0-1.0" description="A plane through nothing">
    <Application name="example" version="1.0"/>
    <Annotation>Fitted on 3 measurements.</Annotation>
    <Timestamp>2026-06-01T12:00:00</Timestamp>
  </Header>
  <DataDictionary numberOfFields="3">
    <DataField name="width" optype="continuous" dataType="double"/>
    <DataField name="colour" optype="categorical" dataType="string">
      <Value value="red"/>
      <Value value="blue"/>
    </DataField>
    <DataField name="price" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel modelName="price" functionName="regression" algorithmName="linearRegression">
    <MiningSchema>
      <MiningField name="width"/>
      <MiningField name="colour"/>
      <MiningField name="price" usageType="target"/>
    </MiningSchema>
    <RegressionTable intercept="132.37">
      <NumericPredictor name="width" exponent="1" coefficient="7.1"/>
      <CategoricalPredictor name="colour" value="red" coefficient="41.1"/>
      <CategoricalPredictor name="colour" value="blue" coefficient="-3"/>
    </RegressionTable>
  </RegressionModel>
  <TreeModel modelName="cheap" functionName="classification" splitCharacteristic="binarySplit">
    <MiningSchema>
      <MiningField name="width"/>
    </MiningSchema>
    <Node id="0" score="1" recordCount="10">
      <True/>
      <Node id="1" score="0" recordCount="4">
        <SimplePredicate field="width" operator="lessOrEqual" value="2.5"/>
      </Node>
      <Node id="2" score="1" recordCount="6">
        <SimplePredicate field="width" operator="greaterThan" value="2.5"/>
      </Node>
    </Node>
  </TreeModel>
</PMML>
"""


def machines(folder: Path) -> None:
    """A support vector machine of three classes with probabilities, and a linear one of two."""
    labels, inputs = CLASSES.tolist(), INPUTS.tolist()
    machine = svmutil.svm_train(labels, inputs, "-t 2 -g 0.5 -c 4 -b 1 -q")
    svmutil.svm_save_model(str(folder / "three_classes.svm"), machine)
    values = (INPUTS[:, 0] - INPUTS[:, 2]).tolist()
    regression = svmutil.svm_train(values, inputs, "-s 4 -t 2 -g 0.04 -q")
    svmutil.svm_save_model(str(folder / "quality.svm"), regression)
    linear = liblinearutil.train([label > 0 for label in labels], inputs, "-s 0 -B 1 -q")
    liblinearutil.save_model(str(folder / "two_classes.liblinear"), linear)


def quality(folder: Path) -> None:
    """A model of video quality as libvmaf keeps it: a machine's text within a document."""
    path = folder / "quality.svm"
    machine = path.read_text()
    path.unlink()
    transform = {"p0": 1.7, "p1": 1.73, "p2": -0.007, "out_gte_in": "true"}
    parameters = {"C": 4.0, "norm_type": "clip_0to1", "nu": 0.9, "score_transform": transform}
    model = {
        "model": machine,
        "model_type": "LIBSVMNUSVR",
        "feature_names": ["VMAF_feature_adm2_score", "VMAF_feature_motion2_score", "VMAF_feature_vif_score"],
        "norm_type": "linear_rescale",
        "slopes": [0.012, 2.818, 0.061, 1.5],
        "intercepts": [-0.309, -1.819, -0.0, 0.25],
        "score_clip": [0.0, 100.0],
    }
    document = {"param_dict": parameters, "model_dict": model}
    (folder / "quality_vmaf.json").write_text(json.dumps(document, indent=4) + "\n")


def boosted(folder: Path) -> None:
    """Boosted trees of three libraries, of a few leaves each."""
    data = lightgbm.Dataset(INPUTS, CLASSES, free_raw_data=False)
    options = {"objective": "multiclass", "num_class": 3, "num_leaves": 4, "min_data_in_leaf": 5}
    trees = lightgbm.train({**options, "verbosity": -1, "seed": 1, "num_threads": 1}, data, 2)
    trees.save_model(folder / "boosted_lightgbm.txt")
    parameters = {"objective": "reg:squarederror", "max_depth": 2, "seed": 1, "nthread": 1}
    matrix = xgboost.DMatrix(INPUTS, CLASSES, feature_names=["width", "height", "depth"])
    booster = xgboost.train(parameters, matrix, 3)
    booster.set_attr(license="CC0-1.0")
    booster.save_model(folder / "boosted_xgboost.json")
    booster.save_model(folder / "boosted_xgboost.ubj")
    regressor = catboost.CatBoostRegressor(
        iterations=3, depth=2, random_seed=1, thread_count=1, verbose=False, allow_writing_files=False
    )
    regressor.fit(INPUTS, CLASSES)
    regressor.save_model(str(folder / "boosted_catboost.cbm"))


def perceptron(folder: Path) -> None:
    """A graph of OpenVINO with one constant, and the file of that constant."""
    weight = operators.constant(RANDOM.normal(size=(3, 2)).astype(np.float32), name="weight")
    inputs = operators.parameter([1, 3], np.float32, name="input")
    model = openvino.Model([operators.matmul(inputs, weight, False, False)], [inputs], "perceptron")
    model.set_rt_info("CC0-1.0", "license")
    openvino.serialize(model, str(folder / "perceptron.xml"), str(folder / "perceptron.bin"))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    machines(target)
    quality(target)
    boosted(target)
    perceptron(target)
    (target / "regression.pmml").write_text(PMML)
