"""Drafts a first ``debian/models`` from the models that were found in a source package.

What was seen is written as fields: files and digests. What a model says of itself and what else may help is
written as comments only. What the maintainer alone knows is left as FIXME.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lintian_ml.detection import FoundModel
from lintian_ml.error import PackageError
from lintian_ml.escape import for_line
from lintian_ml.glob import LONGEST
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import Kind, Package, PackageType

FIXME = "FIXME"
MARK = re.compile(r"\bFIXME\b")

ACOUSTIC = ("sphinx-acoustic", "sphinx-mdef", "sphinx-sendump")
"""Formats of which the files of one folder are one acoustic model."""

SHARD = re.compile(r"[-_.](?:\d+-of-|part[-_]?)\d+(?=[-_.]|$)", re.IGNORECASE)
ENDING = re.compile(r"(?<=.)(?:\.(?:gz|bz2|xz|zst|lzma))?$|(?<=.)\.[A-Za-z][A-Za-z0-9]*(?:\.(?:gz|bz2|xz|zst|lzma))?$")
UNNAMEABLE = re.compile(r"[^A-Za-z0-9.+_-]+")
UNWRITABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")

TELLING = re.compile(
    r"source|url|repo|author|organi[sz]ation|base_?model|dataset|train|input|date|producer|description|"
    r"doc_string|comment|creat|generat|_version$|finetune|quantized_by",
    re.IGNORECASE,
)
"""Metadata keys that may tell where a model comes from."""

LEGAL = re.compile(r"licen[cs]e|copyright|redistribut", re.IGNORECASE)
"""Where a text turns to terms of use: those are stated in debian/copyright, and there alone."""

SOURCE_KEY = re.compile(r"(?:general\.)?(?:source\.)?(?:url|repo_url|source_url)|source")
BASE_KEY = re.compile(r"(?:general\.)?base_model(?:\.\d+)?\.repo_url|base_model_url")
ADDRESS = re.compile(r"https?://[!-~]+")

TRAINER = re.compile(
    r"(?:^|[_-])(?:re|pre)?train(?:ing|er)?(?:[_-][^.]*)?\.(?:py|sh|pl|R|jl|lua|ipynb|c|cc|cpp|rs|mk)$", re.IGNORECASE
)
CARD = re.compile(r"(?:model[-_]?card|readme)[^/]*\.(?:md|txt|rst)", re.IGNORECASE)

LONGEST_REMARK = 200
MOST_METADATA = 12
MOST_GUESSES = 3
MOST_POSSIBLE = 200

GUIDANCE: Mapping[str, str] = {
    "Model-Class": "free, toxic-candy or non-free: what you hold it to be",
    "Source": "where this file came from",
    "Trained-By": "upstream, maintainer, build or unknown",
    "Training-Data": "names of Dataset and Simulator stanzas to be added below, or none",
    "Training-Program": "a path in this source, or package:NAME; add incomplete if it is",
    "Base-Model": "none, a Model stanza, package:NAME PATH, or an address",
}
"""What to write for each FIXME; said once, in the first stanza that has them."""


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
    drafts = tuple(_drafts(_surely(package)))
    first = next((number for number, draft in enumerate(drafts) if not draft.untrained), -1)
    stanzas = [_header(package)]
    stanzas += [_stanza(draft, package, guided=number == first) for number, draft in enumerate(drafts)]
    return "\n".join(stanzas)


def nothing_to_declare(package: Package) -> bool:
    """Whether no file of the package is, or may be, a model."""
    return not package.models


def _surely(package: Package) -> list[FoundModel]:
    """Return the models that certainly or probably are such, each path once, in the order of the paths."""
    found = {model.path: model for model in package.models if model.certainty is not Certainty.POSSIBLE}
    return [found[path] for path in sorted(found)]


def _drafts(models: Iterable[FoundModel]) -> Iterator[Draft]:
    """Yield the stanzas to be; those with wildcards in Files first, since the last that matches wins."""
    groups: dict[tuple[str, ...], list[FoundModel]] = {}
    homes: dict[str, tuple[str, ...]] = {}
    for model in models:
        kin = _kin(model)
        if model.format not in ACOUSTIC:
            kin = homes.setdefault(model.sha256, kin)
        groups.setdefault(kin, []).append(model)
    names: set[str] = set()
    ordered = sorted(groups.items(), key=lambda group: not any(glob(one.path) != one.path for one in group[1]))
    for kin, members in ordered:
        yield Draft(_unique(kin, members[0], names), tuple(members))


def _kin(model: FoundModel) -> tuple[str, ...]:
    """Return what the models of one stanza have in common; the last word names it."""
    folder, _, name = model.path.rpartition("/")
    if model.nature is Nature.UNTRAINED:
        return ("untrained",)
    if model.format in ACOUSTIC:
        return folder, "acoustic", folder.rpartition("/")[2] or "acoustic-model"
    return folder, model.format, ENDING.sub("", SHARD.sub("", name), count=1)


def _unique(kin: Sequence[str], model: FoundModel, names: set[str]) -> str:
    """Return a name that no other stanza has, and keep it in ``names``."""
    own = _nameable(kin[-1])
    above = _nameable("-".join(model.path.split("/")[-3:-1]))
    candidates = [own, f"{above}-{own}", *(f"{own}-{number}" for number in range(2, len(names) + 3))]
    chosen = next(name for name in candidates if name not in names)
    names.add(chosen)
    return chosen


def _nameable(text: str) -> str:
    """Return ``text`` as one plain word that has no other meaning in a declaration."""
    word = UNNAMEABLE.sub("-", MARK.sub("fixme", text)).strip("-.")
    return f"{word or 'model'}-model" if word in ("", "none") else word


def glob(path: str) -> str:
    """Return a glob that matches ``path``: what cannot be written as it is becomes ``?``."""
    tokens = [f"\\{char}" if char in "\\*?" else "?" if UNWRITABLE.match(char) else char for char in path]
    for match in MARK.finditer(path):
        tokens[match.start()] = "?"
    for at in _misleading(path):
        tokens[at] = "?"
    text = "".join(tokens)
    while len(text) > LONGEST:
        tokens = [*tokens[: len(tokens) - (len(text) - LONGEST) - 1], "*"]
        text = "".join(tokens)
    return text


def _misleading(path: str) -> Iterator[int]:
    """Yield the places of a slash or dots that no path of a declaration may begin or end with, or hold."""
    if path.startswith("/"):
        yield 0
    if path.endswith("/"):
        yield len(path) - 1
    start = 0
    for component in path.split("/"):
        if component in (".", ".."):
            yield from range(start, start + len(component))
        start += len(component) + 1


def _header(package: Package) -> str:
    """Return the header; what may be models or not is named in its comment."""
    possible = sorted({model.path: model for model in package.models if model.certainty is Certainty.POSSIBLE}.items())
    lines = ["Format: 1.0"]
    if possible:
        lines.append("Comment:")
        lines.append(" These files may be models or not. Look at each, and declare it in a Model stanza, or in a")
        lines.append(" Not-A-Model stanza with a Comment that says what it is:")
        lines += [f"  {_said(path)} ({model.format})" for path, model in possible[:MOST_POSSIBLE]]
        if len(possible) > MOST_POSSIBLE:
            lines.append(f"  and {len(possible) - MOST_POSSIBLE} more")
    return "".join(f"{line}\n" for line in lines)


def _stanza(draft: Draft, package: Package, *, guided: bool) -> str:
    files = list(dict.fromkeys(path for model in draft.models for path in (model.path, *_parts(model, package))))
    lines = [f"Model: {draft.name}", *_folded("Files", [glob(path) for path in files])]
    for name, value in _answers(draft):
        if guided and value == FIXME:
            lines.append(f"# {GUIDANCE[name]}")
        lines.append(f"{name}: {value}")
    lines += _folded("Checksums-Sha256", list(_checksums(draft)), always=True)
    lines += _folded("Comment", list(_remarks(draft, package)), always=True)
    return "".join(f"{line}\n" for line in lines)


def _folded(name: str, values: Sequence[str], *, always: bool = False) -> list[str]:
    """Return the lines of a field: one value beside its name, unless ``always`` below it; several below."""
    if not values:
        return []
    return [f"{name}: {values[0]}"] if len(values) == 1 and not always else [f"{name}:", *(f" {one}" for one in values)]


def _parts(model: FoundModel, package: Package) -> Iterator[str]:
    """Yield the paths of the other files of a model that are there; they lie in its folder."""
    folder = model.path.rpartition("/")[0]
    for name in model.parts:
        path = f"{folder}/{name}" if folder else name
        if path in package.files:
            yield path


def _answers(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the fields that somebody must answer for, with what was found, or FIXME."""
    if draft.untrained:
        yield from (("Training-Data", "none"), ("Base-Model", "none"))
        return
    for name in GUIDANCE:
        key = {"Source": SOURCE_KEY, "Base-Model": BASE_KEY}.get(name)
        yield name, next(_addresses(draft, key), FIXME) if key else FIXME


