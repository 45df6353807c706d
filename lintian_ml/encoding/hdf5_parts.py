"""The parts of an HDF5 model beside its tensors and texts: what all other bytes of the file say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_file.ledger import NOISE as CHOICES
from lintian_ml.error import LimitError
from lintian_ml.model import BITS, Model

if TYPE_CHECKING:
    from lintian_ml.container.hdf5_file.account import Account

WIDTHS = "widths of texts"
NOISE = (*CHOICES, WIDTHS, "byte order of *")
"""What a writer of HDF5 chooses without meaning."""


def account_of(blob: Blob) -> Account | str:
    """Return the account of a file, or a sentence that says what in it is not understood.

    FormatError where it is malformed: no library need be asked what it makes of that.
    """
    from lintian_ml.container.hdf5_file.account import read_account
    from lintian_ml.container.hdf5_file.fields import Unread

    try:
        return read_account(blob)
    except (Unread, LimitError) as error:
        return str(error)


def with_account(model: Model, structure: Mapping[str, object], account: Account | str) -> Model:
    """Return a model, whose structure is ``structure``, with all else that its file holds; or with a remark
    on why that is not known.
    """
    unread = account if isinstance(account, str) else _unread(account, model)
    if isinstance(account, str) or unread:
        remark = f"not every byte is accounted for: {unread}"
        return replace(model, structure=structure, remarks=(*model.remarks, remark))
    objects = {path: dict(facts) for path, facts in account.objects.items()}
    noise = {**account.noise, **_orders(model, account, objects), **_widths(model, account, objects)}
    return replace(
        model,
        structure={**structure, "objects": objects},
        residue=account.residue,
        noise=noise,
        noise_bits=account.noise_bits,
        complete=True,
    )


def _unread(account: Account, model: Model) -> str:
    """Return a sentence on a dataset whose elements neither a tensor nor the account tells; nothing if all
    are told.
    """
    found = {tensor.name for tensor in model.tensors}
    for path, dataset in account.datasets.items():
        if path not in found and dataset.raw is None and dataset.space.shape is not None:
            return f"the elements of dataset {path[:80]!r} are not read"
    return ""


def _orders(model: Model, account: Account, objects: Mapping[str, dict[str, object]]) -> dict[str, bytes]:
    """Return the byte orders that tensors tell of; what else is stored in some order gets it as a fact."""
    known = {tensor.name for tensor in model.tensors if tensor.dtype in BITS}
    noise = {}
    for path, dataset in account.datasets.items():
        if path not in known:
            objects[path]["type"] = dataset.kind.whole()
        elif dataset.kind.order:
            noise[f"byte order of {path}"] = bytes((dataset.kind.order,))
    return noise


def _widths(model: Model, account: Account, objects: Mapping[str, dict[str, object]]) -> dict[str, bytes]:
    """Take out of the facts the texts that are metadata to the letter; return how wide they are stored."""
    widths = []
    attributes = objects[""].get("attributes")
    if not isinstance(attributes, dict):
        return {}
    objects[""]["attributes"] = attributes = dict(attributes)
    for name, text in sorted(model.metadata.items()):
        if account.texts.get(("", name)) != text.encode("utf-8", "surrogatepass"):
            continue
        facts = dict(attributes[name])
        of_type = dict(facts.pop("type"))
        widths.append(of_type.pop("size").to_bytes(4, "little"))
        del facts["value"]
        attributes[name] = {"type": of_type, **facts}
    return {WIDTHS: b"".join(widths)} if widths else {}
