"""KataGo's nets, in binary and in text, from version 3 on (KataGo, cpp/neuralnet/desc.cpp).

A file is a row of words: the net's name and version, then for each layer its name and sizes. Behind a
layer's sizes follow its numbers: ``@BIN@`` and little-endian floats, or words in the text form.
"""

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format(
    "katago",
    extensions=(".bin", ".bin.gz", ".txt.gz", ".gz", ".txt"),
    first=b"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
    like=rb"([!-~]{1,200}+)\n([3-9]|[12]\d)\n([1-9]\d{0,2})\n([1-9]\d{0,2})\s",
)
NOISE = ("white space",)

HEADER = re.compile(FORMAT.like)
TEXT = re.compile(
    rb"[A-Za-z][\w.]*\s+(?:[1-9]\d{0,4}\s+){6}[A-Za-z][\w.]*\s+(?:[1-9]\d{0,4}\s+){6}"
    rb"-?(?:\d++(?:\.\d++)?|\.\d++)(?:e-?\d++)?\s"
)
"""Behind the header of a text: the trunk's name and six sizes, its first convolution's, and a number."""

MARK = b"@BIN@"
NUMBER = re.compile(rb"-?\d++(?:\.\d*+)?(e[-+]?\d++)?")
WORDS_LIMIT = 1 << 16
LAYERS = 100_000

Parts = list[tuple[str, tuple[int, ...]]]
"""Names and shapes of the arrays that follow a layer's sizes."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Name, version and two counts on lines of their own; then a first array, or the trunk of a text."""
    header = HEADER.match(glimpse.head)
    if header is None:
        return None
    text = TEXT.match(glimpse.head, header.end())
    mark = glimpse.head.find(MARK, header.end(), header.end() + 4096)
    words = glimpse.head[header.end() : mark].split() if mark >= 0 else []
    if not text and not (words and _layer(words)):
        return None
    form = "in text" if text else "in binary"
    notes = {Kind.STRUCTURE: f"the head of a net of KataGo, version {int(header[2])}, {form}"}
    if mark >= 0:
        notes[Kind.MAGIC] = "an array marked @BIN@"
    return Evidence.of(notes)


@dataclass(slots=True)
class _Walk:
    """What was read so far: the words of each layer, the arrays, a digest of the white space."""

    blob: Blob
    position: int = 0
    layers: list[list[str]] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    spacing: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    spaces: int = 0
    stopped: str = ""

    def words(self) -> tuple[list[bytes], bool]:
        """Return the words up to the next array, and whether there is one; step behind its mark."""
        data = self.blob.read(self.position, min(WORDS_LIMIT, self.blob.size - self.position))
        at = data.find(MARK)
        if at < 0 and len(data) == WORDS_LIMIT:
            raise FormatError(f"no array begins within {WORDS_LIMIT} bytes of offset {self.position}")
        text = data if at < 0 else data[:at]
        if not text.isascii():
            raise FormatError(f"there are no words at offset {self.position}")
        spacing = re.sub(rb"\S+", b"w", text)
        self.spacing.update(spacing)
        self.spaces += len(spacing) - spacing.count(b"w")
        self.position += len(text) + (len(MARK) if at >= 0 else 0)
        return text.split(), at >= 0

    def array(self, name: str, shape: tuple[int, ...]) -> None:
        """Take the array whose mark was just read; FormatError if it is cut off or the name is taken."""
        length = 4 * math.prod(shape)
        if length > self.blob.size - self.position:
            raise FormatError(
                f"the array {name!r:.80} of {length} bytes is cut off at offset {self.position}"
            )
        if name in self.tensors or len(self.tensors) >= LAYERS:
            raise FormatError(f"there is a second array {name!r:.80} before offset {self.position}")
        self.tensors[name] = Tensor(name, "float32", shape, Span(self.blob, self.position, length))
        self.position += length


