"""The report on a comparison as a page: the verdict first, all it rests on, and no markup but its own."""

import re
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lintian_ml.blob import Blob
from lintian_ml.equality import (
    Comparison,
    Deviation,
    Level,
    Part,
    PartResult,
    TensorResult,
    Verdict,
    compare,
    compare_files,
)
from lintian_ml.equality.manner import Manner
from lintian_ml.model import Model, Span, Tensor
from lintian_ml.pages import drawing
from lintian_ml.pages.comparison import MOST_ROWS, Compared, comparison_page
from lintian_ml.samples import sample
from tests.building import run_command
from tests.hostile import Poison, demand_harmless
from tests.markup import Page

WORST = Deviation((3, 14), "0.5", "0.5000001", 12, 1.5e-7, "real")
TENSOR = TensorResult(
    "layer.weight", Verdict.NOT_MET, "ulp(4)", "1 of 8 elements do not hold", True, 8, 2, 1, 1, WORST, 40.0,
    "one element just inside held", ("a remark on it",),
)  # fmt: skip
FOUND = Comparison(
    Verdict.NOT_MET,
    "ulp(4)",
    Level.NONE,
    "tensors: layer.weight",
    (PartResult(Part.TENSORS, Verdict.NOT_MET, "layer.weight"), PartResult(Part.METADATA, Verdict.MET)),
    (TENSOR, TensorResult("bias", Verdict.MET, "same")),
    ("a remark",),
)


def page(*compared: Compared) -> Page:
    made = Page(comparison_page("a.onnx", "b.onnx", compared, ("--predicate", "ulp(4)")))
    made.check()
    return made


