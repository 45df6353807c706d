"""What a pickle says of a NumPy array beside type, shape, order and bytes: kept wherever it is unusual.

Nothing of it changes the array, but each is a place where a byte may stand that no other part would tell of.
"""

from lintian_ml.encoding.pickle_nodes import Call, Dict, Symbol

Extras = tuple[tuple[str, object], ...]
"""What goes to the structure beside an array, by names of ours."""

_USUAL_STATE = (None, None, None, -1, -1, 0)
_WRAPPED = {"subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"}


def unless(usual: bool, name: str, node: object) -> Extras:
    """Return a node to be kept, unless it is as usual."""
    return () if usual else ((name, node),)


def made(node: Call, arguments: int) -> Extras:
    """Return by which name an array is made, and the arguments if they are not as many as usual."""
    count = len(node.arguments) if isinstance(node.arguments, tuple) else -1
    return (("made", node.name), *unless(count == arguments, "arguments", node.arguments))


def wrapped(node: Call, state: Dict) -> Extras:
    """Return what joblib's wrapper says of an array beside its type and shape."""
    subclass, order, mapped = (state.get(key) for key in ("subclass", "order", "allow_mmap"))
    keys = [key for key, _ in state.pairs if isinstance(key, str)]
    known = len(keys) == len(state.pairs) == len(set(keys)) and _WRAPPED.issuperset(keys)
    return (
        *made(node, 0),
        *unless(isinstance(subclass, Symbol) and subclass.dotted == "numpy.ndarray", "subclass", subclass),
        *unless(order in ("C", "F"), "order", order),
        *unless(mapped is True, "allow_mmap", mapped),
        ("alignment", state.get("numpy_array_alignment_bytes")),
        *unless(known, "state", state),
        *unless(len(node.items) == 1, "items", node.items),
    )


def encoded(data: object) -> Extras:
    """Return how an array's bytes are encoded as text, where not in Latin-1."""
    if not isinstance(data, Call) or data.name != "_codecs.encode":
        return ()
    return unless(data.argument(1) == "latin1" and _is_bare(data, 2), "encoding", data.arguments)


def is_empty_array(arguments: object) -> bool:
    """Whether arguments are those of the empty array that NumPy makes first: its class, (0,) and b"b"."""
    if not isinstance(arguments, tuple) or len(arguments) != 3 or arguments[1] != (0,):
        return False
    code = arguments[2]
    if isinstance(code, Call):
        return code.name == "_codecs.encode" and code.arguments == ("b", "latin1") and _is_bare(code, 2)
    return code in (b"b", "b")


def is_usual(dtype: object) -> bool:
    """Whether a dtype says no more than its code and byte order, as NumPy's numbers do."""
    if not isinstance(dtype, Call) or not isinstance(dtype.arguments, tuple) or len(dtype.states) != 1:
        return False
    state = dtype.states[0]
    plain = not (dtype.items or dtype.pairs or dtype.keywords is not None)
    if not plain or tuple(map(repr, dtype.arguments[1:])) not in (("False", "True"), ("0", "1")):
        return False
    order = "|" if dtype.argument(0) in ("b1", "i1", "u1") else "<>"
    if not isinstance(state, tuple) or len(state) != 8 or state[0] != 3 or state[2:] != _USUAL_STATE:
        return False
    return isinstance(state[1], str) and len(state[1]) == 1 and state[1] in order


def _is_bare(call: Call, arguments: int) -> bool:
    """Whether a call has so many arguments, and nothing is done with its result."""
    count = len(call.arguments) if isinstance(call.arguments, tuple) else -1
    return count == arguments and not (call.items or call.pairs or call.states or call.keywords)
