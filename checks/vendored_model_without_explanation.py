"""The packaging brings a model that upstream's tarball lacks, and does not say where it comes from.

Who reviews the package must find out which file upstream meant, and whether this is it. Name the address in
``Source`` of its stanza in ``debian/models``, or tell in ``debian/README.source`` how the file was had.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import README
from lintian_ml.policy import Origin
from lintian_ml.samples import declaration

TAG = Tag(Visibility.INFO, see_also=("debian-policy 4.14", "debian-models(5)"))

NET = "debian/net.onnx"


def examples() -> Iterator[Example]:
    net = {NET: sample("linear.onnx")}
    yield Flagged("a model out of nowhere", net, (Hint(NET),))
    source = {"Files": NET, "Source": "https://example.org/net-1.0.onnx"}
    yield Clean("declared with its source", {**net, "debian/models": declaration(source)})
    yield Clean("told in prose", {**net, README[0]: "net.onnx is from https://example.org/\n"})
    yield Clean("upstream's own", {"net.onnx": net[NET]})


def check(case: Case) -> Iterator[Hint]:
    prose = "".join(filter(None, map(case.package.read_text, README)))
    for model in case.trained:
        brought = model.facts.origin is Origin.VENDORED or model.path.startswith("debian/")
        told = model.path.rpartition("/")[2] in prose or (model.stanza and model.stanza.source)
        if model.found and brought and not told:
            yield model.hint()
