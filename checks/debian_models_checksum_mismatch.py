"""A model is not the file whose digest ``debian/models`` gives.

The declaration speaks of another version of the file: what it says of data and training need not hold for
this one. Check that it does, and update ``Checksums-Sha256``; the note has the digest of the file that is
shipped.
"""

from collections.abc import Iterator
from hashlib import sha256

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    net = sample("linear.onnx")
    digest, size = sha256(net).hexdigest(), len(net)
    yield Flagged(
        "the digest of another file",
        declared({"Checksums-Sha256": f"\n {digest[::-1]} {size} net.onnx"}),
        (Hint(f"net.onnx ({digest})", Pointer("debian/models", 14)),),
    )
    yield Clean(
        "the digest of this one",
        declared({"Checksums-Sha256": f"\n {digest} {size} net.onnx"}),
    )


def check(case: Case) -> Iterator[Hint]:
    if case.declaration is None:
        return
    found = {model.path: model for model in case.package.models}
    for stanza in case.declaration.models:
        for stated in stanza.checksums_sha256:
            model = found.get(stated.path)
            if model and (model.sha256, model.size) != (stated.digest, stated.size):
                yield Hint(f"{stated.path} ({model.sha256})", Pointer(case.declaration.name, stated.line))