def read(blob: Blob) -> Model:
    """Read the words and arrays; of a text only its head. FormatError where they do not fit."""
    header = HEADER.match(blob.read(0, min(blob.size, 256)))
    if header is None:
        raise FormatError("no name, version and counts of a net of KataGo")
    structure = {"name": header[1].decode("ascii"), "version": int(header[2])}
    structure |= {"input channels": int(header[3]), "global input channels": int(header[4])}
    if MARK not in blob.read(0, min(blob.size, WORDS_LIMIT)):
        return _read_text(blob, header.end(), structure)
    walk = _Walk(blob)
    _read_arrays(walk)
    return Model(
        FORMAT.name,
        tuple(walk.tensors.values()),
        {**structure, "words": walk.layers},
        {"name": str(structure["name"])},
        noise={"white space": walk.spacing.hexdigest().encode("ascii")},
        noise_bits={"white space": 8 * walk.spaces},
        remarks=(walk.stopped,) if walk.stopped else (),
        complete=not walk.stopped,
    )


def _read_arrays(walk: _Walk) -> None:
    """Read layer by layer; stop with a remark at one whose sizes are not understood."""
    pending: Parts = []
    while True:
        words, more = walk.words()
        if words:
            walk.layers.append([word.decode("ascii") for word in words])
        if (words and pending) or not more:
            break
        pending = pending or _layer(words)
        if not pending:
            break
        walk.array(*pending.pop(0))
    if not walk.tensors:
        raise FormatError("there are no arrays that are understood")
    if pending or more:
        walk.stopped = f"the layers from offset {walk.position} on are of a kind that is not read"
    if pending and not more:
        raise FormatError(f"the file ends before the array {pending[0][0]!r:.80}")


def _layer(words: list[bytes]) -> Parts:
    """Return the arrays that follow a layer's name and sizes; none for a layer of no known kind.

    Six sizes make a convolution (height, width, channels in and out, two dilations), four a normalisation
    (channels, epsilon, whether it has a scale and a bias), two a matrix, and one a bias.
    """
    sizes: list[bytes] = []
    for word in reversed(words):
        if not NUMBER.fullmatch(word):
            return _parts(word.decode("ascii", "replace"), sizes[::-1])
        sizes.append(word)
    return []


def _parts(name: str, sizes: list[bytes]) -> Parts:
    whole = [int(size) for size in sizes if size.isdigit() and len(size) < 8]
    if len(sizes) == 4 and len(whole) in (3, 4) and sizes[0].isdigit() and set(whole[-2:]) <= {0, 1}:
        flags = (1, 1, *whole[-2:])
        kinds = zip(("mean", "variance", "scale", "bias"), flags, strict=True)
        return [(f"{name}.{kind}", (whole[0],)) for kind, flag in kinds if flag] if whole[0] else []
    if len(whole) != len(sizes) or not all(whole) or len(sizes) not in (1, 2, 6):
        return []
    return [(f"{name}.{'bias' if len(sizes) == 1 else 'weight'}", tuple(whole[:4]))]


def _read_text(blob: Blob, start: int, structure: dict[str, object]) -> Model:
    """Count the numbers of a text that have a fraction: its parameters, but for whole ones."""
    if not TEXT.match(blob.read(start, min(blob.size - start, 4096))):
        raise FormatError(f"no trunk and convolution at offset {start}")
    count = sum(map(len, map(_FRACTION.findall, _texts(blob))))
    remark = "the numbers of the text form are counted, not read"
    return Model(
        FORMAT.name,
        structure=structure,
        metadata={"name": str(structure["name"])},
        remarks=(remark,),
        parameters=count,
    )


_FRACTION = re.compile(rb"\d\.\d")


def _texts(blob: Blob) -> Iterator[bytes]:
    """Yield the text by pieces, each with the last two bytes of the one before it left out."""
    if blob.size > 4 << 30:
        raise LimitError(f"a text of {blob.size} bytes is not read")
    rest = b""
    for block in blob.blocks():
        yield rest + block
        rest = block[-2:]
