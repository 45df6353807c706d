"""Connects the models of a binary package with those of the source that it was built from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lintian_ml.declaration import ModelStanza, Placed
from lintian_ml.facts.known import KnownModel
from lintian_ml.package import Kind, Package


def joined(
    package: Package, models: Iterable[KnownModel], source: Sequence[KnownModel]
) -> Iterator[KnownModel]:
    """Yield the models of a binary package, each with what is known of the one that it is in the source; then
    those that are compiled into its programs.
    """
    by_digest = {one.found.sha256: one for one in reversed(source) if one.found}
    for model in models:
        same = by_digest.get(model.found.sha256) if model.found else None
        origin = same or _installed(package.name, model.path, source)
        yield _of(model, origin) if origin else model
    yield from _compiled(package, source)


def _of(model: KnownModel, origin: KnownModel) -> KnownModel:
    """Return a model with the facts of another; what was found and verified of itself stays."""
    facts = origin.facts
    if origin.found is None and "nature" in model.facts.sources:
        sources = {**facts.sources, "nature": model.facts.sources["nature"]}
        facts = replace(facts, nature=model.facts.nature, sources=sources)
    if model.verification and model.verification.counts:
        sources = {**facts.sources, "reproducibility": model.facts.sources["reproducibility"]}
        facts = replace(facts, reproducibility=model.facts.reproducibility, sources=sources)
    return replace(model, facts=facts, judgement=origin.judgement, origin=origin)


def _installed(package: str, path: str, source: Sequence[KnownModel]) -> KnownModel | None:
    """Return the model whose Installed-Files name a path, of several the one of its name."""
    found = [one for one in source if one.stanza and _names(one.stanza.installed_files, package, path)]
    name = path.rpartition("/")[2]
    same = (one for one in found if one.path.rpartition("/")[2] == name)
    return next(same, found[0] if found else None)


def _compiled(package: Package, source: Sequence[KnownModel]) -> Iterator[KnownModel]:
    """Yield the models of which nothing is seen any more: one for each program and declared model."""
    told: set[tuple[str, int]] = set()
    for origin in source:
        stanza = origin.stanza
        if stanza is None or not any(one.package == package.name for one in stanza.compiled_into):
            continue
        for path in _programs(package, stanza):
            if (path, stanza.line) not in told:
                told.add((path, stanza.line))
                yield replace(
                    origin,
                    path=f"{path}//{stanza.name}",
                    found=None,
                    stanza=None,
                    origin=origin,
                    verification=None,
                )


def _programs(package: Package, stanza: ModelStanza) -> Iterator[str]:
    for path, entry in package.files.items():
        if entry.kind is Kind.FILE and _names(stanza.compiled_into, package.name, path):
            yield path


def _names(placed: Iterable[Placed], package: str, path: str) -> bool:
    return any(one.package == package and one.path.matches(path) for one in placed)
