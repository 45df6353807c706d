"""Makes names that a package controls safe to print: valid UTF-8, one line, and no bracket that a parser
would trip on.
"""

import re

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\[\]\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def for_line(text: str) -> str:
    r"""Write control characters, ``\``, ``[``, ``]`` and bytes that are not UTF-8 as ``\xNN``, reversibly."""
    return _UNSAFE.sub(_as_bytes, text)


def for_message(text: str) -> str:
    r"""Write control characters and bytes that are not UTF-8 as ``\xNN``: enough for a sentence to people."""
    return _UNPRINTABLE.sub(_as_bytes, text)


def for_data(text: str) -> str:
    r"""Write only bytes that are not UTF-8 as ``\xNN``; all else is left to the data format."""
    return _SURROGATE.sub(_as_bytes, text)


def _as_bytes(found: re.Match[str]) -> str:
    raw = found[0].encode("utf-8", "surrogateescape" if "\udc80" <= found[0] <= "\udcff" else "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in raw)
