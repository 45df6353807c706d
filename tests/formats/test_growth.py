"""The time that a file takes grows with its length, whatever it holds: nothing is gone through ever again."""

import io
import re
import signal
import zipfile
from collections.abc import Iterator
from types import FrameType, ModuleType

import pytest

from lintian_ml.blob import Blob
from lintian_ml.detection.hooks import hooks
from lintian_ml.detection.rules import Rules
from lintian_ml.encoding.embedded import find_embedded
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.encoding.message import RESIDUES, Reader
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.protobuf import Wire
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import (
    arpa,
    cld2,
    darknet,
    flite_source,
    gnubg,
    htk,
    katago,
    leela_zero,
    ncnn,
    npz,
    opencv_ml,
    sentencepiece,
    sphinx_mdef,
    tensorflow_js,
)
from lintian_ml.samples import sample
from tests.formats import trials

PATIENCE = 4.0
"""Seconds of processor time; each case takes less than one, and took from ten to endlessly many before."""

MANY = 1 << 16


class TooSlow(Exception):
    """It took longer than PATIENCE."""


def _ring(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise TooSlow


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def test_a_name_that_stands_very_often_is_numbered_at_once() -> None:
    names = Names()
    given = [names.free("x") for _ in range(MANY)]
    assert given[:3] == ["x", "x#2", "x#3"]
    assert len(set(given)) == MANY


def test_a_number_that_a_name_has_itself_is_passed_over() -> None:
    names = Names()
    assert [names.free(name) for name in ("x#2", "x", "x", "x", "x#2")] == ["x#2", "x", "x#3", "x#4", "x#2#2"]


def test_unknown_fields_of_one_number_are_told_apart() -> None:
    reader = Reader(Wire(Blob(b"\xf8\x07\x01" * RESIDUES)), sentencepiece.SCHEMA)
    reader.read("ModelProto")
    assert len(reader.residue) == RESIDUES


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (arpa.ROW, b"0" * MANY),
        (katago.TEXT, b"a " + b"1 " * 6 + b"a " + b"1 " * 6 + b"0" * MANY),
        (katago.NUMBER, b"0" * MANY + b"x"),
        (leela_zero.NUMBER, b"0" * MANY + b"x"),
        (opencv_ml.NUMBER, b"0" * MANY + b"x"),
        (darknet.SETTINGS, b"#  " * MANY),
        (darknet.SETTINGS, b"# \n \n" * MANY),
    ],
    ids=["arpa", "katago", "katago-word", "leela-zero", "opencv-ml", "darknet", "darknet-lines"],
)
def test_what_is_no_number_and_no_header_is_soon_found_out(pattern: "re.Pattern[bytes]", text: bytes) -> None:
    assert pattern.fullmatch(text) is None
    pattern.match(text)


@pytest.mark.parametrize("number", [b"0", b"-0.25", b".5", b"5.", b"1e-3", b"12.75E+10"])
def test_numbers_are_still_numbers(number: bytes) -> None:
    assert opencv_ml.NUMBER.fullmatch(number)
    assert leela_zero.NUMBER.fullmatch(number)


def test_arrays_that_do_not_end_are_not_searched_to_the_end_each() -> None:
    data = b"cst_cart_node a[] = { { 0, CST_CART_OP_A,\n" * 10_000
    with pytest.raises(FormatError, match="does not end"):
        flite_source.read(Blob(data))
    with pytest.raises(FormatError, match="too few"):
        flite_source.read(Blob(b"cst_cart_node a[] = { { 0, CST_CART_OP_A,\n" + b"};"))


def test_an_archive_of_many_arrays_and_other_members_is_read_in_one_pass() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1000):
            archive.writestr(f"{number}.npy", sample("linear.npy"))
            archive.writestr(f"{number}.txt", b"")
    model = npz.read(Blob(out.getvalue()))
    assert len(model.tensors) == 1000
    assert sum("is not an array" in remark for remark in model.remarks) == 1000


