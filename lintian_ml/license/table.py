"""What each license is to the DFSG, and why: the table, and the form in which it writes a license's name.

A pattern is held against the whole of a name in lower case, its words joined by hyphens, without "license",
the "v" of a version, a final "+", "-or-later" or "-only". The first row that matches counts. A ``variant`` is
what follows the name of a known license; it is believed only if nothing in the license's text is alarming.
"""

import re
from dataclasses import dataclass

from lintian_ml.policy import License


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a license is to the DFSG, and the reason in a sentence for people."""

    license: License
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table: patterns of names, what these licenses are, and why."""

    license: License
    reason: str
    patterns: tuple[str, ...]

    def match(self, name: str) -> re.Match[str] | None:
        """Return the match of a name that is already in the table's form, or None."""
        return next((found for pattern in self.patterns if (found := re.fullmatch(pattern, name))), None)


LONGEST = 200
"""Characters of a name that are looked at."""

VARIANT = r"(?P<variant>[-~].+)?"
EXCEPTION = r"([-~].*exceptions?)?"
USE = "restricts what it may be used for (DFSG 6)"
PERSON = "a person must read it"

TABLE: tuple[Entry, ...] = (
    Entry(License.NOT_REDISTRIBUTABLE, "gives no permission at all", ("(copyright-)?all-rights-reserved",)),
    Entry(
        License.NOT_DFSG,
        "is for non-commercial or academic use only (DFSG 6)",
        (r".*\bnc\b.*", r".*\bnon-?commercial.*", r".*\b(academic|research)(-use)?(-only)?", "apple-amlr"),
    ),
    Entry(License.NOT_DFSG, "forbids modified works (DFSG 3)", (r".*\bnd\b.*", r".*\bno-?deriv.*")),
    Entry(License.NOT_DFSG, f"is of the RAIL family, which {USE}", (r"(.*-)?(open)?rails?([-+.0-9].*)?",)),
    Entry(
        License.NOT_DFSG,
        f"is a model license that {USE}",
        ("(meta-)?llama.*", "gemma.*", "falcon.*", "deepseek.*", "(tongyi-)?(qwen|qianwen).*", "grok.*"),
    ),
    Entry(License.NOT_DFSG, "limits who may use it (DFSG 5)", ("stability-?ai.*", "mistral-ai.*", "mnpl.*")),
    Entry(License.NOT_DFSG, USE, (r"bsd.*-no-(nuclear|military).*", "json", "hippocratic.*")),
    Entry(
        License.NOT_DFSG,
        "limits commercial use or use as a service (DFSG 6)",
        (r"busl.*", "business-source.*", r"bsl-1\.1", "sspl.*", "elastic.*", ".*commons-clause.*"),
    ),
    Entry(License.NOT_DFSG, "is no free license", ("proprietary", "commercial", "unlicensed", "non-?free")),
    Entry(License.UNKNOWN, f"is no license; {PERSON}", ("cc", "other", "unknown", "none", "noassertion")),
    Entry(
        License.DFSG,
        "meets the DFSG where there are no invariant sections, as the name says",
        (r"gfdl-niv(-[0-9.]+)?", r"gfdl-[0-9.]+-no-invariants"),
    ),
    Entry(License.UNKNOWN, f"may come with invariant sections; {PERSON}", (r"gfdl(-.*)?",)),
    Entry(
        License.UNKNOWN,
        f"is of a version that Debian did not accept or never settled; {PERSON}",
        (r"cc-by(-sa)?-[12](\.[0-9])?(-.*)?", "cc-by(-sa)?"),
    ),
    Entry(
        License.UNKNOWN,
        f"is a license on which Debian has not settled; {PERSON}",
        ("odbl.*", "odc-by.*", "cdla-sharing.*", "c-uda.*", "openmdw.*", "lgpllr", "lgpl-lr.*"),
    ),
    Entry(
        License.DFSG,
        "meets the DFSG",
        (
            rf"a?gpl(-[123](\.[0-9])*)?{EXCEPTION}",
            rf"lgpl(-[23](\.[0-9])*)?{EXCEPTION}",
            rf"apache(-[12](\.[0-9])*)?{EXCEPTION}",
            rf"(expat|mit|x11|isc|zlib|ncsa|curl|libpng){VARIANT}",
            rf"(0bsd|bsd(-[0-4]-clauses?)?){VARIANT}",
            r"bsl-1(\.0)?|boost(-software)?(-1\.0)?",
            r"cc-?(0|zero)(-1\.0)?(-universal)?",
            r"cc-by(-sa)?-[34](\.0)?(-[a-z]+)?",
            r"mpl-(1\.1|2(\.0)?)(-no-copyleft-exception)?",
            r"artistic(-[12](\.0)?)?(-perl)?|perl(-5)?|same-as-perl5?",
            r"[ec]pl-[12](\.0)?|eupl-1\.[12]|cecill(-[bc]|-2(\.[01])?)?",
            r"ofl(-1\.[01])?|sil-ofl(-1\.1)?",
            r"(psf|python)(-2(\.[0-9.]+)?)?|postgresql|ruby|unicode-dfs-20[0-9-]+|ftl|freetype",
            r"pddl(-1\.0)?|cdla-permissive-[12]\.0",
            r"unlicense|wtfpl(-2)?",
        ),
    ),
    Entry(License.DFSG, "is no license but asks for none", (rf"(public-domain|pd){VARIANT}",)),
)

SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"https?://(www\.)?creativecommons\.org/licenses/([a-z-]+)/([0-9.]+).*", r"cc-\2-\3"),
    (r"https?://(www\.)?creativecommons\.org/publicdomain/zero.*", "cc0-1.0"),
    (r"https?://(www\.)?(?:spdx|opensource)\.org/licenses?/([a-z0-9.+-]+?)(\.html|\.txt)?/?$", r"\2"),
    (
        r"https?://(www\.)?gnu\.org/licenses/(?:old-licenses/)?([a-z0-9.-]+?)(\.[a-z]{2})?(\.html|\.txt)?$",
        r"\2",
    ),
    (r"https?://(www\.)?apache\.org/licenses/license-2\.0(\.html|\.txt)?", "apache-2.0"),
    (r"[\s_]+", "-"),
    (r"^creative-commons-attribution", "cc-by"),
    (r"^creative-commons-", "cc-"),
    (r"^(cc-by)-share-?alike", r"\1-sa"),
    (r"(^the-|^licenseref-|(?<=.)-licen[cs]e\b|-version\b)", ""),
    (r"\+$|-or-(later|newer)$|-only$", ""),
    (r"^(a?gpl|lgpl|gfdl|mpl)-?v?(?=[0-9])", r"\1-"),
    (r"-v(?=[0-9])", "-"),
    (r"^new-bsd|^modified-bsd|^simplified-bsd", "bsd"),
)
"""How a name, in lower case, is rewritten step by step: a pattern, and what stands for it."""


def table_name(name: str) -> str:
    """Return a license's name in the form of the table; addresses of well-known licenses are names, too."""
    name = name.strip().strip("\"'").lower()
    for pattern, replacement in SPELLINGS:
        name = re.sub(pattern, replacement, name)
    return name


def shorten(name: str) -> str:
    """Return a name or an expression as a reason quotes it: at most 60 characters of it."""
    return name if len(name) <= 60 else name[:59] + "…"


def look_up(name: str) -> tuple[Verdict, str] | None:
    """Return the verdict on a license's name, and its variant if any; None if it is not in the table."""
    wanted = table_name(name[:LONGEST])
    for entry in TABLE:
        if match := entry.match(wanted):
            variant = match.groupdict().get("variant") or ""
            return Verdict(entry.license, f"{shorten(name)} {entry.reason}"), variant
    return None
