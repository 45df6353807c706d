"""Stemmers of Egothor's are walked to their end; other files that begin with a short text are none."""

import struct

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import egothor as ours
from tests.formats import trials

COMMANDS = ("-a", "Da", "*", "DaRs", "IeRz", "D\u0107")


def utf(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()


def trie(rows: int = 9, commands: tuple[str, ...] = COMMANDS) -> bytes:
    """Return a trie as Trie.store writes it, each row with as many cells as its number."""
    cells = [b"".join(struct.pack(">Hiiii", 97 + n, n, 1, -1, 0) for n in range(row)) for row in range(rows)]
    head = struct.pack(">?ii", False, 0, len(commands)) + b"".join(map(utf, commands))
    return (
        head + struct.pack(">i", rows) + b"".join(struct.pack(">i", n) + row for n, row in enumerate(cells))
    )


SEVERAL = utf("-0ME2") + struct.pack(">?ii", False, 1, 2) + trie(12) + trie(5)
ONE = utf("-0E2") + trie(14)


@pytest.mark.parametrize(("data", "cells"), [(SEVERAL, 66 + 10), (ONE, 91)])
def test_all_tries_are_walked(data: bytes, cells: int) -> None:
    assert trials.recognised(ours, data)
    model = ours.read(Blob(data))
    assert model.parameters == cells
    assert model.complete


@pytest.mark.parametrize("data", [SEVERAL, ONE])
def test_one_that_is_cut_off_is_refused(data: bytes) -> None:
    for end in range(0, len(data), 7):
        with pytest.raises(FormatError):
            ours.read(Blob(data[:end]))
    with pytest.raises(FormatError, match="behind"):
        ours.read(Blob(data + b"\0"))
    trials.survives_damage(ours, data, 300)


def test_other_commands_are_none_of_a_stemmer() -> None:
    for command in ("Xa", "D", "-a ", "**", "hello"):
        assert (
            trials.recognised(ours, utf("-0ME2") + struct.pack(">?ii", False, 1, 1) + trie(9, (command,)))
            is None
        )


@pytest.mark.parametrize("name", ["M", "-0MX", "net", "-0ME2\n", ""])
def test_other_texts_are_no_method(name: str) -> None:
    assert trials.recognised(ours, utf(name) + struct.pack(">?ii", False, 1, 2) + trie() + trie()) is None


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(ours, SEVERAL)
    assert trials.recognised(ours, b"\0\1\0\0\0\x0f\0\x80\0\3\0\x70GDEF" + bytes(2000)) is None
