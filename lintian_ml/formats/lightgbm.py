"""LightGBM's boosters, in text (LightGBM, src/boosting/gbdt_model_text.cpp and src/io/tree.cpp).

A header of lines ``KEY=VALUE``, then for each tree ``Tree=N`` and lines ``KEY=NUMBER NUMBER…`` up to
``end of trees``, then importances and parameters. The numbers go, tree after tree, into one column by key.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("lightgbm", extensions=(".txt", ".model", ".lgb"), mark=b"tree")
NOISE = (SPELLING,)

OPENING = re.compile(rb"tree\r?\nversion=v\d{1,3}\r?\n(?:\w{1,40}=[^\n]*\n){0,12}?num_class=\d+\r?\n")
END = b"end of trees"
INTEGERS = (
    *("num_leaves", "num_cat", "split_feature", "decision_type", "left_child", "right_child"),
    *("leaf_count", "internal_count", "cat_boundaries", "cat_threshold", "is_linear"),
    *("num_features", "leaf_features"),
)
FLOATS = (
    *("split_gain", "threshold", "leaf_value", "leaf_weight", "internal_value", "internal_weight"),
    *("shrinkage", "leaf_const", "leaf_coeff"),
)
DTYPES = dict.fromkeys(INTEGERS, "int64") | dict.fromkeys(FLOATS, "float64")
PER_SPLIT = ("split_feature", "threshold", "left_child", "right_child")
MOST_LINES = 10_000
"""Lines of the header, and lines behind the trees."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the three lines with which a booster begins: tree, its version, its number of classes."""
    if glimpse.head[:4] != FORMAT.mark or not OPENING.match(glimpse.head[:4096]):
        return None
    return Evidence.of({Kind.MAGIC: "a booster of LightGBM in text"})


def read(blob: Blob) -> Model:
    """Read all trees; FormatError where one lacks numbers, or where there are not as many as announced."""
    text = lines(blob)
    if next(text, b"") != FORMAT.mark:
        raise FormatError("no booster of LightGBM")
    header, first = _read_header(text)
    trees = _Trees()
    trees.read(first, text)
    announced = header.pop("tree_sizes", "").split()
    if announced and len(announced) != trees.number:
        raise FormatError(f"{trees.number} trees, but {len(announced)} are announced")
    parameters, rest = _read_rest(text)
    metadata = {"version": header.pop("version", "")}
    metadata |= {key: parameters.pop(key) for key in ("data", "valid") if key in parameters}
    sizes_hold = announced == [str(size) for size in trees.sizes]
    structure = {"header": header, "trees": trees.number, "outline": trees.outline.hexdigest()}
    model = Model(
        format=FORMAT.name,
        tensors=trees.columns.tensors(),
        structure={**structure, "parameters": parameters, "rest": rest},
        metadata=metadata,
        residue={} if sizes_hold else {"tree_sizes": " ".join(announced).encode()},
        complete=True,
    )
    return with_spelling(model, blob)


def _read_header(text: Iterator[bytes]) -> tuple[dict[str, str], bytes]:
    """Return the header's values by their keys, and the line of the first tree, or of the trees' end."""
    header: dict[str, str] = {}
    for _, line in zip(range(MOST_LINES), text, strict=False):
        if line.startswith(b"Tree=") or line == END:
            return header, line
        if not line:
            continue
        key, _, value = line.decode("utf-8", "backslashreplace").partition("=")
        if key in header:
            raise FormatError(f"{key[:40]!r} stands twice in the header")
        header[key] = value
    raise FormatError("a header behind which no tree begins")


@dataclass(slots=True)
class _Trees:
    """The trees read so far: their numbers by key, their sizes in bytes, a digest of their layout."""

    columns: Columns = field(default_factory=Columns)
    sizes: list[int] = field(default_factory=list)
    outline: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    number: int = 0

    def read(self, first: bytes, text: Iterator[bytes]) -> None:
        """Read trees, the first of which ``first`` begins, up to the line that ends them."""
        begin = first
        while begin != END:
            if begin != b"Tree=%d" % self.number:
                raise FormatError(f"{begin[:40]!r} where tree {self.number} should begin")
            begin = self._read_tree(len(begin) + 1, text)
            self.number += 1

    def _read_tree(self, size: int, text: Iterator[bytes]) -> bytes:
        """Read one tree; return the line behind it."""
        counts: dict[str, int] = {}
        leaves = 0
        for line in text:
            if line.startswith(b"Tree=") or line == END:
                self.sizes.append(size)
                self._check(counts, leaves)
                return line
            size += len(line) + 1
            if not line:
                continue
            name, _, words = line.partition(b"=")
            key = name.decode("ascii", "replace")
            if key in counts or key not in DTYPES:
                raise FormatError(f"tree {self.number} has the line {line[:40]!r}")
            counts[key] = self.columns.add(key, DTYPES[key], words.split())
            self.outline.update(f"{key} {counts[key]}\n".encode())
            leaves = _leaves(words) if key == "num_leaves" else leaves
        raise FormatError(f"cut off within tree {self.number}")

    def _check(self, counts: dict[str, int], leaves: int) -> None:
        """Compare how many numbers a tree has with what its number of leaves asks for."""
        expected = {"leaf_value": leaves, **dict.fromkeys(PER_SPLIT, leaves - 1)}
        for key, count in expected.items():
            if leaves < 1 or (counts.get(key, 0) != count):
                raise FormatError(
                    f"tree {self.number} of {leaves} leaves has {counts.get(key, 0)} numbers of {key}"
                )


def _leaves(words: bytes) -> int:
    return int(words) if words.isdigit() and len(words) < 10 else 0


def _read_rest(text: Iterator[bytes]) -> tuple[dict[str, str], list[str]]:
    """Return the parameters of training, and the other lines behind the trees, importances among them."""
    parameters: dict[str, str] = {}
    rest: list[str] = []
    for line in text:
        words = line.decode("utf-8", "backslashreplace")
        key, colon, value = words[1:-1].partition(": ")
        if colon and words[0] == "[" and words[-1] == "]" and key not in parameters:
            parameters[key] = value
        elif words:
            rest.append(words)
        if len(parameters) + len(rest) > MOST_LINES * 100:
            raise LimitError("too many lines behind the trees")
    return parameters, rest
