"""Tokenizers of Hugging Face's library, ``tokenizer.json``: trained merges or scores of subwords (tokenizers,
src/tokenizer/serialization.rs).

What was learned from a corpus is the order of BPE's merges, the scores of Unigram, the pieces of WordPiece; a
list of words (WordLevel) was only counted and is not taken for a model.
"""

import re
from collections.abc import Mapping

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "hf-tokenizer",
    extensions=(".json",),
    first=b"{",
    like=rb'\{\s{0,40}"version"\s{0,9}:\s{0,9}"1\.0"\s{0,9},\s{0,40}"truncation"\s{0,9}:',
)

NOISE = (SPELLING, ORDER)

BEGINNING = re.compile(FORMAT.like)
KEYS = frozenset(("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer"))
TRAINED = ("BPE", "Unigram", "WordPiece")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The first two keys as the library writes them, and the list of added tokens."""
    if not BEGINNING.match(glimpse.head):
        return None
    if b'"padding"' not in glimpse.head or b'"added_tokens"' not in glimpse.head:
        return None
    return Evidence.of({Kind.MAGIC: "begins as a tokenizer of Hugging Face's library"})


def read(blob: Blob) -> Model:
    """Read merges, scores or pieces; FormatError where there are none, or they do not fit the vocabulary."""
    document = read_document(blob)
    if not isinstance(document, dict) or not document.keys() >= KEYS:
        raise FormatError("a document without the keys of a tokenizer")
    model = document.get("model")
    kind = model.get("type") if isinstance(model, dict) else None
    if not isinstance(model, dict) or kind not in TRAINED:
        raise FormatError(f"a tokenizer whose model is {str(kind)[:40]!r}, none that was trained")
    columns = Columns()
    learned = {"BPE": _merges, "Unigram": _scores, "WordPiece": _pieces}[kind](model, columns)
    if not columns.size:
        raise FormatError(f"a tokenizer of type {kind} in which nothing was learned")
    rest = {key: value for key, value in model.items() if key not in ("vocab", "merges")}
    structure = {**document, "model": rest, "learned": learned}
    tensors = tuple(
        columns.tensor(name, (columns.count(name) // 2, 2) if name == "merges" else None)
        for name in ("merges", "scores", "pieces")
        if name in columns
    )
    whole = with_spelling(Model(FORMAT.name, tensors, structure, complete=True), blob)
    return with_order(whole, blob.read(0, blob.size))


def _vocabulary(model: Mapping[str, object]) -> dict[str, int]:
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, dict) or not all(_is_number(value) for value in vocabulary.values()):
        raise FormatError("a vocabulary that does not number its tokens")
    return vocabulary


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _merges(model: Mapping[str, object], columns: Columns) -> dict[str, object]:
    """Add the numbers of the two tokens of each merge; older files have them in one text, with a space."""
    vocabulary, merges = _vocabulary(model), model.get("merges")
    if not isinstance(merges, list):
        raise FormatError("a tokenizer of type BPE without merges")
    numbers: list[float] = []
    for merge in merges:
        pair = merge.split(" ") if isinstance(merge, str) else merge
        if not isinstance(pair, list) or len(pair) != 2:
            raise FormatError(f"a merge of what are not two tokens: {str(merge)[:60]!r}")
        found = [vocabulary.get(token) if isinstance(token, str) else None for token in pair]
        if None in found:
            raise FormatError(f"a merge of tokens that the vocabulary lacks: {str(merge)[:60]!r}")
        numbers += (number for number in found if number is not None)
    columns.add("merges", "int64", numbers)
    return {"vocabulary": vocabulary}


def _scores(model: Mapping[str, object], columns: Columns) -> dict[str, object]:
    """Add the score of each piece."""
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, list):
        raise FormatError("a tokenizer of type Unigram without pieces")
    pieces: list[str] = []
    scores: list[float] = []
    for item in vocabulary:
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
            raise FormatError(f"no piece with its score: {str(item)[:60]!r}")
        if isinstance(item[1], bool) or not isinstance(item[1], int | float):
            raise FormatError(f"a piece whose score is no number: {str(item)[:60]!r}")
        pieces.append(item[0])
        scores.append(item[1])
    columns.add("scores", "float64", scores)
    return {"pieces": pieces}


def _pieces(model: Mapping[str, object], columns: Columns) -> dict[str, object]:
    """Add the number of each piece."""
    vocabulary = _vocabulary(model)
    columns.add("pieces", "int64", vocabulary.values())
    return {"vocabulary": list(vocabulary)}
