"""Reads a page as a browser's parser would, for tests that ask what is on it."""

from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
ADDRESSES = ("href", "src")


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text; it must be well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.titles: list[tuple[int, str]] = []
        self.text = ""
        self.scripts = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute twice in {tag}: {names}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag in HEADINGS:
            self.titles.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"{tag} is closed but not open"
        assert self._open.pop() == tag, f"{tag} is closed inside another element, line {self.getpos()[0]}"

    def handle_data(self, data: str) -> None:
        if "script" in self._open or "style" in self._open:
            self.scripts += data
            return
        self.text += data
        if self.heading:
            level, title = self.titles[-1]
            self.titles[-1] = level, title + data

    @property
    def heading(self) -> int:
        """The level of the heading that is open, or 0."""
        return next((int(tag[1]) for tag in self._open if tag in HEADINGS), 0)

    def every(self, *tags: str) -> list[dict[str, str]]:
        """Return the attributes of the elements of those kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def ids(self) -> list[str]:
        """The names by which parts of the page are linked to."""
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def addresses(self) -> list[str]:
        """Where its links and resources lead."""
        return [
            attributes[name] for _, attributes in self.elements for name in ADDRESSES if name in attributes
        ]

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element with the names of its attributes: what no text that is shown may change."""
        return [(tag, tuple(sorted(attributes))) for tag, attributes in self.elements]

    def check(self) -> None:
        """Demand what every page keeps: a language, one title, headings in order, labels, alternatives."""
        (html,) = self.every("html")
        assert html["lang"] == "en"
        assert len(self.every("title")) == 1 + len(self.every("svg"))
        assert len(self.every("main")) == 1
        levels = [level for level, _ in self.titles]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), self.titles
        assert all(title.strip() for _, title in self.titles)
        assert len(set(self.ids)) == len(self.ids), "an id twice"
        labels = {label["for"] for label in self.every("label")}
        assert all(field.get("id") in labels for field in self.every("input", "select", "textarea"))
        assert all(image.get("alt") for image in self.every("img"))
        assert all(image.get("role") == "img" and image.get("aria-labelledby") for image in self.every("svg"))
        assert not [name for _, attributes in self.elements for name in attributes if name.startswith("on")]
        for resource in (*self.every("script"), *self.every("link"), *self.every("img")):
            assert "://" not in resource.get("src", resource.get("href", ""))
