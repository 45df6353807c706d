"""GNU Backgammon's nets, ``gnubg.weights`` in text and ``gnubg.wd`` in binary (gnubg, lib/neuralnet.c).

A file holds several nets of one hidden layer. Each has a header (inputs, hidden units, outputs, whether it
was trained, two slopes), then the weights of the hidden layer, those of the output layer, and their
thresholds.
"""

import re
import struct
from array import array
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import whole_text
from lintian_ml.encoding.packed import packed
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Payload, Span, Tensor

FORMAT = Format(
    "gnubg", extensions=(".weights", ".wd"), first=b"GiC", like=rb"GNU Backgammon |i0\xecC|C\xec0i"
)
NOISE = (SPELLING,)

TEXT = re.compile(rb"GNU Backgammon (\d+\.\d+)\r?\n\d+ \d+ \d+ \S{1,15} [\d.]+ [\d.]+\s")
MAGIC = 472.3782
LONGEST = 64 << 20
"""Bytes of the longest text that is read."""

STARTS = {order: struct.pack(f"{order}ff", MAGIC, 1.0) for order in "<>"}
"""What a binary file begins with, in each byte order: the magic number and version 1."""

MOST_NETS = 64


@dataclass(frozen=True, slots=True)
class Net:
    """The header of one net: sizes of its layers, whether it was trained, slopes of its two sigmoids."""

    inputs: int
    hidden: int
    outputs: int
    trained: str
    slopes: tuple[float, float]

    @property
    def layers(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Name and shape of the four arrays, in the order of the file."""
        return (
            ("hidden.weight", (self.inputs, self.hidden)),
            ("output.weight", (self.hidden, self.outputs)),
            ("hidden.threshold", (self.hidden,)),
            ("output.threshold", (self.outputs,)),
        )

    def described(self) -> dict[str, object]:
        """The header as plain data."""
        sizes = {"inputs": self.inputs, "hidden": self.hidden, "outputs": self.outputs}
        return {**sizes, "trained": self.trained, "slopes": list(self.slopes)}


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the text's first two lines, or the binary's two numbers and a possible first net."""
    text = TEXT.match(glimpse.head[:200])
    if text:
        return Evidence.of({Kind.MAGIC: f"weights of GNU Backgammon, version {text.group(1).decode()}"})
    order = _order(glimpse.head)
    if order and glimpse.size >= 32:
        return Evidence.of({Kind.MAGIC: "weights of GNU Backgammon in binary"})
    return None


def read(blob: Blob) -> Model:
    """Read all nets; FormatError where one is cut off or its header is impossible."""
    head = blob.read(0, min(blob.size, 200))
    order = _order(head)
    if order:
        return _read_binary(blob, order)
    header = TEXT.match(head)
    if header is None:
        raise FormatError("no header of GNU Backgammon weights")
    return _read_text(blob, header.group(1).decode())


def _order(head: bytes) -> str:
    """Return the byte order, "<" or ">", in which the magic number and version 1 stand; "" if neither."""
    return next((order for order, start in STARTS.items() if head.startswith(start)), "")


def _read_text(blob: Blob, version: str) -> Model:
    words = whole_text(blob, LONGEST).split()[3:]
    nets: list[Net] = []
    tensors: list[Tensor] = []
    start = 0
    while start < len(words) and len(nets) < MOST_NETS:
        net = _header_in_text(words[start : start + 6], len(nets))
        start += 6
        for layer, shape in net.layers:
            count = shape[0] * shape[-1] if len(shape) > 1 else shape[0]
            if start + count > len(words):
                raise FormatError(f"net {len(nets)} ends within its {layer}")
            tensors.append(
                Tensor(f"net{len(nets)}.{layer}", "float32", shape, _parsed(words[start : start + count]))
            )
            start += count
        nets.append(net)
    structure = {"version": version, "nets": [net.described() for net in nets]}
    model = Model(FORMAT.name, tuple(tensors), structure, complete=start >= len(words))
    return with_spelling(model, blob)


def _header_in_text(words: list[bytes], number: int) -> Net:
    try:
        inputs, hidden, outputs = (int(word) for word in words[:3])
        return _possible(
            Net(inputs, hidden, outputs, words[3].decode("ascii"), (float(words[4]), float(words[5])))
        )
    except (ValueError, IndexError) as error:
        raise FormatError(f"net {number} has no header of six numbers") from error


def _possible(net: Net) -> Net:
    if not all(0 < size < 1 << 20 for size in (net.inputs, net.hidden, net.outputs)):
        raise FormatError(
            f"a net of {net.inputs} inputs, {net.hidden} hidden units and {net.outputs} outputs"
        )
    if not all(0 < slope < 1e6 for slope in net.slopes):
        raise FormatError(f"a net with the slopes {net.slopes}")
    return net


def _parsed(words: list[bytes]) -> Payload:
    try:
        return packed(array("f", map(float, words)))
    except ValueError as error:
        raise FormatError(f"no number: {error}") from error


def _read_binary(blob: Blob, order: str) -> Model:
    nets: list[Net] = []
    tensors: list[Tensor] = []
    start = 8
    while start < blob.size and len(nets) < MOST_NETS:
        inputs, hidden, outputs, trained, *slopes = struct.unpack(order + "IIIiff", blob.read(start, 24))
        net = _possible(Net(inputs, hidden, outputs, str(trained), (slopes[0], slopes[1])))
        start += 24
        for layer, shape in net.layers:
            length = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
            blob.part(start, length)
            span = Span(blob, start, length)
            tensors.append(Tensor(f"net{len(nets)}.{layer}", "float32", shape, span, big_endian=order == ">"))
            start += length
        nets.append(net)
    structure = {"version": "1.00", "nets": [net.described() for net in nets]}
    return Model(FORMAT.name, tuple(tensors), structure, complete=start == blob.size)
