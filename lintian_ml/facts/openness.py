"""The class of the Model Openness Framework that the components of a model reach.

The classes are cumulative; each component must be there under an open license, for which one that meets the
DFSG is taken. The final parameters are the model itself, whose license is a fact of its own.
"""

from collections.abc import Iterable, Mapping

from lintian_ml.declaration import Component, Declaration, ModelStanza
from lintian_ml.declaration.component import MODEL, SCIENCE, TOOLING
from lintian_ml.facts.licenses import Licenses
from lintian_ml.facts.told import Told, said
from lintian_ml.facts.tree import Tree
from lintian_ml.license import verdict
from lintian_ml.policy import License, Openness

LEVELS: Mapping[Openness, tuple[str, ...]] = {
    Openness.OPEN_SCIENCE: (*MODEL, *TOOLING, *SCIENCE),
    Openness.OPEN_TOOLING: (*MODEL, *TOOLING),
    Openness.OPEN_MODEL: MODEL,
}
"""What each class asks for, the best first."""

IN_PLACE_OF: Mapping[str, str] = {"technical-report": "research-paper"}
"""What may stand for a component."""


def openness(stanza: ModelStanza, declaration: Declaration, tree: Tree, licenses: Licenses) -> Told[Openness]:
    """Return the best class that is proven; none if even the last is missed, unknown if nobody can tell."""
    where = said(declaration, stanza.line_of("Components"))
    if not stanza.components:
        return Told(Openness.UNKNOWN, where)
    is_open = {one.name: _is_open(one, tree, licenses) for one in stanza.components}
    for missing, other in IN_PLACE_OF.items():
        is_open.setdefault(missing, is_open.get(other, False))
    for level, names in LEVELS.items():
        if all(is_open.get(name, False) for name in names):
            return Told(level, where)
    lacking = _lacking(is_open, MODEL)
    if all(is_open.get(name, False) is not False for name in MODEL):
        return Told(Openness.UNKNOWN, where).noting(f"whether the license is open: {lacking}")
    return Told(Openness.NONE, where).noting(f"not there, or under no open license: {lacking}")


def _lacking(is_open: Mapping[str, bool | None], names: Iterable[str]) -> str:
    return ", ".join(name for name in names if not is_open.get(name, False))


def _is_open(component: Component, tree: Tree, licenses: Licenses) -> bool | None:
    """Return whether a component is there under an open license; None if its license is not known."""
    if component.license:
        found = verdict(component.license).license
    elif tree.holds(component.place):
        found = licenses.of(component.place).value
    else:
        return False
    return None if found is License.UNKNOWN else found in (License.DFSG, License.NOT_MACHINE_READABLE)
