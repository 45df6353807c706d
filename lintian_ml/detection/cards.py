"""What a text beside a model says of it: the head of a model card, and MLflow's MLmodel file.

A model card is a README with a head of YAML between two lines of dashes (Hugging Face Hub, "Model Cards");
MLmodel is YAML altogether (MLflow, "Storage Format"). Of either only what stands at the outermost level is
read: words, and lists of words. Nothing else of YAML is understood, so nothing in it can do harm.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lintian_ml.detection.finding import FoundModel
from lintian_ml.pattern import pattern

LONGEST = 1 << 18
"""Bytes of the longest text that is read."""

MOST_WORDS, MOST_CHARACTERS = 100, 2000
"""Words of one list, and characters of what is told of one key."""

TELLING = frozenset(("license", "license_name", "datasets", "base_model", "pipeline_tag", "library_name"))
"""Keys one of which the head of a model card has: heads with others are of web pages."""

_NAMES = ("readme.md", "model_card.md", "model-card.md", "modelcard.md", "mlmodel")
_MARKS = ("&", "*", "!", "|", ">", "{", "[", "%", "@", "`")
"""What a value of YAML begins with that is more than a word."""

_HEAD = pattern(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE = pattern(r"(?P<key>[A-Za-z][\w-]{0,60}):(?:[ \t]+(?P<value>[^\n]*?))?[ \t]*")
_ITEM = pattern(r"[ \t]*-[ \t]+(?P<value>[^\n]*?)[ \t]*")


@dataclass(frozen=True, slots=True)
class Card:
    """What the text at ``path`` says of the models in its folder and below: words by the text's own keys."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder, with a slash behind it; empty for the topmost."""
        return self.path[: self.path.rfind("/") + 1]


def may_be_card(path: str, size: int) -> bool:
    """Whether a file may be a card, by its path and its size in bytes."""
    return size <= LONGEST and path.lower().endswith(_NAMES) and _name(path) in _NAMES


def card(path: str, data: bytes) -> Card | None:
    """Return what a text says of models; None for a text that says nothing of any."""
    if not may_be_card(path, len(data)):
        return None
    if _name(path) == "mlmodel":
        values = dict(_values(data))
        return Card(path, values) if "flavors" in values else None
    head = _HEAD().match(data)
    values = dict(_values(head[1])) if head else {}
    return Card(path, values) if values.keys() & TELLING else None


def carded(models: Iterable[FoundModel], cards: Iterable[Card]) -> tuple[FoundModel, ...]:
    """Return the models, each with what the nearest card in its folder, or above, says of it as metadata.

    The keys there are the card's name, a slash and the card's own key.
    """
    nearest: dict[str, dict[str, str]] = {}
    for one in cards:
        words = {f"{_last(one.path)}/{key}": value for key, value in one.values.items()}
        nearest.setdefault(one.folder, {}).update(words)
    if not nearest:
        return tuple(models)
    return tuple(_with(model, nearest) for model in models)


def _with(model: FoundModel, nearest: Mapping[str, Mapping[str, str]]) -> FoundModel:
    said = next((nearest[folder] for folder in _folders(model.path) if folder in nearest), None)
    return replace(model, metadata={**model.metadata, **said}) if said else model


def _folders(path: str) -> Iterator[str]:
    """Yield the folder of a path, and those above it, each with a slash behind it; the topmost is empty."""
    while path:
        path = path[: path.rstrip("/").rfind("/") + 1]
        yield path


def _values(text: bytes) -> Iterator[tuple[str, str]]:
    """Yield the outermost keys with their words; a key that holds more than words has none of them."""
    key, words = "", [""]
    for line in text.decode("utf-8", "replace").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found := _LINE().fullmatch(line):
            yield from _told(key, words)
            key, words = found["key"], [*_words(found["value"] or "")]
        elif (item := _ITEM().fullmatch(line)) and len(words) < MOST_WORDS:
            words += _words(item["value"])
    yield from _told(key, words)


def _told(key: str, words: Iterable[str]) -> Iterator[tuple[str, str]]:
    if key:
        yield key, ", ".join(word for word in words if word)[:MOST_CHARACTERS]


def _words(value: str) -> Iterator[str]:
    """Yield the words of a value: itself, or those of a list in brackets; none of what is more than words."""
    if value[:1] in ('"', "'"):
        yield value[1:].partition(value[0])[0]
        return
    value = value.partition(" #")[0].rstrip()
    if value[:1] == "[" and value[-1:] == "]":
        for word in value[1:-1].split(",")[:MOST_WORDS]:
            yield word.strip().strip("\"'")
    elif value[:1] not in _MARKS:
        yield value


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _name(path: str) -> str:
    return _last(path).lower()
