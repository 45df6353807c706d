"""The pickle machine follows every instruction as CPython does, and does nothing that a stream asks for."""

import json
import math
import pickle
import pickletools
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle import Pickle, load
from lintian_ml.encoding.pickle_nodes import Call, Dict, Persistent, Run, Set, Symbol
from lintian_ml.encoding.pickle_source import Budget
from lintian_ml.encoding.pickle_tree import Tree
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Span

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**2000), 2**2000)
    | st.floats()
    | st.text()
    | st.binary(max_size=300)
    | st.text(alphabet=st.characters(blacklist_categories=()), max_size=5)
)
keys = (
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.tuples(st.integers(), st.text())
)
structures = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(keys, inner)
        | st.sets(keys)
        | st.frozensets(keys)
        | st.binary(max_size=50).map(bytearray)
    ),
    max_leaves=25,
)


def followed(data: bytes) -> Pickle:
    return load(Blob(data))


def rebuilt(node: object, blob: bytes) -> object:
    """Make the object that unpickling plain data would make, from nodes."""

    def again(inner: object) -> object:
        return rebuilt(inner, blob)

    match node:
        case Run():
            data = blob[node.offset : node.offset + node.length]
            if node.text:
                return data.decode("utf-8", "surrogatepass")
            return bytearray(data) if node.mutable else data
        case list():
            return [again(item) for item in node]
        case tuple():
            return tuple(again(item) for item in node)
        case Dict():
            return {again(key): again(value) for key, value in node.pairs}
        case Set():
            return (frozenset if node.frozen else set)(again(item) for item in node.items)
        case Call():
            kinds: dict[str, Callable[..., object]] = {
                "_codecs.encode": lambda text, codec: text.encode(codec),
                **{
                    f"{module}.{kind.__name__}": kind
                    for module in ("__builtin__", "builtins")
                    for kind in KINDS
                },
            }
            assert isinstance(node.arguments, tuple)
            return kinds[node.name](*map(again, node.arguments))
    return node


KINDS = (set, frozenset, bytearray, bytes)


