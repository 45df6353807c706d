"""Indices of models that are cut into several files (transformers and huggingface_hub, ``*.index.json``).

The JSON tells in which file beside it each tensor lies. The tensors are those of these files, where all of
them are safetensors and at hand; else the index alone is read.
"""

import json
import re
from dataclasses import replace

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.exact_floats import make_exact
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind, safetensors
from lintian_ml.model import Model

FORMAT = Format(
    "weight-index",
    extensions=(".index.json",),
    first=b"{",
    like=rb'\{\s{0,64}"(?:metadata|weight_map)"\s{0,64}:\s{0,64}\{',
)
NOISE = (SPELLING, ORDER, *(f"*: {name}" for name in safetensors.NOISE))

OPENING = re.compile(FORMAT.like)
ROW = re.compile(
    rb'"weight_map"\s{0,64}:\s{0,64}\{\s{0,64}"[^"\\]{1,400}"\s{0,64}:\s{0,64}"([^"\\/]{1,200})"'
)
FILE = re.compile(r"[^/\\\0]{1,200}\.(?:safetensors|bin)")
MOST_FILES = 1000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """An object of metadata and a map of weights, the first of which lies in a file of weights."""
    if not OPENING.match(glimpse.head):
        return None
    row = ROW.search(glimpse.head)
    if row is None or not FILE.fullmatch(row[1].decode("utf-8", "replace")):
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "JSON with a map of weights",
            Kind.SEMANTICS: f"the first weight is in {row[1].decode('utf-8', 'replace')}",
        },
        untrained=True,
    )


def read(blob: Blob) -> Model:
    """Read the index, and the files that it tells of where they are at hand; FormatError where it is none."""
    document = read_document(blob)
    weights = document.get("weight_map") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(weights, dict) or not weights:
        raise FormatError("JSON without a map of weights")
    if not all(isinstance(name, str) and FILE.fullmatch(name) for name in weights.values()):
        raise FormatError("a weight lies in something else than a file of weights")
    parts = tuple(sorted(set(weights.values())))
    if len(parts) > MOST_FILES:
        raise FormatError(f"the weights lie in {len(parts)} files")
    metadata = document.pop("metadata", {})
    if not isinstance(metadata, dict):
        raise FormatError("metadata that are no object")
    make_exact(document)
    told = {key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()}
    types = {key: type(value).__name__ for key, value in metadata.items()}
    structure = {**document, "metadata types": types}
    model = Model(FORMAT.name, structure=structure, metadata=told, parts=parts)
    model = with_order(with_spelling(model, blob), blob.read(0, blob.size))
    return _with_tensors(model, blob, weights)


def _with_tensors(model: Model, blob: Blob, weights: dict[str, str]) -> Model:
    """Add the tensors of the files; FormatError where a file has others than the index says."""
    missing = [name for name in model.parts if not name.endswith(".safetensors") or not blob.sibling(name)]
    if missing:
        return replace(model, remarks=tuple(f"the tensors in {name!r:.80} were not read" for name in missing))
    for name in model.parts:
        found = blob.sibling(name)
        shard = safetensors.read(found or Blob())
        if {tensor.name for tensor in shard.tensors} != {key for key in weights if weights[key] == name}:
            raise FormatError(f"{name:.80} has other tensors than the index says")
        model = replace(
            model,
            tensors=(*model.tensors, *shard.tensors),
            metadata={**model.metadata, **{f"{name}: {key}": text for key, text in shard.metadata.items()}},
            residue={**model.residue, **{f"{name}: {key}": data for key, data in shard.residue.items()}},
            noise={**model.noise, **{f"{name}: {key}": data for key, data in shard.noise.items()}},
        )
    return replace(model, complete=True)