def test_the_verdict_comes_first_with_its_reason() -> None:
    made = page(Compared("", FOUND))
    assert re.search(
        r"Are they the same model\?\s*first: a.onnxsecond: b.onnx\s*Not met\s*tensors: lay", made.text
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_has_its_words_and_its_look(verdict: Verdict) -> None:
    made = page(Compared("", replace(FOUND, verdict=verdict)))
    (shown,) = (one for one in made.every("p") if one.get("class", "").startswith("verdict "))
    assert shown["class"] == f"verdict {verdict.value.replace(' ', '-')}"
    assert verdict.value.capitalize() in made.text


def test_a_tensor_is_told_with_its_worst_pair() -> None:
    text = " ".join(page(Compared("", FOUND)).text.split())
    for told in (
        "layer.weight",
        "2 of 8",
        "1 too far",
        "1 in the sign of 0",
        "at 3,14 real: 0.5 and 0.5000001",
        "12 representable values apart",
        "relative 1.5e-07",
        "5.0 bytes may differ without notice",
        "control: one element just inside held",
        "1 of 2 are the same bit for bit",
        "a remark",
    ):
        assert told in text


class TestPlot:
    """Of how far apart the worst pairs are."""

    @pytest.fixture(autouse=True)
    def library(self) -> None:
        pytest.importorskip("matplotlib")

    def test_it_has_a_text_in_its_place(self) -> None:
        made = page(Compared("", FOUND))
        (drawn,) = made.every("svg")
        assert set(drawn["aria-labelledby"].split()) <= set(made.ids)
        assert "layer.weight: 12" in made.text

    @pytest.mark.parametrize("ulp", [1, 9, 10, 1000, 2**64 - 1])
    def test_no_bar_leaves_it(self, ulp: int) -> None:
        tensor = replace(TENSOR, worst=replace(WORST, ulp=ulp))
        made = page(Compared("", replace(FOUND, tensors=(tensor,))))
        (bar,) = (one for one in made.every("path") if "f-fails" in one.get("class", ""))
        places = [float(number) for number in re.findall(r"[ML] ([0-9.]+) ", bar["d"])]
        assert max(places) - min(places) > 1
        assert all(160 <= place <= 370 for place in places)

    def test_where_no_number_differs_nothing_is_drawn(self) -> None:
        tensor = replace(TENSOR, worst=replace(WORST, ulp=None, relative=None))
        assert not page(Compared("", replace(FOUND, tensors=(tensor,)))).every("svg")

    def test_a_formula_in_a_name_is_no_formula(self) -> None:
        tensor = replace(TENSOR, name="$x^{2}\\frac{$")
        assert "$x^{2}\\frac{$" in page(Compared("", replace(FOUND, tensors=(tensor,)))).text


def test_many_tensors_are_counted() -> None:
    many = tuple(replace(TENSOR, name=f"t{number}") for number in range(MOST_ROWS + 7))
    assert "and 7 more tensors that differ" in page(Compared("", replace(FOUND, tensors=many))).text


def test_the_command_does_it_again() -> None:
    evil = "b; rm -rf 'x'"
    text = Page(comparison_page("-a", evil, [Compared("", FOUND)], ("--predicate", "* ulp(4)"))).text
    (line,) = re.findall(r"lintian-ml compare .*", text)
    assert shlex.split(line) == ["lintian-ml", "compare", "--predicate", "* ulp(4)", "--", "-a", evil]


def test_a_predicate_that_was_found_is_ready_to_paste() -> None:
    found = replace(FOUND, verdict=Verdict.MET, suggested=True, predicate="* ulp(4)\nx same")
    made = page(Compared("", replace(found, reason="")))
    assert "by a predicate of 2 lines" in made.text
    assert "\\x0a" not in made.text
    assert "Equality:\n * ulp(4)\n x same" in made.text


def test_several_models_share_a_page() -> None:
    made = page(Compared("one", FOUND), Compared("two", None, "cannot be read"), Compared("three", FOUND))
    assert "3 models; 1 could not be compared." in made.text
    assert "cannot be read" in made.text
    assert {"model-1", "model-2", "model-3"} <= set(made.ids)


def test_no_model_at_all_is_not_decided() -> None:
    assert "Not decided" in page().text


def test_real_models_are_compared_on_it() -> None:
    path = "lintian_ml/samples/linear.onnx"
    made = page(Compared("", compare_files(path, path, "identical")))
    assert "Met" in made.text


FIRST = np.random.default_rng(1).normal(size=(9, 7, 2)).astype(np.float32)
NAMES = ("layer.weight", 'tëst <b> & "quoted" $\\frac', "\x1b[31m\u202e\udcff")


def portrayed(*names: str) -> Comparison:
    """Return a comparison of tensors of these names, with portraits; of one, an element is no number."""

    def model(values: NDArray[np.float32]) -> Model:
        data = values.tobytes()
        spans = ((name, Span(Blob(data, "t"), 0, len(data))) for name in names)
        tensors = (Tensor(name, "float32", values.shape, span) for name, span in spans)
        return Model("npy", tuple(tensors), complete=True)

    second = FIRST * np.float32(1.0001)
    second[1, 2, 1] = np.nan
    return compare(model(FIRST), model(second), "ulp(4)", manner=Manner(portraits=True))


class TestPortraits:
    def test_each_tells_its_numbers(self) -> None:
        made = page(Compared("", portrayed("layer.weight")))
        text = " ".join(made.text.split())
        for told in (
            "float32, 9 × 7 × 2; seen as a matrix: 9 are the rows, 7 × 2 the columns",
            "1 pair with an element that is no finite number differs",
            "Does the difference look like noise?",
            "sign of (a - b)·b",
            "information and never a verdict",
            "512 to 1,023",
        ):
            assert told in text
        assert "#tensor-1-1" in made.addresses
        assert "tensor-1-1" in made.ids

    def test_each_is_drawn_with_texts_in_the_place_of_its_drawings(self) -> None:
        pytest.importorskip("matplotlib")
        made = page(Compared("", portrayed("layer.weight")), Compared("again", portrayed("layer.weight")))
        drawn = made.every("svg")
        assert len(drawn) == 2 * 3
        for one in drawn:
            assert set(one["aria-labelledby"].split()) <= set(made.ids)
        links = {address for address in made.addresses if address.startswith("#")}
        assert {link[1:] for link in links} <= set(made.ids)

    def test_drawings_have_neither_styles_nor_links_of_their_own(self) -> None:
        pytest.importorskip("matplotlib")
        made = page(Compared("", portrayed("layer.weight")))
        assert not [one for _, one in made.elements if "style" in one]
        assert len(made.every("style")) == 1
        loaded = [one["href"] for one in made.every("image", "use")]
        assert all(link.startswith(("data:image/png;base64,", "#")) for link in loaded)
        assert "img-src data:" in made.every("meta")[3]["content"]

    def test_without_the_library_the_numbers_are_there_and_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(drawing, "available", lambda: False)
        made = page(Compared("", portrayed("layer.weight")))
        assert not made.every("svg")
        assert "install python3-matplotlib" in made.text
        assert "512 to 1,023" in made.text
        assert "open" in made.every("details")[0]

    def test_they_are_the_same_each_time(self) -> None:
        once, twice = (comparison_page("a", "b", [Compared("", portrayed("layer.weight"))]) for _ in range(2))
        assert once == twice

    def test_names_of_any_kind_are_shown_as_they_are_or_spelled_out(self) -> None:
        made = page(Compared("", portrayed(*NAMES)))
        demand_harmless(made)
        assert NAMES[1] in made.text
        assert not {"\x1b", "\u202e"} & set(made.text)


def test_nothing_that_a_model_controls_becomes_markup() -> None:
    poison = Poison()
    compared = [
        Compared(poison.text(), poison.all_of(replace(FOUND, tensors=(TENSOR,), suggested=known)), "")
        for known in (False, True)
    ]
    name = poison.text()
    compared.append(Compared(poison.text(), portrayed(name), "", poison.text(), poison.text()))
    compared.append(Compared(poison.text(), None, poison.text()))
    made = Page(comparison_page(poison.text(), poison.text(), compared, (poison.text(),)))
    demand_harmless(made)
    shown = made.text + " ".join(shlex.split(made.text.partition("lintian-ml compare")[2].partition("\n")[0]))
    assert not [text for text in poison.given if text not in shown]


class TestCommand:
    def test_two_files_make_a_page_with_the_status_of_their_verdict(self) -> None:
        folder = Path("lintian_ml/samples")
        words = ("--format", "html", "--predicate", "same", folder / "linear.onnx", folder / "linear.npz")
        done = run_command("compare", *words)
        assert done.returncode == 1, done.stderr
        made = Page(done.stdout)
        made.check()
        assert "Not met" in made.text
        assert "lintian-ml compare --predicate same --" in made.text

    def test_two_folders_make_one_page(self, tmp_path: Path) -> None:
        for side in ("one", "two"):
            (tmp_path / side).mkdir()
            (tmp_path / side / "net.onnx").write_bytes(sample("linear.onnx"))
        (tmp_path / "two" / "more.npz").write_bytes(sample("linear.npz"))
        done = run_command("compare", "--format", "html", tmp_path / "one", tmp_path / "two")
        assert done.returncode == 1, done.stderr
        made = Page(done.stdout)
        made.check()
        assert "2 models." in made.text
        assert "only the second side has it" in made.text

    def test_two_empty_folders_make_a_page_too(self, tmp_path: Path) -> None:
        done = run_command("compare", "--format", "html", tmp_path, tmp_path)
        assert done.returncode == 2
        Page(done.stdout).check()
