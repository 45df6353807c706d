"""The site: every number beside what it leaves out, nothing of a package but as text, small parts to
search.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lintian_ml import cli
from lintian_ml.archive.site import shard
from lintian_ml.samples import sample
from tests.archive.scanning import NON_FREE, put, put_corrupt, run
from tests.packages import make

EVIL = "<script>alert(1)</script>.onnx"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two runs, and their site."""
    root = tmp_path_factory.mktemp("archive")
    pool, db = root / "pool", root / "db"
    put(pool, "stays", {"net.onnx": sample("linear.onnx")})
    put(pool, "goes", {"net.onnx": sample("linear.onnx")})
    put(pool, "none", {"main.c": b"int main(void) { return 0; }\n"})
    put_corrupt(pool)
    (pool / "lost_1.0-1.dsc").write_text(
        f"Source: lost\nVersion: 1.0-1\n{make.listing({'lost_1.0.tar.xz': b''})}"
    )
    run(pool, db)
    put(pool, "goes", {"main.c": b"int x;\n"}, version="1.1-1")
    put(pool, "stays", {"net.onnx": sample("linear.onnx")}, version="1.1-1", copyright=NON_FREE)
    put(pool, "evil", {EVIL: sample("linear.onnx")})
    run(pool, db)
    assert write(root) == 0
    return root


def write(root: Path, name: str = "site") -> int:
    """Write the site of a store by command; return the status."""
    return cli.main(["archive", "site", "--db", str(root / "db"), "--output", str(root / name), "-q"])


class Words(HTMLParser):
    """The text of a page, and where it leads."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.scripts = 0
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


class TestPages:
    def test_the_overview_tells_three_numbers_a_profile_and_what_they_leave_out(self, root: Path) -> None:
        text = Words(root / "site/index.html").text
        assert re.search(r"Profile Proven Unproven Undeclared (.* )?debian \(this run\) 1 0 1 ", text)
        assert "6 source packages" in text
        assert "2 have models" in text
        assert "2 packages could not be read , 1 of them because files are not in the pool" in text

    def test_the_overview_tells_the_classes_by_every_profile(self, root: Path) -> None:
        data = json.loads((root / "site/data.json").read_text())
        assert set(data["classes_by_profile"]) == set(data["profiles"])
        assert {sum(counts.values()) for counts in data["classes_by_profile"].values()} == {data["models"]}
        assert {name: count for name, count in data["classes_by_profile"]["debian"].items() if count} == (
            data["classes"]
        )
        assert (root / "site/index.html").read_text().count("<rect") > len(data["profiles"])

    def test_every_link_leads_to_a_page(self, root: Path) -> None:
        for page in (root / "site").rglob("*.html"):
            for link in Words(page).links:
                assert (page.parent / link.partition("#")[0]).exists(), f"{page}: {link}"

    def test_a_package_has_a_page_with_its_models_and_hints(self, root: Path) -> None:
        text = Words(root / "site/packages/stays.html").text
        assert "stays 1.1-1" in text
        assert "net.onnx onnx certain non-free" in text

    def test_a_package_of_which_there_is_nothing_to_say_has_none(self, root: Path) -> None:
        assert not (root / "site/packages/none.html").exists()
        assert json.loads(shard_of(root, "none")) == [["none", "1.0-1", 0, "", ""]]

    def test_a_tag_has_a_page_with_its_packages(self, root: Path) -> None:
        text = Words(root / "site/tags/undeclared-model.html").text
        assert "evil 1.0-1" in text

    def test_failures_have_their_reasons(self, root: Path) -> None:
        text = Words(root / "site/failures.html").text
        assert "2 packages were not read, 1 since files are not in the pool" in text
        assert "truncated" in text

    def test_changes_are_told_and_failures_are_none(self, root: Path) -> None:
        text = Words(root / "site/changes.html").text
        assert "class (1) stays: net.onnx undeclared → non-free" in text
        assert f"new (1) evil: {EVIL}" in text
        assert "gone (1) goes: net.onnx" in text

    def test_the_feed_is_well_formed(self, root: Path) -> None:
        feed = ElementTree.parse(root / "site/feed.xml").getroot()
        titles = [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")]
        assert f"new: evil {EVIL}" in titles

    def test_no_name_of_a_package_becomes_markup(self, root: Path) -> None:
        for page in (root / "site").rglob("*.html"):
            assert Words(page).scripts <= 2
            assert "<script>alert" not in page.read_text()

    def test_nothing_is_loaded_from_elsewhere(self, root: Path) -> None:
        for page in (root / "site").rglob("*.html"):
            assert not [link for link in Words(page).links if "//" in link]

    def test_the_numbers_are_there_for_programs(self, root: Path) -> None:
        data = json.loads((root / "site/data.json").read_text())
        assert (data["packages"], data["failed"], data["unavailable"]) == (6, 2, 1)
        assert data["profiles"]["debian"] == {"proven": 1, "unproven": 0, "undeclared": 1}

    def test_search_is_in_parts_by_the_first_two_characters(self) -> None:
        assert [shard(name) for name in ("glibc", "g++", "0ad", "x", "Ünsafe/..", "../x")] == [
            "gl", "g_", "0a", "x", "_n", "__",
        ]  # fmt: skip


def shard_of(root: Path, name: str) -> str:
    """Return the rows of the part of the search index that a name is in."""
    text = (root / "site/search" / f"{shard(name)}.js").read_text()
    return text[text.index(", ") + 2 : text.rindex(")")]


class TestWriting:
    def test_an_older_site_is_replaced(self, root: Path) -> None:
        (root / "site/packages/gone.html").touch()
        assert write(root) == 0
        assert not (root / "site/packages/gone.html").exists()
        assert not [path for path in root.iterdir() if path.name.startswith("site.")]

    def test_what_is_no_site_is_left_alone(self, root: Path) -> None:
        (root / "mine").mkdir()
        (root / "mine/notes").touch()
        assert write(root, "mine") == 1
        assert [path.name for path in (root / "mine").iterdir()] == ["notes"]

    def test_of_all_versions_the_newest_counts(self, tmp_path: Path) -> None:
        for version in ("1.9-1", "1.10-1"):
            put(tmp_path / "pool", "one", {f"{version}.onnx": sample("linear.onnx")}, version=version)
        words = [
            "archive",
            "scan",
            str(tmp_path / "pool"),
            "--db",
            str(tmp_path / "db"),
            "--all-versions",
            "-q",
        ]
        assert cli.main(words) == 0
        assert write(tmp_path) == 0
        data = json.loads((tmp_path / "site/data.json").read_text())
        assert (data["planned"], data["packages"], data["models"]) == (2, 1, 1)
        assert "one 1.10-1" in Words(tmp_path / "site/packages/one.html").text
