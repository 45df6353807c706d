"""Lists every file that detection flags in tarballs and folders of sources, for a human to judge.

    python -m tests.validation.survey TARBALL|FOLDER...

Ordinary sources are best: what is flagged in them at certainty probable or better is most likely wrong. So
the thresholds of formats that rest on statistics (c-array, raw-floats, number-table) are checked again.
Prints for each input the seconds of processor, and a line for each flagged file: certainty, nature, format,
path, evidence; then the counts over all inputs.
"""

import sys
import time
from collections import Counter
from pathlib import Path

from lintian_ml.container import tar
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Budget, open_stream
from lintian_ml.detection import Examiner
from lintian_ml.error import LintianMLError


def examine(path: Path, examiner: Examiner) -> int:
    """Show the files of a tarball or folder to the examiner; return how many there were."""
    count = 0
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.is_symlink():
                with file.open("rb", buffering=0) as source:
                    examiner.examine(str(file.relative_to(path)), file.stat().st_size, source)
                count += 1
        return count
    with path.open("rb", buffering=0) as source:
        for member in tar.walk(open_stream(source, Budget(Limits())), Limits()):
            if member.kind is tar.Kind.FILE:
                examiner.examine(member.name, member.size, member)
                count += 1
    return count


def main() -> None:
    """Survey every input."""
    totals: Counter[tuple[str, str, str]] = Counter()
    files = 0
    for path in map(Path, sys.argv[1:]):
        examiner, began = Examiner(), time.process_time()
        try:
            count = examine(path, examiner)
        except LintianMLError as error:
            print(f"{path}: {error}")
            continue
        files += count
        print(f"{path.name}: {count} files, {time.process_time() - began:.2f} s")
        for model in examiner.models:
            kind = (model.certainty.value, model.nature.value, model.format)
            totals[kind] += 1
            print(f"  {' '.join(kind)} {model.path} ({'; '.join(model.evidence)})")
    print(f"\n{files} files")
    for kind, number in totals.most_common():
        print(f"{number:8} {' '.join(kind)}")


if __name__ == "__main__":
    main()
