"""The floats of a JSON document, spelled so that each can be told from every other."""

import struct

from lintian_ml.encoding.plain import floating


def make_exact(document: dict[str, object] | list[object]) -> None:
    """Spell every float that JSON could not tell, in place: infinities, NaNs and negative zeros."""
    work = [document]
    while work:
        holder = work.pop()
        places = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for place, value in [*places]:
            if isinstance(value, float):
                holder[place] = floating(struct.pack("<d", value))
            elif isinstance(value, dict | list):
                work.append(value)