def test_a_line_of_many_blocks_is_put_together_once() -> None:
    found = list(lines(Blob(b"a\r\n" + b"1" * (96 << 20) + b"\nb"), 128 << 20))
    assert [len(line) for line in found] == [1, 96 << 20, 1]
    with pytest.raises(LimitError, match="a line of more than"):
        list(lines(Blob(b"1" * (2 << 20)), 1 << 20))


def test_json_that_does_not_end_is_no_model_of_opencvs() -> None:
    text = b'{"opencv_ml_svm": {"data": [1.5, 2.5, -1e-3, "x", 4]}}\n'
    assert opencv_ml.read(Blob(text)).parameters == 4
    with pytest.raises(FormatError, match="does not end"):
        opencv_ml.read(Blob(text[:-3]))


def test_a_word_of_opencvs_yaml_may_be_as_long_as_the_file() -> None:
    text = b"%YAML:1.0\n---\nopencv_ml_svm: " + b"1" * (8 << 20) + b" 1 2.5\n"
    assert opencv_ml.read(Blob(text)).parameters == 4


@pytest.mark.parametrize(
    ("module", "name", "unit"),
    [
        (gnubg, "gnubg.weights", b"1 "),
        (htk, "phones.hmmdefs", b"1 "),
        (htk, "phones.hmmdefs", b"<a>"),
        (sphinx_mdef, "sphinx_mdef.txt", b"\n"),
        (tensorflow_js, "tfjs.json", b"[],"),
    ],
)
def test_a_text_of_too_many_words_is_not_taken_apart(module: ModuleType, name: str, unit: bytes) -> None:
    data = sample(name)
    text = data[: data.find(b"{") + 1] + b'"format": [' if name == "tfjs.json" else data
    with pytest.raises(LimitError, match="more than"):
        module.read(Blob(text + unit * ((40 << 20) // len(unit))))


@pytest.mark.parametrize("filling", [b"\n", b"a\n", b"Input data 0 1 data\n"])
def test_a_graph_of_ncnns_is_read_as_far_as_it_says(filling: bytes) -> None:
    with pytest.raises(FormatError, match="or more where"):
        ncnn.read(Blob(sample("ncnn.param") + b"Input data 0 1 data\n" + filling * 1_000_000))


def test_tables_without_arrays_are_none_of_cld2s() -> None:
    text = cld2.DECLARED + b"\n" + cld2.WRITERS[0]
    assert cld2.recognise(trials.glimpse(text)) is None


@pytest.mark.parametrize(
    "spelled", [b'x = "' + b"QUJD" * 1800 + b'"\n', b"x[] = {" + b"65," * 1100 + b"};\n"]
)
def test_each_of_many_literals_has_its_line(spelled: bytes) -> None:
    text = (b"\n" * 20_000 + spelled) * 300
    found = list(find_embedded(text, find_arrays(text)))
    assert [each.line for each in found] == [20_001 * (n + 1) for n in range(300)]


def test_a_literal_of_millions_of_escapes_takes_no_memory_for_each() -> None:
    (found,) = find_embedded(b"\\x41" * (1 << 22), ())
    assert (found.spelling, found.size, found.decode()[:4]) == ("escapes", 1 << 22, b"AAAA")


@pytest.mark.parametrize(
    "filling", [b"download" * 30_000, b"file(" + b" " * 200_000, b"a_download " * 20_000]
)
def test_a_word_that_may_download_is_looked_at_once(filling: bytes) -> None:
    text = b"# https://huggingface.co/a/b/resolve/main/c.onnx\nset(x https://example.org/c.onnx)\n"
    assert hooks("CMakeLists.txt", text + filling) == ()
    (found,) = hooks("CMakeLists.txt", text + filling + b"\nmy_download_file(${x})\n")
    assert found.target == "https://example.org/c.onnx"


def test_a_recipe_of_many_targets_is_gone_through_once() -> None:
    targets = b" ".join(b"override_dh_%d" % number for number in range(8000))
    rules = Rules(targets + b":\n" + b"\ta\n" * 40_000)
    assert rules.runs(2)
    assert not rules.runs(50_000)
