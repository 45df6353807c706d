"""Reads damaged models: ``python -m tests.fuzz [--seconds 600] [--samples FOLDER] [FORMAT…]``.

Each format in turn has so many seconds of processor time to recognise and read damaged copies of the
samples, and to drain all tensors, in a child process with 1.5 GiB of address space; a case has some seconds
and some resident memory. What ends in anything but a reading, a FormatError or a LimitError is saved and
told with the case that makes it again (``--seed N --case N``). What came of it all is kept in ``--folder``,
with a table (``summary.txt``): a hunt that was broken off goes on where it was, as does one that is given
more seconds.
"""

import argparse
import sys
from pathlib import Path

from tests.fuzz.account import HEADING, Account, accounts, keep, kept
from tests.fuzz.readers import SAMPLES, Subject, add_samples, read, subjects
from tests.fuzz.trial import tried

BATCH = 400
"""Cases that one child reads before another takes over, so that nothing piles up."""


def hunt(subject: Subject, seed: int, seconds: float, folder: Path) -> Account:
    """Try cases of one format until its account has so many seconds.

    The samples themselves are read first: that they can be, and that no child imports a library again.
    """
    for name in subject.names:
        read(subject.module, name, SAMPLES[name])
    account = kept(folder, subject.module.FORMAT.name, seed)
    while account.seconds < seconds:
        for outcome in tried(subject, seed, range(account.cases, account.cases + BATCH)):
            if account.add(outcome):
                name, data = subject.case(seed, outcome.case)
                (folder / f"{account.format}-{seed}-{outcome.case}-{Path(name).name}").write_bytes(data)
                print(f"{account.format} --seed {seed} --case {outcome.case}: {outcome.told}", flush=True)
            if account.seconds >= seconds:
                break
        keep(folder, account)
    return account


def summarise(folder: Path) -> None:
    """Write the table of all formats that were hunted in."""
    lines = [HEADING, *(account.line() for account in accounts(folder))]
    (folder / "summary.txt").write_text("\n".join(lines) + "\n")


def main() -> int:
    """Hunt in every format for its share of the time; return 1 if something was found."""
    made = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    made.add_argument("--seconds", type=float, default=2, help="of processor time, for each format")
    made.add_argument("format", nargs="*", help="hunt in these alone, in this order")
    made.add_argument("--samples", type=Path, help="a folder of further files to damage")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--case", type=int, help="read this one case, here, with its traceback")
    made.add_argument("--folder", type=Path, default=Path("/tmp/lintian-ml-fuzz"))
    options = made.parse_args()
    if options.samples:
        add_samples(options.samples)
    chosen = list(subjects(options.format or None))
    if options.case is not None:
        print(read(chosen[0].module, *chosen[0].case(options.seed, options.case)))
        return 0
    options.folder.mkdir(parents=True, exist_ok=True)
    crashes = 0
    print(HEADING)
    for subject in chosen:
        account = hunt(subject, options.seed, options.seconds, options.folder)
        print(account.line(), flush=True)
        summarise(options.folder)
        crashes += len(account.crashes)
    return int(crashes > 0)


if __name__ == "__main__":
    sys.exit(main())
