"""The text of a linear machine (liblinear, linear.cpp: save_model and load_model).

Lines ``KEY VALUE…`` up to a line ``w``, then one line for each feature, and one for the bias where it is not
negative: a weight for each class, or one weight in all where there are two classes.
"""

from collections.abc import Iterator

from lintian_ml.encoding.numbers import Columns
from lintian_ml.error import FormatError
from lintian_ml.model import Tensor

ONE_PER_CLASS = "MCSVM_CS"
"""The solver that keeps a column of weights for each class even of two."""

LONGEST_HEADER = 16
SINGLE = ("solver_type", "nr_class", "nr_feature", "bias")


def read_linear(text: Iterator[bytes]) -> tuple[tuple[Tensor, ...], dict[str, object]]:
    """Return a machine's tensors (``w`` of the shape rows, columns) and its structure from its lines;
    FormatError where it is none.
    """
    columns = Columns()
    header = _read_header(text, columns)
    solver = header["solver_type"]
    try:
        classes, features = int(header["nr_class"]), int(header["nr_feature"])
        has_bias = float(header["bias"]) >= 0
    except ValueError as error:
        raise FormatError("a header whose sizes are no numbers") from error
    if classes < 1 or features < 0:
        raise FormatError(f"a machine of {classes} classes and {features} features")
    if "label" in columns and columns.count("label") != classes:
        raise FormatError(f"{columns.count('label')} labels for {classes} classes")
    width = 1 if classes == 2 and solver != ONE_PER_CLASS else classes
    shape = (features + has_bias, width)
    _read_weights(text, columns, *shape)
    return tuple(columns.tensor(t.name, shape if t.name == "w" else None) for t in columns.tensors()), {
        "solver_type": solver,
        "nr_class": classes,
        "nr_feature": features,
    }


def _read_header(text: Iterator[bytes], columns: Columns) -> dict[str, str]:
    header: dict[str, str] = {}
    for _, line in zip(range(LONGEST_HEADER), text, strict=False):
        key, *values = line.decode("ascii", "replace").split() or [""]
        if key in header or key in columns:
            raise FormatError(f"{key} stands twice in the header")
        if key == "w" and not values:
            if missing := [name for name in SINGLE if name not in header]:
                raise FormatError(f"a header without {missing[0]}")
            return header
        if key == "label":
            columns.add(key, "int64", values)
        elif key in (*SINGLE, "rho") and len(values) == 1:
            header[key] = values[0]
            if key in ("bias", "rho"):
                columns.add(key, "float64", values)
        else:
            raise FormatError(f"a header with the line {line[:40]!r}")
    raise FormatError("a header that no line w ends")


def _read_weights(text: Iterator[bytes], columns: Columns, rows: int, width: int) -> None:
    columns.add("w", "float64", ())
    for line in text:
        words = line.split()
        if len(words) != width:
            raise FormatError(f"row {columns.count('w') // width} has {len(words)} of {width} weights")
        columns.add("w", "float64", words)
    if columns.count("w") != rows * width:
        raise FormatError(f"{columns.count('w') // width} rows of weights, but {rows} are expected")
