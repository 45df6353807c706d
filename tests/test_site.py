"""The manual as a site: every tag has its page, every link leads somewhere, and everybody can read it."""

import json
import re
import shutil
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import pytest

from lintian_ml.formats import formats
from lintian_ml.pages import manual, shared
from lintian_ml.pages.area import AREAS, area_of
from lintian_ml.pages.folder import write
from lintian_ml.pages.lintian_tags import tag_files
from lintian_ml.pages.markup import anchor, linked, prose
from lintian_ml.registry import checks, find_profile, profile_names
from tests.building import run_command
from tests.markup import Page

ADDRESS = "https://manual.example.org/lintian-ml"


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return dict(manual.site(ADDRESS))


@pytest.fixture(scope="module")
def pages(site: dict[str, str]) -> dict[str, Page]:
    return {path: Page(text) for path, text in site.items() if path.endswith(".html")}


COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", shared("style.css")
    )
}
"""The palette: each colour on light pages and on dark ones."""


class TestPages:
    def test_each_keeps_to_the_rules_of_accessible_pages(self, pages: dict[str, Page]) -> None:
        for page in pages.values():
            page.check()

    def test_every_tag_and_profile_has_one(self, pages: dict[str, Page]) -> None:
        wanted = {f"tags/{tag}.html" for tag in checks()}
        wanted |= {f"profiles/{name}.html" for name in profile_names()}
        assert wanted <= pages.keys()

    def test_every_internal_link_and_anchor_resolves(
        self, site: dict[str, str], pages: dict[str, Page]
    ) -> None:
        broken = []
        for path, page in pages.items():
            for address in page.addresses:
                if address.startswith(("https://", "data:")):
                    continue
                place, _, part = address.partition("#")
                target = path
                if place:
                    joined = Path("/site", path).parent / unquote(place)
                    target = str(joined.resolve().relative_to("/site"))
                if target not in site or (part and part not in pages[target].ids):
                    broken.append((path, address))
        assert not broken

    def test_nothing_is_loaded_from_another_host(self, site: dict[str, str]) -> None:
        assert not re.search(
            r"url\(|@import|https?://", site["style.css"] + site["switch.js"] + site["search.js"]
        )

    def test_a_tag_tells_of_every_example_and_profile(self, pages: dict[str, Page]) -> None:
        for tag, check in checks().items():
            page = pages[f"tags/{tag}.html"]
            examples = [
                attributes for attributes in page.every("section") if "example" in attributes["class"]
            ]
            assert len(examples) == len(list(check.module.examples()))
            links = set(page.addresses)
            assert {f"../profiles/{name}.html" for name in profile_names()} <= links
            assert len(page.titles) >= 3

    def test_what_is_said_of_a_bad_example_is_the_linters_line(self, pages: dict[str, Page]) -> None:
        text = pages["tags/training-data-not-free.html"].text
        assert "I: example source: training-data-not-free net.onnx [debian/models:15]" in text
        assert "License: CC-BY-NC-4.0" in text

    def test_the_lines_of_examples_are_shown_as_they_are_written(self, pages: dict[str, Page]) -> None:
        assert "        wget https://" in pages["tags/model-downloaded-at-build-time.html"].text
        assert not [path for path, page in pages.items() if path.startswith("tags/") and "\\x09" in page.text]

    def test_a_profile_shows_all_its_rows(self, pages: dict[str, Page]) -> None:
        for name in profile_names():
            rows = [one for one in pages[f"profiles/{name}.html"].ids if one.startswith("row-")]
            assert len(rows) == len(find_profile(name).rows)

    def test_every_format_is_told_of(self, pages: dict[str, Page]) -> None:
        assert {anchor(module.FORMAT.name) for module in formats()} <= set(pages["formats.html"].ids)

    def test_a_former_name_leads_to_the_present_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(manual, "former_names", lambda: [("old-name", "possible-model")])
        page = Page(dict(manual.site(ADDRESS))["tags/old-name.html"])
        page.check()
        assert "possible-model.html" in page.addresses


