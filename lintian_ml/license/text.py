"""What the text of a license that is on no list tells for sure; a person must read all others.

A text is understood if it points to a file of /usr/share/common-licenses, or as a whole is that of one of a
few short licenses, and if nothing in it sounds like a further restriction.
"""

import re
from dataclasses import dataclass

from lintian_ml.license.table import Verdict, look_up
from lintian_ml.policy import License

LONGEST = 1 << 16
"""Characters of a text that are read."""

POINTER = re.compile(r"/usr/share/common-licenses/([A-Za-z]+(?:-[0-9]+(?:\.[0-9]+)*)?)")
NOTICE_WORDS = 400
"""Words that a notice which points to a whole license has at most."""

ALARM = re.compile(
    r"\b(non ?commercial\w*"
    r"|(?:academic|educational|research|evaluation|military) (?:\w+ )?(?:use\w*|purpose\w*|only)"
    r"|for (?:\w+ ){0,2}(?:academic|educational|research|evaluation|military)|internal use|restrict\w*"
    r"|prohibit\w*|not permitted|not allowed|may not|must not be used|only be used|only for|no deriv\w*)\b"
)

HARMLESS = (
    "you may not use this file except in compliance with the license",
    "may not be used to endorse or promote products",
    "shall not be used in advertising",
    "must not be misrepresented",
    "there is no restriction",
)


@dataclass(frozen=True, slots=True)
class Print:
    """What a license is known by: sentences in it, in lower case without punctuation, and its most words."""

    name: str
    words: int
    sentences: tuple[str, ...]


PRINTS = (
    Print(
        "Expat",
        260,
        (
            "permission is hereby granted free of charge to any person obtaining a copy of this software",
            "to deal in the software without restriction",
            "the above copyright notice and this permission notice shall be included in all copies",
        ),
    ),
    Print(
        "ISC",
        200,
        (
            "distribute this software for any purpose with or without fee is hereby granted provided that",
            "copyright notice and this permission notice appear in all copies",
        ),
    ),
    Print(
        "BSD",
        330,
        (
            "redistribution and use in source and binary forms with or without modification are permitted",
            "redistributions in binary form must reproduce the above copyright notice",
        ),
    ),
    Print(
        "Zlib",
        200,
        (
            "permission is granted to anyone to use this software for any purpose including commercial",
            "applications and to alter it and redistribute it freely subject to the following restrictions",
        ),
    ),
)


def judge_text(name: str, text: str) -> Verdict | None:
    """Return the verdict on a license by its text, or None if the text is not understood."""
    if len(text) > LONGEST:
        return None
    plain = _plain(text)
    for known in PRINTS:
        if all(sentence in plain for sentence in known.sentences) and plain.count(" ") < known.words:
            return _unless_alarmed(name, plain, f"its text is that of {known.name}")
    pointers = sorted(set(POINTER.findall(text)))
    found = [look_up(pointer) for pointer in pointers]
    if not pointers or plain.count(" ") >= NOTICE_WORDS or None in found:
        return None
    if any(entry and entry[0].license is not License.DFSG for entry in found):
        return None
    return _unless_alarmed(name, plain, f"its text points to {' and '.join(pointers)}")


def alarm(text: str) -> str:
    """Return the words of a text that sound like a restriction; empty if there are none."""
    return _alarm(_plain(text[:LONGEST]))


def _unless_alarmed(name: str, plain: str, reason: str) -> Verdict:
    if words := _alarm(plain):
        return Verdict(License.UNKNOWN, f"{name}: {reason}, but says {words!r} too; a person must read it")
    return Verdict(License.DFSG, f"{name}: {reason}")


def _alarm(plain: str) -> str:
    """Return the first words that sound like a restriction, outside sentences known to be none."""
    for sentence in (*HARMLESS, *(sentence for known in PRINTS for sentence in known.sentences)):
        plain = plain.replace(sentence, " ")
    found = ALARM.search(plain)
    return found[0] if found else ""


def _plain(text: str) -> str:
    """Return the words of a text in lower case, one space between them."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
