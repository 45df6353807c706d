"""Makes the committed samples of learning frameworks.

Vowpal Wabbit's, Flax's, skops', Thinc's, MXNet's and the matrices of Kaldi are made by vowpalwabbit, flax,
skops and scikit-learn, thinc, mxnet, kaldi_native_io and kaldiio. Darknet's weights and Kaldi's models are
laid out here as their programs' own sources do it.
"""

import struct
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20261123


def numbers(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Return the same float32 numbers each time, about 0.1 in size."""
    return (np.random.default_rng([SEED, *shape]).normal(size=shape) / 10).astype("<f4")


def make_vowpal(folder: Path) -> None:
    """A regressor of three classes with the state of the learner, and one of bare weights."""
    library: Any = import_module("vowpalwabbit")
    settings = {
        "regressor.vw": "--oaa 3 -b 8 --id tiny",
        "regressor_bare.vw": "-b 8 --predict_only_model",
    }
    for name, options in settings.items():
        learner = library.Workspace(f"{options} --quiet -f {folder / name}")
        for number in range(40):
            learner.learn(
                f"{1 + number % 3} | height:{number % 7 / 7} width:{number * 3 % 5 / 5} hue_{number % 3}"
            )
        learner.finish()


def make_flax(folder: Path) -> None:
    """A dense layer, an embedding in bfloat16, and the step of an optimiser, whole and cut into chunks."""
    serialization: Any = import_module("flax.serialization")
    jax_numpy: Any = import_module("jax.numpy")
    tree = {
        "params": {
            "dense": {"kernel": numbers(4, 3), "bias": numbers(3)},
            "embed": {"embedding": jax_numpy.asarray(numbers(2, 3), jax_numpy.bfloat16)},
        },
        "step": np.int32(7),
        "settings": {"rate": 0.5, "name": "tiny"},
    }
    (folder / "dense.msgpack").write_bytes(serialization.msgpack_serialize(tree))
    serialization.MAX_CHUNK_SIZE = 32
    (folder / "chunked.msgpack").write_bytes(serialization.msgpack_serialize(tree))


def make_thinc(folder: Path) -> None:
    """A net of two layers."""
    api: Any = import_module("thinc.api")
    api.fix_random_seed(SEED % 1000)
    net = api.chain(api.Relu(nO=3, nI=4), api.Softmax(nO=2, nI=3))
    net.initialize()
    (folder / "softmax.thinc").write_bytes(net.to_bytes())


def make_skops(folder: Path) -> None:
    """A scaler and a logistic regression."""
    skops: Any = import_module("skops.io")
    linear: Any = import_module("sklearn.linear_model")
    pipeline: Any = import_module("sklearn.pipeline")
    preprocessing: Any = import_module("sklearn.preprocessing")
    inputs = numbers(20, 3).astype("f8")
    steps = preprocessing.StandardScaler(), linear.LogisticRegression()
    skops.dump(pipeline.make_pipeline(*steps).fit(inputs, inputs[:, 0] > 0), folder / "pipeline.skops")


def make_mxnet(folder: Path) -> None:
    """The parameters of a dense layer, sparse ones, and the graph."""
    mxnet: Any = import_module("mxnet")
    array, symbols = mxnet.nd.array, mxnet.sym
    half, rows = array(numbers(3), dtype="float16"), array(np.eye(4)[:, :2])
    parameters = {"arg:fc_weight": array(numbers(3, 4)), "arg:fc_bias": array(numbers(3)), "aux:mean": half}
    sparse = {"table": rows.tostype("row_sparse"), "links": array(np.eye(3)).tostype("csr")}
    mxnet.nd.waitall()
    mxnet.nd.save(str(folder / "mxnet.params"), {**parameters, **sparse})
    layer = symbols.FullyConnected(symbols.Variable("data"), num_hidden=3, name="fc")
    symbols.SoftmaxOutput(layer, name="softmax").save(str(folder / "mxnet-symbol.json"))


def make_darknet(folder: Path) -> None:
    """A convolution of 3 channels into 16, with a normalisation, as version 0.2.5 writes it."""
    layer = (
        numbers(16),
        1 + numbers(16, 1),
        numbers(16, 2),
        0.5 + abs(numbers(16, 3))[:, 0],
        numbers(16, 3, 3, 3),
    )
    head = struct.pack("<iiiQ", 0, 2, 5, 32000)
    (folder / "darknet.weights").write_bytes(head + b"".join(part.tobytes() for part in layer))


def _kaldi(*parts: "str | int | float | bytes | np.ndarray[Any, np.dtype[np.float32]]") -> bytes:
    """Return tokens, numbers and arrays as Kaldi writes them in binary; bytes as they are."""
    return b"".join(map(_kaldi_part, parts))


def _kaldi_part(part: "str | int | float | bytes | np.ndarray[Any, np.dtype[np.float32]]") -> bytes:
    if isinstance(part, str):
        return part.encode("ascii") + b" "
    if isinstance(part, int):
        return struct.pack("<bi", 4, part)
    if isinstance(part, float):
        return struct.pack("<bf", 4, part)
    if isinstance(part, bytes):
        return part
    sizes = b"".join(struct.pack("<bi", 4, extent) for extent in part.shape)
    return (b"FM " if part.ndim == 2 else b"FV ") + sizes + part.tobytes()


def make_kaldi(folder: Path) -> None:
    """A transition model with two mixtures, and a net of the third generation with one affine component."""
    phones = struct.pack("<bi2i", 4, 2, 1, 2)
    topology = _kaldi("<Topology>", phones, phones, 1, 1, 0, 1, 0, 1.0, "</Topology>")
    triples = _kaldi("<Triples>", 2, 1, 0, 0, 2, 0, 1, "</Triples>")
    transitions = _kaldi("<TransitionModel>", topology, triples, "<LogProbs>", numbers(5), "</LogProbs>")
    mixture = _kaldi("<DiagGMM>", "<GCONSTS>", numbers(2), "<WEIGHTS>", numbers(2))
    mixture += _kaldi("<MEANS_INVVARS>", numbers(2, 3), "<INV_VARS>", numbers(2, 3), "</DiagGMM>")
    gaussians = _kaldi("<DIMENSION>", 3, "<NUMPDFS>", 2, mixture, mixture)
    (folder / "kaldi_gmm.mdl").write_bytes(b"\0B" + transitions + b"</TransitionModel> " + gaussians)
    lines = b"\ninput-node name=input dim=4\ncomponent-node name=out component=affine1 input=input\n\n"
    affine = _kaldi("<LearningRate>", 0.001, "<LinearParams>", numbers(3, 4), "<BiasParams>", numbers(3))
    component = _kaldi("<ComponentName>", "affine1", "<AffineComponent>", affine, "</AffineComponent>")
    net = _kaldi("<Nnet3>", lines, "<NumComponents>", 1, component, "</Nnet3>")
    (folder / "kaldi_nnet3.mdl").write_bytes(b"\0B" + net)


def make_kaldi_matrix(folder: Path) -> None:
    """A matrix, plain and compressed; the latter is cut from an archive of one."""
    native: Any = import_module("kaldi_native_io")
    archives: Any = import_module("kaldiio")
    native.FloatMatrix(numbers(8, 5)).write(str(folder / "kaldi.mat"), binary=True)
    archive = folder / "kaldi_compressed.mat"
    archives.save_ark(str(archive), {"one": numbers(8, 5)}, compression_method=2)
    archive.write_bytes(archive.read_bytes().removeprefix(b"one "))


def main(folder: Path) -> None:
    """Make every sample; those that need a library only where the library is."""
    make_darknet(folder)
    make_kaldi(folder)
    libraries: tuple[Callable[[Path], None], ...] = (
        *(make_vowpal, make_flax, make_thinc, make_skops, make_mxnet, make_kaldi_matrix),
    )
    for make_by_library in libraries:
        try:
            make_by_library(folder)
        except ImportError as error:
            print(f"{make_by_library.__name__} was left out: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
