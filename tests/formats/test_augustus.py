"""AUGUSTUS's parameters of a species are read section by section."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import augustus as ours
from lintian_ml.samples import sample
from tests.formats import trials

INTRONS = sample("intron_probs.pbl")

BETWEEN = b"""[1]
# (a,c,g,t)= (0.295, 0.205, 0.205, 0.295)
#
# Probabilities file for the intergenic region model
#

# k =
4
[P_ls]
# Values
AAAAA\t0.1
AAAAC\t0.2
"""

LOOK_ALIKES = (
    b"#exon model parameters\nare described in the manual.\n",
    b"#intron model parameters\n# begin of content independent part\n[ASS]\nname = value\n",
    b"# UTR model parameters\n# begin of content independent part\n1\n2\n",
    b"[1]\n# (a,c,g,t)= (0.25, 0.25, 0.25, 0.25)\n1\n",
    b"[1] Author, Title.\n[2] Author, Title.\n",
    b"[section]\nkey = 1\n",
)


def test_sections_are_tensors() -> None:
    model = trials.reads_whole(ours, INTRONS)
    tensors = trials.named(model)
    assert list(tensors) == ["ASS", "LENGTH", "1", "EMISSION", "EMISSION#2"]
    assert trials.values(tensors["ASS"]).tolist() == [16, 31180, 0.01, 0.321, 0.289, 0.0324, 3.08e-07]
    assert isinstance(model.structure, dict) and model.structure["part"] == "introns"


def test_what_lies_between_genes_is_read() -> None:
    model = trials.reads_whole(ours, BETWEEN)
    assert trials.values(trials.named(model)["P_ls"]).tolist() == [0.1, 0.2]


def test_patterns_are_part_of_the_structure() -> None:
    other = INTRONS.replace(b"aaaat", b"aaatt")
    assert ours.read(Blob(other)).structure != ours.read(Blob(INTRONS)).structure


def test_a_line_of_words_is_refused() -> None:
    with pytest.raises(FormatError, match="line 9"):
        ours.read(Blob(INTRONS.replace(b"\n31180\n", b"\nmany of them\n")))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, INTRONS)
    for end in range(0, len(INTRONS), 5):
        trials.recognised(ours, INTRONS[:end])
        try:
            ours.read(Blob(INTRONS[:end]))
        except FormatError as error:
            assert str(error)


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(ours, INTRONS)
    for other in LOOK_ALIKES:
        assert trials.recognised(ours, other) is None
