"""The pages in a real browser: it does not complain, everybody can read them, search finds, links lead."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.equality import compare_files
from lintian_ml.equality.manner import Manner
from lintian_ml.pages import manual
from lintian_ml.pages.comparison import Compared, comparison_page
from lintian_ml.pages.folder import write
from tests.browsing import NARROW, WIDE, Browser, axe, browser, missing, served
from tests.building import run_command

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")

MANUAL = (
    "index.html",
    "tags/index.html",
    "tags/training-data-not-free.html",
    "tags/former-name.html",
    "severity.html",
    "areas.html",
    "profiles/index.html",
    "profiles/debian.html",
    "debian-models.html",
    "predicates.html",
    "formats.html",
    "trust.html",
    "docs/policy.html",
)
REPORTS = ("package.html", "comparison.html", "broken.html")
PAGES = (*MANUAL, *REPORTS)
"""One of each kind."""

HOSTILE = "w<b onclick=x>&amp; $\\frac{1}{2}$ \u202eevil</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, and beside it reports on a package, on one that cannot be read, and on two trainings."""
    made = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manual, "former_names", lambda: [("former-name", "possible-model")])
        write(made, manual.site("https://manual.example.org"))
    tinynet = Path(__file__).parent / "packages" / "tinynet_1.0-1.dsc"
    report(made / "package.html", tinynet)
    (made / "broken.dsc").write_text("no package\n")
    report(made / "broken.html", tinynet, made / "broken.dsc")
    (made / "comparison.html").write_text(trainings(made), "utf-8")
    return made


def report(target: Path, *packages: Path) -> None:
    done = run_command("--allow-root", "--format", "html", "--output", target, *packages)
    assert target.exists(), done.stderr


def trainings(folder: Path) -> str:
    """Return the page on two models that differ by noise, one name of which is hostile."""
    random = np.random.default_rng(5)
    first = {HOSTILE: random.normal(size=(90, 70)), "bias": random.normal(size=70), "step": np.arange(9)}
    second = {name: values + (1e-9 if values.ndim else 0) for name, values in first.items()}
    second["step"] = first["step"]
    for name, arrays in (("a", first), ("b", second)):
        np.savez(folder / f"{name}.npz", **arrays)
    found = compare_files(folder / "a.npz", folder / "b.npz", None, Manner(portraits=True))
    return comparison_page("a.npz", "b.npz", [Compared("", found)])


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as found:
        yield found


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("page", PAGES)
class TestEachKindOfPage:
    def test_is_not_complained_of_and_fits_the_window(
        self, page: str, width: int, window: Browser, folder: Path, address: str
    ) -> None:
        for place in ((folder / page).as_uri(), f"{address}/{page}"):
            window.look(place, width)
            assert window.run("return document.title && document.querySelector('h1').offsetHeight > 0")
            assert window.complaints() == []
            assert window.run("return document.documentElement.scrollWidth") <= width

    @pytest.mark.skipif(not axe(), reason="not installed: axe-core-python")
    def test_hinders_nobody_seriously(self, page: str, width: int, window: Browser, folder: Path) -> None:
        library = axe()
        assert library
        window.look((folder / page).as_uri(), width, "dark" if width == NARROW else "light")
        window.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert window.hindrances(library) == []
        window.complaints()


@pytest.mark.skipif(not axe(), reason="not installed: axe-core-python")
def test_what_hinders_people_is_found_out(window: Browser, tmp_path: Path) -> None:
    bad = (
        "<!DOCTYPE html><html><title>x</title><p style='color: #eee; background: #fff'>pale<img src='data:,'>"
    )
    (tmp_path / "bad.html").write_text(bad)
    window.look((tmp_path / "bad.html").as_uri())
    library = axe()
    assert library
    assert {found.partition(":")[0] for found in window.hindrances(library)} >= {
        "color-contrast",
        "image-alt",
    }
    window.complaints()


def colour(window: Browser) -> list[int]:
    """Return the red, green and blue of the page's background."""
    text = window.run("return getComputedStyle(document.body).backgroundColor")
    return [int(part) for part in text.removeprefix("rgb(").rstrip(")").split(", ")]


class TestColours:
    @pytest.mark.parametrize("page", ["tags/possible-model.html", "comparison.html"])
    def test_the_button_changes_them_and_says_how(self, page: str, window: Browser, folder: Path) -> None:
        for scheme, words in (("light", "Dark colours"), ("dark", "Light colours")):
            window.look((folder / page).as_uri(), NARROW, scheme)
            assert (sum(colour(window)) > 3 * 128) is (scheme == "light")
            button = window.driver.find_element("id", "scheme")
            assert button.text == words
            button.click()
            assert (sum(colour(window)) > 3 * 128) is (scheme == "dark")
            window.run("localStorage.clear()")

    def test_a_choice_is_kept_from_page_to_page(self, window: Browser, address: str) -> None:
        window.look(f"{address}/index.html")
        window.driver.find_element("id", "scheme").click()
        window.look(f"{address}/tags/possible-model.html")
        assert sum(colour(window)) < 3 * 128
        window.run("localStorage.clear()")


