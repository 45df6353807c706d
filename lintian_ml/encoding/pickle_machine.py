"""The stack, marks and memo of a pickle that is being followed."""

from collections.abc import Callable, Iterable

from lintian_ml.encoding.pickle_nodes import Call, Dict, How, Persistent, Set, Symbol
from lintian_ml.encoding.pickle_source import Source
from lintian_ml.error import FormatError

AfterBuild = Callable[["Machine", Call], None]
"""Called when a state was given to an object: it may pass over bytes which follow outside the language."""


class Machine:
    """What an unpickler holds between two instructions; it may be looked at after an error too.

    ``below`` holds the frames under the marks; ``symbols`` all names met, ``strays`` what was dropped.
    """

    def __init__(self, source: Source, after_build: AfterBuild | None = None) -> None:
        self.source = source
        self.budget = source.budget
        self.after_build = after_build
        self.stack: list[object] = []
        self.below: list[list[object]] = []
        self.memo: dict[int, object] = {}
        self.symbols: set[str] = set()
        self.persistents: list[Persistent] = []
        self.strays: list[object] = []
        self.protocol = 0
        self.operations = 0

    def wrong(self, what: str) -> FormatError:
        """Return the error that says what is wrong before the present position."""
        return FormatError(f"pickle: {what} before offset {self.source.position}")

    def pop(self) -> object:
        """Take the topmost node of the present frame; IndexError where there is none."""
        return self.stack.pop()

    def pop_mark(self) -> list[object]:
        """Take all nodes above the last mark, and the mark."""
        items = self.stack
        self.stack = self.below.pop()
        return items

    def push_container(self, node: object) -> None:
        """Put a new container on the stack."""
        self.budget.container()
        self.stack.append(node)

    def remember(self, index: int) -> None:
        """Put the topmost node into the memo."""
        self.budget.memoised()
        self.memo[index] = self.stack[-1]

    def recall(self, index: int) -> None:
        """Push what the memo holds at ``index``."""
        if index not in self.memo:
            raise self.wrong(f"memo entry {index} is used but was never made")
        self.stack.append(self.memo[index])

    def push_symbol(self, module: object, name: object) -> None:
        """Push the name of a class or function."""
        if not isinstance(module, str) or not isinstance(name, str):
            raise self.wrong("a global is named by something that is not a short text")
        symbol = Symbol(module, name)
        self.symbols.add(symbol.dotted)
        self.stack.append(symbol)

    def call(self, function: object, arguments: object, how: How, keywords: object = None) -> None:
        """Push the node of an object that would be made."""
        self.push_container(Call(function, arguments, how, keywords))

    def append(self, items: list[object]) -> None:
        """Add items to the list-like node that is topmost."""
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(items)
        elif isinstance(target, Call | Set):
            target.items.extend(items)
        else:
            self.strays.extend((target, *items))

    def set_items(self, flat: list[object]) -> None:
        """Set keys and values, alternating in ``flat``, in the dict-like node that is topmost."""
        if len(flat) % 2:
            raise self.wrong("a key without a value")
        target = self.stack[-1]
        if isinstance(target, Call | Dict):
            target.pairs.extend(zip(flat[::2], flat[1::2], strict=True))
        else:
            self.strays.extend((target, *flat))

    def build(self) -> None:
        """Give the topmost node to the one under it as its state."""
        state, target = self.pop(), self.stack[-1]
        if not isinstance(target, Call):
            self.strays.append((target, state))
            return
        target.states.append(state)
        if self.after_build:
            self.after_build(self, target)

    def persistent(self, name: object) -> None:
        """Push a reference to an object kept elsewhere."""
        node = Persistent(name)
        self.persistents.append(node)
        self.push_container(node)

    def drop(self) -> None:
        """Discard the topmost node, or a mark that is topmost."""
        if self.stack:
            self.strays.append(self.pop())
        else:
            self.pop_mark()

    def absorb(
        self,
        symbols: Iterable[str],
        persistents: Iterable[Persistent],
        strays: Iterable[object],
        trace: bytes,
    ) -> None:
        """Take over what a pickle within this one names, drops and leaves untold."""
        self.symbols.update(symbols)
        self.persistents.extend(persistents)
        self.strays.extend(strays)
        self.source.trace += trace
