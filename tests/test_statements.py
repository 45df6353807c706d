"""What models say of themselves, in one vocabulary, whatever their formats call it."""

import json
from importlib.resources import files

import pytest

from lintian_ml.detection import Examiner, Statement, Subject
from lintian_ml.detection.statements import MOST, statements, subject_of
from lintian_ml.package import package_from_files
from lintian_ml.samples import sample


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("general.license", Subject.LICENSE),
        ("general.license.link", Subject.LICENSE),
        ("model_license", Subject.LICENSE),
        ("modelspec.license", Subject.LICENSE),
        ("Copyright", Subject.LICENSE),
        ("general.author", Subject.AUTHOR),
        ("general.quantized_by", Subject.AUTHOR),
        ("general.base_model.0.repo_url", Subject.BASE_MODEL),
        ("ss_sd_model_name", Subject.BASE_MODEL),
        ("general.dataset.0.name", Subject.DATASET),
        ("trainer_spec.input", Subject.DATASET),
        ("producer_name", Subject.GENERATOR),
        ("generatedBy", Subject.GENERATOR),
        ("com.github.apple.coremltools.version", Subject.GENERATOR),
        ("model.weights.h5: keras_version", Subject.GENERATOR),
        ("globin4.COM", Subject.GENERATOR),
        ("train_finish_time", Subject.TRAINED),
        ("Timestamp", Subject.TRAINED),
        ("general.source.url", Subject.SOURCE),
        ("graph.doc_string", Subject.DESCRIPTION),
        ("shortDescription", Subject.DESCRIPTION),
        ("versionString", Subject.VERSION),
        ("general.base_model.count", None),
        ("chksum0", None),
        ("names", None),
        ("", None),
        ("." * 1000, None),
    ],
)
def test_keys_of_formats_speak_of_subjects_that_all_share(key: str, subject: Subject | None) -> None:
    assert subject_of(key) is subject


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("linear.onnx", Statement(Subject.LICENSE, "license", "CC0-1.0")),
        ("linear.gguf", Statement(Subject.LICENSE, "general.license", "MIT")),
        ("linear.gguf", Statement(Subject.BASE_MODEL, "general.base_model.0.name", "Base")),
        ("linear.safetensors", Statement(Subject.LICENSE, "license", "MIT")),
        ("dense.tflite", Statement(Subject.AUTHOR, "author", "The lintian-ml authors")),
        ("regression.pmml", Statement(Subject.TRAINED, "Timestamp", "2026-06-01T12:00:00")),
        ("sentencepiece.model", Statement(Subject.DATASET, "trainer_spec.input", '["policy.txt"]')),
        ("keras.h5", Statement(Subject.GENERATOR, "keras_version", "2.15.0")),
    ],
)
def test_a_found_model_tells_them_with_the_key_of_its_format(name: str, statement: Statement) -> None:
    (found,) = package_from_files({name: sample(name)}, Examiner()).models
    assert statement in found.statements
    assert found.metadata[statement.key] == statement.value


def test_empty_values_say_nothing_and_many_are_cut_off() -> None:
    assert list(statements({"license": " ", "author": ""})) == []
    many = {f"profile{number}.DESC": "x" for number in range(2 * MOST)}
    assert len(list(statements(many))) == MOST


def test_the_schema_knows_every_subject() -> None:
    schema = json.loads(files("lintian_ml.report").joinpath("schema.json").read_text())
    assert set(schema["$defs"]["statement"]["properties"]["subject"]["enum"]) == {
        subject.value for subject in Subject
    }
