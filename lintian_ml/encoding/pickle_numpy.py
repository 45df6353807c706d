"""NumPy's arrays, scalars and element types as pickles describe them, and joblib's arrays beside the stream.

Read from the nodes alone, by the names in ``KNOWN``: ``ndarray.__reduce__`` and ``dtype.__reduce__`` of NumPy
1 and 2, ``numpy.core.numeric._frombuffer`` of protocol 5, ``joblib.numpy_pickle.NumpyArrayWrapper``.
"""

import math
from dataclasses import dataclass
from typing import TypeGuard

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle import load
from lintian_ml.encoding.pickle_machine import Machine
from lintian_ml.encoding.pickle_nodes import Call, Dict, Run, Symbol
from lintian_ml.encoding.pickle_tree import Leaf
from lintian_ml.encoding.pickle_usual import Extras, encoded, is_empty_array, is_usual, made, unless, wrapped
from lintian_ml.encoding.strides import c_strides, view
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Payload, Span

_RECONSTRUCT = frozenset({"numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"})
_SCALAR = frozenset({"numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"})
_FROM_BUFFER = frozenset({"numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"})
_NO_BYTES = frozenset({"__builtin__.bytes", "builtins.bytes"})
_WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
KNOWN = frozenset(
    {*_RECONSTRUCT, *_SCALAR, *_FROM_BUFFER, _WRAPPER, "numpy.dtype", "numpy.ndarray", "_codecs.encode"}
)
"""The names whose meaning is known here; nothing else is interpreted."""

_KINDS = {
    **{f"f{width}": f"float{8 * width}" for width in (2, 4, 8)},
    **{
        f"{kind}{width}": f"{name}{8 * width}"
        for kind, name in (("i", "int"), ("u", "uint"))
        for width in (1, 2, 4, 8)
    },
    "b1": "bool",
    "c8": "complex64",
    "c16": "complex128",
}
_IN_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Element:
    """An array's element type: its name here ("bytes" where it has none), bytes of one, and their order."""

    name: str
    width: int
    big_endian: bool


class NumpyReader:
    """Interprets the nodes of one pickle that lies in ``blob``."""

    def __init__(self, blob: Blob) -> None:
        self.blob = blob

    def interpret(self, node: object) -> Leaf | None:
        """Return the array that a node stands for; None if it is none or holds objects."""
        if not isinstance(node, Call) or node.keywords is not None or node.pairs:
            return None
        if (
            node.name == _WRAPPER
            and len(node.states) == 1
            and isinstance(node.states[0], Dict)
            and node.items
        ):
            state = node.states[0]
            shape, dtype, order = (state.get(key) for key in ("shape", "dtype", "order"))
            return self._leaf(shape, dtype, node.items[0], wrapped(node, state), fortran=order == "F")
        if node.items:
            return None
        if (
            node.name in _RECONSTRUCT
            and len(node.states) == 1
            and _named(node.argument(0)) == "numpy.ndarray"
        ):
            return self._array(node, node.states[0])
        if node.states:
            return None
        if node.name in _SCALAR:
            return self._leaf((), node.argument(0), node.argument(1), made(node, 2), fortran=False)
        if node.name in _FROM_BUFFER:
            data, dtype, shape, order = (node.argument(index) for index in range(4))
            kept = (*made(node, 4), *unless(order in ("C", "F"), "order", order))
            return self._leaf(shape, dtype, data, kept, fortran=order == "F")
        return None

    def payload(self, run: Run) -> Payload:
        """Return a long string's bytes."""
        return Span(self.blob, run.offset, run.length)

    def _array(self, node: Call, state: object) -> Leaf | None:
        if not isinstance(state, tuple) or len(state) not in (4, 5):
            return None
        shape, dtype, fortran, data = state[-4:]
        kept = (
            *made(node, 3),
            *unless(is_empty_array(node.arguments), "initial", node.arguments),
            *unless(state[:-4] == (1,), "version", state[:-4]),
            *unless(fortran is True or fortran is False, "order", fortran),
        )
        return self._leaf(shape, dtype, data, kept, fortran=bool(fortran))

    def _leaf(
        self, shape: object, dtype: object, data: object, kept: Extras, *, fortran: bool
    ) -> Leaf | None:
        """Return an array; ``kept`` is what else the node says of it."""
        element = element_of(dtype)
        if element is None or not _is_shape(shape):
            return None
        wanted = math.prod(shape) * element.width
        source = self._bytes(data, wanted)
        if source is None:
            return None
        if source.size != wanted:
            raise FormatError(f"an array of shape {shape} has {source.size} bytes where {wanted} are needed")
        strides = c_strides(shape[::-1])[::-1] if fortran else c_strides(shape)
        payload = view(source, 0, shape, strides, element.width)
        kept = (*kept, *encoded(data))
        if element.name == "bytes":
            return Leaf("bytes", (wanted,), payload, extras=(("dtype", dtype), ("shape", shape), *kept))
        kept = (*kept, *unless(is_usual(dtype), "dtype", dtype))
        return Leaf(element.name, shape, payload, element.big_endian, kept)

    def _bytes(self, data: object, wanted: int) -> Blob | None:
        """Return an array's bytes, or None where they are not given as bytes."""
        if isinstance(data, Call) and data.name == "_codecs.encode":
            data = data.argument(0)
        elif isinstance(data, Call) and data.name in _NO_BYTES and data.arguments == ():
            return Blob()
        if isinstance(data, Run):
            part = self.blob.part(data.offset, data.length)
            return LatinText(part, wanted) if data.text else part
        if isinstance(data, str):
            return Blob(data.encode("latin-1")) if max(map(ord, data), default=0) < 256 else None
        return Blob(data) if isinstance(data, bytes) else None


