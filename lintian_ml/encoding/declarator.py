"""What stands before an initialiser: the name that it is for, and how that is declared."""

import re

_IDENTIFIER = re.compile(rb"[A-Za-z_$][\w$]*")
_BRACKETS = re.compile(rb"\[[^\[\]]*\]")
_ELEMENTS = frozenset({b"float", b"double", b"int", b"short", b"byte", b"long", b"char"})


def declaration(before: bytes) -> tuple[str, str]:
    """Return the name and the declaration that end where a run begins; what no { or [ opens has neither."""
    before_brackets = before.rstrip(b"{[( \t\r\n")
    opening = before[len(before_brackets) :]
    if b"{" not in opening and b"[" not in opening:
        return "", ""
    plain = _BRACKETS.sub(_without_semicolons, before_brackets).replace(b"::", b"  ")
    statement = re.split(rb"[;}]|\n[ \t]*\n", plain)[-1]
    left, assigned, right = statement.rpartition(b"=")
    if not assigned:
        key, colon, _ = statement.rpartition(b":")
        called = b"(" in opening and not colon
        return ("", "") if called else _named(key.rpartition(b",")[2] if colon else statement, b"")
    name, colon, kind = left.partition(b":")
    return _named(name, kind + b" " + right) if colon and name.strip() else _named(left, right)


def _without_semicolons(brackets: re.Match[bytes]) -> bytes:
    return brackets.group().replace(b";", b" ")


def _named(left: bytes, kind: bytes) -> tuple[str, str]:
    """Pick the name out of what stands left of an initialiser: before the first brackets, as C has it."""
    words = [word.group() for word in _IDENTIFIER.finditer(_BRACKETS.sub(b" ", left))]
    if not words:
        return "", ""
    in_front = [word.group() for word in _IDENTIFIER.finditer(left, 0, max(0, left.find(b"[")))]
    name = in_front[-1] if in_front and in_front[-1] not in _ELEMENTS else words[-1]
    declared = b" ".join(word for word in words if word != name)[-120:] + b" " + kind[-80:]
    return name.decode("ascii", "replace")[:200], " ".join(declared.decode("ascii", "replace").split())
