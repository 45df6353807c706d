"""How an XML document is marked up: choices that its tags, attributes and texts do not tell of."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from lintian_ml.blob import Blob
from lintian_ml.encoding.later import Later
from lintian_ml.model import Model

MARKUP = "markup"
"""The name of this noise on a format's list: quotation marks, prefixes, references to characters, sections
of character data, empty tags, the XML declaration, and where comments stand.
"""

_CHOICE = re.compile(
    rb"<!--|<!\[CDATA\[|<\?|<![A-Z]|/>|</?[\w.-]+:|[\s/][\w.-]+:[\w.-]+|&[^;&<]{1,64};|[\"']|\A\xef\xbb\xbf"
)
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>", b"<!": b">"}
"""What ends each of the things whose inside is not looked into."""

_DECLARATION = b"<?xml"


def with_markup(model: Model, text: Blob) -> Model:
    """Add a document's markup to a model's noise, and its instructions and document type to the residue.

    The document must be well-formed: after something that nothing ends, no more is told apart.
    """

    @cache
    def markup() -> tuple[bytes, int, bytes]:
        state, size, instructions = hashlib.sha256(), 0, []
        for choice, told in _choices(text.read(0, text.size)):
            state.update(choice + b"\n")
            size += len(choice)
            instructions += [told] if told else []
        return state.digest(), 8 * size, b"\n".join(instructions)

    def residue() -> Mapping[str, bytes]:
        told = markup()[2]
        return {**model.residue, **({"instructions": told} if told else {})}

    return replace(
        model,
        noise=Later(lambda: {**model.noise, MARKUP: markup()[0]}),
        noise_bits=Later(lambda: {**model.noise_bits, MARKUP: markup()[1]}),
        residue=Later(residue),
    )


def _choices(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each choice of the writer, in order, and the instruction or document type that it begins."""
    found = _CHOICE.search(data)
    while found:
        mark, at = found.group(), found.end()
        opening = mark[:2] if mark[:2] == b"<!" and mark not in _ENDS else mark
        if opening not in _ENDS:
            yield mark, b""
        else:
            end = data.find(_ENDS[opening], at)
            if end < 0:
                return
            at = end + len(_ENDS[opening])
            whole = data[found.start() : at]
            declares = whole.startswith(_DECLARATION) and whole[5:6].isspace()
            yield whole if declares else mark, b"" if declares or mark in _INSIDE else whole
        found = _CHOICE.search(data, at)


_INSIDE = (b"<!--", b"<![CDATA[")
"""What holds comments and texts, which are told of elsewhere."""
