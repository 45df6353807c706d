"""PyTorch Mobile's modules as flatbuffers, which are only detected (mobile_bytecode.fbs: Module, PTMF)."""

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Schema, Slot, Walk
from lintian_ml.error import LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("torch-mobile", extensions=(".ff", ".ptl"), mark=b"PTMF", at=4, text=False)

IDENTIFIER = FORMAT.mark
BARE = Schema({"Module": (Slot("bytecode_version", "u32", False),)}, {})
LATEST = 64


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The identifier, and a version of the bytecode in the root table where the head shows it."""
    if glimpse.head[4:8] != IDENTIFIER:
        return None
    notes = {Kind.MAGIC: "identifier PTMF"}
    try:
        version = Walk(Blob(glimpse.head), BARE).root("Module").get("bytecode_version")
        if not isinstance(version, int) or not 1 <= version <= LATEST:
            return None
        notes[Kind.STRUCTURE] = f"flatbuffer whose root table has version {version} of the bytecode"
    except LintianMLError:
        if glimpse.size <= len(glimpse.head):
            return None
    return Evidence.of(notes)
