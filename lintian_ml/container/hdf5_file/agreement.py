"""Whether the library that reads datasets, and this room, which accounts for their bytes, see the same."""

from collections.abc import Iterable
from math import prod

from lintian_ml.container.hdf5_file.account import Account
from lintian_ml.container.hdf5_file.dataset import Dataset
from lintian_ml.error import FormatError
from lintian_ml.model import Span, Tensor


def demand_agreement(account: Account, tensors: Iterable[Tensor]) -> None:
    """Raise FormatError unless each dataset is told by the account or a tensor that lies where it says."""
    found = {tensor.name: tensor for tensor in tensors}
    for path, dataset in account.datasets.items():
        tensor = found.get(path)
        if tensor is not None:
            _demand_same(tensor, dataset)
        elif dataset.raw is None and dataset.space.shape is not None:
            raise FormatError(f"the elements of dataset {path[:80]!r} are not read")
    for name, tensor in found.items():
        first = account.aliases.get(name, name)
        if first not in account.datasets:
            raise FormatError(f"dataset {name[:80]!r} is not where its bytes were accounted for")
        _demand_same(tensor, account.datasets[first])


def _demand_same(tensor: Tensor, dataset: Dataset) -> None:
    """Raise FormatError unless a tensor has a dataset's extent, and lies in the run of bytes it names."""
    length = prod(tensor.shape) * dataset.kind.width
    same = tensor.shape == dataset.space.shape and tensor.payload.length == length
    if same and isinstance(tensor.payload, Span):
        same = tensor.payload.offset == dataset.start
    elif same and length:
        same = dataset.start is None
    if not same:
        raise FormatError(f"dataset {tensor.name[:80]!r} is read from elsewhere than it is accounted for")
