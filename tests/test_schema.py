"""Every JSON report keeps to the schema that is shipped with it."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from lintian_ml.samples import declared, sample
from tests.building import run_command, write_tree

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads(files("lintian_ml.report").joinpath("schema.json").read_text())


def reports(*words: str | Path) -> list[object]:
    return [
        json.loads(line)
        for line in run_command("--allow-root", "--format", "json", *words).stdout.splitlines()
    ]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_reports_keep_to_it(tmp_path: Path) -> None:
    undeclared = write_tree(tmp_path / "undeclared", {"net.onnx": "linear.onnx", "w\udcff.npy": "linear.npy"})
    full = write_tree(
        tmp_path / "declared",
        files={
            **declared(),
            "cut.gguf": sample("linear.gguf")[:400],
            "debian/source.lintian-ml-overrides": "shipped-model\n",
        },
    )
    found = reports(undeclared, full, tmp_path / "nosuch.dsc")
    assert len(found) == 3
    for report in found:
        jsonschema.validate(report, SCHEMA)


def test_it_is_strict() -> None:
    (report,) = reports(Path(__file__).parent / "packages" / "tinynet_1.0-1.dsc")
    assert isinstance(report, dict)
    changes: tuple[dict[str, object], ...] = ({"status": "fine"}, {"surprise": 1}, {"models": [{}]})
    for change in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**report, **change}, SCHEMA)
