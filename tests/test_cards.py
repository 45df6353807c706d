"""What a model card or an MLmodel file says becomes what the models beside it say of themselves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.detection import Examiner, FoundModel, Subject, card
from lintian_ml.detection.cards import LONGEST, carded
from lintian_ml.model import Certainty, Nature
from lintian_ml.package.reading import read_packages

HUB = b"""---
license: cc-by-nc-4.0
language:
- en
- "de"
datasets: [imdb, 'glue']   # both of the hub
base_model: google-bert/bert-base-uncased
widget:
  - text: not at the outermost level
pipeline_tag: fill-mask
extra: &anchor {a: b}
---

# A model

license: not of the head
"""

MLFLOW = b"""artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
mlflow_version: 2.9.2
run_id: 0123456789abcdef
utc_time_created: '2023-12-01 10:11:12.131415'
"""


def _found(path: str) -> FoundModel:
    return FoundModel(path, "onnx", Certainty.CERTAIN, Nature.TRAINED, 100, "0" * 64)


def test_the_head_of_a_model_card_is_read() -> None:
    said = card("net/README.md", HUB)
    assert said is not None
    assert said.values["license"] == "cc-by-nc-4.0"
    assert said.values["language"] == "en, de"
    assert said.values["base_model"] == "google-bert/bert-base-uncased"
    assert said.values["extra"] == ""
    assert said.folder == "net/"


def test_a_list_in_brackets_may_have_a_comment_behind_it() -> None:
    said = card("README.md", HUB)
    assert said is not None
    assert said.values["datasets"] == "imdb, glue"


def test_an_mlmodel_file_is_read() -> None:
    said = card("model/MLmodel", MLFLOW)
    assert said is not None
    assert said.values["utc_time_created"] == "2023-12-01 10:11:12.131415"
    assert said.values["mlflow_version"] == "2.9.2"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", b"# Program\n\nlicense: MIT\n"),
        ("README.md", b"---\nlayout: page\ntitle: Home\n---\n"),
        ("README.md", b"---\nlicense: mit\n"),
        ("notes.md", HUB),
        ("MLmodel", b"name: x\n"),
        ("README.md", HUB + b" " * LONGEST),
        ("README.md", b""),
    ],
)
def test_other_texts_say_nothing(path: str, text: bytes) -> None:
    assert card(path, text) is None


def test_the_nearest_card_speaks_for_a_model() -> None:
    models = [_found("a/b/net.onnx"), _found("a/other/net.onnx"), _found("net.onnx")]
    cards = [
        card("a/README.md", b"---\nlicense: mit\n---\n"),
        card("a/b/README.md", b"---\nlicense: gpl-3.0\n---\n"),
    ]
    near, above, none = carded(models, [one for one in cards if one])
    assert near.metadata["README.md/license"] == "gpl-3.0"
    assert above.metadata["README.md/license"] == "mit"
    assert not none.metadata


@given(st.binary(max_size=400))
def test_any_head_is_read_without_trouble(data: bytes) -> None:
    card("README.md", b"---\nlicense: x\n" + data + b"\n---\n")
    card("MLmodel", b"flavors:\n" + data)


def test_a_package_s_model_says_what_its_card_says(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    save_file = pytest.importorskip("safetensors.numpy").save_file
    (tmp_path / "debian").mkdir()
    (tmp_path / "debian/control").write_text("Source: net\nMaintainer: A <a@example.org>\n\nPackage: net\n")
    (tmp_path / "debian/changelog").write_text(
        "net (1) unstable; urgency=low\n\n  * It.\n\n -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n"
    )
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub/README.md").write_bytes(HUB)
    save_file({"weight": numpy.ones(4, "float32")}, tmp_path / "hub/net.safetensors")
    package = next(iter(read_packages(tmp_path, Examiner)))
    (model,) = package.models
    said = {statement.subject: statement.value for statement in model.statements}
    assert said[Subject.LICENSE] == "cc-by-nc-4.0"
    assert said[Subject.DATASET] == "imdb, glue"
    assert said[Subject.BASE_MODEL] == "google-bert/bert-base-uncased"
