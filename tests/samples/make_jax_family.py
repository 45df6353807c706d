"""Makes samples of checkpoints and of what Keras tells of layers in lintian_ml/samples, by their libraries.

Needs jax and orbax-checkpoint (0.12.8), and the protobuf modules of keras 2.15. Run it from the top of the
source tree: ``python3 tests/samples/make_jax_family.py``.
"""

import json
import shutil
import tempfile
from pathlib import Path

import jax.numpy as jnp
import orbax.checkpoint as checkpoint  # type: ignore[import-not-found]
from keras.protobuf import saved_metadata_pb2, versions_pb2  # type: ignore[import-not-found]

SAMPLES = Path(__file__).parents[2] / "lintian_ml" / "samples"


def make_checkpoint(folder: Path) -> None:
    """Save y = x W + b, and take the files that tell of the arrays."""
    kernel, bias = jnp.arange(12, dtype=jnp.float32).reshape(3, 4) / 7, jnp.ones(4)
    tree = {"params": {"Dense_0": {"kernel": kernel, "bias": bias}}, "step": jnp.int32(3)}
    with tempfile.TemporaryDirectory() as temporary:
        saved = Path(temporary) / "saved"
        checkpoint.PyTreeCheckpointer().save(saved, tree)
        shutil.copy(saved / "_METADATA", folder / "orbax.metadata")
        shutil.copy(saved / "manifest.ocdbt", folder / "orbax.ocdbt")


def make_keras(folder: Path) -> None:
    """Tell of a model of one layer as Keras does (keras/src/saving/legacy/saved_model/save.py)."""
    told = saved_metadata_pb2.SavedMetadata()
    layers = (
        ("root", "_tf_keras_sequential", {"name": "linear", "trainable": True, "class_name": "Sequential"}),
        ("root.layer-0", "_tf_keras_layer", {"name": "dense", "trainable": True, "class_name": "Dense"}),
    )
    for number, (path, kind, metadata) in enumerate(layers):
        told.nodes.add(
            node_id=number,
            node_path=path,
            version=versions_pb2.VersionDef(producer=2, min_consumer=1, bad_consumers=[]),
            identifier=kind,
            metadata=json.dumps(metadata),
        )
    (folder / "keras_metadata.pb").write_bytes(told.SerializeToString(deterministic=True))


if __name__ == "__main__":
    make_checkpoint(SAMPLES)
    make_keras(SAMPLES)
