"""libvmaf's models of video quality: a libsvm machine within JSON (libvmaf, src/read_json_model.c).

A document is one model, or a collection whose keys are the numbers 0, 1, …; the machine is a text in
``model_dict``.
"""

import struct

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.plain import floating
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.encoding.svm_text import read_svm
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("libvmaf", extensions=(".json",), first=b"{")
NOISE = (SPELLING, ORDER)

MOST_MODELS = 1000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for an object with a dictionary of a model, and in it the beginning of a libsvm machine."""
    if glimpse.head[:1] != b"{":
        return None
    at = glimpse.head.find(b'"model_dict"')
    if at < 0 or glimpse.head.find(b'"svm_type ', at) < 0:
        return None
    return Evidence.of({Kind.MAGIC: "a model of libvmaf: a libsvm machine in its model_dict"})


def read(blob: Blob) -> Model:
    """Read each machine, its tensors named after its number in the collection; FormatError where one is
    malformed or there is none.
    """
    document = read_document(blob)
    if not isinstance(document, dict):
        raise FormatError("a document that is no object")
    single = "model_dict" in document
    found = {"": document} if single else {f"{key}.": value for key, value in document.items()}
    if not 0 < len(found) <= MOST_MODELS:
        raise FormatError(f"a collection of {len(found)} models")
    tensors: list[Tensor] = []
    structure: dict[str, object] = {}
    for prefix, model in found.items():
        machine, header, rest = _read_one(model)
        tensors += (Tensor(prefix + t.name, t.dtype, t.shape, t.payload) for t in machine)
        structure[prefix.rstrip(".")] = {"machine": header, **rest}
    model = Model(FORMAT.name, tuple(tensors), structure[""] if single else structure, complete=True)
    return with_order(with_spelling(model, blob), blob.read(0, blob.size))


def _read_one(model: object) -> tuple[tuple[Tensor, ...], dict[str, object], dict[str, object]]:
    """Return a machine's tensors and header, and everything else that stands around it."""
    inner = model.get("model_dict") if isinstance(model, dict) else None
    text = inner.get("model") if isinstance(inner, dict) else None
    if not isinstance(model, dict) or not isinstance(inner, dict) or not isinstance(text, str):
        raise FormatError("no text of a machine in a model_dict")
    tensors, header = read_svm(lines(Blob(text.encode("utf-8", "replace"))))
    rest = {**model, "model_dict": {key: value for key, value in inner.items() if key != "model"}}
    _make_plain(rest)
    return tensors, header, rest


def _make_plain(document: dict[str, object]) -> None:
    """Spell every float that JSON could not tell, in place."""
    work: list[dict[str, object] | list[object]] = [document]
    while work:
        holder = work.pop()
        places = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for place, value in [*places]:
            if isinstance(value, float):
                holder[place] = floating(struct.pack("<d", value))
            elif isinstance(value, dict | list):
                work.append(value)
