"""ExecuTorch's programs, which are only detected (executorch, program.fbs: Program, identifier ET12)."""

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Schema, Slot, Walk
from lintian_ml.error import LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("executorch", extensions=(".pte",), mark=b"ET12", at=4, text=False)

IDENTIFIER = FORMAT.mark
BARE = Schema({"Program": (Slot("version", "u32", False),)}, {})


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The identifier, and a root table of version 0 where the head shows it."""
    if glimpse.head[4:8] != IDENTIFIER:
        return None
    notes = {Kind.MAGIC: "identifier ET12"}
    try:
        if Walk(Blob(glimpse.head), BARE).root("Program").get("version", 0) != 0:
            return None
        notes[Kind.STRUCTURE] = "flatbuffer whose root table is of version 0"
    except LintianMLError:
        if glimpse.size <= len(glimpse.head):
            return None
    return Evidence.of(notes)
