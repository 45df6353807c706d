"""Keras 3 .keras, a zip archive of a configuration and HDF5 weights (keras.src.saving.saving_lib)."""

import json

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import Entry, member_blob, read_directory, remarks
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind, hdf5
from lintian_ml.model import Model

FORMAT = Format("keras", extensions=(".keras",), within="zip")

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


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
    """Read the configuration, and the weights' names and shapes; HDF5 leaves the model incomplete."""
    entries = read_directory(blob, Limits())
    members = {entry.name: entry for entry in entries}
    if len(members) < len(entries):
        raise FormatError("keras archive has two members of one name")
    config, metadata = _json(blob, members, CONFIG), _json(blob, members, METADATA)
    if not isinstance(metadata, dict):
        raise FormatError(f"keras {METADATA} is not a JSON object")
    weights = hdf5.read(member_blob(blob, _member(members, WEIGHTS)))
    others = sorted(members.keys() - {CONFIG, METADATA, WEIGHTS})
    return Model(
        format=FORMAT.name,
        tensors=weights.tensors,
        structure={"config": config, "weights": weights.structure},
        metadata={
            key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()
        }
        | {f"{WEIGHTS}: {key}": value for key, value in weights.metadata.items()},
        remarks=(
            *hdf5.lambda_layers(config),
            *weights.remarks,
            *(f"member {name} not read" for name in others),
            *remarks(blob, entries),
        ),
    )


def _member(members: dict[str, Entry], name: str) -> Entry:
    if name not in members:
        raise FormatError(f"keras archive has no {name}")
    return members[name]


def _json(blob: Blob, members: dict[str, Entry], name: str) -> object:
    member = member_blob(blob, _member(members, name), hdf5.CONFIG_LIMIT)
    data = hdf5.parsed(member.read(0, member.size))
    if isinstance(data, bytes):
        raise FormatError(f"keras {name} is not JSON of at most {hdf5.CONFIG_NESTING} levels")
    return data
