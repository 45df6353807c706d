"""Flite's voices, trained by clustering frames of speech, ``.flitevox`` (Flite, src/cg/cst_cg_dump_voice.c).

Features as pairs of strings, then trees that choose vectors of quantised spectra, the vectors themselves,
and statistics of durations; all in the byte order of the machine that wrote it.
"""

import struct
from collections.abc import Iterator, Mapping

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Payload, Span, Tensor

FORMAT = Format("flite-voice", extensions=(".flitevox",), mark=b"CMU_FLITE_CG_VOXDATA-v2.0\0")

NOISE = ("byte order",)

MARK = FORMAT.mark
DESCRIBING = frozenset(("build_date", "description", "copyright"))
MOST_FEATURES = 1000
MOST_MODELS = 64
TEXT_NODE, LAST_FEATURE = 5, "end_of_features"
QUANTISED = 1
"""The highest shape of a model whose vectors need no table of quantised values."""

AT_ONCE = 256


def _order(head: bytes) -> str:
    """Return the byte order that the number 1 behind the mark tells; "" where there is neither."""
    behind = head[len(MARK) : len(MARK) + 4] if head.startswith(MARK) else b""
    return {b"\1\0\0\0": "<", b"\0\0\0\1": ">"}.get(behind, "")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, the byte order, and a first feature with its value."""
    if not glimpse.head.startswith(MARK):
        return None
    order = _order(glimpse.head)
    if not order:
        return None
    voice = _Voice(Blob(glimpse.head), order)
    try:
        name, value = voice.string(), voice.string()
    except FormatError:
        return None
    notes = {
        Kind.MAGIC: "begins as a voice of Flite",
        Kind.STRUCTURE: f"its first feature is {name[:40]}: {value[:40]}",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Walk the whole voice; FormatError where it is cut off or its arrays do not fit one another."""
    order = _order(blob.read(0, min(blob.size, len(MARK) + 4)))
    if not order:
        raise FormatError("no voice of Flite")
    voice = _Voice(blob, order)
    features = voice.features()
    structure = {**voice.database(features), "features": _without(features)}
    if voice.forward.left:
        raise FormatError(f"{voice.forward.left} bytes behind the voice")
    return Model(
        FORMAT.name,
        tuple(voice.tensors),
        structure,
        {key: value for key, value in features.items() if key in DESCRIBING},
        noise={"byte order": b"big"} if order == ">" else {},
        complete=True,
    )


def _without(features: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in features.items() if key not in DESCRIBING}


