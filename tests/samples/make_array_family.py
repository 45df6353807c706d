"""Makes the committed samples of arrays and weights, each with its real library, into the folder given.

Weights are the same in all: a dense layer of two inputs and three outputs. Keras itself is not needed: its
files are written with h5py and zipfile, attribute by attribute as its saving code does.
"""

import io
import json
import sys
import zipfile
from pathlib import Path

import gguf
import h5py
import numpy as np
import safetensors.numpy

KERNEL = np.array([[0.5, -1.25, 2.0], [3.5, 0.0625, -0.75]], dtype="<f4")
BIAS = np.array([0.125, -0.5, 1.0], dtype="<f4")
DENSE = {"name": "dense", "units": 3, "activation": "linear", "use_bias": True}
CONFIG = {
    "class_name": "Sequential",
    "config": {
        "name": "linear",
        "layers": [
            {"class_name": "InputLayer", "config": {"name": "input", "batch_input_shape": [None, 2]}},
            {"class_name": "Dense", "config": DENSE},
        ],
    },
}
EARLIEST = (1980, 1, 1, 0, 0, 0)


def make_safetensors(folder: Path) -> None:
    """Two float32 tensors, and metadata that names a license."""
    tensors = {"dense.weight": KERNEL, "dense.bias": BIAS}
    safetensors.numpy.save_file(tensors, folder / "linear.safetensors", {"license": "MIT"})


def make_numpy(folder: Path) -> None:
    """The kernel as .npy; kernel and bias as a compressed .npz."""
    np.save(folder / "linear.npy", KERNEL)
    np.savez_compressed(folder / "linear.npz", weight=KERNEL, bias=BIAS)


def make_gguf(folder: Path) -> None:
    """A float32, a float16 and a Q8_0 tensor, with the metadata that names license, author and base model."""
    writer = gguf.GGUFWriter(folder / "linear.gguf", "llama")
    writer.add_author("A. Maintainer")
    writer.add_license("MIT")
    writer.add_base_model_count(1)
    writer.add_base_model_name(0, "Base")
    writer.add_array("tokenizer.ggml.tokens", ["<s>", "é", "word"])
    writer.add_tensor("dense.weight", KERNEL)
    writer.add_tensor("dense.bias", BIAS.astype("<f2"))
    rows = np.linspace(-1, 1, 64, dtype="<f4").reshape(2, 32)
    codes = gguf.quants.quantize(rows, gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("blocks.weight", codes, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make_keras_h5(folder: Path) -> None:
    """A whole Keras 2 model: configuration, version, and the layer's weights."""
    with h5py.File(folder / "keras.h5", "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(CONFIG)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"input", b"dense"]
        weights.create_group("input").attrs["weight_names"] = np.zeros(0)
        layer = weights.create_group("dense")
        layer.attrs["weight_names"] = [b"dense/kernel:0", b"dense/bias:0"]
        layer["dense/kernel:0"] = KERNEL
        layer["dense/bias:0"] = BIAS


def make_keras_v3(folder: Path) -> None:
    """A Keras 3 archive: configuration, metadata, and the weights by their positions."""
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        layer = file.create_group("layers/dense/vars")
        layer["0"], layer["1"] = KERNEL, BIAS
    metadata = {"keras_version": "3.5.0", "date_saved": "2024-01-01@00:00:00"}
    with zipfile.ZipFile(folder / "keras_v3.keras", "w") as archive:
        for name, data in (
            ("metadata.json", json.dumps(metadata).encode()),
            ("config.json", json.dumps({"module": "keras", **CONFIG}).encode()),
            ("model.weights.h5", memory.getvalue()),
        ):
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), data)


def make_plain_h5(folder: Path) -> None:
    """Measurements, which are no model: a compressed table, a scalar, a text."""
    with h5py.File(folder / "plain.h5", "w") as file:
        file.attrs["title"] = "water levels"
        table = np.arange(600, dtype="<i4").reshape(20, 30)
        file.create_dataset("levels", data=table, chunks=(8, 8), compression="gzip", shuffle=True)
        file["station/depth"] = np.float64(4.5)
        file["station/name"] = "Wörth"


def main() -> None:
    """Make all samples."""
    folder = Path(sys.argv[1])
    for make in (make_safetensors, make_numpy, make_gguf, make_keras_h5, make_keras_v3, make_plain_h5):
        make(folder)


if __name__ == "__main__":
    main()
