"""The models that were found as an SPDX 3.0.1 document in JSON-LD, with the classes of its AI and dataset
profiles.

No conformance to these two profiles is claimed: they ask of every model when it was released and by whom it
is supplied, which a source package does not say. What was judged stands in the model's summary.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from lintian_ml import __version__
from lintian_ml.escape import for_message
from lintian_ml.package import Package, PackageType
from lintian_ml.report import Look, Writer
from lintian_ml.report.cyclonedx import package_url
from lintian_ml.run import Report

if TYPE_CHECKING:
    from lintian_ml.declaration import DataStanza
    from lintian_ml.facts import KnownModel

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
CREATION = "_:creation"
TRAINING = ("training-program", "training-environment", "data-identified", "data-license", "data-access")
"""The facts that are told of how a model was trained."""

NAMED = frozenset({"spdxId", "from", "subject"})
"""What has the name of one element; lists may have those of several."""

Element = dict[str, Any]


def writer(look: Look) -> Writer:
    """Return a writer of one document on all packages."""
    del look
    return SpdxWriter()


class SpdxWriter:
    """Gathers elements; the document is written at the end."""

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self._roots: list[str] = []
        self._unseen: list[str] = []

    def report(self, report: Report) -> Iterator[str]:
        """Keep the elements of one package; yield nothing yet."""
        package = _package(report.package, f"#package-{len(self._roots)}")
        self._roots.append(package["spdxId"])
        models = []
        for number, model in enumerate(report.models, 1):
            models.append(f"{package['spdxId']}-model-{number}")
            self._elements += _model(model, report, models[-1])
        self._elements.append(package)
        self._elements += _related(package["spdxId"], "contains", models)
        self._unseen += [f"not examined: {note.path}: {note.reason}" for note in report.not_examined]
        yield from ()

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Keep that an input could not be looked at; yield nothing yet."""
        del profile
        self._unseen.append(f"not looked at: {input_name}: {error}")
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield the document; its names are made from what is in it, so that the same gives the same."""
        maker, tool = "#lintian-ml", "#tool"
        elements = [*_makers(maker, tool), *self._elements, *_notes(self._unseen)]
        document = _element("SpdxDocument", "#document", "models found by lintian-ml") | {
            "profileConformance": ["core", "software", "simpleLicensing"],
            "rootElement": self._roots or [maker],
            "element": [one["spdxId"] for one in elements],
        }
        body = json.dumps([document, *elements], ensure_ascii=False)
        place = f"urn:uuid:{uuid5(NAMESPACE_URL, body)}"
        creation = {
            "type": "CreationInfo",
            "@id": CREATION,
            "specVersion": "3.0.1",
            "created": _now(),
            "createdBy": [maker],
            "createdUsing": [tool],
        }
        graph = _placed([creation, document, *elements], place)
        yield json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False)


def _now() -> str:
    """Return the time of the run, or that of SOURCE_DATE_EPOCH."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(stated) if stated.isdecimal() else None))


def _placed(value: Any, place: str) -> Any:
    """Return elements whose names, which begin with a hash, begin with the document's."""
    if isinstance(value, dict):
        return {key: place + one if key in NAMED else _placed(one, place) for key, one in value.items()}
    if isinstance(value, list):
        return [place + one if _is_name(one) else _placed(one, place) for one in value]
    return value


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"#[a-z][a-z0-9-]*", value))


def _element(kind: str, name: str, title: str) -> Element:
    return {"type": kind, "spdxId": name, "creationInfo": CREATION, "name": for_message(title)}


def _makers(maker: str, tool: str) -> Iterator[Element]:
    """Yield who made the document, and with what."""
    yield _element("SoftwareAgent", maker, "lintian-ml")
    yield _element("Tool", tool, f"lintian-ml {__version__}")


