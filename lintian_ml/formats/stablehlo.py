"""StableHLO's portable artifacts in MLIR bytecode (LLVM, mlir/docs/BytecodeFormat.md): detected only.

They are programs, which may hold weights as constants; other producers' bytecode is not taken for models.
"""

import re

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("stablehlo", extensions=(".mlirbc", ".mlir.bc", ".stablehlo"), first=b"M")

MARK = b"ML\xefR"
PRODUCER = re.compile(rb"ML\xefR[\x01-\x3f](StableHLO_v\d{1,3}\.\d{1,3}\.\d{1,3})\0")
"""The mark, the version of the bytecode in a number of one byte, and the name of the producer."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, a version, and StableHLO as the producer."""
    if not glimpse.head.startswith(MARK):
        return None
    found = PRODUCER.match(glimpse.head)
    if found is None:
        return None
    return Evidence.of({Kind.MAGIC: f"MLIR bytecode of {found.group(1).decode()}"}, carrier=True)
