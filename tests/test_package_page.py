"""The report on packages as a page: all there is to say is on it, and nothing of a package's is markup."""

import base64
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from lintian_ml.detection import Examiner, FoundModel, Hook, LfsPointer, NotExamined, When
from lintian_ml.equality import Level, Verdict
from lintian_ml.hint import Pointer
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import Package, package_from_files
from lintian_ml.registry import find_profile
from lintian_ml.report.html import HtmlWriter
from lintian_ml.run import Report, Settings, judge
from lintian_ml.samples import declared, sample
from lintian_ml.verification import By, Verification
from tests.building import run_command, write_tree
from tests.hostile import Poison, demand_harmless
from tests.markup import Page

OVERRIDES = "debian/source.lintian-ml-overrides"


def package(**files: str | bytes) -> Package:
    named = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return package_from_files(named, Examiner())


def report(of: Package, profile: str = "ml-policy") -> Report:
    return judge(of, Settings(find_profile(profile)))


def page_text(*reports: Report) -> str:
    writer = HtmlWriter()
    for one in reports:
        assert not list(writer.report(one))
    return "\n".join(writer.closing())


def page(*reports: Report) -> Page:
    made = Page(page_text(*reports))
    made.check()
    return made


@pytest.fixture(scope="module")
def full() -> Report:
    files = {
        **declared({"Training-Program": "lost.py"}),
        "other.npz": sample("linear.npz"),
        "cut.gguf": sample("linear.gguf")[:400],
        OVERRIDES: "# asked upstream in May\nshipped-model net.onnx *\n",
    }
    return report(package(**files))


class TestContent:
    def test_each_model_has_a_card_with_its_class_and_why(self, full: Report) -> None:
        made = page(full)
        assert len(made.every("article")) == len(full.models) > 1
        for model in full.models:
            assert model.path in made.text
            assert model.judgement.text in made.text
            assert model.judgement.row.because in made.text

    def test_facts_are_told_with_their_sources(self, full: Report) -> None:
        made = page(full)
        sources = {str(source) for model in full.models for _, _, source in model.facts if source}
        assert sources
        assert all(source in made.text for source in sources)

    def test_every_hint_is_told_once_and_its_tag_explained(self, full: Report) -> None:
        made = page(full)
        links = [address for address in made.addresses if address.startswith("#tag-")]
        assert sorted(links) == sorted(f"#tag-{issued.tag}" for issued in full.hints)
        assert set(links) <= {f"#{name}" for name in made.ids}

    def test_hints_on_a_model_stand_in_its_card(self, full: Report) -> None:
        text = page_text(full)
        card = next(one for one in re.findall(r"<article.*?</article>", text, re.S) if ">net.onnx<" in one)
        wanted = {one.tag for one in full.hints if one.hint.note.partition(" ")[0] == "net.onnx"}
        assert set(re.findall(r"#tag-([a-z0-9-]+)", card)) == wanted

    def test_a_path_with_blanks_is_known_by_all_of_it(self) -> None:
        made = report(package(**{"a": sample("linear.onnx"), "a b.onnx": sample("linear.onnx")}))
        text = page_text(made)
        cards = re.findall(r"<article.*?</article>", text, re.S)
        assert len(cards) == 2
        assert all(card.count('href="#tag-undeclared-model"') == 1 for card in cards)

    def test_an_overridden_hint_is_told_with_its_reason(self, full: Report) -> None:
        made = page(full)
        assert "asked upstream in May" in made.text
        assert f"{OVERRIDES}:2" in made.text

    def test_what_was_not_examined_is_told(self, full: Report) -> None:
        assert full.not_examined
        made = page(full)
        assert all(note.path in made.text and note.reason in made.text for note in full.not_examined)

    def test_downloads_and_pointers_are_told(self) -> None:
        hook = Hook("debian/rules", 3, "https://example.org/net.onnx", When.BUILD, pinned=True)
        pointer = LfsPointer("big.onnx", "ab" * 32, 123456)
        made = page(report(replace(package(), hooks=(hook,), pointers=(pointer,))))
        assert (
            "https://example.org/net.onnx is fetched when it is built (debian/rules:3; held against"
            in made.text
        )
        assert "123,456 bytes" in made.text

    def test_what_came_of_a_rebuilt_model_is_told(self, full: Report) -> None:
        held = Verification(
            By.REBUILT, Verdict.NOT_MET, "ulp(4)", Level.NONE, "tensors: w", slack=None, tightest="ulp(9)"
        )
        (first, *others) = full.models
        made = page(replace(full, models=(replace(first, verification=held), *others)))
        assert "rebuilt files not met ulp(4) tensors: w" in " ".join(made.text.split())
        equal = replace(held, verdict=Verdict.MET, equal=True)
        made = page(replace(full, models=(replace(first, verification=equal), *others)))
        assert "rebuilt files met ulp(4) equal byte for byte" in " ".join(made.text.split())

    def test_a_model_without_a_file_tells_why(self, full: Report) -> None:
        (first, *_) = full.models
        made = page(replace(full, models=(replace(first, found=None),)))
        assert "not in the package: the build makes it" in made.text
        made = page(replace(full, models=(replace(first, found=None, origin=first),)))
        assert f"not a file of its own: made from {first.path} of the source" in made.text

    def test_a_package_without_models_says_so(self) -> None:
        assert "0 models. No hint." in page(report(package())).text

    def test_several_packages_share_a_page(self, full: Report) -> None:
        made = page(full, full)
        assert {"package-1", "package-2"} <= set(made.ids)
        assert len(made.every("article")) == 2 * len(full.models)