def _notes(unseen: Iterable[str]) -> Iterator[Element]:
    """Yield what could not be looked at, as remarks on the document."""
    for number, note in enumerate(unseen):
        yield {
            "type": "Annotation",
            "spdxId": f"#note-{number}",
            "creationInfo": CREATION,
            "annotationType": "other",
            "subject": "#document",
            "statement": for_message(note),
        }


def _package(package: Package, name: str) -> Element:
    purpose = "source" if package.type is PackageType.SOURCE else "install"
    return _element("software_Package", name, package.name) | {
        "software_packageVersion": for_message(package.version),
        "software_packageUrl": package_url(package),
        "software_primaryPurpose": purpose,
    }


def _model(model: KnownModel, report: Report, name: str) -> Iterator[Element]:
    """Yield the element of one model, then its license, data sets and ancestors, each with its relation."""
    judged = model.judgement
    facts = {fact: value.value for fact, value, source in model.facts if source}
    because = f" ({judged.row.because})" if judged.row.because else ""
    made = _element("ai_AIPackage", name, model.path) | {
        "software_packageVersion": for_message(report.package.version),
        "software_primaryPurpose": "model",
        "summary": for_message(f"{judged.text} by the profile {report.profile.name}{because}"),
    }
    if model.found:
        digest = {"type": "Hash", "algorithm": "sha256", "hashValue": model.found.sha256}
        made |= {"description": f"{model.found.format}, {model.found.size} bytes", "verifiedUsing": [digest]}
    told = [f"{fact}: {facts[fact]}" for fact in TRAINING if fact in facts]
    if told:
        made["ai_informationAboutTraining"] = for_message("; ".join(told))
    yield made
    if model.grant.license:
        yield from _licensed(name, model.grant.license)
    yield from _bases(model, name)
    yield from _trained(model, name)


def _licensed(name: str, license_name: str) -> Iterator[Element]:
    """Yield a license, under a name that only refers to the copyright file, and its relation."""
    referring = "LicenseRef-copyright-" + re.sub(r"[^A-Za-z0-9.-]+", "-", license_name)
    yield _element("simplelicensing_LicenseExpression", f"{name}-license", license_name) | {
        "simplelicensing_licenseExpression": referring
    }
    yield from _related(name, "hasDeclaredLicense", [f"{name}-license"])


def _bases(model: KnownModel, name: str) -> Iterator[Element]:
    """Yield the models that this one was made from."""
    bases = (model.stanza.base_model or ()) if model.stanza else ()
    names = [f"{name}-base-{number}" for number, _ in enumerate(bases)]
    yield from (_element("ai_AIPackage", own, base.name) for own, base in zip(names, bases, strict=True))
    yield from _related(name, "descendantOf", names)


def _trained(model: KnownModel, name: str) -> Iterator[Element]:
    """Yield the data sets that a model was trained on."""
    stated = (model.stanza.training_data or ()) if model.stanza else ()
    stanzas = [one for data in dict.fromkeys(stated) if (one := model.declaration.data(data))]
    names = [f"{name}-data-{number}" for number, _ in enumerate(stanzas)]
    yield from (_dataset(stanza, own) for own, stanza in zip(names, stanzas, strict=True))
    yield from _related(name, "trainedOn", names)


def _dataset(stanza: DataStanza, name: str) -> Element:
    stated = (
        ("license", stanza.license),
        ("access", stanza.access.value if stanza.access else ""),
        ("location", stanza.location),
    )
    summary = "; ".join(f"{key}: {value}" for key, value in stated if value)
    made = _element("dataset_DatasetPackage", name, stanza.name) | {"dataset_datasetType": ["noAssertion"]}
    return made | ({"summary": for_message(summary)} if summary else {})


def _related(source: str, kind: str, targets: list[str]) -> Iterator[Element]:
    """Yield the relation of one element to others, if there are any."""
    if targets:
        yield {
            "type": "Relationship",
            "spdxId": f"{source}-{re.sub('[A-Z]', lambda one: '-' + one[0].lower(), kind)}",
            "creationInfo": CREATION,
            "from": source,
            "relationshipType": kind,
            "to": targets,
        }
