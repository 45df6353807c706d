"""A model holds code in a form that nobody can read.

Some formats keep functions as the byte code of the language in which the model was made. It is run with the
model, and its source is not there. Ask upstream for the functions' source, or for the model in a form without
them. The note has what was seen.
"""

import io
import zipfile
from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.INFO, see_also=("debian-policy 4.16", "dfsg 2"))

REMARKS = ("holds Python code", "in byte code")


def with_lambda(keras: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(keras)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"Dense"', b'"Lambda"'))
    return out.getvalue()


def examples() -> Iterator[Example]:
    net = sample("keras_v3.keras")
    yield Flagged(
        "a layer of Python code",
        {"net.keras": with_lambda(net)},
        (Hint("net.keras (Lambda layer dense holds Python code, not read)"),),
    )
    yield Clean("layers that are known by name", {"net.keras": net})


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        for remark in model.found.remarks if model.found else ():
            if any(words in remark for words in REMARKS):
                yield model.hint(f"({remark.removeprefix('opaque: ')})")
