"""Makes of the SVG that a library writes an element that may stand in a page under its policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from lintian_ml.escape import for_message

if TYPE_CHECKING:
    from markupsafe import Markup

INKS = {"ink": "#010101", "rule": "#010102", "bar": "#010103", "fails": "#010104", "curve": "#010105"}
"""What is drawn in these colours gets a class by their names, to be coloured by the style sheet."""

_CLASSES = {colour: name for name, colour in INKS.items()}
_PRINTED = {"fill": "f", "stroke": "s"}
_DROPPED = frozenset({"metadata", "style", "title", "desc"})
_KEPT = frozenset(
    {"stroke-width", "stroke-linecap", "stroke-dasharray", "text-anchor", "image-rendering", "opacity"}
)
"""Properties that stay, as attributes; all others, such as fonts, are the page's matter."""


def tidied(text: str, name: str, title: str, description: str) -> Markup:
    """Return the drawing with a title and a description; ``name`` begins every name in it.

    Styles become attributes and classes, links lead to what is in the drawing or hold an image, and what
    only names things is left out.
    """
    from markupsafe import Markup

    root = ElementTree.fromstring(text)
    links = {value for one in root.iter() for value in one.attrib.values() if "#" in value}
    wanted = {found for link in links for found in re.findall(r"#([\w-]+)", link)}
    root = _tidy(root, name, wanted)
    box = root.attrib["viewBox"]
    root.attrib = {"class": "plot", "viewBox": box, "role": "img", "aria-labelledby": f"{name}-t {name}-d"}
    for place, (tag, told) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(tag, {"id": f"{name}-{tag[0]}"})
        element.text = for_message(told)
        root.insert(place, element)
    return Markup(ElementTree.tostring(root, "unicode", short_empty_elements=False))


def _tidy(element: ElementTree.Element, name: str, wanted: set[str]) -> ElementTree.Element:
    """Return an element as it may stand in a page, and all that is in it; drawings are a few levels deep."""
    made = ElementTree.Element(_local(element.tag), dict(_attributes(element, name, wanted)))
    made.text = element.text.strip() if element.text and element.text.strip() else None
    for child in element:
        if _local(child.tag) in _DROPPED:
            continue
        tidy = _tidy(child, name, wanted)
        if tidy.tag == "g" and not tidy.attrib:
            made.extend(tidy)
        else:
            made.append(tidy)
    return made


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _attributes(element: ElementTree.Element, name: str, wanted: set[str]) -> Iterator[tuple[str, str]]:
    classes = []
    for key, value in element.attrib.items():
        local = _local(key)
        if local == "id":
            if value in wanted:
                yield "id", f"{name}-{value}"
        elif local == "style":
            for rule, setting in _rules(value):
                if rule in _PRINTED and setting in _CLASSES:
                    classes.append(f"{_PRINTED[rule]}-{_CLASSES[setting]}")
                elif rule in _KEPT or rule in _PRINTED:
                    yield rule, setting
        elif local == "href":
            yield "href", value if value.startswith("data:image/png;base64,") else f"#{name}-{value[1:]}"
        elif local == "clip-path":
            yield local, value.replace("#", f"#{name}-")
        else:
            yield local, value
    if classes:
        yield "class", " ".join(classes)


def _rules(style: str) -> Iterator[tuple[str, str]]:
    """Yield the properties that a style sets; of one that is set twice, the last."""
    pairs = (rule.partition(":") for rule in style.split(";") if ":" in rule)
    yield from {rule.strip(): setting.strip() for rule, _, setting in pairs}.items()