class TestKeyboard:
    @pytest.mark.parametrize("page", ["index.html", "comparison.html"])
    def test_the_first_stop_skips_the_menu(self, page: str, window: Browser, folder: Path) -> None:
        window.look((folder / page).as_uri())
        focus(window, 1)
        assert window.run("return document.activeElement.textContent") == "Skip to the text"
        assert window.run("return document.activeElement.offsetHeight > 0")

    def test_what_scrolls_can_be_reached(self, window: Browser, folder: Path) -> None:
        window.look((folder / "comparison.html").as_uri(), NARROW)
        script = """return [...document.querySelectorAll('main *')].filter((one) =>
            one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto'
            && one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 99))"""
        assert window.run(script) == []


def focus(window: Browser, stops: int) -> None:
    from selenium.webdriver.common.keys import Keys

    for _ in range(stops):
        window.driver.find_element("tag name", "body").send_keys(Keys.TAB)


class TestSearch:
    @pytest.mark.parametrize(
        ("words", "wanted"),
        [
            ("training data public", "tags/training-data-not-public.html"),
            ("ulp", "predicates.html#ulp"),
            ("Training-Program", "debian-models.html#model"),
        ],
    )
    def test_what_is_typed_is_found_and_leads_there(
        self, words: str, wanted: str, window: Browser, folder: Path
    ) -> None:
        window.look((folder / "index.html").as_uri())
        window.driver.find_element("id", "words").send_keys(words)
        links = window.driver.find_elements("css selector", "#found a")
        (link,) = (one for one in links if one.get_attribute("href").endswith(wanted))
        link.click()
        assert window.driver.current_url.endswith(wanted)
        assert window.complaints() == []

    def test_words_may_stand_in_the_address(self, window: Browser, address: str) -> None:
        window.look(f"{address}/index.html?q=ulp")
        assert window.driver.find_elements("css selector", "#found a[href='predicates.html#ulp']")

    def test_markup_is_taken_for_words(self, window: Browser, folder: Path) -> None:
        window.look(f"{(folder / 'index.html').as_uri()}?q=%3Cevil%3E")
        assert window.driver.find_element("id", "count").text == "nothing found"
        assert not window.driver.find_elements("tag name", "evil")


class TestLinks:
    @pytest.mark.parametrize("page", PAGES)
    def test_every_link_of_a_page_leads_somewhere(self, page: str, window: Browser, address: str) -> None:
        window.look(f"{address}/{page}")
        script = """const done = arguments[0], here = location.origin;
            const links = [...document.querySelectorAll('a[href]')].map((one) => new URL(one.href));
            const inside = links.filter((one) => one.origin === here);
            const by = new Map(inside.map((one) => [one.href, one]));
            Promise.all([...by.values()].map(async (one) => {
              const answer = await fetch(one.pathname);
              const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
              const part = decodeURIComponent(one.hash.slice(1));
              return answer.ok && (!part || page.getElementById(part)) ? '' : one.href;
            })).then((found) => done(found.filter(Boolean)), (error) => done([String(error)]));"""
        if page in REPORTS:
            parts = "return [...document.querySelectorAll('a[href]')].map((one) => one.getAttribute('href'))"
            inside = [link[1:] for link in window.run(parts) if not link.startswith("https://")]
            assert inside
            assert all(window.run("return !!document.getElementById(arguments[0])", one) for one in inside)
        else:
            assert window.driver.execute_async_script(script) == []

    def test_the_menu_leads_through_the_manual(self, window: Browser, address: str) -> None:
        window.look(f"{address}/tags/possible-model.html", NARROW)
        for title in ("Predicates", "Formats", "Trust", "Profiles"):
            window.driver.find_element("link text", title).click()
            assert window.driver.find_element("css selector", "nav [aria-current]").text == title
        assert window.complaints() == []


class TestReports:
    def test_every_drawing_is_drawn_and_named(self, window: Browser, folder: Path) -> None:
        pytest.importorskip("matplotlib")
        window.look((folder / "comparison.html").as_uri())
        script = """return [...document.querySelectorAll('svg')].map((one) => [
            one.getBoundingClientRect().width > 200,
            one.querySelector('title').textContent.length > 10,
            one.querySelectorAll('path, text').length > 3,
            getComputedStyle(one.querySelector('text')).fontSize])"""
        drawn = window.run(script)
        assert len(drawn) >= 4
        assert all(found[:3] == [True, True, True] for found in drawn)
        assert {found[3] for found in drawn} == {"11px"}
        assert window.complaints() == []

    def test_a_hostile_name_is_only_text(self, window: Browser, folder: Path) -> None:
        window.look((folder / "comparison.html").as_uri())
        assert "w<b onclick=x>&amp; $\\frac{1}{2}$" in window.run("return document.body.textContent")
        assert not window.run("return [...document.querySelectorAll('[onclick]')].length")
        assert window.complaints() == []

    def test_a_page_on_its_own_asks_for_nothing(self, window: Browser, folder: Path) -> None:
        for page in REPORTS:
            window.look((folder / page).as_uri())
            asked = window.run("return performance.getEntriesByType('resource').map((one) => one.name)")
            assert [one for one in asked if not one.startswith("data:image/png;base64,")] == []