class TestHostility:
    def test_nothing_that_a_package_or_model_controls_becomes_markup(self, full: Report) -> None:
        poison = Poison()
        found = FoundModel(
            "p", "f", Certainty.CERTAIN, Nature.TRAINED, 1, "s", 1, 1, ("a",), ("e",), {"k": "v"}, ("r",),
            missing=("m",),
        )  # fmt: skip
        bad = replace(
            full.package,
            input=poison.text(),
            name=poison.text(),
            version=poison.text(),
            area=poison.text(),
            suite=poison.text(),
            maintainer=poison.text(),
            models=(*full.package.models, poison.all_of(found)),
            not_examined=poison.all_of((NotExamined("p", "r"),)),
            hooks=poison.all_of((Hook("p", 1, "t", When.RUN, False),)),
            pointers=poison.all_of((LfsPointer("p", "o", 1),)),
        )
        judged = report(bad)
        hints = tuple(
            replace(
                issued,
                hint=replace(issued.hint, note=poison.text(), pointer=Pointer(poison.text(), 1)),
                override=poison.all_of(issued.override),
            )
            for issued in judged.hints
        )
        held = poison.all_of(Verification(By.SOURCE, Verdict.NOT_MET, "ulp(4)", Level.NONE, "tensors: w"))
        (first, *others) = judged.models
        models = (replace(first, verification=held), *others)
        made = Page(page_text(replace(judged, models=models, hints=(*judged.hints, *hints))))
        demand_harmless(made)
        shown = [text for text in poison.given if text in made.text]
        assert len(shown) > 20
        assert "{{7*7}}" in made.text

    def test_what_its_files_say_stays_text(self) -> None:
        poison = Poison()
        evil = poison.text()
        files = {
            **declared({"Training-Program": evil, "Comment": evil, "Training-Data": evil}, {"License": evil}),
            f"{evil.replace('/', '|')}.onnx": sample("linear.onnx"),
            "debian/copyright": f"Files: *\nCopyright: {evil}\nLicense: {evil}\n {evil}\n",
            OVERRIDES: f"# {evil}\nundeclared-model\n{evil}\n",
        }
        demand_harmless(Page(page_text(report(package(**files)))))

    def test_control_characters_and_turned_text_are_spelled_out(self) -> None:
        name = "a\x00\x1b[31m\u202egpj.\udcff.onnx"
        text = page_text(report(replace(package(), not_examined=(NotExamined(name, "x"),))))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e\ud800-\udfff]", text)
        assert r"\x1b" in text

    def test_the_page_allows_no_script_and_style_but_its_own(self, full: Report) -> None:
        text = page_text(full)
        (policy,) = (
            one["content"]
            for one in Page(text).every("meta")
            if one.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none';")
        for tag in ("script", "style"):
            (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
            digest = base64.b64encode(sha256(inside.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy
        assert not Page(text).every("link", "img", "iframe", "object")
        assert not [one for _, attributes in Page(text).elements for one in attributes if one == "style"]


class TestCommand:
    def test_it_writes_a_page_with_failures_on_it(self, tmp_path: Path) -> None:
        tree = write_tree(tmp_path / "tree", {"net.onnx": "linear.onnx"})
        out = tmp_path / "report.html"
        done = run_command(
            "--allow-root", "--format", "html", "--output", out, tree, tmp_path / "no<such>.dsc"
        )
        assert done.returncode == 1
        made = Page(out.read_text())
        made.check()
        assert "net.onnx" in made.text
        assert "no<such>.dsc" in made.text
