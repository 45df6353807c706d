"""The description of a spaCy pipeline tells its license and sources; other JSON does not."""

import json

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import spacy as ours
from lintian_ml.samples import sample
from tests.formats import trials

META = sample("spacy_meta.json")


def changed(**keys: object) -> bytes:
    return json.dumps(
        {key: value for key, value in {**json.loads(META), **keys}.items() if value != "gone"}
    ).encode()


def test_license_author_and_sources_are_metadata() -> None:
    model = ours.read(Blob(META))
    assert (model.metadata["license"], model.metadata["author"]) == ("CC0-1.0", "A. Author")
    assert json.loads(model.metadata["sources"])[0]["license"] == "CC BY-SA 4.0"
    assert isinstance(model.structure, dict)
    assert model.structure["pipeline"] == ["tagger"]
    assert model.complete


def test_it_is_recognised_as_what_has_no_numbers() -> None:
    evidence = trials.recognised(ours, META)
    assert evidence is not None
    assert evidence.untrained
    assert ours.read(Blob(META)).parameter_count == 0


@pytest.mark.parametrize(
    "data",
    [
        changed(spacy_version="gone"),
        changed(lang="gone"),
        changed(pipeline="gone", labels="gone"),
        b'{"name": "a plugin", "version": "1", "lang": "en", "pipeline": []}',
        b'[{"spacy_version": "3"}]',
        b'{"dependencies": {"spacy": "3.7"}}',
    ],
)
def test_other_json_is_none(data: bytes) -> None:
    assert trials.recognised(ours, data) is None
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(data))


@pytest.mark.parametrize("data", [changed(pipeline=[1]), changed(lang=1), changed(pipeline={})])
def test_keys_of_another_type_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(data))


def test_cut_and_damaged_files_end_in_a_sentence() -> None:
    trials.refuses_when_cut(ours, META)
    trials.survives_damage(ours, META)


def test_nothing_else_is_a_description() -> None:
    trials.knows_no_other(ours, META)
