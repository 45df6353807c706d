"""See-also references: Lintian's vocabulary and ours, and the addresses that they stand for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lintian_ml.error import LintianMLError

LISTS = "https://lists.debian.org"

ML_POLICY: Mapping[str, str] = {
    "1": f"{LISTS}/debian-devel/2019/05/msg00321.html",
    "5": "https://go.mail-archive.com/debian-devel@lists.debian.org/msg360861.html",
    "8": f"{LISTS}/debian-ai/2020/10/msg00009.html",
    "9": f"{LISTS}/debian-ai/2020/10/msg00010.html",
    "free-model": f"{LISTS}/debian-ai/2021/08/msg00003.html",
    "reproducibility": f"{LISTS}/debian-devel/2019/05/msg00373.html",
    "equality": f"{LISTS}/debian-devel/2019/05/msg00355.html",
}
"""The items of the draft whose text is known, each with the mail in which it stands."""

_MANUALS: Mapping[str, tuple[str, str]] = {
    "debian-policy": ("Debian Policy Manual", "https://www.debian.org/doc/debian-policy/"),
    "developer-reference": (
        "Debian Developer's Reference",
        "https://www.debian.org/doc/manuals/developers-reference/",
    ),
}
_BUG = re.compile(r"Bug#(\d+)")
_PAGE = re.compile(r"([a-z0-9_.+-]+)\((\d)\)")


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference is called in a sentence, and its address ("" for a manual page of ours)."""

    title: str
    address: str


def cite(reference: str) -> Citation:
    """Resolve a see-also reference; LintianMLError where it is of no known form."""
    if reference.startswith("https://"):
        return Citation(reference, reference)
    if bug := _BUG.fullmatch(reference):
        return Citation(f"Bug#{bug[1]}", f"https://bugs.debian.org/{bug[1]}")
    if page := _PAGE.fullmatch(reference):
        return Citation(
            f"the {page[1]}({page[2]}) manual page", f"https://manpages.debian.org/{page[1]}.{page[2]}"
        )
    manual, _, section = reference.partition(" ")
    if manual == "ml-policy" and section in ML_POLICY:
        item = f"item {section}" if section.isdigit() else f"“{section.replace('-', ' ')}”"
        return Citation(f"the draft ML-Policy, {item}", ML_POLICY[section])
    if manual == "dfsg" and re.fullmatch(r"\d+", section):
        return Citation(
            f"the Debian Free Software Guidelines, number {section}",
            "https://www.debian.org/social_contract#guidelines",
        )
    if manual in _MANUALS and re.fullmatch(r"[0-9.]+", section):
        title, address = _MANUALS[manual]
        return Citation(f"section {section} of the {title}", address)
    raise LintianMLError(f"see-also reference {reference!r} is of no known form")
