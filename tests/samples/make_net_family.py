"""Makes the committed samples of nets for games, sound, pictures and devices.

Core ML's, ONNX Runtime's and R's are made by coremltools, onnxruntime and rdata. The others are laid out here
as their programs' own sources do it.
"""

import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20261123


def numbers(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Return the same float32 numbers each time, about 0.1 in size."""
    return (np.random.default_rng([SEED, *shape]).normal(size=shape) / 10).astype("<f4")


def make_leela_zero(folder: Path) -> None:
    """One residual block of two channels, two planes of policy, one of value."""
    tower = [2 * 18 * 9, 2, 2, 2] + 2 * [2 * 2 * 9, 2, 2, 2]
    heads = [2 * 2, 2, 2, 2, 3 * 8, 3, 1 * 2, 1, 1, 1, 5 * 4, 5, 5, 1]
    lines = (" ".join(f"{value:.6g}" for value in numbers(count, 1).ravel()) for count in tower + heads)
    (folder / "leela_zero.txt").write_text("1\n" + "".join(f"{line}\n" for line in lines))


def message(*fields: tuple[int, bytes | int | float]) -> bytes:
    """Return a protocol buffer message: bytes, varints and floats by their numbers."""
    return b"".join(_field(number, value) for number, value in fields)


def _varint(value: int) -> bytes:
    head = b""
    while value > 0x7F:
        head += bytes([value & 0x7F | 0x80])
        value >>= 7
    return head + bytes([value])


def _field(number: int, value: bytes | int | float) -> bytes:
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def make_lc0(folder: Path) -> None:
    """An input's convolution and a policy's bias, as 16-bit steps."""

    def layer(*shape: int) -> bytes:
        codes = np.random.default_rng(SEED).integers(0, 65536, shape).astype("<u2")
        return message((1, -0.5), (2, 0.5), (3, codes.tobytes()))

    weights = message((1, message((1, layer(2, 112, 9)), (2, layer(2)))), (5, layer(1858)))
    form = message((1, 1), (2, message((1, 1), (2, 1), (3, 1))))
    training = message((1, 250), (2, 0.125), (6, b"name: tiny"))
    top = message((2, b"CC0-1.0"), (3, message((1, 0), (2, 21))), (4, form), (5, training), (10, weights))
    (folder / "lc0.pb").write_bytes(b"\x0d\xc0\x01\0\0" + top)


def make_katago(folder: Path) -> None:
    """The first layers of a trunk: a convolution, a matrix, a normalisation and a bias."""

    def block(name: str, sizes: str, *shapes: tuple[int, ...]) -> bytes:
        data = b"".join(b"@BIN@" + numbers(*shape).tobytes() + b"\n" for shape in shapes)
        return f"{name}\n{sizes}".replace(" ", "\n").encode("ascii") + b"\n" + data

    head = b"tiny-s1-d1\n8\n22\n19\ntrunk\n1\n4\n4\n4\n4\n4\n"
    data = head + block("conv1", "3 3 22 4 1 1", (3, 3, 22, 4)) + block("ginputw", "19 4", (19, 4))
    data += b"ordinary_block\nrconv1\n" + block("norm1", "4 1e-20 0 1", (4,), (4,), (4,))
    (folder / "katago.bin").write_bytes(data + b"actv1\n" + block("bias", "4", (4, 1)))


def make_tza(folder: Path) -> None:
    """A convolution in half precision and its bias."""
    tensors = (("enc.weight", (4, 3, 3, 3), b"oihw", b"h"), ("enc.bias", (4,), b"x", b"f"))
    data, table = b"", struct.pack("<I", len(tensors))
    for name, shape, layout, code in tensors:
        raw = numbers(*shape).astype("<f2" if code == b"h" else "<f4").tobytes()
        data += bytes(-(12 + len(data)) % 64)
        table += struct.pack(f"<H{len(name)}sB{len(shape)}I", len(name), name.encode(), len(shape), *shape)
        table += layout + code + struct.pack("<Q", 12 + len(data))
        data += raw
    head = b"\xd7\x41\x02\x00" + struct.pack("<Q", 12 + len(data))
    (folder / "denoiser.tza").write_bytes(head + data + table)


def make_opus(folder: Path) -> None:
    """A layer of floats, one of bytes, and an index."""
    codes = np.random.default_rng(SEED).integers(-128, 128, 40).astype("i1")
    arrays = (("dense_bias", 0, numbers(10)), ("gru_weights_int8", 3, codes))
    data = b""
    for name, kind, values in (*arrays, ("gru_weights_idx", 1, np.arange(3, dtype="<i4"))):
        raw = values.tobytes()
        padded = -(-len(raw) // 64) * 64
        data += struct.pack("<4siiii44s", b"DNNw", 0, kind, len(raw), padded, name.encode("ascii"))
        data += raw.ljust(padded, b"\0")
    (folder / "opus_dnn.bin").write_bytes(data)


def ggml_tensors(tensors: Iterable[tuple[str, int, tuple[int, ...]]]) -> Iterator[bytes]:
    """Yield tensors as whisper.cpp's converter writes them: 0 for float32, 1 for float16."""
    for name, code, shape in tensors:
        yield struct.pack(f"<iii{len(shape)}i", len(shape), len(name), code, *reversed(shape))
        yield name.encode("ascii") + numbers(*shape).astype(("<f4", "<f2")[code]).tobytes()


def make_ggml(folder: Path) -> None:
    """Whisper's sizes, mel filters, five tokens and two tensors."""
    sizes = (51864, 10, 4, 2, 1, 8, 4, 2, 1, 2, 1)
    data = b"lmgg" + struct.pack("<11i", *sizes) + struct.pack("<ii", 2, 3) + numbers(2, 3).tobytes()
    tokens = (b"a", b"b", b"\xe2", b" the", b"!")
    data += struct.pack("<i", len(tokens)) + b"".join(struct.pack("<i", len(t)) + t for t in tokens)
    tensors = (("encoder.positional_embedding", 0, (10, 4)), ("encoder.conv1.weight", 1, (4, 2, 3)))
    (folder / "ggml_whisper.bin").write_bytes(data + b"".join(ggml_tensors(tensors)))


def make_torch7(folder: Path) -> None:
    """A linear layer whose bias shares its storage with nothing, and whose weight is a transposed view."""

    def text(value: bytes) -> bytes:
        return struct.pack("<i", len(value)) + value

    def torch(number: int, name: bytes) -> bytes:
        return struct.pack("<ii", 4, number) + text(b"V 1") + text(name)

    def tensor(number: int, sizes: tuple[int, ...], steps: tuple[int, ...], values: bytes) -> bytes:
        head = struct.pack(f"<i{2 * len(sizes)}qq", len(sizes), *sizes, *steps, 1)
        storage = torch(number + 1, b"torch.FloatStorage") + struct.pack("<q", len(values) // 4) + values
        return torch(number, b"torch.FloatTensor") + head + storage

    data = torch(1, b"nn.Linear") + struct.pack("<iii", 3, 2, 3)
    data += struct.pack("<i", 2) + text(b"weight") + tensor(3, (2, 3), (1, 2), numbers(3, 2).tobytes())
    data += struct.pack("<i", 2) + text(b"bias") + tensor(5, (2,), (1,), numbers(2).tobytes())
    data += struct.pack("<i", 2) + text(b"train") + struct.pack("<ii", 5, 0)
    (folder / "linear.t7").write_bytes(data)


def make_ncnn(folder: Path) -> None:
    """A graph of three layers in text."""
    lines = (
        "7767517",
        "3 3",
        "Input            data             0 1 data 0=4 1=4 2=3",
        "Convolution      conv1            1 1 data conv1 0=8 1=3 5=1 6=216",
        "InnerProduct     fc               1 1 conv1 prob 0=2 1=1 2=64",
    )
    (folder / "ncnn.param").write_text("".join(f"{line}\n" for line in lines))


def make_coreml(folder: Path) -> None:
    """A net of one inner product, with a license and an author."""
    models: Any = import_module("coremltools.models")
    array = models.datatypes.Array
    builder = models.neural_network.NeuralNetworkBuilder([("x", array(3))], [("y", array(2))])
    builder.add_inner_product("fc", numbers(2, 3), numbers(2), 3, 2, True, "x", "y")
    model = models.MLModel(builder.spec, skip_model_load=True)
    model.author, model.license, model.short_description = "A. Author", "CC0-1.0", "Nothing, for tests."
    (folder / "inner_product.mlmodel").write_bytes(model.get_spec().SerializeToString(deterministic=True))


def make_ort(folder: Path) -> None:
    """The sample linear.onnx, as ONNX Runtime saves it in its own form."""
    onnxruntime: Any = import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folder / "linear.ort")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(str(folder / "linear.onnx"), options, providers=["CPUExecutionProvider"])


def make_r(folder: Path) -> None:
    """A linear model's coefficients and residuals, and a data set without any class of models."""
    to_r: Any = import_module("rdata.conversion.to_r")
    unparser: Any = import_module("rdata.unparser")
    fitted = {"coefficients": numbers(3).astype("f8"), "residuals": numbers(20).astype("f8"), "rank": 3}
    for name, kind in (("r_lm.rds", "lm"), ("r_plain.rds", "listing")):
        converter = to_r.ConverterFromPythonToR()
        top = converter.convert_to_r_object(fitted)
        own = [(top.attributes.tag, top.attributes.value[0])]
        own.append((converter.convert_to_r_sym("class"), converter.convert_to_r_object(np.array([kind]))))
        top.attributes, top.info.object = to_r.build_r_list(own), True
        data = converter.convert_to_r_data(0)
        data.object = top
        unparser.unparse_file(folder / name, data, file_type="rds", file_format="xdr", compression=None)


def main(folder: Path) -> None:
    """Make every sample; those that need a library only where the library is."""
    for make in (make_leela_zero, make_lc0, make_katago, make_tza, make_opus, make_ggml):
        make(folder)
    make_torch7(folder)
    make_ncnn(folder)
    libraries: tuple[Callable[[Path], None], ...] = (make_coreml, make_ort, make_r)
    for make_by_library in libraries:
        try:
            make_by_library(folder)
        except ImportError as error:
            print(f"{make_by_library.__name__} was left out: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