class _Voice:
    """Reads what lies one behind the other; ``tensors`` are what it has found."""

    def __init__(self, blob: Blob, order: str) -> None:
        self.forward = Forward(blob, len(MARK) + 4, order, 20_000_000)
        self.tensors: list[Tensor] = []

    def string(self) -> str:
        """Return a string that stands behind its length, the zero at its end included."""
        text = self.forward.text(self.forward.number("i"))
        if not text.endswith("\0"):
            raise FormatError(f"a string that no zero ends before offset {self.forward.position}")
        return text[:-1]

    def features(self) -> dict[str, str]:
        """Return the pairs up to the one that ends them."""
        found: dict[str, str] = {}
        for _ in range(MOST_FEATURES):
            name, value = self.string(), self.string()
            if name == LAST_FEATURE:
                found |= {} if value == name else {name: value}
                return found
            if name in found:
                raise FormatError(f"the feature {name[:40]!r} stands twice")
            found[name] = value
        raise FormatError(f"more than {MOST_FEATURES} features")

    def database(self, features: Mapping[str, str]) -> dict[str, object]:
        """Read all behind the features; return what is neither trees nor arrays."""
        pitches, spectra, durations = (
            _count(features, f"num_{kind}_models") for kind in ("f0", "param", "dur")
        )
        shape = _count(features, "model_shape")
        take = self.forward.numbers
        told: dict[str, object] = {"name": self.string(), "types": self._strings()}
        told["types, rate, pitch"] = self._exact("iiff")
        for number in range(pitches):
            self._trees(f"f0_trees{number}", self.forward.number("i"))
        for number in range(spectra):
            self._trees(f"param_trees{number}", self.forward.number("i"))
        (spam,) = take("i")
        if spam:
            self._trees("spamf0_trees", 2)
        for number in range(spectra):
            told[f"channels, frames{number}"] = list(take("ii"))
            self._rows(f"vectors{number}", "uint16", 2)
        if spam:
            told["spamf0 channels, frames"] = list(take("ii"))
            self._rows("spamf0_vectors", "float32", 4)
        self._row("model_min")
        self._row("model_range")
        for number in range(spectra if shape > QUANTISED else 0):
            self._rows(f"qtable{number}", "float32", 4)
        told["frame advance"] = self._exact("f")
        for number in range(durations):
            told[f"phones{number}"] = self._durations(f"durations{number}")
            self._trees(f"duration_tree{number}", 1)
        return told | self._ending()

    def _ending(self) -> dict[str, object]:
        states = [self._strings() for _ in range(self._fitting(self.forward.number("i")))]
        told: dict[str, object] = {"phone states": states, "do_mlpg": self.forward.number("i")}
        self._row("dynwin")
        told["window, alpha, beta, flags, filters"] = self._exact("iffiiii")
        self._rows("excitation", "float64", 8)
        return told | {"spamf0, gain": self._exact("if")}

    def _exact(self, codes: str) -> str:
        """Return numbers as they stand, in hexadecimal: floats keep all their bits."""
        data = struct.pack(">" + codes, *self.forward.numbers(codes))
        return data.hex()

    def _fitting(self, count: int) -> int:
        """Return a count of items of four bytes or more; FormatError where the rest has no room for them."""
        if not 0 <= count <= self.forward.left // 4:
            raise FormatError(f"{count} items announced before offset {self.forward.position}")
        return count

    def _strings(self) -> list[str]:
        return [self.string() for _ in range(self._fitting(self.forward.number("i")))]

    def _trees(self, name: str, count: int) -> None:
        """Step over ``count`` trees of nodes and their features, which become one run of bytes."""
        start = self.forward.position
        for _ in range(self._fitting(count)):
            for _ in range(self._fitting(self.forward.number("i"))):
                _, _, _, kind = self.forward.numbers("BBhh")
                if kind == TEXT_NODE:
                    self.string()
                else:
                    self.forward.skip(4)
            self._strings()
        length = self.forward.position - start
        if length:
            self._add(name, "bytes", (length,), Span(self.forward.blob, start, length))

    def _row(self, name: str) -> None:
        length = self.forward.number("i")
        if length % 4:
            raise FormatError(f"{name} has {length} bytes, no whole floats")
        span = Span(self.forward.blob, self.forward.skip(length), length)
        self._add(name, "float32", (length // 4,), span)

    def _rows(self, name: str, dtype: str, width: int) -> None:
        """Step over rows of one length, each behind its length in bytes."""
        count = self._fitting(self.forward.number("i"))
        start, row = self.forward.position, 0
        for number in range(count):
            length = self.forward.number("i")
            if length % width or (number and length != row):
                raise FormatError(f"row {number} of {name} has {length} bytes")
            row = length
            self.forward.skip(row)
        blob = self.forward.blob

        def blocks() -> Iterator[bytes]:
            for first in range(0, count, AT_ONCE):
                rows = min(AT_ONCE, count - first)
                data = blob.read(start + first * (4 + row), rows * (4 + row))
                yield b"".join(data[at + 4 : at + 4 + row] for at in range(0, len(data), 4 + row))

        if count:
            self._add(name, dtype, (count, row // width), Computed(blocks, count * row))

    def _durations(self, name: str) -> list[str]:
        """Read means and deviations of durations; return the phones that they are of."""
        phones, data = [], b""
        for _ in range(self._fitting(self.forward.number("i"))):
            data += self.forward.take(8)
            phones.append(self.string())
        self._add(name, "float32", (len(phones), 2), Computed(lambda: iter((data,)), len(data)))
        return phones

    def _add(self, name: str, dtype: str, shape: tuple[int, ...], payload: Payload) -> None:
        self.tensors.append(Tensor(name, dtype, shape, payload, self.forward.order == ">"))


def _count(features: Mapping[str, str], key: str) -> int:
    """Return a feature that is a small number, 1 where it is absent."""
    text = features.get(key, "1")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MOST_MODELS):
        raise FormatError(f"the feature {key} is {text[:40]!r}")
    return int(text)
