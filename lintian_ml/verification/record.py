"""What came of holding a model of a package against a rebuilt one."""

import enum
from dataclasses import dataclass

from lintian_ml.equality.predicate import Level
from lintian_ml.equality.verdict import Verdict


class By(enum.Enum):
    """Who says so: files from outside, a certificate, or files of the same source package."""

    REBUILT = "rebuilt files"
    CERTIFICATE = "certificate"
    SOURCE = "Rebuilt-Files"

    @property
    def is_from_outside(self) -> bool:
        """Whether others than the uploader may have made it: a copy in the upload proves little."""
        return self is not By.SOURCE


@dataclass(frozen=True, slots=True)
class Verification:
    """One model beside its rebuilt one.

    ``predicate`` is that which was asked, on one line; empty where none is declared, so that only bytes were
    compared. ``level`` is what the verdict vouches for. ``equal`` tells that both are equal byte for byte,
    ``found`` that there was a rebuilt file at all; ``link`` says why it is no file of its own. ``slack`` is
    what the predicate leaves open, in bits (None: not known); ``tightest`` is another that holds and leaves
    ``least`` open, empty where none was looked for. ``noise`` says in what two files differ that hold the
    same.
    """

    by: By
    verdict: Verdict = Verdict.NOT_DECIDED
    predicate: str = ""
    level: Level = Level.NONE
    reason: str = ""
    equal: bool = False
    found: bool = True
    link: str = ""
    slack: float | None = 0.0
    tightest: str = ""
    least: float | None = None
    noise: str = ""

    @property
    def met(self) -> bool:
        """Whether what was asked holds, or, where nothing was, whether the bytes are equal."""
        return self.verdict is Verdict.MET

    @property
    def refuted(self) -> bool:
        """Whether it was proved that what was asked does not hold."""
        return self.verdict is Verdict.NOT_MET

    @property
    def undecided(self) -> bool:
        """Whether nothing was proved."""
        return self.verdict is Verdict.NOT_DECIDED

    @property
    def counts(self) -> bool:
        """Whether there were two files to compare."""
        return self.found and not self.link
