"""Makes tiny.mnn by MNN's own converter. Needs the packages MNN and onnx:

python tests/samples/make_mnn.py
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLES = Path(__file__).resolve().parents[2] / "lintian_ml" / "samples"


def main() -> None:
    """Write a layer of four inputs and three outputs as ONNX, and convert it."""
    random = np.random.default_rng(7)
    weight, bias = (random.standard_normal(shape).astype("f4") for shape in ((4, 3), (3,)))
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "W"], ["m"]),
            helper.make_node("Add", ["m", "B"], ["a"]),
            helper.make_node("Relu", ["a"], ["y"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(weight, "W"), numpy_helper.from_array(bias, "B")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/tiny.onnx")
        convert = ["mnnconvert", "-f", "ONNX", "--bizCode", "tiny", "--modelFile", f"{folder}/tiny.onnx"]
        subprocess.run([*convert, "--MNNModel", str(SAMPLES / "tiny.mnn")], check=True)


if __name__ == "__main__":
    main()
