"""OpenCV's cascades of boosted classifiers: Haar, LBP and HOG (OpenCV, objdetect/src/cascadedetect.cpp).

Both layouts are known: the old one (``opencv-haar-classifier``) and the one of ``opencv_traincascade``.
Camera calibrations and other matrices share the root tag ``opencv_storage`` and are no cascades.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.container.opencv_storage import Storage, read_storage
from lintian_ml.encoding.packed import packed
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.encoding.xml_markup import MARKUP, with_markup
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("opencv-cascade", extensions=(".xml",), first=b"<\xef\xbb\xbf \t\r\n")
NOISE = (SPELLING, MARKUP)

TYPE = re.compile(rb"type_id\s*=\s*[\"'](opencv-(?:cascade|haar)-classifier)[\"']")
OPENING = re.compile(rb"[\xef\xbb\xbf \t\r\n]*<")
ROOT = b"<opencv_storage"
STAGES = (b"<stageType>", b"<stages>")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the storage's root and, behind it, a classifier's type or the tags that begin a cascade."""
    if not OPENING.match(glimpse.head):
        return None
    start = glimpse.head.find(ROOT)
    if start < 0:
        return None
    kind = TYPE.search(glimpse.head, start)
    if kind:
        return Evidence.of({Kind.MAGIC: f"an OpenCV storage of type {kind.group(1).decode()}"})
    if all(tag in glimpse.head[start:] for tag in STAGES):
        return Evidence.of({Kind.MAGIC: "an OpenCV storage that begins with the stages of a cascade"})
    return None


def read(blob: Blob) -> Model:
    """Read the stages' numbers by their tags: each tag is one tensor, in the order of the document.

    Comments become metadata: they often hold the license and how the cascade was trained. FormatError where
    the document is not well-formed, or holds no stages.
    """
    storage = read_storage(blob)
    if not storage.numbers.keys() & {"stageThreshold", "stage_threshold"}:
        raise FormatError("an OpenCV storage without the threshold of any stage")
    return storage_model(FORMAT.name, storage, blob)


def storage_model(name: str, storage: Storage, text: Blob) -> Model:
    """Return a storage, read from ``text``, as a model: numbers as float64 tensors, words and the nesting as
    structure.
    """
    structure = {"types": sorted(storage.types), "words": storage.words, "outline": storage.outline}
    model = Model(
        format=name,
        tensors=tuple(
            Tensor(tag, "float64", (len(values),), packed(values))
            for tag, values in sorted(storage.numbers.items())
        ),
        structure=structure,
        metadata={"comment": "\n".join(storage.comments)} if storage.comments else {},
        complete=True,
    )
    return with_markup(with_spelling(model, text), text)
