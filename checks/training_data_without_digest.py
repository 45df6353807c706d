"""Training data lies on the net, and nothing says which bytes are meant.

Addresses outlive what lies there. With a digest it can be told whether the data is still that which the
model was trained on, and a copy from elsewhere will do when the address is gone. State it in
``Checksums-Sha256`` of the ``Dataset`` stanza.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import Access
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy free-model", "debian-models(5)"))

DIGEST = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"


def examples() -> Iterator[Example]:
    yield Flagged("an address alone", declared(), (Hint("digits", Pointer("debian/models", 18)),))
    yield Clean(
        "an address and a digest", declared(dataset={"Checksums-Sha256": f"\n {DIGEST} 9 digits.csv"})
    )
    yield Clean("data that is gone", declared(dataset={"Access": "lost"}))


def check(case: Case) -> Iterator[Hint]:
    for data in case.declaration.datasets if case.declaration else ():
        if data.access is Access.DIRECT_DOWNLOAD and not data.checksums_sha256:
            yield Hint(data.name, Pointer("debian/models", data.line_of("Location")))
