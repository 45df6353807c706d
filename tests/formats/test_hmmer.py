"""Profiles of HMMER are read as HMMER reads them."""

import io
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import hmmer as ours
from lintian_ml.samples import sample
from tests.formats import trials

PROFILE = sample("profile.hmm")

OLDER = b"""HMMER2.0  [2.3.2]
NAME  tiny
LENG  2
ALPH  Nucleic
DATE  Mon Jun  1 12:00:00 2026
HMM        A      C      G      T
         m->m   m->i   m->d   i->m   i->i   d->m   d->d   b->m   m->e
         -600      *  -1555
     1   -622  -1462   -841   -124     1
     -   -149   -500    233     43
     -    -11 -11284 -12326   -894  -1115   -701  -1378   -701  -1378
     2   -622  -1462   -841   1240     2
     -      *      *      *      *
     -      *      *      *      *      *      *      *      *      0
//
"""


def test_a_profile_is_read_whole() -> None:
    model = trials.reads_whole(ours, PROFILE)
    assert model.complete
    assert model.metadata["COM"] == "[1] hmmbuild tiny.hmm tiny.sto"
    assert model.metadata["NSEQ"] == "3"


def test_the_numbers_are_those_of_the_library() -> None:
    plan7 = pytest.importorskip("pyhmmer.plan7", reason="made and read by HMMER")
    with plan7.HMMFile(io.BytesIO(PROFILE)) as file:
        profile = file.read()
    tensors = trials.named(ours.read(Blob(PROFILE)))
    for name, theirs, skipped in (
        ("match", profile.match_emissions, 1),
        ("insert", profile.insert_emissions, 0),
        ("transitions", profile.transition_probabilities, 0),
    ):
        wanted = np.asarray(theirs, np.float32)[skipped:].ravel()
        assert np.allclose(np.exp(-trials.values(tensors[f"tiny.{name}"])), wanted, atol=2e-5)


def test_several_profiles_are_kept_apart() -> None:
    model = trials.reads_whole(ours, PROFILE + PROFILE)
    assert len(model.tensors) == 8
    assert model.metadata["tiny#1.NSEQ"] == "3"


def test_version_2_has_scores_and_stars() -> None:
    model = trials.reads_whole(ours, OLDER)
    tensors = trials.named(model)
    assert trials.values(tensors["tiny.match"]).tolist()[-1] == 1240
    assert trials.values(tensors["tiny.begin"]).tolist() == [-600, -np.inf, -1555]
    trials.refuses_when_cut(ours, OLDER)
    trials.survives_damage(ours, OLDER, 200)


def test_a_profile_that_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(ours, PROFILE)


def test_a_node_out_of_turn_is_refused() -> None:
    with pytest.raises(FormatError, match="node 2"):
        ours.read(Blob(PROFILE.replace(b"\n      2 ", b"\n      3 ")))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, PROFILE)


def test_nothing_else_is_a_profile() -> None:
    trials.knows_no_other(ours, PROFILE)


def test_real_profiles_are_read() -> None:
    tests = pytest.importorskip("pyhmmer.tests", reason="its tests have profiles of Pfam and Rfam")
    for path in sorted(Path(tests.__file__).parent.glob("data/hmms/txt*/*")):
        assert trials.reads_whole(ours, path.read_bytes()).complete
