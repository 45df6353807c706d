"""Whether the parameters of a model are a product of training, by their looks."""

import re
from itertools import islice

from lintian_ml.formats import Evidence
from lintian_ml.model import BITS, Model, Nature, Tensor

TEST_PATH = re.compile(r"(^|[/_.-])(tests?|testing|testdata|unittests?|fixtures?)([/_.-]|$)", re.IGNORECASE)
FEW_PARAMETERS = 1000
"""A model with fewer parameters below a folder of tests is a fixture, not a product of training."""

TENSORS_PROBED = 64
BYTES_PROBED = 1 << 16


def nature(path: str, evidence: Evidence, model: Model | None) -> Nature:
    """Tell whether the parameters look trained: there are some, not all alike, and it is no small test
    fixture.
    """
    if evidence.untrained:
        return Nature.UNTRAINED
    if model is None:
        return Nature.UNDECIDED
    if model.parameter_count == 0:
        return Nature.UNDECIDED if model.parts else Nature.UNTRAINED
    if model.parameter_count < FEW_PARAMETERS and TEST_PATH.search(path):
        return Nature.UNTRAINED
    if model.tensors and all(_is_constant(tensor) for tensor in islice(model.tensors, TENSORS_PROBED)):
        return Nature.UNTRAINED
    return Nature.TRAINED


def _is_constant(tensor: Tensor) -> bool:
    """Whether the first elements of a tensor (64 KiB of them) all have the same bits."""
    width = max(1, BITS.get(tensor.dtype, 8) // 8)
    data = next(iter(tensor.payload.blocks()), b"")[:BYTES_PROBED]
    data = data[: len(data) - len(data) % width]
    return data == data[:width] * (len(data) // width)
