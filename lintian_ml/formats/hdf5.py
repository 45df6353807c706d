"""HDF5, which holds Keras .h5 models and weights, and data of any kind (HDF5 file format specification)."""

import json
import re
from collections.abc import Iterator, Mapping

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5 import Contents
from lintian_ml.encoding import hdf5_parts
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.formats.npy import tells_of_weights
from lintian_ml.model import Model

FORMAT = Format(
    "hdf5",
    extensions=(".h5", ".hdf5", ".keras", ".hdf", ".mat", ".nc"),
    like=rb"(?s:|.{512}|.{1024}|.{2048}|.{4096}|.{8192}|.{16384}|.{32768})\x89HDF\r\n\x1a\n",
)
NOISE = hdf5_parts.NOISE

MAGIC = b"\x89HDF\r\n\x1a\n"
CONFIG_LIMIT = 16 << 20
CONFIG_NESTING = 100

_SIGNATURE = re.compile(FORMAT.like)
"""The signature, at the beginning or behind a user block of 512 bytes times a power of two."""

_KERAS = (
    b"keras_version",
    b"layer_names",
    b"weight_names",
    b"model_weights",
    b"model_config",
    b"_layer_checkpoint",
)
_CONFIGS = frozenset(("model_config", "training_config"))
_STRUCTURAL = _CONFIGS | {"layer_names", "weight_names"}


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The signature and a superblock of a known version; Keras where its attributes' names are seen."""
    start = _signature(glimpse.head)
    if start is None or len(glimpse.head) < start + 48 or glimpse.head[start + 8] > 3:
        return None
    notes = {Kind.MAGIC: "begins as HDF5", Kind.STRUCTURE: "an HDF5 superblock"}
    seen = [name for name in _KERAS if name in glimpse.head or name in (glimpse.tail or b"")]
    if len(seen) >= 2:
        notes[Kind.SEMANTICS] = "Keras names: " + ", ".join(name.decode() for name in seen)
    if tells_of_weights(glimpse.name):
        notes[Kind.NAME] = "the name speaks of a model"
    return Evidence.of(notes, carrier=Kind.SEMANTICS not in notes)


def read(blob: Blob) -> Model:
    """Read names, shapes and attributes, and account for every byte; nothing outside the file is followed.

    The model is not complete where something in the file is not understood: a remark says what and where.
    """
    account = hdf5_parts.account_of(blob)
    found = _asked(blob) if isinstance(account, str) else account.contents
    root = found.attributes.get("", {})
    metadata = {
        name: text for name, text in root.items() if isinstance(text, str) and name not in _STRUCTURAL
    }
    configs = {name: _config(value) for name, value in root.items() if name in _CONFIGS}
    model = Model(
        format=FORMAT.name,
        tensors=tuple(found.tensors),
        metadata=metadata,
        remarks=(*found.remarks, *lambda_layers(configs)),
    )
    return hdf5_parts.with_account(model, _structure(found, metadata, configs), account)


def _asked(blob: Blob) -> Contents:
    """Return what libhdf5 makes of a file, in a process of its own."""
    from lintian_ml.container.hdf5_library import contents

    return contents(blob)


def lambda_layers(config: object) -> Iterator[str]:
    """Yield a remark for each Keras layer of a configuration that holds Python code."""
    stack = [config]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node.get("class_name") == "Lambda":
                inner = node.get("config")
                name = inner.get("name") if isinstance(inner, dict) else None
                yield f"opaque: Lambda layer {name or 'without a name'} holds Python code, not read"
            stack.extend(reversed(node.values()))
        elif isinstance(node, list):
            stack.extend(reversed(node))


def parsed(text: str | bytes) -> object:
    """Return JSON data of at most 16 MiB and a hundred levels; the text itself where it is not that."""
    if len(text) > CONFIG_LIMIT:
        return text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return data if _levels(data) <= CONFIG_NESTING else text


def _levels(data: object) -> int:
    """Return how deep lists and maps nest."""
    depth, layer = 0, [data]
    while layer:
        depth += 1
        layer = [
            child
            for node in layer
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


def _signature(head: bytes) -> int | None:
    found = _SIGNATURE.match(head)
    return found.end() - len(MAGIC) if found else None


def _config(value: object) -> object:
    return parsed(value) if isinstance(value, str) else value


def _structure(
    found: Contents, metadata: Mapping[str, str], configs: Mapping[str, object]
) -> dict[str, object]:
    """Return groups, links, types, and the attributes that are not metadata; configurations are parsed."""
    root = {name: value for name, value in found.attributes.get("", {}).items() if name not in metadata}
    return {
        "groups": sorted(found.groups),
        "links": found.links,
        "types": found.types,
        "attributes": {**found.attributes, "": {**root, **configs}},
    }
