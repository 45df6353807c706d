"""ONNX Runtime's own model files (onnxruntime, core/flatbuffers/schema/ort.fbs: identifier ORTM)."""

import math
from collections.abc import Iterator
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Bytes, Walk
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.onnx_tensors import ELEMENT_TYPES
from lintian_ml.encoding.ort_schema import SCHEMA
from lintian_ml.encoding.plain import label, opaque
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("ort", extensions=(".ort",), mark=b"ORTM", at=4, text=False)
NOISE = ("layout",)

_TOLD = ("producer_name", "producer_version", "domain", "doc_string", "model_version", "graph_doc_string")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The identifier, and a root table that lies in the file."""
    if glimpse.head[4:8] != FORMAT.mark:
        return None
    if not 8 <= int.from_bytes(glimpse.head[:4], "little") <= glimpse.size - 4:
        return None
    return Evidence.of({Kind.MAGIC: "identifier ORTM"})


def read(blob: Blob) -> Model:
    """Read the whole model but the elements of its tensors; FormatError where it is not well-formed."""
    if blob.read(4, 4) != FORMAT.mark:
        raise FormatError("there is no identifier ORTM at offset 4")
    walk = Walk(blob, SCHEMA)
    top = walk.root("InferenceSession", FORMAT.mark)
    model = top.get("model")
    if not isinstance(model, dict) or not isinstance(model.get("graph"), dict):
        raise FormatError("there is no model with a graph")
    tensors: dict[str, Tensor] = {}
    remarks: list[str] = []
    names = Names()
    for name, table in _tables(model["graph"], ""):
        _take(blob, names.free(name), table, tensors, remarks)
    layout, bits = walk.layout()
    return Model(
        format=FORMAT.name,
        tensors=tuple(tensors.values()),
        structure=top,
        metadata=dict(_told(model)),
        residue=dict(walk.gaps()),
        noise={"layout": layout},
        noise_bits={"layout": bits},
        remarks=tuple(remarks),
        complete=not remarks,
    )


def _told(model: dict[str, object]) -> Iterator[tuple[str, str]]:
    for key in _TOLD:
        if key in model:
            yield key, str(model.pop(key))
    for entry in cast("list[dict[str, object]]", model.pop("metadata_props", [])):
        yield label(entry.get("key"), "metadata"), str(entry.get("value", ""))


def _tables(graph: dict[str, object], path: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield every tensor of a graph and of the graphs in its nodes, with a name."""
    work = [(graph, path)]
    while work:
        inner, at = work.pop()
        for number, table in enumerate(_listed(inner, "initializers")):
            yield at + label(table.get("name"), f"initializer{number}"), table
        for number, table in enumerate(_listed(inner, "sparse_initializers")):
            for part in ("values", "indices"):
                if isinstance(table.get(part), dict):
                    yield f"{at}sparse{number}.{part}", cast("dict[str, object]", table[part])
        for number, node in enumerate(_listed(inner, "nodes")):
            for attribute in _listed(node, "attributes"):
                name = (
                    f"{at}{label(node.get('name'), f'node{number}')}.{label(attribute.get('name'), 'value')}"
                )
                single = [attribute["t"]] if isinstance(attribute.get("t"), dict) else []
                for index, found in enumerate([*single, *_listed(attribute, "tensors")]):
                    yield f"{name}{index or ''}", cast("dict[str, object]", found)
                graphs = [attribute["g"]] if isinstance(attribute.get("g"), dict) else []
                for found in [*graphs, *_listed(attribute, "graphs")]:
                    work.append((cast("dict[str, object]", found), f"{name}/"))


def _listed(table: dict[str, object], key: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", table.get(key, []))


def _take(
    blob: Blob, name: str, table: dict[str, object], tensors: dict[str, Tensor], remarks: list[str]
) -> None:
    """Take in a tensor's bytes, and name it in its table; FormatError where they do not fit its shape."""
    found = table.get("raw_data")
    if not isinstance(found, Bytes):
        if "external_data_offset" in table:
            remarks.append(f"the data of {name} lies in another file")
        return
    code, dims = table.get("data_type", 0), table.get("dims", [])
    dtype = ELEMENT_TYPES[code][0] if isinstance(code, int) and code in ELEMENT_TYPES else None
    shape = tuple(cast("list[int]", dims)) if isinstance(dims, list) else (-1,)
    if min(shape, default=0) < 0 or math.prod(shape) > 1 << 48:
        raise FormatError(f"tensor {name!r:.80} has no sound shape")
    tensor = Tensor(name, dtype or "bytes", shape, Span(blob, *found))
    if tensor.expected_length not in (None, found.length):
        raise FormatError(f"tensor {name!r:.80} has {found.length} bytes, not {tensor.expected_length}")
    if dtype in (None, "string"):
        table["raw_data"] = opaque(blob, *found)
        return
    table["raw_data"] = {"tensor": name}
    tensors[name] = tensor
