"""Holds what detection finds in source packages against labels made by hand.

    python -m tests.validation.detection LABELS.tsv X.dsc...

A line of labels is SOURCE, a path glob, and ``model``, ``not`` or ``either``, separated by tabs; the first
that matches a file counts. Files found at certainty probable or better are held against the label, also those
that a model has as its parts: prints for each package the files missed and the files wrongly flagged, and
exits with 1 if there is one.
"""

import sys
from fnmatch import fnmatchcase
from pathlib import Path

from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner
from lintian_ml.model import Certainty
from lintian_ml.package import read_packages

Label = tuple[str, str, str]


def labels(path: Path) -> list[Label]:
    """Return the rows of a file of labels."""
    rows = (line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return [(row[0], row[1], row[2]) for row in rows]


def label_of(rows: list[Label], source: str, path: str) -> str:
    """Return the label of a file: that of the first row whose source and glob match."""
    return next(
        (label for name, glob, label in rows if name == source and fnmatchcase(path, glob)), "unlabelled"
    )


def judge(rows: list[Label], dsc: Path) -> bool:
    """Print a line on one package, and one for each error; whether there was none."""
    (package,) = read_packages(dsc, lambda: Examiner(Limits()), Limits())
    sure = [model for model in package.models if model.certainty is not Certainty.POSSIBLE]
    found = {path.partition("//")[2] or path for model in sure for path in (model.path, *model.part_paths)}
    files = {path.partition("//")[2] or path for path in package.files} | found
    missed = sorted(path for path in files - found if label_of(rows, package.name, path) == "model")
    wrong = sorted(path for path in found if label_of(rows, package.name, path) == "not")
    right = sum(label_of(rows, package.name, path) == "model" for path in found)
    print(f"{package.name}: {len(files)} files, {right} right, {len(missed)} missed, {len(wrong)} wrong")
    for kind, paths in (("missed", missed), ("wrong", wrong)):
        for path in paths:
            print(f"  {kind}: {path}")
    return not missed and not wrong


def main() -> int:
    """Judge every package."""
    rows = labels(Path(sys.argv[1]))
    results = [judge(rows, Path(name)) for name in sys.argv[2:]]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
