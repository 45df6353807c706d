"""The manual page of training again says what the program does, no less and no more."""

import re

from lintian_ml.reproduce import Ending
from lintian_ml.reproduce.variation import KINDS
from tests.test_manual import flags, options_of, section, source

PAGE = "lintian-ml-reproduce.1"


def test_every_option_is_explained_and_none_is_made_up() -> None:
    explained = flags(section(PAGE, "DESCRIPTION"))
    assert explained == options_of("reproduce")
    elsewhere = {"--user", "--scope", "--rebuilt"}  # of systemd-run, and of the linter
    assert flags(source(PAGE)) - elsewhere == explained


def test_every_variation_is_explained_and_none_is_made_up() -> None:
    assert re.findall(r"(?m)^\.It Cm ([a-z]+)$", section(PAGE, "VARIATIONS")) == list(KINDS)


def test_every_ending_is_explained() -> None:
    told = section(PAGE, "OUTPUT")
    assert all(f".It Sy {ending.value}\n" in told for ending in Ending if ending is not Ending.TRAINED)
