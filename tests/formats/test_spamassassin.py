"""Scores that SpamAssassin's tools generated are models; scores that people set are not."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import spamassassin as ours
from lintian_ml.samples import sample
from tests.formats import trials

SCORES = sample("spamassassin_scores.cf")

BY_HAND = SCORES.replace(b"<gen:mutable>", b"").replace(b"</gen:mutable>", b"")
LOOK_ALIKES = (
    BY_HAND,
    b"# SpamAssassin rules file\nheader SUBJECT_X Subject =~ /x/\nscore SUBJECT_X 1.0\n",
    b"# SpamAssassin tools write between <gen:mutable> and </gen:mutable>.\nprint 'score'\n",
    b"# SpamAssassin\n# <gen:mutable>\n# </gen:mutable>\nscore A 1\n",
)


def test_generated_scores_are_read() -> None:
    model = trials.reads_whole(ours, SCORES)
    tensors = trials.named(model)
    assert list(tensors) == ["DEAR_FRIEND", "NOT_SEEN", "ALL_TRUSTED", "HTML_ONLY", "DEAR_FRIEND#2"]
    assert trials.values(tensors["DEAR_FRIEND"]).tolist() == [2.683, 2.604, 1.801, 2.577]
    assert trials.values(tensors["ALL_TRUSTED"]).tolist() == [-1.0]


def test_what_is_set_by_hand_is_part_of_the_structure() -> None:
    changed = SCORES.replace(b"score GTUBE 1000", b"score GTUBE 999")
    assert changed != SCORES
    assert ours.read(Blob(changed)).structure != ours.read(Blob(SCORES)).structure


def test_a_section_that_does_not_end_is_refused() -> None:
    with pytest.raises(FormatError, match="does not end"):
        ours.read(Blob(SCORES[: SCORES.rindex(b"# </gen")]))


def test_what_is_no_score_within_a_section_is_refused() -> None:
    with pytest.raises(FormatError, match="among generated"):
        ours.read(Blob(SCORES.replace(b"score NOT_SEEN 0", b"body NOT_SEEN /x/")))


def test_no_beginning_raises_anything_else() -> None:
    for end in range(0, len(SCORES), 7):
        trials.recognised(ours, SCORES[:end])
        try:
            ours.read(Blob(SCORES[:end]))
        except FormatError as error:
            assert str(error)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, SCORES, 200)


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(ours, SCORES)
    for other in LOOK_ALIKES:
        assert trials.recognised(ours, other) is None
