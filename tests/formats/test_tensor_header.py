"""Headers that are read without an object per entry say what a reader of JSON makes of them."""

import json
import time
from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.encoding import tensor_header
from lintian_ml.encoding.tensor_entries import DTYPES
from lintian_ml.encoding.tensor_header import plainly
from lintian_ml.error import FormatError
from lintian_ml.formats import safetensors
from lintian_ml.model import Model
from lintian_ml.table import Columns, Table, names, types

TYPES = tuple(DTYPES.items())
SIZES = {"F32": 4, "F16": 2, "U8": 1, "C64": 8}
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")])
NAMES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=4)


def file(header: str | bytes, data: bytes) -> bytes:
    raw = header.encode() if isinstance(header, str) else header
    return len(raw).to_bytes(8, "little") + raw + data


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Draw a file as writers write it, or nearly so."""
    separators = draw(SEPARATORS)
    header: dict[str, Any] = {}
    if draw(st.booleans()):
        header["__metadata__"] = draw(st.dictionaries(NAMES, NAMES, max_size=2))
    start = 0
    for name in draw(st.lists(NAMES, unique=True, max_size=5)):
        dtype = draw(st.sampled_from(sorted(SIZES)))
        shape = draw(st.lists(st.integers(0, 3), max_size=2))
        end = start + SIZES[dtype] * int(np.prod(shape))
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
        start = end
    text = json.dumps(header, separators=separators, ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from([" ", "0", "}", '"', ",", "[1]", "\n"])) + text[at:]
    return file(text + " " * draw(st.integers(0, 2)), bytes(start))


def read_both_ways(data: bytes) -> tuple[Model | None, Model | None]:
    """Read a file as it is read, and by the reader of JSON alone; None where it is refused."""

    def found() -> Model | None:
        try:
            return safetensors.read(Blob(data))
        except FormatError:
            return None

    with pytest.MonkeyPatch.context() as patch:
        once = found()
        patch.setattr(safetensors, "plainly", lambda *_: None)
        return once, found()


def parts(model: Model | None) -> object:
    if model is None:
        return None
    tensors = [(one.name, one.dtype, one.shape, b"".join(one.payload.blocks())) for one in model.tensors]
    return (tensors, model.structure, dict(model.metadata), model.residue, model.noise, model.complete)


@given(files())
def test_both_ways_of_reading_agree(data: bytes) -> None:
    plain, slow = read_both_ways(data)
    assert parts(plain) == parts(slow)


def test_what_the_library_writes_is_read_plainly() -> None:
    library = pytest.importorskip("safetensors.numpy", reason="made by the safetensors library")
    arrays = {f"layer.{at}": np.full((2, at), at, np.float32) for at in range(1, 20)}
    for metadata in (None, {"format": "pt"}, {"a": 'quoted " \\', "b": "é"}):
        data = library.save(arrays, metadata)
        length = int.from_bytes(data[:8], "little")
        found = plainly(data[8 : 8 + length], TYPES)
        assert found is not None
        assert (found.compact, dict(found.metadata)) == (True, metadata or {})
        assert parts(read_both_ways(data)[0]) == parts(read_both_ways(data)[1])


ENTRY = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a":{ENTRY}}}}}',
        f'{{"a":{ENTRY},}}',
        f'{{"a":{ENTRY}}}"b":{ENTRY}}}',
        f'{{"a":{ENTRY},"a":{{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}}}',
        f'{{"__metadata__":{{}},"a":{ENTRY}}}',
        f'{{"__metadata__":{{"a":1}},"a":{ENTRY}}}',
        f'{{"__metadata__":{{"a":"1","a":"2"}},"a":{ENTRY}}}',
        f'{{"a":{ENTRY.replace("[1]", "[01]")}}}',
        f'{{"a":{ENTRY.replace("[0,4]", "[4,8]")}}}',
        f'{{"a":{ENTRY.replace("[0,4]", "[0,8]")}}}',
        f'{{"a":{ENTRY.replace("F32", "F99")}}}',
        f'{{"\\u0061":{ENTRY}}}',
        '{"a":"b"}',
        "{}",
        "",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_a_reader_of_json(text: str) -> None:
    assert plainly(text.encode(), TYPES) is None
    data = file(text, bytes(8))
    assert parts(read_both_ways(data)[0]) == parts(read_both_ways(data)[1])


@pytest.mark.parametrize("chunk", [1, 100, 1000])
def test_what_is_read_does_not_depend_on_where_the_text_is_cut(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f'{at}]}},"'[: 1 + at % 4] + str(at) for at in range(60)]
    entries = (
        f'"{name}":{{"dtype":"U8","shape":[2],"data_offsets":[{2 * at},{2 * at + 2}]}}'
        for at, name in enumerate(names)
    )
    text = f"{{{','.join(entries)}}}".encode()
    whole = plainly(text, TYPES)
    assert whole is not None and list(whole.names) == names
    monkeypatch.setattr(tensor_header, "CHUNK", chunk)
    plainly.cache_clear()
    assert plainly(text, TYPES) == whole


def test_a_shape_of_many_numbers_is_not_multiplied_out() -> None:
    shape = ",".join(["999999999999999999"] * 100_000)
    text = f'{{"a":{{"dtype":"U8","shape":[{shape}],"data_offsets":[0,4]}}}}'
    began = time.process_time()
    assert plainly(text.encode(), TYPES) is None
    with pytest.raises(FormatError, match="does not fill"):
        safetensors.read(Blob(file(text, bytes(4))))
    assert time.process_time() - began < 5


def test_a_table_is_the_sequence_of_its_tensors() -> None:
    entries = (
        f'"{name}":{{"dtype":"I8","shape":[3],"data_offsets":[{3 * at},{3 * at + 3}]}}'
        for at, name in enumerate("abc")
    )
    table = safetensors.read(Blob(file(f"{{{','.join(entries)}}}", bytes(9)))).tensors
    assert isinstance(table, Table)
    assert list(names(table)) == ["a", "b", "c"]
    assert types(table) == dict.fromkeys("abc", "int8") == types(tuple(table))
    assert (table[0].name, table[-1].name, [one.name for one in table[1:]]) == ("a", "c", ["b", "c"])
    assert table == tuple(table)
    assert hash(table) == hash(tuple(table))
    assert table != tuple(table)[:2]
    with pytest.raises(IndexError):
        table[3]


def test_a_table_is_sorted_by_name() -> None:
    kind, starts, ends = array("Q", [0, 1]), array("Q", [0, 1]), array("Q", [1, 3])
    columns = Columns(Blob(b"abc"), ["z", "a"], [("int8", (1,)), ("int8", (2,))], kind, starts, ends)
    found = Table(columns.sorted())
    assert [(one.name, b"".join(one.payload.blocks())) for one in found] == [("a", b"bc"), ("z", b"a")]
