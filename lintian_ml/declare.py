"""Drafts a first ``debian/models`` from the models that were found in a source package.

What was seen is written as fields: files and digests. What a model says of itself, and what may help, is
written as a comment, or as the address in a field that asks for one. What the maintainer alone knows is left
as FIXME.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice

from lintian_ml.detection import FoundModel
from lintian_ml.error import PackageError
from lintian_ml.glob import LONGEST
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import Package, PackageType
from lintian_ml.surroundings import Surroundings, nearest

FIXME = "FIXME"
MARK = re.compile(r"\bFIXME\b")

ACOUSTIC = ("sphinx-acoustic", "sphinx-mdef", "sphinx-sendump")
"""Formats of which the files of one folder are one acoustic model."""

SHARD = re.compile(r"[-_.]\d+-of-\d+(?=[-_.]|$)")
ENDING = re.compile(r"(?<=.)\.[A-Za-z]\w*(\.(gz|bz2|xz|zst))?$")

TELLING = re.compile(
    r"source|url|repo|author|organi[sz]ation|base_?model|dataset|training|input|date|producer|description|"
    r"doc_string|comment|creat|generat|_version$|finetune|quantized_by",
    re.IGNORECASE,
)
"""Metadata keys that may tell where a model comes from."""

LEGAL = re.compile(r"licen[cs]e|copyright|redistribut", re.IGNORECASE)
"""Where a text turns to terms of use: those are stated in debian/copyright, and there alone."""

ADDRESS = re.compile(r"https?://[!-~]+")
SOURCE = re.compile(r"(general\.)?(source\.)?(url|repo_url)|source(_url)?")
BASE_MODEL = re.compile(r"(general\.)?base_model(\.\d+)?(\.repo_url|_url)")
"""Metadata keys whose value, if it is an address, answers a field."""

LONGEST_REMARK = 200
MOST_METADATA = 12
MOST_POSSIBLE = 200

GUIDANCE: Mapping[str, str] = {
    "Model-Class": "free, toxic-candy or non-free: what you hold it to be",
    "Trained-By": "upstream, maintainer, build or unknown",
    "Training-Data": "the names of Dataset and Simulator stanzas, which you add below; or none",
    "Training-Program": "a path in this source, or package:NAME; with incomplete after it if it is",
    "Base-Model": "none, the name of a Model stanza, package:NAME PATH, or an address",
}
"""The fields that somebody must answer, with what to write; said once, in the first stanza that has them."""

UNTRAINED = "These look untrained: no parameters, all of them alike, or a small test. Check it."
POSSIBLE = (
    "These files may be models or not. Look at each, and declare it in a Model stanza,",
    "or in a Not-A-Model stanza with a Comment that says what it is:",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One Model stanza to be: its name, and the models that it describes."""

    name: str
    models: tuple[FoundModel, ...]

    @property
    def untrained(self) -> bool:
        """Whether nothing in it looks like a product of training."""
        return all(model.nature is Nature.UNTRAINED for model in self.models)


def declare(package: Package) -> str:
    """Return the text of a first ``debian/models``; PackageError for a package without its source."""
    if package.type is not PackageType.SOURCE:
        raise PackageError(f"{package.input}: is a binary package; debian/models belongs to the source")
    found = {model.path: model for model in sorted(package.models, key=lambda model: model.path)}
    possible = [model for model in found.values() if model.certainty is Certainty.POSSIBLE]
    drafts = list(_drafts(model for model in found.values() if model.certainty is not Certainty.POSSIBLE))
    first = next((draft for draft in drafts if not draft.untrained), None)
    around = Surroundings.of(package)
    stanzas = (_stanza(draft, around, guided=draft is first) for draft in drafts)
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in chain([_header(possible)], stanzas))


def _drafts(models: Iterable[FoundModel]) -> Iterator[Draft]:
    """Yield the stanzas to be; those with wildcards in Files first, since the last one that matches wins."""
    groups: dict[tuple[str, ...], list[FoundModel]] = {}
    homes: dict[str, tuple[str, ...]] = {}
    # What is trained comes first, so that a copy of it among tests is not taken for untrained.
    for model in sorted(models, key=lambda model: model.nature is Nature.UNTRAINED):
        kin = _kin(model)
        if model.format not in ACOUSTIC:
            kin = homes.setdefault(model.sha256, kin)
        groups.setdefault(kin, []).append(model)
    names: set[str] = set()
    plain = {kin: all(as_glob(one.path) == one.path for one in group) for kin, group in groups.items()}
    for kin, members in sorted(groups.items(), key=lambda item: plain[item[0]]):
        yield Draft(_unique(kin[-1], members[0], names), tuple(members))


def _kin(model: FoundModel) -> tuple[str, ...]:
    """Return what the models of one stanza have in common; the last word names it."""
    folder, _, name = model.path.rpartition("/")
    if model.nature is Nature.UNTRAINED:
        return ("untrained",)
    if model.format in ACOUSTIC:
        return folder, "acoustic", folder.rpartition("/")[2]
    return folder, model.format, ENDING.sub("", SHARD.sub("", name))


def _unique(own: str, model: FoundModel, names: set[str]) -> str:
    """Return a name that no other stanza has, after the file or its folder, and keep it in ``names``."""
    word = _word(own)
    above = _word("-".join(model.path.split("/")[-2:-1]))
    candidates = chain((word, f"{above}-{word}"), (f"{word}-{number}" for number in count(2)))
    chosen = next(name for name in candidates if name not in names)
    names.add(chosen)
    return chosen


