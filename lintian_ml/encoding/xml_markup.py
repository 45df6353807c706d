"""How an XML document is marked up: choices that its tags, attributes and texts do not tell of."""

import hashlib
import re
from dataclasses import replace

from lintian_ml.blob import Blob
from lintian_ml.model import Model

MARKUP = "markup"
"""The name of this noise on a format's list: quotation marks, prefixes, references to characters, sections
of character data, empty tags, the XML declaration, and where comments stand.
"""

_CHOICES = re.compile(
    rb"(<!--).*?-->|(\A\xef\xbb\xbf|\A\s*<\?xml\s.*?\?>|<!\[CDATA\[|/>|</?[\w.-]+:|[\s/][\w.-]+:[\w.-]+|&[^;]*;|[\"'])",
    re.DOTALL,
)
_INSTRUCTIONS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(<\?(?!xml\s).*?\?>|<![A-Z].*?>)", re.DOTALL)


def with_markup(model: Model, text: Blob) -> Model:
    """Add a document's markup to a model's noise, and its instructions and document type to the residue."""
    data = text.read(0, text.size)
    choices = b"\n".join(found[1] or found[2] for found in _CHOICES.finditer(data))
    told = b"\n".join(found[1] for found in _INSTRUCTIONS.finditer(data) if found[1])
    return replace(
        model,
        noise={**model.noise, MARKUP: hashlib.sha256(choices).digest()},
        noise_bits={**model.noise_bits, MARKUP: 8 * len(choices)},
        residue={**model.residue, **({"instructions": told} if told else {})},
    )