class TestIndexes:
    def test_each_tag_stands_in_each_index_once(self, pages: dict[str, Page]) -> None:
        for index, prefix in (
            ("tags/index.html", "../tags/"),
            ("severity.html", "tags/"),
            ("areas.html", "tags/"),
        ):
            found = [one for one in pages[index].addresses if re.fullmatch(rf"{prefix}[a-z0-9-]+\.html", one)]
            found = [one for one in found if not one.endswith("/index.html")]
            assert sorted(found) == [f"{prefix}{tag}.html" for tag in checks()]

    def test_every_area_has_a_tag(self) -> None:
        assert {area_of(tag) for tag in checks()} == set(AREAS)

    @pytest.mark.parametrize(
        ("tag", "area"),
        [
            ("non-free-model-in-main", "license"),
            ("training-data-not-free", "data"),
            ("model-without-training-program", "program"),
            ("reproducibility-not-declared", "reproducibility"),
            ("equality-predicate-missing", "equality"),
            ("debian-models-fixme", "declaration"),
            ("model-downloaded-at-build-time", "origin"),
            ("file-not-examined-for-models", "format"),
        ],
    )
    def test_the_area_is_what_the_name_tells(self, tag: str, area: str) -> None:
        assert area_of(tag) == area

    def test_programs_get_a_list(self, site: dict[str, str]) -> None:
        listed = json.loads(site["taglist.json"])
        assert [entry["name"] for entry in listed] == list(checks())
        assert all(entry["url"] in site for entry in listed)

    def test_search_knows_everything_that_has_a_place(
        self, site: dict[str, str], pages: dict[str, Page]
    ) -> None:
        found = re.search(r'<script type="application/json" id="entries">(.*?)</script>', site["index.html"])
        assert found
        entries = json.loads(found[1])
        assert {entry["name"] for entry in entries} >= {*checks(), *profile_names(), "ulp", "onnx", "Dataset"}
        for entry in entries:
            path, _, part = entry["url"].partition("#")
            assert path in site
            assert not part or part in pages[path].ids

    def test_search_engines_get_a_map(self, site: dict[str, str], pages: dict[str, Page]) -> None:
        root = ElementTree.fromstring(site["sitemap.xml"])
        found = [place.text for place in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
        assert sorted(map(str, found)) == sorted(f"{ADDRESS}/{path}" for path in pages)


class TestPalette:
    @staticmethod
    def luminance(colour: str) -> float:
        """Relative luminance (Web Content Accessibility Guidelines 2.2)."""
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, one: str, other: str) -> float:
        low, high = sorted(map(self.luminance, (one, other)))
        return (high + 0.05) / (low + 0.05)

    def test_black_and_white_are_as_far_apart_as_can_be(self) -> None:
        assert self.contrast("#000000", "#ffffff") == pytest.approx(21)

    def test_every_text_can_be_read(self) -> None:
        pairs = list(product(("text", "muted", "link", "brand"), ("back", "panel")))
        pairs += [(name, name.replace("-text", "-back")) for name in COLOURS if name.endswith("-text")]
        assert len(pairs) > 12
        for (text, back), scheme in product(pairs, (0, 1)):
            assert self.contrast(COLOURS[text][scheme], COLOURS[back][scheme]) >= 4.5, (text, back)

    def test_no_colour_stands_outside_the_palette(self) -> None:
        rest = re.sub(r"--[a-z-]+: light-dark\([^)]*\);", "", shared("style.css"))
        assert not re.search(r"#[0-9a-f]{3,8}\b", rest)


