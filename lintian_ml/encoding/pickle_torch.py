"""PyTorch's tensors as pickles describe them: views on storages that lie outside the stream.

The functions are those of ``torch/_utils.py`` (``_rebuild_tensor``, ``_v2``, ``_v3``, ``_rebuild_parameter``,
``_rebuild_qtensor``); a storage is the persistent id ``("storage", type, key, location, elements)`` that
``torch/serialization.py`` writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle_nodes import Call, Persistent, Symbol
from lintian_ml.encoding.pickle_tree import Leaf
from lintian_ml.encoding.strides import view
from lintian_ml.encoding.torch_storage import Storage
from lintian_ml.error import FormatError

_TYPES: dict[str, tuple[str, int]] = {
    "float32 float Float": ("float32", 4),
    "float64 double Double": ("float64", 8),
    "float16 half Half": ("float16", 2),
    "bfloat16 BFloat16": ("bfloat16", 2),
    "int64 long Long": ("int64", 8),
    "int32 int Int QInt32 qint32": ("int32", 4),
    "int16 short Short": ("int16", 2),
    "int8 Char QInt8 qint8": ("int8", 1),
    "uint8 Byte QUInt8 quint8": ("uint8", 1),
    "bool Bool": ("bool", 1),
    "uint16": ("uint16", 2),
    "uint32": ("uint32", 4),
    "uint64": ("uint64", 8),
    "complex64 cfloat ComplexFloat": ("complex64", 8),
    "complex128 cdouble ComplexDouble": ("complex128", 16),
    "float8_e4m3fn": ("float8e4m3fn", 1),
    "float8_e4m3fnuz": ("float8e4m3fnuz", 1),
    "float8_e5m2": ("float8e5m2", 1),
    "float8_e5m2fnuz": ("float8e5m2fnuz", 1),
    "float8_e8m0fnu": ("float8e8m0", 1),
    "complex32 chalf ComplexHalf": ("bytes", 4),
    "float4_e2m1fn_x2 quint4x2 QUInt4x2 quint2x4 QUInt2x4": ("bytes", 1),
    "Untyped": ("bytes", 1),
}
DTYPES = {
    f"torch.{name}": found for names, found in _TYPES.items() for name in names.split() if name[0].islower()
}
"""Element type here and bytes of one element, for each of torch's dtypes."""
STORAGES = {
    f"{module}.{name}Storage": found
    for names, found in _TYPES.items()
    for name in names.split()
    if name[0].isupper()
    for module in ("torch", "torch.cuda", "torch.storage")
}
"""The same for each of torch's storage classes."""

_TENSORS = frozenset({"torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"})
_USUAL = "torch._utils._rebuild_tensor_v2"
_TENSOR_V3 = "torch._utils._rebuild_tensor_v3"
_QUANTISED = "torch._utils._rebuild_qtensor"
_PARAMETERS = frozenset({"torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"})
_QUANTISERS = ("per_tensor_affine", "per_channel_affine", "per_tensor_symmetric", "per_channel_symmetric")
KNOWN = frozenset(
    {*_TENSORS, _TENSOR_V3, _QUANTISED, *_PARAMETERS, *DTYPES, *STORAGES, "torch.Size", "torch.device"}
    | {"collections.OrderedDict", "torch.nn.parameter.Parameter", "torch.serialization._get_layout"}
    | {"torch._utils._rebuild_sparse_tensor", *(f"torch.{name}" for name in _QUANTISERS)}
    | {f"torch.jit._pickle.build_{kind}list" for kind in ("int", "tensor", "double", "bool")}
    | {"torch.jit._pickle.restore_type_tag"}
)
"""The names whose meaning is known here; nothing else is interpreted."""

MODULE_PARTS = frozenset({"_parameters", "_buffers", "_modules"})
"""The attributes in which a ``torch.nn.Module`` keeps its tensors; state dicts leave them out of names."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a persistent id says of a storage: ``key`` names it, ``first`` and ``count`` are elements."""

    key: str
    dtype: str
    width: int
    location: str
    first: int
    count: int


def reference(node: object) -> Reference | None:
    """Return what a node says of a storage; None if it is no such persistent id."""
    if not isinstance(node, Persistent) or not isinstance(node.id, tuple) or len(node.id) not in (5, 6):
        return None
    word, kind, key, location, count, *rest = node.id
    found = STORAGES.get(kind.dotted) if isinstance(kind, Symbol) else None
    if word != "storage" or found is None or not isinstance(key, str | int) or not _is_size(count):
        return None
    first = 0
    if rest and isinstance(rest[0], tuple) and len(rest[0]) == 3:
        _, first, count = rest[0]
        if not _is_size(first) or not _is_size(count):
            return None
    return Reference(str(key), *found, location if isinstance(location, str) else "", first, count)


