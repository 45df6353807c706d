"""Follows a pickle of any protocol (0 to 5) and builds inert nodes: nothing is imported, called or made.

The instruction set is that of CPython's ``Lib/pickletools.py``. A stream is read as leniently as unpicklers
read it; what they would not have written themselves becomes a remark. Memory and time are linear in the
instructions, whatever the structure says it expands to, because nodes are shared.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle_leaves import LEAVES
from lintian_ml.encoding.pickle_machine import AfterBuild, Machine
from lintian_ml.encoding.pickle_nodes import Dict, How, Persistent, Set
from lintian_ml.encoding.pickle_source import Budget, Source
from lintian_ml.encoding.plain import told

_STOP = ord(".")


@dataclass(frozen=True, slots=True)
class Pickle:
    """A pickle that was followed to its STOP.

    ``end`` is the offset after it; ``symbols`` the dotted names of all that it would import, sorted;
    ``persistents`` the references to objects kept elsewhere; ``strays`` what it made and then dropped, or did
    to something that is not a container; ``trace`` how it was written (see Source).
    """

    root: object
    end: int
    protocol: int
    operations: int
    symbols: tuple[str, ...]
    persistents: tuple[Persistent, ...]
    strays: tuple[object, ...]
    trace: bytes


def load(
    blob: Blob, offset: int = 0, budget: Budget | None = None, after_build: AfterBuild | None = None
) -> Pickle:
    """Follow the pickle that begins at ``offset``; FormatError or LimitError where that cannot be done."""
    return follow(Machine(Source(blob, offset, budget or Budget()), after_build))


def follow(machine: Machine) -> Pickle:
    """Follow a stream from where ``machine`` stands to its STOP."""
    try:
        while (code := machine.source.byte()) != _STOP:
            machine.operations += 1
            machine.budget.operation()
            _step(machine, code)
        root = machine.pop()
    except IndexError:
        raise machine.wrong("asks for more than the stack holds") from None
    for rest in (*machine.below, machine.stack):
        machine.strays.extend(rest)
    return Pickle(
        root,
        machine.source.position,
        machine.protocol,
        machine.operations + 1,
        tuple(sorted(machine.symbols)),
        tuple(machine.persistents),
        tuple(machine.strays),
        bytes(machine.source.trace),
    )


def _step(machine: Machine, code: int) -> None:
    if leaf := LEAVES.get(code):
        try:
            machine.stack.append(leaf(machine.source))
        except (ValueError, OverflowError) as error:
            raise machine.wrong(str(error)) from None
    elif act := _ACTS.get(code):
        act(machine)
    else:
        raise machine.wrong(f"unknown instruction 0x{code:02x}")


def _mark(machine: Machine) -> None:
    machine.budget.container()
    machine.below.append(machine.stack)
    machine.stack = []


def _protocol(machine: Machine) -> None:
    machine.protocol = machine.source.number(1)
    if machine.protocol > 5:
        raise machine.wrong(f"protocol {machine.protocol} is unknown")


def _tuple(count: int) -> Callable[[Machine], None]:
    def act(machine: Machine) -> None:
        if len(machine.stack) < count:
            raise IndexError
        items = tuple(machine.stack[len(machine.stack) - count :])
        del machine.stack[len(machine.stack) - count :]
        machine.push_container(items)

    return act


def _dict(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.push_container(Dict())
    machine.set_items(items)


def _made(how: How, keywords: bool = False) -> Callable[[Machine], None]:
    def act(machine: Machine) -> None:
        named = machine.pop() if keywords else None
        arguments, function = machine.pop(), machine.pop()
        machine.call(function, arguments, how, named)

    return act


def _inst(machine: Machine) -> None:
    _global(machine)
    function = machine.pop()
    machine.call(function, tuple(machine.pop_mark()), How.CALL)


def _obj(machine: Machine) -> None:
    function, *arguments = machine.pop_mark() or [None]
    machine.call(function, tuple(arguments), How.CALL)


def _global(machine: Machine) -> None:
    module, name = (told(machine.source.line()) for _ in range(2))
    machine.push_symbol(module, name)


def _stack_global(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push_symbol(module, name)


def _extension(width: int) -> Callable[[Machine], None]:
    def act(machine: Machine) -> None:
        machine.push_symbol("copyreg extension registry", str(machine.source.number(width)))

    return act


def _text_index(machine: Machine) -> int:
    line = machine.source.line()
    if not line.isdigit() or len(line) > 10:
        raise machine.wrong(f"memo index {line[:20]!r}")
    return int(line)


def _frame(machine: Machine) -> None:
    length = machine.source.number(8)
    if length > machine.source.size:
        raise machine.wrong(f"a frame of {length} bytes in {machine.source.size}")


_ACTS: dict[int, Callable[[Machine], None]] = {
    ord("("): _mark,
    ord("0"): Machine.drop,
    ord("1"): lambda machine: machine.strays.extend(machine.pop_mark()),
    ord("2"): lambda machine: machine.stack.append(machine.stack[-1]),
    ord("]"): lambda machine: machine.push_container([]),
    ord("}"): lambda machine: machine.push_container(Dict()),
    0x8F: lambda machine: machine.push_container(Set()),
    0x91: lambda machine: machine.push_container(Set(machine.pop_mark(), frozen=True)),
    ord("l"): lambda machine: machine.push_container(machine.pop_mark()),
    ord("t"): lambda machine: machine.push_container(tuple(machine.pop_mark())),
    ord(")"): _tuple(0),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    ord("d"): _dict,
    ord("a"): lambda machine: machine.append([machine.pop()]),
    ord("e"): lambda machine: machine.append(machine.pop_mark()),
    0x90: lambda machine: machine.append(machine.pop_mark()),
    ord("s"): lambda machine: machine.set_items([machine.pop(), machine.pop()][::-1]),
    ord("u"): lambda machine: machine.set_items(machine.pop_mark()),
    ord("b"): Machine.build,
    ord("R"): _made(How.CALL),
    0x81: _made(How.NEW),
    0x92: _made(How.NEW, keywords=True),
    ord("i"): _inst,
    ord("o"): _obj,
    ord("c"): _global,
    0x93: _stack_global,
    0x82: _extension(1),
    0x83: _extension(2),
    0x84: _extension(4),
    ord("P"): lambda machine: machine.persistent(told(machine.source.line())),
    ord("Q"): lambda machine: machine.persistent(machine.pop()),
    ord("p"): lambda machine: machine.remember(_text_index(machine)),
    ord("q"): lambda machine: machine.remember(machine.source.number(1)),
    ord("r"): lambda machine: machine.remember(machine.source.number(4)),
    0x94: lambda machine: machine.remember(len(machine.memo)),
    ord("g"): lambda machine: machine.recall(_text_index(machine)),
    ord("h"): lambda machine: machine.recall(machine.source.number(1)),
    ord("j"): lambda machine: machine.recall(machine.source.number(4)),
    0x80: _protocol,
    0x95: _frame,
    0x98: lambda machine: None,
}