def alike(left: object, right: object) -> bool:
    """Whether two plain structures are equal to the bit and the type."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float) and isinstance(right, float):
        both_nan = math.isnan(left) and math.isnan(right)
        return both_nan or struct.pack("d", left) == struct.pack("d", right)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(map(alike, left.values(), right.values()))
    return left == right


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=150, deadline=None)
@given(value=structures)
def test_plain_structures_are_read_as_pickle_loads_reads_them(protocol: int, value: object) -> None:
    data = pickle.dumps(value, protocol)
    found = followed(data)
    assert found.end == len(data)
    assert alike(rebuilt(found.root, data), pickle.loads(data))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=50, deadline=None)
@given(value=structures)
def test_as_many_instructions_are_followed_as_pickletools_lists(protocol: int, value: object) -> None:
    data = pickle.dumps(value, protocol)
    listed = list(pickletools.genops(data))
    found = followed(data)
    assert found.operations == len(listed)
    assert found.end == (listed[-1][2] or 0) + 1


def test_every_opcode_of_pickletools_is_known() -> None:
    """A lone instruction fails for want of a stack or of bytes, never because it is unknown."""
    for opcode in pickletools.opcodes:
        data = opcode.code.encode("latin-1")
        try:
            followed(data)
        except FormatError as error:
            assert "unknown instruction" not in str(error), opcode.name


def test_no_other_byte_is_an_instruction() -> None:
    known = {ord(opcode.code) for opcode in pickletools.opcodes}
    for byte in set(range(256)) - known:
        with pytest.raises(FormatError, match="unknown instruction"):
            followed(bytes([byte]))


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def attacks(marker: Path) -> dict[str, bytes]:
    """Streams that ask for ``touch MARKER`` to be run, each by another instruction."""
    command = text(f"touch {marker}")
    line = f"S'touch {marker}'\n".encode()
    reduced = b"cos\nsystem\n" + command + b"\x85R"
    popen = b"csubprocess\nPopen\n](" + text("touch") + text(str(marker)) + b"e\x85}"
    return {
        "REDUCE": b"\x80\x02" + reduced + b".",
        "INST": b"(" + line + b"ios\nsystem\n.",
        "OBJ": b"\x80\x02(cos\nsystem\n" + command + b"o.",
        "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93" + command + b"\x85R.",
        "NEWOBJ_EX": b"\x80\x04" + popen + b"\x92.",
        "BUILD": b"\x80\x02" + reduced + b"}" + text("a") + b"K\x01sb.",
        "POP": b"\x80\x02" + reduced + b"0N.",
        "dict key": b"\x80\x02}" + reduced + b"K\x01s.",
        "state of a class": b"\x80\x02cos\nsystem\n}" + text("a") + reduced + b"sb.",
        "persistent id": b"\x80\x02" + reduced + b"Q.",
    }


@pytest.mark.parametrize("way", sorted(attacks(Path("x"))))
def test_a_stream_that_would_run_a_program_names_it_and_runs_nothing(way: str, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    found = followed(attacks(marker)[way])
    assert found.symbols in (("os.system",), ("subprocess.Popen",))
    assert not marker.exists()


@pytest.mark.parametrize("way", ["REDUCE", "INST", "OBJ", "STACK_GLOBAL", "BUILD", "POP"])
def test_those_streams_really_run_a_program_in_pickle(way: str, tmp_path: Path) -> None:
    """The control: without it the test above could pass on streams that are broken."""
    marker = tmp_path / "ran"
    with suppress(AttributeError):
        pickle.loads(attacks(marker)[way])
    assert marker.exists()


def test_an_object_made_and_dropped_is_a_stray() -> None:
    (stray,) = followed(b"\x80\x02cos\nsystem\n)R0N.").strays
    assert isinstance(stray, Call)
    assert stray.name == "os.system"


def test_values_left_on_the_stack_are_strays() -> None:
    assert followed(b"\x80\x02K\x01K\x02(K\x03K\x04.").strays == (1, 2, 3)


def test_items_set_in_what_holds_none_are_strays() -> None:
    target, key, value = followed(b"\x80\x02cos\nenviron\nK\x01K\x02s.").strays
    assert isinstance(target, Symbol)
    assert (key, value) == (1, 2)


def test_long_strings_are_left_where_they_lie() -> None:
    data = pickle.dumps(b"x" * 100_000, 4)
    root = followed(data).root
    assert isinstance(root, Run)
    assert data[root.offset : root.offset + root.length] == b"x" * 100_000


def test_persistent_ids_are_listed() -> None:
    found = followed(b"\x80\x02Pone\n" + text("two") + b"Q\x86.")
    assert [node.id for node in found.persistents] == ["one", "two"]
    assert all(isinstance(node, Persistent) for node in found.root)  # type: ignore[attr-defined]


def tree_of(found: Pickle, data: bytes) -> Tree:
    tree = Tree(lambda node: None, lambda run: Span(Blob(data), run.offset, run.length))
    tree.add(found.root)
    return tree


def test_a_structure_that_expands_to_ten_to_the_hundred_is_written_in_kilobytes() -> None:
    level = b"](" + b"h\0" * 10 + b"eq\0"
    data = b"\x80\x02]q\0" + level * 100 + b"."
    found = followed(data)
    assert len(json.dumps(tree_of(found, data).document(found.root))) < 20_000


@pytest.mark.parametrize("opening, closing", [(b"]", b"a"), (b")", b"\x85"), (b"(", b"l"), (b"}K\1", b"s")])
def test_a_million_levels_are_followed_without_recursion(opening: bytes, closing: bytes) -> None:
    depth = 10**6 if opening == b"]" else 10**5
    data = b"\x80\x02" + opening * depth + closing * (depth - 1 if closing in b"as" else depth) + b"."
    followed(data)


def test_a_structure_of_many_levels_is_written_in_few() -> None:
    data = b"\x80\x02" + b"]" * 20_000 + b"a" * 19_999 + b"."
    found = followed(data)
    json.dumps(tree_of(found, data).document(found.root))


def test_a_structure_that_holds_itself_is_written_once() -> None:
    data = b"\x80\x02]q\0h\0a."
    found = followed(data)
    assert tree_of(found, data).document(found.root) == {"root": {"object": 0}, "objects": [[{"object": 0}]]}


@pytest.mark.parametrize(
    "budget",
    [Budget(operations=10), Budget(objects=10), Budget(memo=10)],
    ids=["operations", "objects", "memo"],
)
def test_a_budget_that_is_spent_is_an_error(budget: Budget) -> None:
    with pytest.raises(LimitError):
        load(Blob(b"\x80\x02" + b"]\x94" * 20 + b"."), 0, budget)


@pytest.mark.parametrize(
    "data, what",
    [
        (b"\x80\x02\x8e" + b"\xff" * 8 + b".", "past the end"),
        (b"\x80\x02\x8b\xff\xff\xff\xff.", "negative length"),
        (b"\x80\x02T\xff\xff\xff\xff.", "negative length"),
        (b"\x80\x09N.", "protocol 9"),
        (b"\x80\x02h\x05.", "never made"),
        (b"\x80\x02R.", "more than the stack holds"),
        (b"\x80\x04\x95" + b"\xff" * 8 + b"N.", "frame"),
        (b"\x80\x04K\1K\2\x93.", "not a short text"),
        (b"(K\1d.", "without a value"),
        (b"I" + b"9" * 5000 + b"\n.", "offset"),
        (b"S'open\n.", "quotes"),
        (b"p-1\n.", "memo index"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(data: bytes, what: str) -> None:
    with pytest.raises(FormatError, match=what):
        followed(data)


@pytest.mark.parametrize("data", [b"\x80\x02\x8b\xff\xff\xff\x7f.", b"I" + b"9" * 100_000])
def test_numbers_and_lines_of_absurd_length_are_refused(data: bytes) -> None:
    with pytest.raises((LimitError, FormatError)):
        followed(data)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_stream_cut_anywhere_is_an_error(protocol: int) -> None:
    data = pickle.dumps({"a": [1, 2.5, "text", b"bytes", (None, True)], "b": {1, 2}, "c": 2**80}, protocol)
    for end in range(len(data)):
        with pytest.raises(FormatError):
            followed(data[:end])


@settings(max_examples=300, deadline=None)
@given(value=structures, protocol=st.sampled_from(PROTOCOLS), place=st.integers(0), byte=st.integers(0, 255))
def test_a_changed_byte_never_ends_in_another_error(
    value: object, protocol: int, place: int, byte: int
) -> None:
    data = bytearray(pickle.dumps(value, protocol))
    data[place % len(data)] = byte
    try:
        found = followed(bytes(data))
        tree = tree_of(found, bytes(data))
        json.dumps(tree.document(found.root))
    except (FormatError, LimitError) as error:
        assert str(error)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        followed(data)
    except (FormatError, LimitError) as error:
        assert str(error)