def _addresses(draft: Draft, key: re.Pattern[str]) -> Iterator[str]:
    """Yield the addresses that the models themselves give under such a key."""
    for model in draft.models:
        for name, value in model.metadata.items():
            if key.fullmatch(name) and ADDRESS.fullmatch(value) and not MARK.search(value):
                yield value


def _checksums(draft: Draft) -> Iterator[str]:
    """Yield digest, size and path of each file whose path can be written as it is."""
    for model in draft.models:
        if not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", model.path + " ") and not MARK.search(model.path):
            if model.path == model.path.strip():
                yield f"{model.sha256} {model.size} {model.path}"


def _remarks(draft: Draft, package: Package) -> Iterator[str]:
    """Yield what the models say of themselves, and what may help the maintainer; claims nothing."""
    if draft.untrained:
        yield "These look as if nothing was trained: no parameters, all of them alike, or a small test. Check it."
        return
    for model in draft.models:
        told = [_metadatum(key, value) for key, value in model.metadata.items() if TELLING.search(key)]
        for line in islice(filter(None, told), MOST_METADATA):
            yield f"{_said(model.path.rpartition('/')[2])} says: {line}" if len(draft.models) > 1 else f"It says: {line}"
    if guesses := _nearest(TRAINER, draft, package):
        yield f"Training-Program may be {' or '.join(guesses)}; nothing was verified."
    if cards := _nearest(CARD, draft, package, beside=True):
        yield f"{' and '.join(cards)} may tell more."


