"""The text of a support vector machine (libsvm, svm.cpp: svm_save_model and read_model_header).

Lines ``KEY VALUE…`` up to a line ``SV``, then one line for each support vector: its coefficients, then
``INDEX:VALUE`` for each component that is not zero.
"""

from collections.abc import Iterator
from itertools import islice

from lintian_ml.encoding.numbers import Columns
from lintian_ml.error import FormatError
from lintian_ml.model import Tensor

TYPES = ("c_svc", "nu_svc", "one_class", "epsilon_svr", "nu_svr")
KERNELS = ("linear", "polynomial", "rbf", "sigmoid", "precomputed")
WORDS = {"svm_type": TYPES, "kernel_type": KERNELS}
SCALARS = ("degree", "gamma", "coef0")
SIZES = ("nr_class", "total_sv")
VECTORS = {
    "rho": "float64",
    "label": "int64",
    "probA": "float64",
    "probB": "float64",
    "prob_density_marks": "float64",
    "nr_sv": "int64",
}
LONGEST_HEADER = 64
"""Lines that a header may have; the writer's has at most 14."""

BATCH = 256
"""Lines of vectors that are read at once."""

MOST_CLASSES = 1 << 16
MOST_VECTORS = 1 << 31


def read_svm(text: Iterator[bytes]) -> tuple[tuple[Tensor, ...], dict[str, object]]:
    """Return a machine's tensors and its structure from its lines; FormatError where it is none.

    ``sv_coef`` has the shape (vectors, classes - 1); the vectors are given as compressed sparse rows: row i
    has the elements SV.start[i] to SV.start[i + 1] of SV.index and SV.value.
    """
    columns = Columns()
    header = _read_header(text, columns)
    classes, vectors = header["nr_class"], header["total_sv"]
    if not isinstance(classes, int) or not isinstance(vectors, int):
        raise FormatError("a header without nr_class and total_sv")
    if not 0 < classes <= MOST_CLASSES or not 0 <= vectors <= MOST_VECTORS:
        raise FormatError(f"a machine of {classes} classes and {vectors} support vectors")
    _check_sizes(columns, classes)
    _read_vectors(text, columns, classes - 1, vectors)
    shapes = {"sv_coef": (vectors, classes - 1)}
    return tuple(columns.tensor(t.name, shapes.get(t.name)) for t in columns.tensors()), header


def _read_header(text: Iterator[bytes], columns: Columns) -> dict[str, object]:
    header: dict[str, object] = {}
    for _, line in zip(range(LONGEST_HEADER), text, strict=False):
        key, *values = line.decode("ascii", "replace").split() or [""]
        if key in header or key in columns:
            raise FormatError(f"{key} stands twice in the header")
        if key == "SV" and not values:
            if missing := {"svm_type", "kernel_type", *SIZES} - header.keys() or {"rho"} - {*_names(columns)}:
                raise FormatError(f"a header without {sorted(missing)[0]}")
            return header
        if key in VECTORS:
            columns.add(key, VECTORS[key], values)
        elif len(values) != 1:
            raise FormatError(f"a header with the line {line[:40]!r}")
        else:
            header[key] = _value(key, values[0])
    raise FormatError("a header that no line SV ends")


def _names(columns: Columns) -> Iterator[str]:
    return (name for name in VECTORS if name in columns)


def _value(key: str, word: str) -> object:
    """Return the value of a line that has one; FormatError where there is no such line, or value."""
    try:
        if key in SIZES:
            return int(word)
        if key in SCALARS:
            return repr(float(word))
    except ValueError as error:
        raise FormatError(f"{key} is {word[:40]!r}, no number") from error
    if word in WORDS.get(key, ()):
        return word
    raise FormatError(f"a header with the line {f'{key} {word}'[:40]!r}")


def _check_sizes(columns: Columns, classes: int) -> None:
    """Compare how many numbers each line has with how many the number of classes asks for."""
    pairs = classes * (classes - 1) // 2
    expected = {"rho": pairs, "probA": pairs, "probB": pairs, "label": classes, "nr_sv": classes}
    for name, size in expected.items():
        if name in columns and columns.count(name) != size:
            raise FormatError(f"{columns.count(name)} numbers of {name} for {classes} classes")


def _read_vectors(text: Iterator[bytes], columns: Columns, width: int, vectors: int) -> None:
    columns.add("SV.start", "int64", [0])
    columns.add("sv_coef", "float64", ())
    rows = 0
    while batch := list(islice(text, BATCH)):
        if rows + len(batch) > vectors:
            raise FormatError(f"more than the {vectors} support vectors of the header")
        _read_batch(batch, columns, width, rows)
        rows += len(batch)
    if rows != vectors:
        raise FormatError(f"{rows} support vectors, but the header says {vectors}")


def _read_batch(batch: list[bytes], columns: Columns, width: int, rows: int) -> None:
    """Read some lines at once, of which the first is vector ``rows``."""
    coefficients: list[bytes] = []
    pairs: list[tuple[bytes, bytes, bytes]] = []
    ends: list[int] = []
    start = columns.count("SV.index")
    for number, line in enumerate(batch, rows):
        words = line.split()
        if not words or len(words) < width:
            raise FormatError(f"support vector {number} has {len(words)} words, fewer than its coefficients")
        coefficients += words[:width]
        pairs += [word.partition(b":") for word in words[width:]]
        ends.append(start + len(pairs))
    if not all(colon for _, colon, _ in pairs):
        raise FormatError(f"behind support vector {rows} stands what is no INDEX:VALUE")
    columns.add("sv_coef", "float64", coefficients)
    columns.add("SV.index", "int64", [index for index, _, _ in pairs])
    columns.add("SV.value", "float64", [value for _, _, value in pairs])
    columns.add("SV.start", "int64", ends)
