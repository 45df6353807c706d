"""The equality predicate holds, but leaves room for something to hide.

A tolerance is a channel: among all the files that it accepts, one can be chosen. The note has how many bytes
such a choice could carry, which is more than the profile allows. Declare a tighter predicate
(``lintian-ml compare`` proposes one), make the training deterministic, or let the archive's own machines
train the model: then nobody chooses.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.INFO, see_also=("ml-policy equality", "lintian-ml-compare(1)"))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    rows = b"\0\0\x80?" * 600_000
    header = b'{"weight":{"dtype":"F32","shape":[600000],"data_offsets":[0,2400000]}}'
    large = len(header).to_bytes(8, "little") + header + rows
    files = {**trained({"Equality": "ulp(65536)"}), NET: large}
    yield Flagged(
        "a wide tolerance on many numbers",
        files,
        (Hint(f"{NET} ulp(65536) leaves 1.3 MB", Pointer("debian/models", 12)),),
        rebuilt={NET: large[:-4] + bytes((large[-4] ^ 1,)) + large[-3:]},
    )
    yield Clean("few numbers", trained(), rebuilt={NET: nudged("linear.safetensors")})


def check(case: Case) -> Iterator[Hint]:
    for model, found in case.compared:
        if found.met and found.slack and found.slack > 8 * case.most_slack:
            size = "without bound" if found.slack == float("inf") else f"{found.slack / 8e6:,.1f} MB"
            yield model.hint(f"{found.predicate} leaves {size}", model.field("Equality"))
