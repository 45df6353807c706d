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


class TestComparison:
    """What the comparator prints keeps to a schema of its own."""

    SCHEMA = json.loads(files("lintian_ml.report").joinpath("comparison.json").read_text("utf-8"))

    def compared(self, *words: str | Path) -> list[dict[str, object]]:
        done = run_command("compare", "--format", "json", *words)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_the_schema_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(self.SCHEMA)

    def test_two_files_keep_to_it(self, tmp_path: Path) -> None:
        numpy = pytest.importorskip("numpy")
        one = numpy.linspace(-1, 1, 64, dtype="f4").reshape(8, 8)
        other = one * numpy.float32(1.001)
        other[3, 4] = numpy.nan
        for name, values in (("a.npy", one), ("b.npy", other), ("c.npy", one[:4])):
            numpy.save(tmp_path / name, values)
        for words in ((), ("--coherence",), ("--predicate", "ulp(4)"), ("--predicate", "identical")):
            for second in ("a.npy", "b.npy", "c.npy"):
                (found,) = self.compared(*words, tmp_path / "a.npy", tmp_path / second)
                jsonschema.validate(found, self.SCHEMA)

    def test_two_folders_keep_to_it(self, tmp_path: Path) -> None:
        for side in ("one", "two"):
            (tmp_path / side).mkdir()
            (tmp_path / side / "net.onnx").write_bytes(sample("linear.onnx"))
        (tmp_path / "two" / "more.npz").write_bytes(sample("linear.npz"))
        found = self.compared(tmp_path / "one", tmp_path / "two")
        assert [one["path"] for one in found] == ["more.npz", "net.onnx"]
        for one in found:
            jsonschema.validate(one, self.SCHEMA)

    def test_it_is_strict(self) -> None:
        good: dict[str, object] = {"path": "a", "trouble": "why"}
        jsonschema.validate(good, self.SCHEMA)
        for change in ({"surprise": 1}, {"trouble": ""}, {"verdict": "fine"}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate({**good, **change}, self.SCHEMA)
