"""The pages in a real browser: scripts run, search finds, and nothing is complained of."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lintian_ml.pages import manual
from lintian_ml.pages.folder import write
from tests.building import run_command
from tests.markup import Page

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")

COMPLAINT = re.compile(r"^.*(?:CONSOLE|Refused to|ERR_FILE_NOT_FOUND).*$", re.MULTILINE)
"""What the browser writes of a page that it is not content with."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, and a report on a package beside it."""
    made = tmp_path_factory.mktemp("site")
    write(made, manual.site("https://manual.example.org"))
    tinynet = Path(__file__).parent / "packages" / "tinynet_1.0-1.dsc"
    done = run_command("--allow-root", "--format", "html", "--output", made / "report.html", tinynet)
    assert done.returncode == 0, done.stderr
    return made


def opened(address: str, profile: Path) -> str:
    """Return a page as it stands when its scripts have run; it must not have been complained of."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    words = [
        str(BROWSER),
        *options,
        "--enable-logging=stderr",
        "--virtual-time-budget=3000",
        "--dump-dom",
        address,
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not COMPLAINT.search(done.stderr), COMPLAINT.search(done.stderr)
    return done.stdout


def found(text: str) -> Page:
    """Return the list of what a search found."""
    (listed,) = re.findall(r'<ul id="found".*?</ul>', text, re.DOTALL)
    return Page(listed)


@pytest.mark.parametrize("path", ["tags/possible-model.html", "report.html"])
def test_the_script_of_each_kind_of_page_runs(path: str, folder: Path, tmp_path: Path) -> None:
    page = Page(opened((folder / path).as_uri(), tmp_path))
    (button,) = page.every("button")
    assert "hidden" not in button
    assert re.search("(Dark|Light) colours", page.text)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("training%20data%20public", "tags/training-data-not-public.html"),
        ("ulp", "predicates.html#ulp"),
        ("Training-Program", "debian-models.html#model"),
    ],
)
def test_search_finds(words: str, wanted: str, folder: Path, tmp_path: Path) -> None:
    listed = found(opened(f"{(folder / 'index.html').as_uri()}?q={words}", tmp_path))
    assert wanted in listed.addresses


def test_search_takes_markup_for_words(folder: Path, tmp_path: Path) -> None:
    text = opened(f"{(folder / 'index.html').as_uri()}?q=%3Cevil%3E", tmp_path)
    assert not found(text).elements[1:]
    assert not Page(text).every("evil")
    assert "nothing found" in text
