"""A model of a package with all that is known of it, as checks and reports see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.declaration import Declaration, ModelStanza, NotAModelStanza
from lintian_ml.detection import FoundModel
from lintian_ml.facts.licenses import Grant
from lintian_ml.hint import Hint, Pointer, Visibility
from lintian_ml.model import Certainty, Nature
from lintian_ml.policy import Class, Facts, Judgement

if TYPE_CHECKING:
    from lintian_ml.verification import Verification


@dataclass(frozen=True)
class KnownModel:
    """A model of a package with all that is known of it: where it was found, declared, and how it is judged.

    ``found`` is None for a model that the build makes, or that is compiled into a program; ``stanza`` or
    ``denial`` is what debian/models says of it. ``origin`` is the model of the source that one in a binary
    package was made from, where both were looked at: then its facts are those of that one.
    ``verification`` tells how it was held against a rebuilt one, if it was.
    """

    path: str
    found: FoundModel | None
    stanza: ModelStanza | None
    denial: NotAModelStanza | None
    declaration: Declaration
    facts: Facts
    judgement: Judgement
    grant: Grant
    origin: KnownModel | None = None
    verification: Verification | None = None

    @property
    def is_model(self) -> bool:
        """Whether it is held to the policy: declared as a model, or certainly or probably one."""
        if self.stanza:
            return True
        if self.origin:
            return self.origin.is_model
        return (
            self.denial is None and self.found is not None and self.found.certainty is not Certainty.POSSIBLE
        )

    @property
    def has_own_license_stanza(self) -> bool:
        """Whether a Files stanza other than that of all files covers it."""
        grant = self.origin.grant if self.origin else self.grant
        return grant.pointer is not None and not grant.general

    @property
    def is_trained(self) -> bool:
        """Whether its parameters are, or may be, a product of training, by all that is known."""
        return self.facts.nature in (Nature.TRAINED, Nature.UNDECIDED)

    @property
    def was_trained(self) -> bool:
        """Whether what was found looks trained, whatever is declared."""
        return self.found is not None and self.found.nature is Nature.TRAINED

    @property
    def declared_class(self) -> Class | None:
        """The class that the maintainer holds it to be of."""
        return self.stanza.model_class if self.stanza else None

    @property
    def predicate(self) -> str | None:
        """The equality predicate as it is declared, on one line a selector."""
        if self.origin:
            return self.origin.predicate
        if not self.stanza or not self.stanza.equality:
            return None
        return "\n".join(line.text for line in self.stanza.equality)

    def field(self, name: str) -> Pointer | None:
        """Return where debian/models states a field of this model (where its stanza begins, if it does
        not).
        """
        stanza = self.stanza or self.denial
        return Pointer(self.declaration.name, stanza.line_of(name)) if stanza else None

    def pointer(self, fact: str) -> Pointer | None:
        """Return the place that a fact comes from, if it is one place."""
        source = self.facts.sources.get(fact)
        return Pointer(source.file, source.line) if source and source.file else None

    def hint(self, more: str = "", pointer: Pointer | None = None, at_most: Visibility | None = None) -> Hint:
        """Return a hint on this model: its path, which is stable, before what else there is to say."""
        certainty = self.found.certainty if self.found else Certainty.CERTAIN
        return Hint(f"{self.path} {more}".rstrip(), pointer, certainty, at_most)
