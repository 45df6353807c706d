"""PyTorch's first files, tar archives of pickles and storages (0.1.1; torch/serialization.py reads them)."""

from lintian_ml.blob import Blob
from lintian_ml.container import tar
from lintian_ml.container.limits import Limits
from lintian_ml.container.source import Blocks
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("pytorch-tar", extensions=(".pt", ".pth", ".tar"), within="tar")

MEMBERS = frozenset(("sys_info", "pickle", "tensors", "storages"))
"""What such an archive holds, and nothing else; ``sys_info`` may be missing."""

MOST = 16
"""Members after which an archive is none of these."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """An archive whose first member has one of the four names, and is a pickle."""
    name = glimpse.head[:100].partition(b"\0")[0].removeprefix(b"./").decode("latin-1")
    if name not in MEMBERS or not glimpse.head.startswith(b"\x80", 512):
        return None
    notes = {Kind.STRUCTURE: f"a tar archive that begins with a pickle called {name}"}
    if glimpse.named(FORMAT.extensions):
        notes[Kind.NAME] = "the name ends as those of PyTorch's files do"
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the names and sizes of the members; FormatError where they are not those of such an archive."""
    sizes: dict[str, int] = {}
    for number, member in enumerate(tar.walk(Blocks(blob.blocks()), Limits())):
        name = member.name.removeprefix("./")
        if name not in MEMBERS or name in sizes or number >= MOST:
            raise FormatError(f"the tar archive has a member {member.name[:80]!r}, which PyTorch has not")
        sizes[name] = member.size
    if missing := sorted(MEMBERS - sizes.keys() - {"sys_info"}):
        raise FormatError(f"the tar archive has no {' and no '.join(missing)}")
    return Model(FORMAT.name, structure={"members": sizes}, remarks=("its pickles are unread",))
