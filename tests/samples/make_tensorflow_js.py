"""Makes the sample of a TensorFlow.js model in lintian_ml/samples, by ModelJSON in tfjs-core (io/types.ts).

Run it from the top of the source tree: ``python3 tests/samples/make_tensorflow_js.py``.
"""

import json
from pathlib import Path

import numpy as np

SAMPLES = Path(__file__).parents[2] / "lintian_ml" / "samples"

QUANTIZATION = {"dtype": "uint8", "min": -0.25, "scale": 0.00390625, "original_dtype": "float32"}
DENSE = {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "linear"}}


def model() -> dict[str, object]:
    """Return y = x W + b as a layers model; the bias is quantised, and the weight ends in the second file."""
    weights = [
        {"name": "dense/kernel", "shape": [4, 3], "dtype": "float32"},
        {"name": "dense/bias", "shape": [3], "dtype": "float32", "quantization": QUANTIZATION},
    ]
    names = ["tfjs.group1-shard1of2.bin", "tfjs.group1-shard2of2.bin"]
    return {
        "format": "layers-model",
        "generatedBy": "lintian-ml samples",
        "convertedBy": None,
        "modelTopology": {"class_name": "Sequential", "config": {"name": "linear", "layers": [DENSE]}},
        "weightsManifest": [{"paths": names, "weights": weights}],
    }


def main() -> None:
    """Write the model and its two files of weights."""
    values = np.random.default_rng(1).normal(0, 0.3, (4, 3)).astype(np.float32)
    data = values.tobytes() + bytes([192, 0, 96])
    (SAMPLES / "tfjs.json").write_text(json.dumps(model(), separators=(",", ":")))
    (SAMPLES / "tfjs.group1-shard1of2.bin").write_bytes(data[:40])
    (SAMPLES / "tfjs.group1-shard2of2.bin").write_bytes(data[40:])


if __name__ == "__main__":
    main()
