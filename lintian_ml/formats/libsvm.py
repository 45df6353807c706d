"""libsvm's and liblinear's machines, in text (libsvm, svm.cpp; liblinear, linear.cpp: save_model)."""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.linear_text import read_linear
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.encoding.svm_text import KERNELS, TYPES, read_svm
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("libsvm", extensions=(".svm", ".model"), first=b"s", like=rb"svm_type |solver_type ")
NOISE = (SPELLING,)

LINEAR_OPENING = b"solver_type "
MACHINE = re.compile(
    rf"svm_type (?P<type>{'|'.join(TYPES)})\r?\n"
    rf"kernel_type (?P<kind>{'|'.join(KERNELS)})\r?\n"
    r"(?:(?:degree|gamma|coef0) [-+.\w]{1,40}\r?\n){0,3}nr_class \d{1,9}\r?\n".encode()
)
LINEAR = re.compile(rb"solver_type (?P<type>[A-Z0-9_]{4,40})\r?\nnr_class \d{1,9}\r?\n(?:label |nr_feature )")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the first lines of a header: what machine it is, and of how many classes."""
    head = glimpse.head[:1024]
    if machine := MACHINE.match(head):
        kind, kernel = machine["type"].decode(), machine["kind"].decode()
        return Evidence.of({Kind.MAGIC: f"a support vector machine of libsvm: {kind}, kernel {kernel}"})
    if linear := LINEAR.match(head):
        return Evidence.of({Kind.MAGIC: f"a linear machine of liblinear: {linear['type'].decode()}"})
    return None


def read(blob: Blob) -> Model:
    """Read the header and every vector or row of weights; FormatError where they do not fit."""
    text: Iterator[bytes] = lines(blob)
    is_linear = blob.read(0, min(blob.size, 12)) == LINEAR_OPENING
    tensors, header = read_linear(text) if is_linear else read_svm(text)
    return with_spelling(Model(FORMAT.name, tensors, header, complete=True), blob)
