"""Questions to a store: filters in words, and answers for people and for other programs."""

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml import cli
from lintian_ml.archive.query import filters
from lintian_ml.error import UsageError
from lintian_ml.samples import sample
from tests.archive.scanning import NON_FREE, put, put_corrupt, run

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with models of two classes and formats, a package without, and one that failed."""
    root = tmp_path_factory.mktemp("archive")
    put(
        root,
        "bad",
        {"a.onnx": sample("linear.onnx"), "b.st": sample("linear.safetensors")},
        copyright=NON_FREE,
    )
    put(root, "good", {"net.onnx": sample("linear.onnx")})
    put(root, "none", {"main.c": b"int main(void) { return 0; }\n"})
    put_corrupt(root)
    run(root, root / "db")
    return root / "db"


@pytest.fixture
def ask(db: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Asks the store by command; gives the status, the output and the errors."""

    def asked(*words: str) -> tuple[int, str, str]:
        status = cli.main(["archive", "query", "--db", str(db), *words])
        return status, *capsys.readouterr()

    return asked


def listed(ask: Ask, *words: str) -> list[str]:
    """Return package and path of what a query finds."""
    status, out, errors = ask(*words, "--output", "json")
    assert (status, errors) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    return [f"{row['package']} {row['path']}" for row in rows]


class TestFilters:
    @pytest.mark.parametrize(("words", "found"), [
        ([], ["bad a.onnx", "bad b.st", "good net.onnx"]),
        (["class=non-free"], ["bad a.onnx", "bad b.st"]),
        (["class=non-free format=onnx"], ["bad a.onnx"]),
        (["class=non-free", "format=onnx"], ["bad a.onnx"]),
        (["class!=non-free"], ["good net.onnx"]),
        (["format=safetensors|onnx"], ["bad a.onnx", "bad b.st", "good net.onnx"]),
        (["format!=safetensors|onnx"], []),
        (["maintainer~TINY"], ["bad a.onnx", "bad b.st", "good net.onnx"]),
        (["maintainer='Tiny Maintainer <tiny@example.org>'", "path~net"], ["good net.onnx"]),
        (["maintainer=tiny"], []),
        (["area=main", "package=good"], ["good net.onnx"]),
        (["license=not-dfsg"], ["bad a.onnx", "bad b.st"]),
        (["license!=not-dfsg"], ["good net.onnx"]),
        (["tag=undeclared-model"], ["bad a.onnx", "bad b.st", "good net.onnx"]),
        (["tag~nosuch"], []),
        (["status=failed"], ["corrupt None"]),
        (["status=ok", "class=unknown"], ["none None"]),
        (["profile=debian", "permitted=no"], ["bad a.onnx", "bad b.st"]),
        (["path=' OR 1=1 --"], None),
        (['path="\' OR 1=1 --"'], []),
        (['path="%"'], []),
        (["path~%"], []),
    ])  # fmt: skip
    def test_find_what_they_say(self, ask: Ask, words: list[str], found: list[str] | None) -> None:
        if found is None:
            assert ask(*words)[0] == 1
        else:
            assert listed(ask, *words) == found

    @pytest.mark.parametrize("word", ["", "x=1", "class", "class=", "class<free", "profile~x", "profile=a|b"])
    def test_what_is_no_filter_is_refused(self, ask: Ask, word: str) -> None:
        status, out, errors = ask(word or "''")
        assert (status, out, "Traceback" in errors) == (1, "", False)

    def test_a_profile_that_the_store_does_not_know_is_refused(self, ask: Ask) -> None:
        status, _, errors = ask("profile=nosuch")
        assert (status, "only by " in errors) == (1, True)

    @given(st.text())
    def test_no_text_breaks_the_parser(self, text: str) -> None:
        try:
            wanted = filters([text])
        except UsageError:
            return
        assert all(one.values for one in wanted)


class TestOutputs:
    def test_the_table_has_one_line_a_model(self, ask: Ask) -> None:
        _, out, _ = ask("package=good")
        head, row = out.splitlines()
        assert head.split() == ["Package", "Version", "Area", "Class", "Format", "Path"]
        assert row.split() == ["good", "1.0-1", "main", "undeclared", "onnx", "net.onnx"]

    def test_csv_is_read_by_its_names(self, ask: Ask) -> None:
        _, out, _ = ask("package=bad", "--output", "csv")
        rows = list(csv.DictReader(out.splitlines()))
        assert [(row["path"], row["class"]) for row in rows] == [
            ("a.onnx", "non-free"),
            ("b.st", "non-free"),
        ]

    def test_sources_are_named_once_each(self, ask: Ask) -> None:
        assert ask("--output", "sources")[1] == "bad\ngood\n"

    def test_a_list_for_mass_bug_says_that_nothing_was_sent(self, ask: Ask, tmp_path: Path) -> None:
        draft = tmp_path / "draft"
        status, out, errors = ask("class=non-free", "--output", "mass-bug", "--template", str(draft))
        assert (status, out) == (0, "bad_1.0-1\n")
        assert "nothing was sent" in errors
        assert "announce" in errors
        assert "#PACKAGE#" in draft.read_text()

    def test_a_draft_is_for_mass_bug_only(self, ask: Ask, tmp_path: Path) -> None:
        assert ask("--template", str(tmp_path / "draft"))[0] == 1

    def test_the_trackers_yaml_has_one_entry_a_model(self, ask: Ask) -> None:
        _, out, _ = ask("package=good", "--output", "tracker")
        assert out.splitlines() == [
            "format: lintian-ml-hints-1.0",
            "hints:",
            '- source: "good"',
            '  version: "1.0-1"',
            "  severity: normal",
            '  description: "model net.onnx: undeclared"',
        ]
        assert ask("package=nosuch", "--output", "tracker")[1].endswith("hints: []\n")

    def test_the_trackers_yaml_links_to_the_site(self, ask: Ask) -> None:
        _, out, _ = ask("package=good", "--output", "tracker", "--site", "https://example.org/models/")
        assert out.splitlines()[-1] == '  link: "https://example.org/models/packages/good.html"'
        assert ask("--site", "https://example.org")[0] == 1

    @pytest.mark.skipif(not shutil.which("mass-bug"), reason="mass-bug is not installed")
    def test_mass_bug_takes_the_list_and_the_draft(self, ask: Ask, tmp_path: Path) -> None:
        draft, names = tmp_path / "draft", tmp_path / "list"
        _, out, _ = ask("class=non-free", "--output", "mass-bug", "--template", str(draft))
        names.write_text(out)
        words = ["mass-bug", "--no-conf", "--display", "--source", "--subject=models", str(draft), str(names)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert "Displaying all 1 bug reports" in done.stdout
        assert "Source: bad\nVersion: 1.0-1\n" in done.stdout
        assert "lintian-ml --info bad_1.0-1.dsc" in done.stdout
