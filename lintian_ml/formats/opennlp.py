"""OpenNLP's models: zip archives of a manifest and binary models (BaseModel and AbstractModelReader).

A model in the archive has outcomes, predicates and doubles: predicates of the same outcomes stand together,
and a pattern tells of each such group how many they are and which outcomes they have.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.container.directory import locate
from lintian_ml.container.limits import Limits
from lintian_ml.container.unaccounted import unaccounted
from lintian_ml.container.zip import Entry, checksum_differs, member_blob, read_directory, remarks
from lintian_ml.encoding.compressed import COMPRESSION, with_compression
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import content, held, told
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("opennlp", extensions=(".bin",), within="zip")
NOISE = (COMPRESSION, "zip local headers", "zip directory", "zip end records")

MANIFEST = "manifest.properties"
MODEL = ".model"
VERSION = "OpenNLP-Version"
KINDS = ("GIS", "QN", "Perceptron", "NaiveBayes")
"""The kinds of models that are read; the first has two more numbers at its beginning."""

MOST = 10_000_000
LONGEST_MANIFEST = 1 << 16
END_RECORDS = 98


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The manifest beside a model, and no folders: the archive is read to know what the manifest says."""
    names = [entry.name for entry in glimpse.members or ()]
    if MANIFEST not in names or any("/" in name for name in names):
        return None
    models = [name for name in names if name.endswith(MODEL)]
    if not models:
        return None
    return Evidence.of({Kind.STRUCTURE: f"a zip archive of {MANIFEST} and {models[0]:.40}"})


def read(blob: Blob) -> Model:
    """Read the manifest and all models; FormatError where the manifest is none of OpenNLP."""
    entries = read_directory(blob, Limits())
    members = {entry.name: entry for entry in entries}
    if len(members) < len(entries) or MANIFEST not in members:
        raise FormatError(f"an archive without {MANIFEST}, or with two members of one name")
    metadata, residue = _manifest(member_blob(blob, members[MANIFEST], LONGEST_MANIFEST))
    if VERSION not in metadata:
        raise FormatError(f"{MANIFEST} has no {VERSION}")
    tensors: list[Tensor] = []
    structure: dict[str, object] = {}
    for name in sorted(members.keys() - {MANIFEST}):
        member = member_blob(blob, members[name])
        if name.endswith(MODEL):
            found = _model(member)
            tensors.append(Tensor(name.removesuffix(MODEL), "float64", (found.count,), found.span, True))
            structure[name] = found.told
            residue |= {f"{name}: behind the numbers": found.rest} if found.rest else {}
        else:
            structure[name] = content(member, 0, member.size)
    framing = unaccounted(blob, entries)
    residue |= {f"zip: {name}": held(blob, at, length) for name, at, length in framing.residue}
    end = locate(blob).offset + locate(blob).size
    noise = {**framing.noise, "zip end records": blob.read(end, min(END_RECORDS, blob.size - end))}
    contradictions = (*_damaged(blob, entries), *remarks(blob, entries))
    model = Model(
        *(FORMAT.name, tuple(tensors), structure, metadata, residue, noise, contradictions),
        complete=not contradictions,
    )
    return with_compression(model, blob, entries)


def _damaged(blob: Blob, entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        if checksum_differs(blob, entry):
            yield f"{entry.name}: its bytes have another checksum than the zip directory says"


def _manifest(blob: Blob) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return what the manifest tells by its keys; whole as residue where the keys do not tell it all."""
    raw = blob.read(0, min(blob.size, LONGEST_MANIFEST))
    text = told(raw)
    lines = text.removesuffix("\n").split("\n")
    found = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    comments = [line for line in lines if line.startswith("#")]
    rebuilt = "\n".join((*comments, *(f"{key}={value}" for key, value in found.items()))) + "\n"
    metadata = {**found, **({"#": "\n".join(comments)} if comments else {})}
    return metadata, {} if rebuilt == text and "#" not in found else {MANIFEST: raw}


@dataclass(slots=True)
class _Found:
    """One model of the archive: how many doubles it has, where they are, and what precedes them."""

    count: int
    span: Span
    rest: bytes
    told: dict[str, object] = field(default_factory=dict)


def _model(blob: Blob) -> _Found:
    """Read one model; FormatError where it is of an unknown kind, or its counts do not fit."""
    source = Forward(blob, order=">", budget=4 * MOST)
    kind = _utf(source)
    if kind not in KINDS:
        raise FormatError(f"a model of the unknown kind {kind:.40}")
    heading = source.take(12).hex() if kind == KINDS[0] else ""
    outcomes = [_utf(source) for _ in range(_count(source, "outcomes"))]
    patterns = [_utf(source) for _ in range(_count(source, "patterns"))]
    predicates, number = hashlib.sha256(), _count(source, "predicates")
    for _ in range(number):
        length = source.number("H")
        predicates.update(length.to_bytes(2, "big") + source.take(length))
    groups, count = zip(*map(_group, patterns), strict=True) if patterns else ((), ())
    if sum(groups) != number:
        raise FormatError(f"patterns of {sum(groups)} predicates, but there are {number}")
    start = source.skip(8 * sum(count))
    shown: dict[str, object] = {"kind": kind, "heading": heading, "outcomes": outcomes, "patterns": patterns}
    shown["predicates"] = {"count": number, "sha256": predicates.hexdigest()}
    rest = held(blob, source.position, source.left) if source.left else b""
    return _Found(sum(count), Span(blob, start, 8 * sum(count)), rest, shown)


def _group(pattern: str) -> tuple[int, int]:
    """Return how many predicates a pattern tells of, and how many numbers they have in all."""
    words = pattern.split(" ")
    if not all(word.isdecimal() and word.isascii() and len(word) < 10 for word in words):
        raise FormatError(f"the pattern {pattern:.40} is no list of numbers")
    return int(words[0]), int(words[0]) * (len(words) - 1)


def _count(source: Forward, what: str) -> int:
    count = source.number("i")
    if not 0 <= 2 * count <= source.left:
        raise FormatError(f"{count} {what} claimed before offset {source.position}, past the end")
    if count > MOST:
        raise LimitError(f"{count} {what}; {MOST} are read at most")
    return count


def _utf(source: Forward) -> str:
    return told(source.take(source.number("H")))
