"""ncnn's graphs, .param in text and in binary; the weights lie in a .bin beside it (ncnn, src/net.cpp).

After the magic number 7767517 come the counts of layers and blobs, then each layer: type, name, counts of
inputs and outputs, their names, and numbered parameters. The binary form has numbers for all names.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.lines import lines
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import GLIMPSE, Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("ncnn", extensions=(".param", ".param.bin"), first=b"7\xdd")

NUMBER = 7767517
TEXT = re.compile(
    rb"7767517[ \t]*\r?\n[ \t]*([1-9]\d{0,5})[ \t]+([1-9]\d{0,5})[ \t]*\r?\n[ \t]*(\w+)[ \t]+(\S+)[ \t]+\d+"
)
MAGIC = NUMBER.to_bytes(4, "little")
LONGEST = 64 << 20
LONGEST_LINE = 1 << 20
END, ARRAYS = -233, -23300
SIZES: Mapping[str, int] = {"InnerProduct": 2, "Embed": 3, "LSTM": 1, "GRU": 1, "RNN": 1} | dict.fromkeys(
    ("Convolution", "ConvolutionDepthWise", "Deconvolution", "DeconvolutionDepthWise", "Convolution1D"), 6
)
"""Which parameter of a kind of layer says how many weights it takes from the .bin."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic number and counts, then a first layer in text; in binary, counts that have room."""
    if glimpse.head[:7] == b"7767517":
        text = TEXT.match(glimpse.head)
        if text is None:
            return None
        layers, first = int(text[1]), text[3].decode("ascii")
        return Evidence.of(
            {Kind.MAGIC: "the number 7767517", Kind.STRUCTURE: f"{layers} layers, the first {first}"}
        )
    if glimpse.head[:4] != MAGIC or glimpse.size < 28:
        return None
    layers, blobs = (int.from_bytes(glimpse.head[at : at + 4], "little") for at in (4, 8))
    if not (0 < layers <= glimpse.size // 16 and 0 < blobs < 1 << 20):
        return None
    return Evidence.of({Kind.MAGIC: "the number 7767517"})


def read(blob: Blob) -> Model:
    """Read all layers; FormatError where one is cut off or impossible."""
    if blob.size > LONGEST:
        raise LimitError(f"a graph of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    binary = blob.read(0, 4) == MAGIC
    layers = list(_read_binary(Forward(blob, 4)) if binary else _read_text(blob))
    name = blob.name.rpartition("/")[2]
    stem = name.removesuffix(".bin").removesuffix(".param")
    parameters = sum(map(_weights, layers))
    return Model(
        FORMAT.name,
        structure={"layers": layers},
        remarks=("the weights lie in a file of their own, which is not read",),
        parameters=parameters,
        parts=(f"{stem}.bin",) if parameters and name != f"{stem}.bin" else (),
    )


def _weights(layer: Mapping[str, object]) -> int:
    parameters = layer["parameters"]
    key = str(SIZES.get(str(layer["type"]), ""))
    value = parameters.get(key, "0") if isinstance(parameters, dict) else "0"
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 12 else 0


def _read_text(blob: Blob) -> Iterator[dict[str, object]]:
    """Yield the layers of a text; FormatError unless there are as many as announced."""
    head = TEXT.match(blob.read(0, min(blob.size, GLIMPSE)))
    if not head:
        raise FormatError("no magic number, counts and first layer of ncnn")
    announced = int(head[1])
    texts = (line.decode("utf-8", "backslashreplace").split() for line in lines(blob, LONGEST_LINE))
    rows = list(islice(filter(None, texts), 2, announced + 3))
    if len(rows) != announced:
        raise FormatError(f"there are {len(rows)} layers or more where {announced} are announced")
    for number, words in enumerate(rows):
        try:
            inputs, outputs = int(words[2]), int(words[3])
        except (IndexError, ValueError) as error:
            raise FormatError(f"layer {number} has no counts of inputs and outputs") from error
        names, rest = words[4 : 4 + inputs + outputs], words[4 + inputs + outputs :]
        if min(inputs, outputs) < 0 or len(names) < inputs + outputs or not all("=" in word for word in rest):
            raise FormatError(f"layer {number} has not {inputs} inputs, {outputs} outputs and parameters")
        yield {
            "type": words[0],
            "name": words[1],
            "inputs": names[:inputs],
            "outputs": names[inputs:],
            "parameters": dict(word.split("=", 1) for word in rest),
        }


def _read_binary(forward: Forward) -> Iterator[dict[str, object]]:
    """Yield the layers of the binary form, whose floats are shown by their bits."""
    layers, blobs = forward.numbers("ii")
    if not (0 < layers <= forward.left // 16 and 0 < blobs < 1 << 20):
        raise FormatError(f"{layers} layers and {blobs} blobs are announced in {forward.left} bytes")
    for number in range(layers):
        kind, inputs, outputs = forward.numbers("iii")
        if min(inputs, outputs) < 0 or 4 * (inputs + outputs) > forward.left:
            raise FormatError(f"layer {number} has {inputs} inputs and {outputs} outputs")
        names = list(forward.numbers(f"{inputs + outputs}i"))
        parameters = dict(_parameters(forward))
        yield {
            "type": kind,
            "inputs": names[:inputs],
            "outputs": names[inputs:],
            "parameters": parameters,
        }
    if forward.left:
        raise FormatError(f"{forward.left} bytes follow the last layer")


def _parameters(forward: Forward) -> Iterator[tuple[str, str]]:
    """Yield numbers of parameters and the bits of their values, up to the mark that ends them."""
    while (key := forward.number("i")) != END:
        count = forward.number("i") if key <= ARRAYS else 1
        if not 0 <= count <= forward.left // 4:
            raise FormatError(f"a parameter of {count} values before offset {forward.position}")
        yield str(key), forward.take(4 * count).hex()
