"""Networks for Kendryte's processors, ``.kmodel``, versions 4 to 7 (nncase, model.h): detected only."""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("kmodel", extensions=(".kmodel",), mark=b"LDMK", smallest=64)

NODES = 4
"""The version whose header tells of a target, constants and nodes; later ones tell of modules."""

VERSIONS = range(NODES, 8)
TARGETS = 2
MOST_NODES, MOST_MODULES, LARGEST_ALIGNMENT = 1 << 20, 1 << 10, 1 << 16
SMALLEST_HEADER, LARGEST_HEADER = 24, 256


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, a known version, and a header whose numbers fit the file."""
    if not glimpse.head.startswith(FORMAT.mark) or len(glimpse.head) < FORMAT.smallest:
        return None
    (version,) = struct.unpack("<I", glimpse.head[4:8])
    if version not in VERSIONS:
        return None
    told = _nodes(glimpse) if version == NODES else _modules(glimpse)
    if not told:
        return None
    notes = {
        Kind.MAGIC: "begins as a network for Kendryte's processors",
        Kind.STRUCTURE: f"version {version}, {told}",
    }
    return Evidence.of(notes)


def _nodes(glimpse: Glimpse) -> str:
    """Return what a header of the oldest version tells; empty where the file has no room for it."""
    _, target, constants, _, nodes, inputs, outputs = struct.unpack("<7I", glimpse.head[8:36])
    fits = (
        target < TARGETS and constants < glimpse.size and 0 < nodes < MOST_NODES and 8 * nodes < glimpse.size
    )
    return f"{nodes} nodes" if fits and inputs and outputs else ""


def _modules(glimpse: Glimpse) -> str:
    """Return what a header of a later version tells; empty where its numbers contradict one another."""
    header, _, alignment, modules, entry, _ = struct.unpack("<6I", glimpse.head[8:32])
    power = 0 < alignment <= LARGEST_ALIGNMENT and not alignment & (alignment - 1)
    fits = SMALLEST_HEADER <= header <= LARGEST_HEADER and 0 < modules < MOST_MODULES
    return f"{modules} modules" if power and fits and (entry < modules or entry == 0xFFFFFFFF) else ""
