"""Makes the samples of TensorFlow's formats in lintian_ml/samples, with the tensorflow library.

Run it from the top of the source tree: ``python3 tests/samples/make_tensorflow_family.py``.
"""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped, import-not-found, unused-ignore]

SAMPLES = Path(__file__).parents[2] / "lintian_ml" / "samples"

WEIGHT = np.random.default_rng(1).normal(0, 0.3, (4, 3)).astype(np.float32)
BIAS = np.array([0.5, -0.25, 0.125], np.float32)


class Linear(tf.Module):  # type: ignore[misc]
    """y = x W + b."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = tf.Variable(WEIGHT, name="weight")
        self.bias = tf.Variable(BIAS, name="bias")

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])  # type: ignore[untyped-decorator]
    def __call__(self, x: object) -> object:
        return tf.matmul(x, self.weight) + self.bias


def frozen() -> bytes:
    """Return y = x W + b as a graph of constants, one of them filled with one repeated value."""
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None, 4], "x")
        product = tf.matmul(x, tf.constant(WEIGHT, name="weight"), name="product")
        scaled = tf.multiply(product, tf.constant(0.5, shape=[3], name="scale"), name="scaled")
        tf.add(scaled, tf.constant(BIAS, name="bias"), name="y")
        return bytes(graph.as_graph_def().SerializeToString(deterministic=True))


def meta_graph() -> bytes:
    """Return the graph of y = x W with a variable, as a checkpoint of the first version has beside it."""
    with tf.Graph().as_default():
        x = tf.compat.v1.placeholder(tf.float32, [None, 4], "x")
        weight = tf.compat.v1.get_variable("weight", [4, 3], use_resource=False)
        tf.matmul(x, weight, name="y")
        exported = tf.compat.v1.train.export_meta_graph()
        return bytes(exported.SerializeToString(deterministic=True))


def main() -> None:
    """Write the samples."""
    (SAMPLES / "frozen_graph.pb").write_bytes(frozen())
    (SAMPLES / "tensorflow.meta").write_bytes(meta_graph())
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(Linear(), folder)
        shutil.copyfile(f"{folder}/saved_model.pb", SAMPLES / "saved_model.pb")
        for end in ("index", "data-00000-of-00001"):
            shutil.copyfile(f"{folder}/variables/variables.{end}", SAMPLES / f"variables.{end}")


if __name__ == "__main__":
    main()
