"""Whether all that a training needs is in main, as far as a stanza and the suite's index tell."""

from collections.abc import Iterator, Mapping

from lintian_ml.declaration import Declaration, ModelStanza
from lintian_ml.facts.told import Told, said
from lintian_ml.package import Package
from lintian_ml.policy import TrainingEnvironment
from lintian_ml.suite import Alternatives, Suite, relations

OUTSIDE = ("needs-nonfree",)
"""The words of Training-Restrictions that say that the training needs what is not in main."""

BUILD_DEPENDS = "@builddeps@"
BUILD_FIELDS = ("Build-Depends", "Build-Depends-Indep", "Build-Depends-Arch")


def training_environment(
    stanza: ModelStanza, declaration: Declaration, package: Package, suite: Suite | None
) -> Told[TrainingEnvironment]:
    """Return where the training's needs can be met; without an index, only what the stanza itself says."""
    for word in stanza.training_restrictions:
        if word in OUTSIDE:
            where = said(declaration, stanza.line_of("Training-Restrictions"), word)
            return Told(TrainingEnvironment.OUTSIDE_MAIN, where)
    where = said(declaration, stanza.line_of("Training-Depends"))
    if suite is None or not stanza.training_depends:
        return Told(TrainingEnvironment.UNKNOWN, where)
    missing = [str(group[0]) for group in needed(stanza, package.control.source) if not suite.in_main(group)]
    if missing:
        return Told(TrainingEnvironment.OUTSIDE_MAIN, where).noting(f"not in main: {', '.join(missing[:9])}")
    return Told(TrainingEnvironment.MAIN, where)


def needed(stanza: ModelStanza, source: Mapping[str, str]) -> Iterator[Alternatives]:
    """Yield what the training depends on, with the build dependencies where it asks for those."""
    text = stanza.training_depends
    if BUILD_DEPENDS in text:
        text = ", ".join([text.replace(BUILD_DEPENDS, ""), *(source.get(name, "") for name in BUILD_FIELDS)])
    yield from relations(text)