class TestProse:
    def test_markup_in_a_text_stays_text(self) -> None:
        blocks = (
            "# <b>",
            "- <i> `<u>` **<s>**",
            "| <q> |\n| - |\n| <q> |",
            '[<a>](https://x/"onclick="y)',
            "    <x>",
            "```\n<y>",
        )
        page = Page(str(prose("\n\n".join(blocks))))
        assert not {"b", "i", "u", "s", "q", "x", "y"} & {tag for tag, _ in page.elements}
        assert page.every("a") == [{"href": 'https://x/"onclick="y'}]
        assert all(f"<{letter}>" in page.text for letter in "biusqxya")

    def test_its_blocks_become_elements(self) -> None:
        text = "# Top\n\nA *word*.\n\n- one\n  more\n- two\n\n```\na < b\n\nc\n```\n\n"
        made = str(prose(text + "| a | b |\n| - | - |\n| 1 | 2 |"))
        assert '<h1 id="top">Top</h1>' in made
        assert "<p>A <em>word</em>.</p>" in made
        assert "<ul><li>one more</li><li>two</li></ul>" in made
        assert "<code>a &lt; b\n\nc</code>" in made
        assert '<th scope="col">a</th>' in made
        assert "<td>2</td>" in made

    def test_mails_and_bugs_become_links(self) -> None:
        made = str(linked("debian-ai 2021/08 msg00003; Bug#12, <x>"))
        assert 'href="https://lists.debian.org/debian-ai/2021/08/msg00003.html"' in made
        assert 'href="https://bugs.debian.org/12"' in made
        assert "&lt;x&gt;" in made


class TestCommand:
    def test_it_writes_the_site_in_three_seconds(self, tmp_path: Path) -> None:
        began = time.process_time()
        write(tmp_path, manual.site(ADDRESS))
        assert time.process_time() - began < 3
        assert (tmp_path / "tags" / "possible-model.html").is_file()

    def test_the_address_is_the_folders_own_unless_it_is_told(self, tmp_path: Path) -> None:
        done = run_command("explain", "--format", "html", "--output", tmp_path / "made" / "here")
        assert done.returncode == 0, done.stderr
        assert (
            f"<loc>{tmp_path.as_uri()}/made/here/index.html</loc>"
            in (tmp_path / "made" / "here" / "sitemap.xml").read_text()
        )

    @pytest.mark.parametrize(
        "words",
        [["--format", "html"], ["--output", "x"], ["--format", "html", "--output", "x", "possible-model"]],
    )
    def test_a_folder_and_names_do_not_go_together(self, words: list[str], tmp_path: Path) -> None:
        done = run_command("explain", *words, cwd=tmp_path)
        assert done.returncode == 1
        assert "--output" in done.stderr
        assert not list(tmp_path.iterdir())

    def test_a_folder_that_cannot_be_written_is_an_error_with_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        done = run_command("explain", "--format", "html", "--output", tmp_path / "file")
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr


class TestLintiansTagFiles:
    def test_each_is_a_paragraph_with_lintians_fields(self) -> None:
        from debian.deb822 import Deb822

        files = dict(tag_files())
        assert len(files) == len(checks())
        for path, text in files.items():
            fields = Deb822(text)
            assert path == f"tags/{fields['Tag'][0]}/{fields['Tag']}.tag"
            assert {"Tag", "Severity", "Check", "Explanation"} <= set(fields.keys())

    def test_the_folder_holds_nothing_but_tags(self) -> None:
        assert all(path.startswith("tags/") for path, _ in tag_files())

    @pytest.mark.skipif(not shutil.which("lintian-explain-tags"), reason="Lintian is not installed")
    def test_lintian_explains_them(self, tmp_path: Path) -> None:
        write(tmp_path, tag_files())
        name = "non-free-model-in-main"
        words = ["lintian-explain-tags", "--no-user-dirs", "--include-dir", str(tmp_path), "--tags", name]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert f"E: {name}" in done.stdout
        assert " ".join(checks()[name].brief.split()[:4]).replace("`", "") in done.stdout
        assert f"Check: lintian-ml/{name}" in done.stdout