def _metadatum(key: str, value: str) -> str:
    """Return a key and the beginning of its value on one line; empty where it holds terms of use alone."""
    legal = LEGAL.search(value)
    words = " ".join((value[: legal.start()] if legal else value)[: 4 * LONGEST_REMARK].split())
    if LEGAL.search(key) or len(words) < (8 if legal else 1):
        return ""
    return f"{_said(key)}: {_said(words)}"


def _said(text: str) -> str:
    """Return a text of the package as a comment may hold it: on one line, short, and without FIXME."""
    short = text if len(text) <= LONGEST_REMARK else f"{text[: LONGEST_REMARK - 1]}…"
    return MARK.sub("fixme", for_line(short))


def _nearest(pattern: re.Pattern[str], draft: Draft, package: Package, *, beside: bool = False) -> list[str]:
    """Return the few files of such names that are nearest to the models (``beside``: in their folder)."""
    folder = draft.models[0].path.split("//")[0].split("/")[:-1]

    def shared(path: str) -> int:
        pairs = zip(folder, path.split("/")[:-1], strict=False)
        return next((n for n, (ours, theirs) in enumerate(pairs) if ours != theirs), min(len(folder), path.count("/")))

    fitting = [
        path
        for path, entry in package.files.items()
        if entry.kind is Kind.FILE and pattern.search(path.rpartition("/")[2])
    ]
    if beside:
        fitting = [path for path in fitting if path.split("/")[:-1] == folder]
    return [_said(path) for path in sorted(fitting, key=lambda path: (-shared(path), path))[:MOST_GUESSES]]
