"""The models that were found as a bill of materials: CycloneDX 1.6 in JSON (ECMA-424), a component for each.

A component has digest, size, format, what is known of its license, the datasets that its declaration names
and the models that it was made from; class, row and reproducibility are properties.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from lintian_ml import __version__
from lintian_ml.escape import for_message
from lintian_ml.package import Package, PackageType
from lintian_ml.report import Look, Writer
from lintian_ml.run import Report

if TYPE_CHECKING:
    from lintian_ml.declaration import DataStanza
    from lintian_ml.facts import KnownModel

SPECIFICATION = "1.6"

PREFIX = "lintian-ml"
"""What the names of our properties begin with."""


def writer(look: Look) -> Writer:
    """Return a writer of one bill of materials for all packages."""
    del look
    return CycloneDxWriter()


class CycloneDxWriter:
    """Gathers components; the bill is written at the end."""

    def __init__(self) -> None:
        self._components: list[dict[str, Any]] = []
        self._dependencies: list[dict[str, Any]] = []
        self._unseen: list[dict[str, str]] = []

    def report(self, report: Report) -> Iterator[str]:
        """Keep the components of one package; yield nothing yet."""
        package = _package(report.package, len(self._components))
        place = package["bom-ref"]
        models = [_model(model, report, f"{place}/{number}") for number, model in enumerate(report.models, 1)]
        self._components += [package, *models]
        self._dependencies.append({"ref": place, "provides": [model["bom-ref"] for model in models]})
        self._unseen += [
            _property("not-examined", f"{note.path}: {note.reason}") for note in report.not_examined
        ]
        yield from ()

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Keep that an input could not be looked at; yield nothing yet."""
        del profile
        self._unseen.append(_property("not-looked-at", f"{input_name}: {error}"))
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield the bill; its serial number is made from what is in it, so that the same gives the same."""
        tool = {"type": "application", "name": "lintian-ml", "version": __version__}
        body = {
            "metadata": {"tools": {"components": [tool]}, "properties": self._unseen},
            "components": self._components,
            "dependencies": self._dependencies,
        }
        serial = uuid5(NAMESPACE_URL, json.dumps(body, sort_keys=True))
        head = {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": SPECIFICATION,
            "serialNumber": f"urn:uuid:{serial}",
            "version": 1,
        }
        yield json.dumps(head | body, ensure_ascii=False)


def _package(package: Package, number: int) -> dict[str, Any]:
    """Return the component of a package."""
    return {
        "type": "application",
        "bom-ref": f"package-{number}",
        "name": for_message(package.name),
        "version": for_message(package.version),
        "purl": package_url(package),
    }


def package_url(package: Package) -> str:
    """Return the package URL of a package, of the type ``deb``."""
    arch = "source" if package.type is PackageType.SOURCE else package.architecture or "all"
    parts = (for_message(package.name), for_message(package.version), arch)
    return "pkg:deb/debian/{}@{}?arch={}".format(*(quote(part, safe="") for part in parts))


def _model(model: KnownModel, report: Report, place: str) -> dict[str, Any]:
    """Return the component of one model."""
    made: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": place,
        "name": for_message(model.path),
        "version": for_message(report.package.version),
        "modelCard": {"modelParameters": _parameters(model)},
        "properties": list(_properties(model)),
    }
    if model.found:
        made["hashes"] = [{"alg": "SHA-256", "content": model.found.sha256}]
    if model.grant.license:
        made["licenses"] = [{"license": {"name": for_message(model.grant.license)}}]
    bases = model.stanza.base_model if model.stanza else None
    if bases:
        ancestors = [{"type": "machine-learning-model", "name": for_message(base.name)} for base in bases]
        made["pedigree"] = {"ancestors": ancestors}
    return made


def _parameters(model: KnownModel) -> dict[str, Any]:
    """Return what the model card tells: the datasets, by the names and addresses of their stanzas."""
    names = (model.stanza.training_data or ()) if model.stanza else ()
    stanzas = (model.declaration.data(name) for name in dict.fromkeys(names))
    datasets = [_dataset(stanza) for stanza in stanzas if stanza]
    return {"datasets": datasets} if datasets else {}


def _dataset(stanza: DataStanza) -> dict[str, Any]:
    """Return what is declared of a data set; a license has no place of its own there."""
    stated = (
        ("location", stanza.location),
        ("license", stanza.license),
        ("access", stanza.access.value if stanza.access else ""),
    )
    properties = [_property(name, value) for name, value in stated if value]
    return {"type": "dataset", "name": for_message(stanza.name), "contents": {"properties": properties}}


def _properties(model: KnownModel) -> Iterator[dict[str, str]]:
    """Yield class, row and reproducibility, what the file is, and every fact that somebody stated."""
    judgement, found = model.judgement, model.found
    yield _property("class", judgement.class_.value)
    yield _property("row", str(judgement.row))
    yield _property("assurance", judgement.assurance.value)
    if found:
        yield _property("format", found.format)
        yield _property("certainty", found.certainty.value)
        yield _property("size", str(found.size))
        if found.parameters is not None:
            yield _property("parameters", str(found.parameters))
    if model.predicate:
        yield _property("equality", model.predicate.replace("\n", "; "))
    for name, value, source in model.facts:
        if source or name == "reproducibility":
            yield _property(name, f"{value.value} ({source})" if source else value.value)


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": f"{PREFIX}:{name}", "value": for_message(value)}
