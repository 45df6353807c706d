"""HMMER 3's profile hidden Markov models in binary, the ``.h3m`` of hmmpress (HMMER, src/p7_hmmfile.c).

Profile stands behind profile, each with its own mark, in the byte order of the machine that wrote it. The
``.h3f``, ``.h3p`` and ``.h3i`` beside it are derived from it and are not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("hmmer-pressed", extensions=(".h3m",), first=b"\xb0\xb6\xb7\xb8\xb9\xba\xe8")

NOISE = ("byte order",)

MARK = 0xE8EDED00
VERSIONS = {0xB6: "a", 0xB7: "b", 0xB8: "c", 0xB9: "d", 0xB0: "e", 0xBA: "f"}
"""The last byte of the mark, by the letter of the version 3/a to 3/f."""

SYMBOLS = {1: ("RNA", 4), 2: ("DNA", 4), 3: ("amino", 20), 4: ("coins", 2), 5: ("dice", 6)}
"""Easel's alphabets by their numbers: name, and how many residues one has."""

TRANSITIONS = 7
HIGHEST_FLAG = 1 << 17
DESCRIBED, REFERENCE, STRUCTURE, MAP, ACCESSION = 1 << 1, 1 << 2, 1 << 3, 1 << 8, 1 << 9
SURFACE, COMPOSITION, CONSENSUS, MASK = 1 << 13, 1 << 14, 1 << 16, 1 << 17
LINES = {"rf": REFERENCE, "mm": MASK, "consensus": CONSENSUS, "cs": STRUCTURE, "ca": SURFACE}
"""Annotation of one character for each node, by the flag that tells of it, in the file's order."""

LONGEST_PROFILE = 1_000_000
MOST_PROFILES = 20_000


@dataclass(frozen=True, slots=True)
class _Head:
    """What a profile begins with."""

    version: str
    flags: int
    nodes: int
    alphabet: int

    def has(self, flag: int) -> bool:
        return bool(self.flags & flag)


def _order(head: bytes) -> str:
    """Return the byte order in which a mark stands at the beginning, "<" or ">"; "" where none does."""
    for order, mark in (("<", head[3:0:-1] + head[:1]), (">", head[:4])):
        if mark[:3] == b"\xe8\xed\xed" and mark[3:] and mark[3] in VERSIONS:
            return order
    return ""


def _head(forward: Forward) -> _Head:
    """Take the numbers that tell the sizes; FormatError where they cannot be those of a profile."""
    at = forward.position
    mark, flags, nodes, alphabet = forward.numbers("Iiii")
    version = VERSIONS.get(mark ^ MARK, "")
    possible = 0 < nodes <= LONGEST_PROFILE and alphabet in SYMBOLS and 0 <= flags < HIGHEST_FLAG << 1
    if not version or not possible:
        raise FormatError(f"no profile begins at offset {at}: {nodes} nodes of alphabet {alphabet}")
    return _Head(version, flags, nodes, alphabet)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, and sizes that the file has room for."""
    order = _order(glimpse.head)
    if not order or len(glimpse.head) < 16:
        return None
    try:
        head = _head(Forward(Blob(glimpse.head), order=order))
    except FormatError:
        return None
    name, residues = SYMBOLS[head.alphabet]
    if glimpse.size < 16 + 4 * head.nodes * (2 * residues + TRANSITIONS):
        return None
    notes = {
        Kind.MAGIC: f"begins as a profile of HMMER 3/{head.version} in binary",
        Kind.STRUCTURE: f"with {head.nodes} nodes over {name}",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read every profile: probabilities as float32 where they lie."""
    order = _order(blob.read(0, min(blob.size, 4)))
    if not order:
        raise FormatError("no profile of HMMER in binary")
    reading = _Reading(Forward(blob, order=order))
    while reading.forward.left:
        reading.profile()
    several = len(reading.profiles) > 1
    described = zip(reading.profiles, reading.described, strict=True)
    return Model(
        FORMAT.name,
        tuple(reading.tensors),
        {"profiles": list(reading.profiles.values())},
        {f"{name}.{key}" if several else key: text for name, told in described for key, text in told.items()},
        noise={"byte order": b"big"} if order == ">" else {},
        complete=True,
    )


class _Reading:
    """Reads profile behind profile; ``profiles`` has each one's structure by a name of its own."""

    def __init__(self, forward: Forward) -> None:
        self.forward = forward
        self.tensors: list[Tensor] = []
        self.profiles: dict[str, object] = {}
        self.described: list[Mapping[str, str]] = []

    def profile(self) -> None:
        """Read the next profile; FormatError where it is cut off or malformed."""
        if len(self.profiles) >= MOST_PROFILES:
            raise LimitError(f"more than {MOST_PROFILES} profiles")
        head = _head(self.forward)
        alphabet, residues = SYMBOLS[head.alphabet]
        rows: dict[str, tuple[int, ...]] = {
            "match": (head.nodes, residues),
            "insert": (head.nodes + 1, residues),
        }
        rows["transitions"] = (head.nodes + 1, TRANSITIONS)
        found = {name: (shape, self._span(shape)) for name, shape in rows.items()}
        own, told, lines = self._annotation(head)
        name = own if own and own not in self.profiles else f"{own}#{len(self.profiles)}"
        found |= self._statistics(head, residues)
        self.tensors += (self._tensor(f"{name}.{part}", *where) for part, where in found.items())
        structure = {"name": own, "version": f"3/{head.version}", "alphabet": alphabet}
        self.profiles[name] = structure | {"nodes": head.nodes, "flags": head.flags, **lines}
        self.described.append(told)

    def _annotation(self, head: _Head) -> tuple[str, dict[str, str], dict[str, object]]:
        """Return a profile's name, what describes it, and what else is said of its nodes."""
        name = self._string()
        told = {"ACC": self._string()} if head.has(ACCESSION) else {}
        told |= {"DESC": self._string()} if head.has(DESCRIBED) else {}
        take = self.forward.text
        lines: dict[str, object] = {
            key: take(head.nodes + 2, LONGEST_PROFILE + 2) for key, flag in LINES.items() if head.has(flag)
        }
        told["COM"] = self._string()
        sequences, effective = self.forward.numbers("if")
        told |= {"NSEQ": str(sequences), "EFFN": f"{effective:.9g}"}
        if head.version not in "ab":
            lines["max length"] = self.forward.number("i")
        told["DATE"] = self._string()
        if head.has(MAP):
            lines["map"] = list(self.forward.numbers(f"{head.nodes + 1}i"))
        told["CKSUM"] = str(self.forward.number("I"))
        return name, {key: text for key, text in told.items() if text}, lines

    def _statistics(self, head: _Head, residues: int) -> dict[str, tuple[tuple[int, ...], Span]]:
        sizes = {"statistics": 3 if head.version == "a" else 6, "cutoffs": 6}
        if head.has(COMPOSITION):
            sizes["composition"] = residues
        return {name: ((size,), self._span((size,))) for name, size in sizes.items()}

    def _span(self, shape: tuple[int, ...]) -> Span:
        length = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        return Span(self.forward.blob, self.forward.skip(length), length)

    def _tensor(self, name: str, shape: tuple[int, ...], span: Span) -> Tensor:
        return Tensor(name, "float32", shape, span, self.forward.order == ">")

    def _string(self) -> str:
        """Return a string that stands behind its length, a zero at its end included; "" for none."""
        text = self.forward.text(self.forward.number("i"))
        if text and (not text.endswith("\0") or "\0" in text[:-1]):
            raise FormatError(f"a string that no zero ends before offset {self.forward.position}")
        return text[:-1]
