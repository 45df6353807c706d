"""OpenCV's statistical models, SVM, trees, boosting, nets and others (OpenCV, modules/ml).

XML is read. YAML and JSON, which begin with the same names, are recognised, and their numbers counted.
"""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.container.opencv_storage import LONGEST, read_storage
from lintian_ml.encoding.spelling import SPELLING
from lintian_ml.encoding.xml_markup import MARKUP
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.formats.opencv_cascade import storage_model
from lintian_ml.model import Model

FORMAT = Format("opencv-ml", extensions=(".xml", ".yml", ".yaml", ".json"), first=b"<\xef\xbb\xbf \t\r\n%{")
NOISE = (SPELLING, MARKUP)

OPENING = re.compile(rb"[\xef\xbb\xbf \t\r\n]*<|[%{]")
XML = re.compile(
    rb"<opencv_storage>\s*<opencv[-_]ml[-_]([a-z_]{2,20})[ >]|type_id\s*=\s*\"opencv-ml-([a-z-]{2,20})\""
)
YAML = re.compile(rb"%YAML[: ]1\.\d\s+---\s+opencv[-_]ml[-_]([a-z_]{2,20}):")
NUMBER = re.compile(rb"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?")
LONGEST_WORD = 4096
"""Characters that a number never has."""

SEPARATED = bytes(32 if byte in b',:[]{}"\t\r\n\v\f' else byte for byte in range(256))
JSON = re.compile(rb"\{\s*\"opencv[-_]ml[-_]([a-z_]{2,20})\"\s*:")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the name of a statistical model at the beginning of an OpenCV storage."""
    if not OPENING.match(glimpse.head):
        return None
    head = glimpse.head[:4096]
    found = YAML.match(head) or JSON.match(head)
    if found is None and b"<opencv_storage" in head:
        found = XML.search(head)
    if found is None:
        return None
    kind = next(name for name in found.groups() if name).decode()
    return Evidence.of({Kind.MAGIC: f"an OpenCV storage that holds a statistical model: {kind}"})


def read(blob: Blob) -> Model:
    """Read a model in XML as tensors by tags; of YAML and JSON only how many numbers there are.

    FormatError where it is neither, or malformed; LimitError if it is too long.
    """
    if blob.read(0, min(blob.size, 64)).lstrip().startswith(b"<"):
        storage = read_storage(blob)
        if not storage.numbers:
            raise FormatError("an OpenCV storage without numbers")
        return storage_model(FORMAT.name, storage, blob)
    head = blob.read(0, min(blob.size, 4096))
    if not (YAML.match(head) or JSON.match(head)):
        raise FormatError("neither XML nor the YAML or JSON of an OpenCV model")
    if blob.size > LONGEST:
        raise LimitError(f"OpenCV storage of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    if head.startswith(b"{") and not _end(blob).endswith(b"}"):
        raise FormatError("the JSON of an OpenCV model that does not end")
    return Model(
        format=FORMAT.name,
        parameters=sum(NUMBER.fullmatch(word) is not None for word in _words(blob)),
        remarks=("in YAML and JSON the numbers of an OpenCV model are counted, not read",),
    )


def _end(blob: Blob) -> bytes:
    """Return the last bytes of a text, without white space behind them."""
    length = min(blob.size, 4096)
    return blob.read(blob.size - length, length).rstrip()


def _words(blob: Blob) -> Iterator[bytes]:
    """Yield what stands between separators, a block at a time; of a word that is too long only a part."""
    rest = b""
    for block in blob.blocks():
        *words, rest = (rest[:LONGEST_WORD] + block.translate(SEPARATED)).split(b" ")
        yield from words
    yield rest
