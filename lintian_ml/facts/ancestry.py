"""What the models that a model was made from count as, however long the chain of them is."""

from collections.abc import Callable, Iterator

from lintian_ml.declaration import Declaration, ModelStanza, Reference
from lintian_ml.facts.told import Told, said, weakest
from lintian_ml.policy import BaseModel

WORST = (
    BaseModel.NON_FREE,
    BaseModel.TOXIC_CANDY,
    BaseModel.UNKNOWN,
    BaseModel.EXEMPT,
    BaseModel.FREE,
    BaseModel.NONE,
)
"""What several base models count as: the first of these that one of them is."""


class BaseModels:
    """The base models of a declaration, each judged once, by ``judge``, which may ask ``of`` its stanza."""

    def __init__(self, declaration: Declaration, judge: Callable[[ModelStanza], BaseModel]) -> None:
        self._declaration = declaration
        self._judge = judge
        self._first = {stanza.name: stanza for stanza in reversed(declaration.models)}
        self._judged: dict[str, BaseModel] = {}

    def judge_below(self, stanza: ModelStanza) -> None:
        """Judge all that a model was made from, so that ``of`` can tell."""
        for base in self._farthest_first(stanza):
            self._judged[base.name] = self._judge(base)

    def of(self, stanza: ModelStanza) -> Told[BaseModel]:
        """Return what its base models count as: the worst counts, and one in a circle is unknown."""
        where = said(self._declaration, stanza.line_of("Base-Model"))
        if stanza.base_model is None:
            return Told(BaseModel.UNKNOWN, where).noting("no Base-Model field")
        judged = [Told(self._value(base, stanza), where) for base in stanza.base_model]
        return weakest(judged or [Told(BaseModel.NONE, where)], WORST)

    def _value(self, base: Reference, stanza: ModelStanza) -> BaseModel:
        if base.kind != "model" or base.name == stanza.name:
            return BaseModel.UNKNOWN
        return self._judged.get(base.name, BaseModel.UNKNOWN)

    def _farthest_first(self, stanza: ModelStanza) -> Iterator[ModelStanza]:
        """Yield the stanzas below ``stanza`` that are not judged yet, each after those that it is based on.

        The way down is kept in a list: a chain of stanzas may be longer than the stack is deep.
        """
        seen = {stanza.name}
        way = [(stanza, iter(stanza.base_model or ()))]
        while way:
            last, bases = way[-1]
            if following := next((base for base in bases if self._is_ahead(base, seen)), None):
                seen.add(following.name)
                below = self._first[following.name]
                way.append((below, iter(below.base_model or ())))
                continue
            way.pop()
            if way:
                yield last

    def _is_ahead(self, base: Reference, seen: set[str]) -> bool:
        known = base.name in self._judged or base.name in seen
        return base.kind == "model" and base.name in self._first and not known
