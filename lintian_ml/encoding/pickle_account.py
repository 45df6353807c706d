"""Gathers what the pickles of one file hold into the parts of a model, so that no byte goes unmentioned."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle import Pickle, follow
from lintian_ml.encoding.pickle_machine import Machine
from lintian_ml.encoding.pickle_nodes import Run
from lintian_ml.encoding.pickle_numpy import joblib_arrays
from lintian_ml.encoding.pickle_source import Budget, Source
from lintian_ml.encoding.pickle_tree import Interpret, Tree
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Payload, Span, Tensor

_BUILTIN = (
    *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object"),
    *("range", "set", "slice", "str", "tuple"),
)
PLAIN = frozenset(f"{module}.{name}" for module in ("builtins", "__builtin__") for name in _BUILTIN) | {
    "collections.OrderedDict",
    "copyreg._reconstructor",
    "copy_reg._reconstructor",
}
"""Names of Python itself that hold data and do nothing."""

MOST_NAMES = 100
MOST_RESIDUE = 8 << 20
"""Bytes of residue held in memory; what lies beyond is kept as arrays of bytes, left in place."""
_EMBEDDED = 64
_EMBEDDED_DEPTH = 3


class Account:
    """The tensors, residue, noise and names gathered from one file."""

    def __init__(self, interpret: Interpret, silent: Iterable[str] = (), wanted: Iterable[str] = ()) -> None:
        self.budget = Budget()
        self.tensors: list[Tensor] = []
        self.residue: dict[str, bytes] = {}
        self.noise: dict[str, bytes] = {}
        self.owners: dict[str, list[str]] = {}
        self.found: dict[str, str] = {}
        self.symbols: set[str] = set()
        self.nested: set[str] = set()
        self._interpret = interpret
        self._silent = frozenset(silent)
        self._wanted = frozenset(wanted)
        self._room = MOST_RESIDUE

    def add(self, pickle: Pickle, blob: Blob, name: str, prefix: str = "") -> object:
        """Account for a pickle of ``blob``; return its structure. ``prefix`` begins its arrays' names."""
        tree = Tree(self._interpret, partial(_in_place, blob), self._silent, self._wanted)
        tree.add(pickle.root, prefix)
        dropped = [
            node for node in pickle.strays if not tree.seen(node) or (isinstance(node, str | bytes) and node)
        ]
        for node in dropped:
            tree.add(node, f"{name} dropped")
        structure = tree.document(pickle.root)
        if dropped:
            self.hold(f"{name}: objects made and dropped", json.dumps(tree.document(dropped)).encode())
        self.noise[f"{name}: instructions"] = pickle.trace
        self.symbols.update(pickle.symbols)
        self.nested.update(_named_within(tree.embedded, blob))
        self._take(tree)
        return structure

    def _take(self, tree: Tree) -> None:
        self.tensors.extend(tree.tensors)
        self.found.update(tree.found)
        for key, names in tree.owners.items():
            self.owners.setdefault(key, []).extend(names)

    def hold(self, name: str, data: bytes) -> None:
        """Keep bytes that mean nothing to the format."""
        self.keep(name, Blob(data), 0, len(data))

    def keep(self, name: str, blob: Blob, offset: int, length: int) -> None:
        """Keep a run of bytes that mean nothing to the format, in place where they are many."""
        if not length:
            return
        if length <= self._room:
            self._room -= length
            self.residue[name] = blob.read(offset, length)
        else:
            self.tensors.append(Tensor(name, "bytes", (length,), Span(blob, offset, length)))

    def remarks(self, known: Callable[[str], bool]) -> tuple[str, ...]:
        """Return a remark for each name that is not ``known``, sorted, at most MOST_NAMES of them."""
        opaque = [f"opaque: {printable(name)}" for name in sorted(self.symbols) if not known(name)]
        within = (name for name in sorted(self.nested - self.symbols) if not known(name))
        opaque.extend(f"opaque: {printable(name)} (in a pickle within a string)" for name in within)
        rest = len(opaque) - MOST_NAMES
        return (*opaque[:MOST_NAMES], f"opaque: {rest} more names") if rest > 0 else tuple(opaque)

    def shared(self) -> list[list[str]]:
        """Return the names of the arrays that share memory, a group for each piece of it."""
        return sorted(sorted(names) for names in self.owners.values() if len(names) > 1)

    @property
    def parameters(self) -> int:
        """The number of elements in all arrays of numbers."""
        return sum(tensor.elements for tensor in self.tensors if tensor.dtype not in ("bytes", "string"))


def printable(name: str) -> str:
    """Return a name that a stream gives, as one short line."""
    return name[:200].encode("unicode_escape").decode("ascii")


def _named_within(strings: list[str | bytes | Run], blob: Blob) -> set[str]:
    """Return the names in pickles that are written as strings of another pickle, three levels deep."""
    budget = Budget(operations=200_000, objects=100_000)
    names: set[str] = set()
    queue = [(blob, string, 1) for string in strings[:_EMBEDDED]]
    for outer, string, depth in queue:
        inner = _as_blob(string, outer)
        if (
            inner is None
            or inner.size < 2
            or inner.read(0, 1) != b"\x80"
            or inner.read(1, 1) not in b"\2\3\4\5"
        ):
            continue
        machine = Machine(Source(inner, 0, budget), joblib_arrays)
        with suppress(FormatError, LimitError):
            found = follow(machine)
            tree = Tree(_no_array, partial(_in_place, inner))
            tree.add((found.root, *found.strays))
            if depth < _EMBEDDED_DEPTH:
                queue.extend((inner, below, depth + 1) for below in tree.embedded[: _EMBEDDED - len(queue)])
        names.update(machine.symbols)
    return names


def _no_array(node: object) -> None:
    del node


def _in_place(blob: Blob, run: Run) -> Payload:
    return Span(blob, run.offset, run.length)


def _as_blob(string: str | bytes | Run, outer: Blob) -> Blob | None:
    if isinstance(string, bytes):
        return Blob(string)
    if isinstance(string, str):
        return Blob(string.encode("latin-1")) if max(map(ord, string)) < 256 else None
    return None if string.text else outer.part(string.offset, string.length)
