"""What is known of each format after damaged files were read: it is kept, so that a hunt can go on."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.fuzz.trial import CRASH, Outcome


@dataclass(slots=True)
class Account:
    """What came of the cases of one format so far.

    ``seconds`` of processor time were spent on ``cases`` cases; ``words`` counts what came of them. The
    slowest took ``slowest`` seconds and was case ``slowest_case``; ``peak`` is in bytes. ``crashes`` has a
    case for each place where what must not be took place.
    """

    format: str
    seed: int
    seconds: float = 0.0
    cases: int = 0
    words: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    slowest_case: int = 0
    peak: int = 0
    crashes: dict[str, int] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> bool:
        """Add what came of a case; whether it is a crash at a place where none was before."""
        self.seconds += outcome.spent
        self.cases = outcome.case + 1
        self.words[outcome.word] = self.words.get(outcome.word, 0) + 1
        if outcome.seconds > self.slowest:
            self.slowest, self.slowest_case = outcome.seconds, outcome.case
        if outcome.word != CRASH:
            self.peak = max(self.peak, outcome.peak)
            return False
        place = f"{outcome.told.partition(':')[0]} {outcome.told.rpartition('(')[2]}".rstrip(")")
        return self.crashes.setdefault(place, outcome.case) == outcome.case

    def line(self) -> str:
        """Return the row of the summary."""
        words = ", ".join(f"{count} {word}" for word, count in sorted(self.words.items()))
        return (
            f"{self.format:<24}{self.cases:>9}{self.words.get(CRASH, 0):>8}{self.seconds:>9.0f} s"
            f"{1000 * self.slowest:>8.0f} ms (case {self.slowest_case}){self.peak >> 20:>6} MiB  {words}"
        )


HEADING = f"{'format':<24}{'cases':>9}{'crashes':>8}{'time':>11}{'slowest':>11}{'peak':>20}"


def path_of(folder: Path, format: str) -> Path:
    """Return where the account of a format is kept."""
    return folder / f"{format}.json"


def kept(folder: Path, format: str, seed: int) -> Account:
    """Return the account of a format as it was kept; a new one where there is none of that seed."""
    try:
        account = Account(**json.loads(path_of(folder, format).read_bytes()))
    except FileNotFoundError:
        return Account(format, seed)
    return account if account.seed == seed else Account(format, seed)


def keep(folder: Path, account: Account) -> None:
    """Keep an account, whole or not at all."""
    path = path_of(folder, account.format)
    path.with_suffix(".new").write_text(json.dumps(asdict(account), indent=1) + "\n")
    path.with_suffix(".new").replace(path)


def accounts(folder: Path) -> Iterator[Account]:
    """Yield all accounts that are kept in a folder, in the order of the formats."""
    for path in sorted(folder.glob("*.json")):
        yield Account(**json.loads(path.read_bytes()))
