"""Licenses that cannot hold for one work together, as far as their authors or the FSF say so.

Sources: the FSF's list of licenses with comments (gnu.org/licenses/license-list), and the statements of
Creative Commons on which of theirs go with the GPL (CC BY-SA 4.0 with version 3 alone, CC BY 4.0 with any).
"""

import re

from lintian_ml.license.synopsis import translate
from lintian_ml.license.table import table_name

CONFLICTS = (
    (r"a?gpl-[123].*", r"cc-by-nc.*|cc-by-nd.*|cc-by(-sa)?-[123]\.0.*"),
    (r"gpl-2(\.0)?", r"apache-2(\.0)?|cc-by-sa-4\.0|a?gpl-3(\.0)?|lgpl-3(\.0)?"),
)
"""The license of a program, and what cannot be part of one under it: whole names in the table's form."""

OR_LATER = re.compile(r"(\+|-or-later)$", re.IGNORECASE)


def conflict(model: str, program: str) -> bool:
    """Whether a model under one license cannot be part of a program under another; False where in doubt."""
    ours, theirs = _only(model), _only(program)
    if not ours or not theirs:
        return False
    return any(re.fullmatch(outer, theirs) and re.fullmatch(inner, ours) for outer, inner in CONFLICTS)


def _only(expression: str) -> str:
    """Return the one license of an expression; empty where there are several, or a later version will do."""
    translated = translate(expression)
    names = list(translated[1].values()) if translated else []
    if len(names) != 1:
        return ""
    plain = table_name(names[0])
    return "gpl-2-or-later" if OR_LATER.search(names[0]) and plain in ("gpl-2", "gpl-2.0") else plain
