"""The reports that other programs read keep to what those programs expect, whatever a package holds."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from lintian_ml import report as reports
from lintian_ml.detection import Examiner, NotExamined
from lintian_ml.escape import for_message
from lintian_ml.hint import Visibility
from lintian_ml.package import package_from_files
from lintian_ml.registry import checks, find_profile
from lintian_ml.report import Look
from lintian_ml.run import Report, Settings, judge
from lintian_ml.samples import declared, sample
from tests.building import run_command
from tests.hostile import Poison

OVERRIDES = "debian/source.lintian-ml-overrides"
TINYNET = Path(__file__).parent / "packages" / "tinynet_1.0-1.dsc"
HOSTILE = "a\udcff\x00\x1b\u202e]]>&<b> c:d//e#?.gguf"

SCHEMAS = Path(__file__).parent / "schemas"
"""Published schemas; the README there tells where they are from."""

Write = Callable[..., str]


@pytest.fixture(scope="module")
def full() -> Report:
    """A package with a declared and an undeclared model, hints of most kinds, and an unreadable file."""
    files = {
        **declared({"Training-Program": "lost.py", "Base-Model": "none"}),
        "other.npz": sample("linear.npz"),
        HOSTILE: sample("linear.gguf")[:400],
        OVERRIDES: "# asked upstream\nshipped-model net.onnx *\n",
    }
    named = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    package = package_from_files(named, Examiner())
    return judge(package, Settings(find_profile("ml-policy")))


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))


def written(name: str, *of: Report, failure: str = "") -> str:
    writer = reports.writer(name, Look())
    lines = [line for one in of for line in writer.report(one)]
    if failure:
        lines += writer.failure(failure, "debian", f"{failure}: cannot be read")
    return "\n".join([*lines, *writer.closing()])


def poisoned(report: Report) -> Report:
    """Return the report with markup, and bytes that are no text, in every hint and on the package."""
    poison = Poison()
    hints = tuple(
        replace(issued, hint=poison.all_of(issued.hint), override=poison.all_of(issued.override))
        for issued in report.hints
    )
    package = replace(
        report.package, input=f"{poison.text()}{HOSTILE}", name=poison.text(), version=poison.text() + HOSTILE
    )
    unseen = (NotExamined(poison.text() + HOSTILE, poison.text() + HOSTILE),)
    return replace(report, package=package, hints=hints, not_examined=unseen)


@pytest.mark.parametrize("name", reports.formats())
def test_every_module_of_reports_is_a_format(name: str) -> None:
    assert callable(reports.writer(name, Look()).closing)


@pytest.mark.parametrize("name", ["sarif", "junit", "cyclonedx", "spdx", "json", "html"])
def test_each_is_valid_unicode_and_deterministic(
    name: str, full: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    once, twice = (written(name, poisoned(full), failure=HOSTILE) for _ in range(2))
    assert once == twice
    assert once.encode()


class TestSarif:
    def log(self, *of: Report, failure: str = "") -> dict[str, Any]:
        made: dict[str, Any] = json.loads(written("sarif", *of, failure=failure))
        return made

    def test_there_is_a_result_for_every_hint(self, full: Report) -> None:
        (run,) = self.log(full)["runs"]
        assert [one["ruleId"] for one in run["results"]] == [issued.tag for issued in full.hints]
        rules = run["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == list(checks())
        assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])

    def test_levels_are_those_of_the_profile(self, full: Report) -> None:
        (run,) = self.log(full)["runs"]
        for result, issued in zip(run["results"], full.hints, strict=True):
            assert (result["level"] == "error") is (issued.visibility is Visibility.ERROR)
            assert (result["level"] == "warning") is (issued.visibility is Visibility.WARNING)
            assert (result["level"] == "none") is (result["kind"] != "fail")

    def test_a_pointer_is_a_place(self, full: Report) -> None:
        (run,) = self.log(full)["runs"]
        for result, issued in zip(run["results"], full.hints, strict=True):
            place = result["locations"][0]["physicalLocation"]
            if issued.hint.pointer:
                assert unquote(place["artifactLocation"]["uri"]) == issued.hint.pointer.file
                assert place.get("region", {}).get("startLine") == issued.hint.pointer.line

    def test_an_overridden_hint_is_suppressed_with_its_reason(self, full: Report) -> None:
        (run,) = self.log(full)["runs"]
        suppressed = [one["suppressions"] for one in run["results"] if "suppressions" in one]
        assert suppressed == [[{"kind": "inSource", "justification": "asked upstream"}]]

    def test_what_was_not_looked_at_is_notified(self, full: Report) -> None:
        (invocation,) = self.log(full, failure="x.dsc")["runs"][0]["invocations"]
        assert invocation["executionSuccessful"] is False
        levels = [one["level"] for one in invocation["toolExecutionNotifications"]]
        assert levels == ["warning"] * len(full.not_examined) + ["error"]

    def test_every_path_is_a_relative_reference(self, full: Report) -> None:
        text = written("sarif", poisoned(full), failure=HOSTILE)
        uris = re.findall(r'"uri": "([^"]*)"', text)
        assert uris
        for uri in uris:
            parts = urlsplit(uri)
            assert not (parts.scheme or parts.netloc or parts.query or parts.fragment), uri
            assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", uri)

    def test_fingerprints_tell_hints_apart(self, full: Report) -> None:
        (run,) = self.log(full)["runs"]
        prints = [one["partialFingerprints"]["hint/v1"] for one in run["results"]]
        assert len(set(prints)) == len(prints)

    def test_it_keeps_to_the_published_schema(self, full: Report) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        validator = jsonschema.Draft4Validator(schema("sarif-2.1.0"))
        for log in (self.log(), self.log(full), self.log(poisoned(full), full, failure=HOSTILE)):
            validator.validate(log)
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(self.log(full) | {"surprise": 1})


class TestJunit:
    def root(self, *of: Report, failure: str = "") -> ElementTree.Element:
        return ElementTree.fromstring(written("junit", *of, failure=failure))

    def test_there_is_a_case_for_every_hint_and_every_unseen_file(self, full: Report) -> None:
        (suite,) = self.root(full)
        assert len(list(suite)) == len(full.hints) + len(full.not_examined)

    def test_what_is_loud_fails_and_what_is_overridden_is_skipped(self, full: Report) -> None:
        (suite,) = self.root(full)
        for case, issued in zip(suite, full.hints, strict=False):
            if issued.override:
                assert case.find("skipped") is not None
            else:
                assert (case.find("failure") is not None) is (issued.visibility >= Visibility.WARNING)

    def test_the_counts_are_true(self, full: Report) -> None:
        root = self.root(full, failure="x.dsc")
        for part in (root, *root):
            assert int(part.attrib["tests"]) == len(list(part.iter("testcase")))
            for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                if name in part.attrib:
                    assert int(part.attrib[name]) == len(list(part.iter(tag)))
        assert root.attrib["errors"] == "1"

    def test_a_clean_package_has_a_passed_case(self) -> None:
        (suite,) = self.root(judge(package_from_files({}, Examiner()), Settings(find_profile("debian"))))
        assert suite.attrib == {
            "name": "example 1.0-1",
            "tests": "1",
            "failures": "0",
            "errors": "0",
            "skipped": "0",
        }

    def test_it_keeps_to_the_published_schema_but_for_the_place_that_gitlab_reads(self, full: Report) -> None:
        xmlschema = pytest.importorskip("xmlschema")
        published = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
        for root in (self.root(), self.root(full), self.root(poisoned(full), full, failure=HOSTILE)):
            for case in root.iter("testcase"):
                case.attrib.pop("file", None)
                case.attrib.pop("line", None)
            published.validate(root)
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            published.validate(ElementTree.fromstring("<testsuites><testsuite/></testsuites>"))

    def test_hostile_text_stays_text(self, full: Report) -> None:
        tags = {element.tag for element in self.root(poisoned(full), failure=HOSTILE).iter()}
        known = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}
        assert tags <= known


class TestCycloneDx:
    def bill(self, *of: Report, failure: str = "") -> dict[str, Any]:
        made: dict[str, Any] = json.loads(written("cyclonedx", *of, failure=failure))
        return made

    def models(self, *of: Report) -> list[dict[str, Any]]:
        return [one for one in self.bill(*of)["components"] if one["type"] == "machine-learning-model"]

    def test_every_model_is_a_component_with_its_digest(self, full: Report) -> None:
        for made, model in zip(self.models(full), full.models, strict=True):
            assert made["name"] == for_message(model.path)
            assert model.found
            assert made["hashes"] == [{"alg": "SHA-256", "content": model.found.sha256}]

    def test_its_class_and_facts_are_properties(self, full: Report) -> None:
        for made, model in zip(self.models(full), full.models, strict=True):
            told = {one["name"]: one["value"] for one in made["properties"]}
            assert told["lintian-ml:class"] == model.judgement.class_.value
            assert told["lintian-ml:reproducibility"].startswith(model.facts.reproducibility.value)

    def test_the_license_is_what_the_copyright_file_says(self, full: Report) -> None:
        for made, model in zip(self.models(full), full.models, strict=True):
            said = [one["license"]["name"] for one in made.get("licenses", ())]
            assert said == ([model.grant.license] if model.grant.license else [])

    def test_declared_data_is_in_the_model_card(self, full: Report) -> None:
        (card,) = (one["modelCard"] for one in self.models(full) if one["name"] == "net.onnx")
        (data,) = card["modelParameters"]["datasets"]
        assert (data["type"], data["name"]) == ("dataset", "digits")
        assert {"name": "lintian-ml:license", "value": "CC0-1.0"} in data["contents"]["properties"]

    def test_a_base_model_is_an_ancestor(self) -> None:
        files = {**declared({"Base-Model": "https://example.org/base"})}
        named = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        made = judge(package_from_files(named, Examiner()), Settings(find_profile("debian")))
        (model,) = self.models(made)
        assert [one["name"] for one in model["pedigree"]["ancestors"]] == ["https://example.org/base"]

    def test_references_are_unique_and_resolve(self, full: Report) -> None:
        bill = self.bill(full, full)
        places = [one["bom-ref"] for one in bill["components"]]
        assert len(set(places)) == len(places)
        for dependency in bill["dependencies"]:
            assert {dependency["ref"], *dependency["provides"]} <= set(places)

    def test_it_keeps_to_the_published_schema(self, full: Report) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        referencing = pytest.importorskip("referencing")
        registry = referencing.Registry().with_contents(
            (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", schema(f"cyclonedx-{file}"))
            for name, file in (("spdx", "spdx"), ("jsf-0.82", "jsf"))
        )
        validator = jsonschema.Draft7Validator(schema("cyclonedx-1.6"), registry=registry)
        bills = (self.bill(), self.bill(full, full, failure="x.dsc"))
        for bill in (*bills, json.loads(written("cyclonedx", poisoned(full), failure=HOSTILE))):
            validator.validate(bill)
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(bills[1] | {"specVersion": 1.6})


class TestSpdx:
    @pytest.fixture(autouse=True)
    def now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    def graph(self, *of: Report, failure: str = "") -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = json.loads(written("spdx", *of, failure=failure))["@graph"]
        return made

    def test_every_model_is_a_package_of_the_ai_profile_with_its_digest(self, full: Report) -> None:
        models = [one for one in self.graph(full) if one["type"] == "ai_AIPackage"]
        assert [one["name"] for one in models] == [for_message(model.path) for model in full.models]
        for made, model in zip(models, full.models, strict=True):
            assert model.found
            assert made["verifiedUsing"][0]["hashValue"] == model.found.sha256
            assert made["summary"].startswith(model.judgement.text)

    def test_declared_data_is_what_it_was_trained_on(self, full: Report) -> None:
        by_name = {one["spdxId"]: one for one in self.graph(full) if "spdxId" in one}
        (relation,) = (one for one in by_name.values() if one.get("relationshipType") == "trainedOn")
        assert by_name[relation["from"]]["name"] == "net.onnx"
        (data,) = (by_name[target] for target in relation["to"])
        assert (data["type"], data["name"]) == ("dataset_DatasetPackage", "digits")

    def test_names_are_unique_and_resolve(self, full: Report) -> None:
        graph = self.graph(full, full, failure=HOSTILE)
        names = [one["spdxId"] for one in graph if "spdxId" in one]
        assert len(set(names)) == len(names)
        used = {
            name
            for one in graph
            for key in ("from", "to", "element", "rootElement", "subject")
            for name in ([one[key]] if isinstance(one.get(key), str) else one.get(key, []))
        }
        assert used <= set(names)

    def test_text_that_looks_like_a_name_stays_as_it_is(self, full: Report) -> None:
        package = replace(full.package, name="#package-0", version="#tool")
        (made,) = (
            one for one in self.graph(replace(full, package=package)) if "package-0" in one.get("name", "")
        )
        assert (made["name"], made["software_packageVersion"]) == ("#package-0", "#tool")

    def test_it_keeps_to_the_published_model(self, full: Report) -> None:
        spdx = pytest.importorskip("spdx_python_model").v3_0_1
        texts = (written("spdx"), written("spdx", poisoned(full), full, failure=HOSTILE))
        for text in texts:
            known = spdx.SHACLObjectSet()
            spdx.JSONLDDeserializer().read(BytesIO(text.encode()), known)
            assert not known.missing_ids
        assert len(list(known.foreach_type(spdx.ai_AIPackage))) == 2 * len(full.models)
        with pytest.raises(ValueError, match="datetime"):
            broken = texts[1].replace("2023-11-14T22:13:20Z", "yesterday")
            spdx.JSONLDDeserializer().read(BytesIO(broken.encode()), spdx.SHACLObjectSet())


@pytest.mark.parametrize("name", ["sarif", "junit", "cyclonedx", "spdx"])
def test_the_command_writes_it(name: str) -> None:
    done = run_command("--allow-root", "--format", name, TINYNET)
    assert done.returncode == 0, done.stderr
    if name == "junit":
        assert ElementTree.fromstring(done.stdout).tag == "testsuites"
    else:
        assert "net.onnx" in json.dumps(json.loads(done.stdout))
