"""Keras 3 .keras, a zip archive of a configuration and HDF5 weights (keras.src.saving.saving_lib)."""

import json
from collections.abc import Mapping
from typing import TypeVar

from lintian_ml.blob import Blob
from lintian_ml.container.framing import FRAMING, framed
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import Entry, member_blob, read_directory, remarks
from lintian_ml.encoding.compressed import COMPRESSION, with_compression
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind, hdf5
from lintian_ml.model import Model

FORMAT = Format("keras", extensions=(".keras",), within="zip")

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"

NOISE = (
    *FRAMING,
    COMPRESSION,
    f"text of {CONFIG}",
    f"text of {METADATA}",
    *(f"{WEIGHTS}: {name}" for name in hdf5.NOISE),
)

T = TypeVar("T")

ASSET = 16 << 20
"""Bytes of a member beside those that Keras always writes, such as a vocabulary, that are kept."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A zip archive with the three members that Keras writes."""
    names = {entry.name for entry in glimpse.members or ()}
    if not names >= {CONFIG, METADATA, WEIGHTS}:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: f"a zip archive with {CONFIG} and {METADATA}",
            Kind.SEMANTICS: f"weights in {WEIGHTS}",
        }
    )


def read(blob: Blob) -> Model:
    """Read the configuration, the weights, and all that lies around them.

    The model is complete where the weights are, and where each other member is small enough to be kept.
    """
    entries = read_directory(blob, Limits())
    members = {entry.name: entry for entry in entries}
    if len(members) < len(entries):
        raise FormatError("keras archive has two members of one name")
    config, metadata = _json(blob, members, CONFIG), _json(blob, members, METADATA)
    if not isinstance(metadata.value, dict):
        raise FormatError(f"keras {METADATA} is not a JSON object")
    weights = hdf5.read(member_blob(blob, _member(members, WEIGHTS)))
    others = sorted(members.keys() - {CONFIG, METADATA, WEIGHTS})
    kept = [name for name in others if members[name].size <= ASSET]
    framing = framed(blob, entries)
    model = Model(
        format=FORMAT.name,
        tensors=weights.tensors,
        structure={"config": config.value, "weights": weights.structure},
        metadata={key: _text(value) for key, value in metadata.value.items()} | _within(weights.metadata),
        residue={**_within(weights.residue), **framing.residue, **_members(blob, members, kept)},
        noise={**_within(weights.noise), **framing.noise, **config.noise, **metadata.noise},
        noise_bits=_within(weights.noise_bits),
        remarks=(
            *hdf5.lambda_layers(config.value),
            *weights.remarks,
            *(f"member {name} not read" for name in others if name not in kept),
            *remarks(blob, entries),
        ),
        complete=weights.complete and kept == others,
    )
    return with_compression(model, blob, entries)


class _Json:
    """A member that is JSON: its ``value``, and as ``noise`` its text where that is not the plainest."""

    __slots__ = ("noise", "value")

    def __init__(self, name: str, data: bytes) -> None:
        self.value = hdf5.parsed(data)
        if isinstance(self.value, bytes):
            raise FormatError(f"keras {name} is not JSON of at most {hdf5.CONFIG_NESTING} levels")
        plain = json.dumps(self.value).encode()
        self.noise = {} if data == plain else {f"text of {name}": data}


def _json(blob: Blob, members: Mapping[str, Entry], name: str) -> _Json:
    member = member_blob(blob, _member(members, name), hdf5.CONFIG_LIMIT)
    return _Json(name, member.read(0, member.size))


def _member(members: Mapping[str, Entry], name: str) -> Entry:
    if name not in members:
        raise FormatError(f"keras archive has no {name}")
    return members[name]


def _text(value: object) -> str:
    """Return a value as text: a string as it is, unless it could be taken for another value."""
    if not isinstance(value, str):
        return json.dumps(value)
    return value if isinstance(hdf5.parsed(value), str) and not value.startswith('"') else json.dumps(value)


def _within(found: Mapping[str, T]) -> dict[str, T]:
    """Return what was found in the weights, by names that say so."""
    return {f"{WEIGHTS}: {name}": value for name, value in found.items()}


def _members(blob: Blob, members: Mapping[str, Entry], names: list[str]) -> dict[str, bytes]:
    """Return whole members by name; nothing is known of what they say."""
    whole = (member_blob(blob, members[name], ASSET) for name in names)
    return {f"member {name}": one.read(0, one.size) for name, one in zip(names, whole, strict=True)}
