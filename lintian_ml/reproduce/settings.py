"""How models are to be trained again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lintian_ml.reproduce.sandbox import Confinement, Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """How models are trained again.

    ``model`` is the one to train, None for all; ``times`` how often, each time under conditions that differ
    in what ``varied`` names; ``root`` the system that is seen. ``data`` is the folder with a folder for each
    data set, to which what lacks is brought if ``fetches``; ``keep`` the folder for what was made. ``tell``
    is called with a sentence on what happens next; ``ask`` with the commands that are to be run, and may
    refuse by an exception.
    """

    confinement: Confinement
    limits: Limits = field(default_factory=Limits)
    model: str | None = None
    times: int = 2
    varied: Sequence[str] = ()
    root: Path = Path("/")
    data: Path | None = None
    fetches: bool = False
    keep: Path | None = None
    tell: Callable[[str], None] = lambda sentence: None
    ask: Callable[[Sequence[str]], None] = lambda commands: None
