"""dlib's detectors in C++ headers: serialised, compressed by dlib, and written line by line in base64.

(dlib, dlib/image_processing/frontal_face_detector.h.) The compression is dlib's own, so it is only detected.
"""

import re

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("dlib-source", extensions=(".h", ".hpp", ".cpp"), first=b"/#", smallest=4096)

FUNCTION = re.compile(rb"std::string get_serialized_(\w{1,80})\(")
USES = (b"compress_stream", b"base64", b"deserialize(")
LINE = re.compile(rb"<<\s*\"[A-Za-z0-9+/]{40,200}\";")
FEWEST = 100
"""Lines of base64 that the head must show."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A function that returns a serialised object, what undoes that, and the lines that spell it out."""
    head = glimpse.head
    if not glimpse.named(FORMAT.extensions) or head.find(b"get_serialized_", 0, 4096) < 0:
        return None
    function = FUNCTION.search(head)
    if function is None or not all(word in head for word in USES):
        return None
    count = len(LINE.findall(head))
    if count < FEWEST:
        return None
    name = function.group(1).decode("ascii", "replace")
    return Evidence.of(
        {
            Kind.SEMANTICS: f"a function that returns the serialised {name}",
            Kind.STRUCTURE: f"{count} lines of base64 at its beginning",
        }
    )