class TorchReader:
    """Interprets the nodes of a PyTorch file; ``find`` returns the bytes of a storage, or None.

    A storage is known by ``place`` and its key: keys are those of one pickle.
    """

    def __init__(self, find: Callable[[str], Blob | None], *, big_endian: bool = False) -> None:
        self.storages: dict[str, Storage] = {}
        self._find = find
        self._big_endian = big_endian
        self.place = ""

    def interpret(self, node: object) -> Leaf | None:
        """Return the tensor that a node stands for, or None."""
        if not isinstance(node, Call) or node.items or node.pairs or node.states or node.keywords is not None:
            return None
        if node.name in _TENSORS or node.name in (_TENSOR_V3, _QUANTISED):
            return self._tensor(node)
        if node.name in _PARAMETERS:
            return self._parameter(node)
        return None

    def _parameter(self, node: Call) -> Leaf | None:
        inner = self.interpret(node.argument(0))
        if inner is None or not isinstance(node.arguments, tuple):
            return None
        _, grad, *rest = node.arguments if len(node.arguments) > 1 else (None, None)
        kept = (("parameter", grad), *_hooks(rest), *(pair for pair in inner.extras if pair[0] != "grad"))
        return Leaf(inner.dtype, inner.shape, inner.payload, inner.big_endian, kept, inner.storage)

    def _tensor(self, node: Call) -> Leaf | None:
        """Read ``(storage, offset, size, stride[, quantizer][, grad, hooks[, dtype][, metadata]])``."""
        if not isinstance(node.arguments, tuple) or len(node.arguments) < 4:
            return None
        pid, offset, shape, stride, *rest = node.arguments
        found = reference(pid)
        shape, stride = _sizes(shape), _sizes(stride)
        if found is None or shape is None or stride is None or not _is_size(offset):
            return None
        extras: list[tuple[str, object]] = [("made", node.name)] if node.name != _USUAL else []
        if node.name == _QUANTISED and rest:
            extras.append(("quantizer", rest.pop(0)))
        dtype, width = found.dtype, found.width
        if node.name == _TENSOR_V3 and len(rest) > 2:
            named = rest.pop(2)
            dtype, width = DTYPES.get(named.dotted, ("", 0)) if isinstance(named, Symbol) else ("", 0)
            if not width:
                return None
            if dtype == "bytes":
                extras.append(("dtype", named))
        if rest and rest[0] is not False:
            extras.append(("grad", rest[0]))
        return self._view(found, offset, shape, stride, (dtype, width), (*extras, *_hooks(rest[1:])))

    def _view(
        self,
        found: Reference,
        offset: int,
        shape: tuple[int, ...],
        stride: tuple[int, ...],
        element: tuple[str, int],
        extras: tuple[tuple[str, object], ...],
    ) -> Leaf:
        dtype, width = element
        storage = self._storage(found)
        start = found.first * found.width + offset * width
        payload = view(storage.blob, start, shape, stride, width)
        storage.views.append((start, shape, stride, width))
        if found.location != "cpu":
            extras = (*extras, ("location", found.location))
        if dtype == "bytes":
            extras = (*extras, ("shape", shape), ("width", width))
            shape = (payload.length,)
        return Leaf(dtype, shape, payload, self._big_endian, extras, self.place + found.key)

    def _storage(self, found: Reference) -> Storage:
        name = self.place + found.key
        known = self.storages.get(name)
        if known is not None:
            return known
        blob = self._find(name)
        if blob is None:
            raise FormatError(f"storage {name} is missing")
        if found.count * found.width > blob.size:
            raise FormatError(f"storage {name} claims {found.count * found.width} bytes of {blob.size}")
        return self.storages.setdefault(name, Storage(blob, found.dtype, found.width, found.location))


def _hooks(rest: Sequence[object]) -> tuple[tuple[str, object], ...]:
    """Name what follows a tensor's gradient flag, leaving out empty hooks and absent metadata."""
    return tuple(("more", node) for node in rest if node is not None and not _is_empty(node))


def _is_empty(node: object) -> bool:
    if not isinstance(node, Call) or node.name != "collections.OrderedDict":
        return False
    return not (node.items or node.pairs or node.states or node.arguments != () or node.keywords is not None)


def _is_size(node: object) -> TypeGuard[int]:
    return type(node) is int and 0 <= node < 1 << 63


def _sizes(node: object) -> tuple[int, ...] | None:
    """Return a shape or strides; FormatError where one is negative."""
    if isinstance(node, Call) and node.name == "torch.Size":
        node = node.argument(0)
    if not isinstance(node, tuple) or len(node) > 64 or any(type(size) is not int for size in node):
        return None
    if any(size < 0 for size in node):
        raise FormatError(f"a tensor with the sizes or strides {node}")
    return node