class LatinText(Blob):
    """Bytes that protocols 0 to 2 write as Latin-1 text, that as UTF-8; ``size`` is theirs once decoded."""

    def __init__(self, text: Blob, size: int) -> None:
        super().__init__(name=text.name)
        if text.size > _IN_MEMORY:
            raise LimitError(f"an array written as {text.size} bytes of text")
        self.size = size
        self._text = text

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Fill ``buffer`` from ``offset``; return how many bytes there were before the end."""
        data = self._decoded()[offset : offset + len(buffer)]
        buffer[: len(data)] = data
        return len(data)

    def _fetch(self, offset: int, length: int) -> bytes:
        return bytes(self._decoded()[offset : offset + length])

    def _decoded(self) -> memoryview:
        if not len(self._data):
            try:
                data = self._text.read(0, self._text.size).decode("utf-8").encode("latin-1")
            except UnicodeError as error:
                raise FormatError(f"an array's bytes are no Latin-1 text: {error}") from None
            if len(data) != self.size:
                raise FormatError(f"an array has {len(data)} bytes where {self.size} are needed")
            self._data = memoryview(data)
        return self._data


def element_of(dtype: object) -> Element | None:
    """Return what a ``numpy.dtype`` node means; None for objects and for what is no dtype."""
    if not isinstance(dtype, Call) or dtype.name != "numpy.dtype":
        return None
    code = dtype.argument(0)
    state = dtype.states[0] if dtype.states else None
    if not isinstance(code, str) or not isinstance(state, tuple) or len(state) < 6:
        return None
    kind, digits = code[:1], code[1:]
    if kind == "O" or not digits.isdecimal() or len(digits) > 9 or _holds_objects(state):
        return None
    width = state[5] if kind in "VSU" and type(state[5]) is int and state[5] > 0 else int(digits)
    plain = len(state) == 8 and state[2:5] == (None, None, None)
    return Element(_KINDS.get(code, "bytes") if plain else "bytes", width, state[1] == ">")


def _named(node: object) -> str:
    return node.dotted if isinstance(node, Symbol) else ""


def _holds_objects(state: tuple[object, ...]) -> bool:
    """Whether a dtype's flags say that its elements hold references."""
    flags = state[7] if len(state) > 7 else 0
    return isinstance(flags, int) and bool(flags & 1)


def _is_shape(shape: object) -> TypeGuard[tuple[int, ...]]:
    return (
        isinstance(shape, tuple)
        and len(shape) <= 64
        and all(type(size) is int and size >= 0 for size in shape)
    )


def joblib_arrays(machine: Machine, call: Call) -> None:
    """Pass over an array that joblib writes into the stream behind its complete wrapper."""
    state, source = call.states[-1], machine.source
    if call.name != _WRAPPER or not isinstance(state, Dict) or call.items:
        return
    element, shape = element_of(state.get("dtype")), state.get("shape")
    if element is None:
        call.items.append(_nested(machine))
    elif _is_shape(shape):
        if state.get("numpy_array_alignment_bytes") is not None:
            padding = source.take(source.number(1))
            machine.strays += [padding] if padding.strip(b"\xff") else []
        start, length = source.position, math.prod(shape) * element.width
        source.skip(length)
        call.items.append(Run(start, length))


def _nested(machine: Machine) -> object:
    """Follow the pickle of an array of objects, which stands in the stream by itself."""
    source, budget = machine.source, machine.budget
    budget.nesting -= 1
    if budget.nesting < 0:
        raise LimitError("pickle: more pickles within pickles than may be followed")
    inner = load(source.blob, source.position, budget, joblib_arrays)
    budget.nesting += 1
    source.skip(inner.end - source.position)
    machine.absorb(inner.symbols, inner.persistents, inner.strays, inner.trace)
    return inner.root
