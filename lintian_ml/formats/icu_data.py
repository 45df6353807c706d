"""ICU's data in one file, ``icudt*.dat``, where segmentation models are among it (ICU, common/ucmndata.h).

Most such files hold no models: dictionaries and rules that part words are no product of training. Those that
are compiled from the bundles of LSTM networks and boosted features are known by their names.
"""

import re
import struct
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("icu-data", extensions=(".dat",), mark=b"\xda\x27", at=2, text=False)

MAGIC, COMMON = FORMAT.mark, b"CmnD"
MODEL = re.compile(rb"brkitr/(?:[A-Z][a-z]{2,20}_\w{1,60}_model\d\w{0,20}|jaml)\.res", re.ASCII)
RESOURCE = b"ResB"
MOST_ENTRIES = 100_000
LONGEST_NAME = 256


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The header of common data, and the name of a segmentation model in the table behind it."""
    head = glimpse.head
    if head[2:4] != MAGIC or head[12:16] != COMMON:
        return None
    found = MODEL.search(head)
    if found is None:
        return None
    notes = {
        Kind.MAGIC: "begins as common data of ICU",
        Kind.STRUCTURE: f"its table names {found.group().decode()}",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Return the compiled models where they lie, each one run of bytes; FormatError where there is none."""
    head = blob.read(0, min(blob.size, 32))
    if head[2:4] != MAGIC or head[12:16] != COMMON:
        raise FormatError("no common data of ICU")
    order = ">" if head[8] else "<"
    (start,) = struct.unpack(order + "H", head[:2])
    tensors = tuple(_models(blob, start, order))
    if not tensors:
        raise FormatError("common data of ICU without a segmentation model")
    remark = "what else is in ICU's data was not examined"
    return Model(FORMAT.name, tensors, {"table": start}, remarks=(remark,))


def _models(blob: Blob, start: int, order: str) -> Iterator[Tensor]:
    """Yield the models that the table at ``start`` names; each ends where the next entry begins."""
    (count,) = struct.unpack(order + "I", blob.read(start, 4))
    if not 0 < count <= MOST_ENTRIES:
        raise FormatError(f"a table of {count} entries")
    numbers = struct.unpack(f"{order}{2 * count}I", blob.read(start + 4, 8 * count))
    places = [*numbers[1::2], blob.size - start]
    for number, name in enumerate(numbers[0::2]):
        text = blob.read(start + name, min(LONGEST_NAME, max(0, blob.size - start - name)))
        found = MODEL.search(text.partition(b"\0")[0])
        if found is None:
            continue
        at, end = start + places[number], start + places[number + 1]
        if blob.read(at + 12, 4) != RESOURCE:
            raise FormatError(f"no resource bundle at offset {at}, where {found.group().decode()} should be")
        blob.part(at, end - at)
        yield Tensor(found.group().decode(), "bytes", (end - at,), Span(blob, at, end - at))