def _word(text: str) -> str:
    """Return ``text`` as one plain word that has no other meaning in a declaration."""
    word = re.sub(r"[^A-Za-z0-9.+_-]+", "-", MARK.sub("fixme", text)).strip("-.")
    return f"{word}-model".lstrip("-") if word in ("", "none") else word


def as_glob(path: str) -> str:
    """Return a glob that matches ``path``: what cannot stand in a list of globs becomes ``?``."""
    tokens = [f"\\{char}" if char in "\\*?" else char if char.isprintable() else "?" for char in path]
    # A component of dots, or a slash at either end, would lead out of the tree; a space ends a glob.
    for match in re.finditer(r"(?<![^/])\.{1,2}(?![^/])|^/|/$|\bFIXME\b| ", path):
        places = range(match.start(), match.end()) if match[0] != FIXME else [match.start()]
        for place in places:
            tokens[place] = "?"
    text = "".join(tokens)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip("\\") + "*"


def _header(possible: Sequence[FoundModel]) -> Iterator[str]:
    """Yield the header's lines; the comment names what may be models or not."""
    yield "Format: 1.0"
    if possible:
        yield "Comment:"
        yield from (f" {line}" for line in POSSIBLE)
        yield from (f"  {_said(model.path)} ({model.format})" for model in possible[:MOST_POSSIBLE])
    if len(possible) > MOST_POSSIBLE:
        yield f"  and {len(possible) - MOST_POSSIBLE} more"


def _stanza(draft: Draft, around: Surroundings, *, guided: bool) -> Iterator[str]:
    """Yield the lines of a Model stanza, with guidance above what is to be filled in."""
    paths = (path for model in draft.models for path in (model.path, *_parts(model, around.files)))
    globs = [as_glob(path) for path in dict.fromkeys(paths)]
    yield f"Model: {draft.name}"
    yield from _folded("Files", globs) if len(globs) > 1 else [f"Files: {globs[0]}"]
    for name, value in _answers(draft):
        if guided and value == FIXME:
            yield f"# {GUIDANCE[name]}"
        yield f"{name}: {value}"
    yield from _folded("Checksums-Sha256", list(_checksums(draft)))
    yield from _folded("Comment", list(_remarks(draft, around)))


def _folded(name: str, lines: Sequence[str]) -> list[str]:
    """Return the lines of a field whose value begins on the line below its name; none where it is empty."""
    return [f"{name}:", *(f" {line}" for line in lines)] if lines else []


def _parts(model: FoundModel, files: Container[str]) -> Iterator[str]:
    """Yield the paths of the model's other files, which lie in its folder, as far as they are there."""
    return (path for path in model.part_paths if path in files)


def _answers(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the fields that somebody must answer for: with an address that the model gives, or FIXME."""
    if draft.untrained:
        yield from (("Training-Data", "none"), ("Base-Model", "none"))
        return
    if source := _address(draft, SOURCE):
        yield "Source", source
    for name in GUIDANCE:
        yield name, (name == "Base-Model" and _address(draft, BASE_MODEL)) or FIXME


def _address(draft: Draft, key: re.Pattern[str]) -> str:
    """Return the one address that the models give under such keys; an empty string if none or several."""
    pairs = chain.from_iterable(model.metadata.items() for model in draft.models)
    values = {value for name, value in pairs if key.fullmatch(name)}
    fitting = [value for value in values if ADDRESS.fullmatch(value) and not MARK.search(value)]
    return fitting[0] if len(values) == len(fitting) == 1 else ""


def _checksums(draft: Draft) -> Iterator[str]:
    """Yield digest, size and path of each file whose path can be written as it is."""
    for model in draft.models:
        path = model.path
        if path.isprintable() and path == path.strip() and not MARK.search(path):
            yield f"{model.sha256} {model.size} {path}"


def _remarks(draft: Draft, around: Surroundings) -> Iterator[str]:
    """Yield what the models say of themselves, and what may help the maintainer; claims nothing."""
    if draft.untrained:
        yield UNTRAINED
        return
    for model in draft.models:
        told = (_metadatum(key, value) for key, value in model.metadata.items() if TELLING.search(key))
        for line in islice(filter(None, told), MOST_METADATA):
            yield f"{_said(model.path.rpartition('/')[2])} says {line}"
    first = draft.models[0].path
    if programs := [_said(path) for path in nearest(first, around.programs)]:
        yield f"Training-Program may be {' or '.join(programs)}: a guess from the name alone."
    yield from (f"{_said(card)} may tell more." for card in around.cards_above(first)[:1])


def _metadatum(key: str, value: str) -> str:
    """Return a key and the beginning of its value on one line; empty where it holds terms of use alone."""
    legal = LEGAL.search(value)
    words = " ".join(value[: legal.start() if legal else None].split())
    return "" if LEGAL.search(key) or len(words) < (8 if legal else 1) else f"{_said(key)}: {_said(words)}"


def _said(text: str) -> str:
    """Return a text of the package as a comment may hold it: on one line, short, and without FIXME."""
    short = text if len(text) <= LONGEST_REMARK else f"{text[: LONGEST_REMARK - 1]}…"
    return MARK.sub("fixme", "".join(char if char.isprintable() else "?" for char in short))
