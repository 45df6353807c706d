"""Damages files at random: the same seed does the same damage."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

LONGEST = 1 << 20
"""Bytes that a damaged file may have."""

MOST = 4
"""Times that one file is damaged."""

EDGES = tuple(
    edge + more
    for bits in (7, 8, 15, 16, 31, 32, 40, 60, 63, 64)
    for edge in (1 << bits,)
    for more in (-1, 0)
)
"""Numbers at which something overflows."""

WORDS = (
    b"-1",
    b"0",
    b"1e999",
    b"nan",
    b"4294967296",
    b"9223372036854775808",
    b"9" * 5000,
    b"",
    b"{",
    b"[" * 3000,
)
"""Words that stand where a number stood in a text."""

ORDERS: tuple[Literal["little", "big"], ...] = ("little", "little", "big")

_DIGITS = re.compile(rb"\d+")

Damage = Callable[[bytes, Sequence[bytes], Random], bytes]


def damaged(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Return ``data`` damaged a few times; ``others`` are files that pieces may come from."""
    if data.startswith(b"PK\3\4") and random.random() < 0.6 and (members := _members(data)):
        return _within_zip(members, others, random)
    for _ in range(random.randint(1, MOST)):
        data = random.choice(DAMAGES)(data, others, random)[:LONGEST] or b"\0"
    return data


def _flip(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    del others
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 4, 32))):
        found[random.randrange(len(found))] ^= 1 << random.randrange(8)
    return bytes(found)


def _cut(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    del others
    return data[: random.randrange(len(data) + 1)]


def _splice(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(others)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _number(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Write another number where a length may stand: an edge, near the file's size or what was there."""
    del others
    width = random.choice((1, 2, 4, 8))
    order = random.choice(ORDERS)
    at = random.randrange(len(data))
    there = int.from_bytes(data[at : at + width], order)
    value = random.choice((*EDGES, 0, 1, len(data), len(data) - at, there + 1, there - 1, there * 2, -there))
    value %= 1 << 8 * width
    return data[:at] + value.to_bytes(width, order) + data[at + width :]


def _word(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Write another word where digits stand."""
    del others
    places = list(_DIGITS.finditer(data))
    if not places:
        return data
    place = random.choice(places)
    return data[: place.start()] + random.choice(WORDS) + data[place.end() :]


def _repeat(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Repeat a block, sometimes very often."""
    del others
    at = random.randrange(len(data))
    length = random.choice((1, 2, 4, 16, 64, 512))
    return (
        data[: at + length] + data[at : at + length] * random.choice((1, 2, 10, 3000)) + data[at + length :]
    )


def _drop(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    del others
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 2, 4, 16, 64, 512)) :]


def _overwrite(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Copy a block over another place; it comes from the same file or another one."""
    source = random.choice((data, *others))
    length = random.choice((1, 4, 8, 32, 256))
    start, at = random.randrange(len(source)), random.randrange(len(data))
    block = source[start : start + length]
    return data[:at] + block + data[at + len(block) :]


DAMAGES: tuple[Damage, ...] = (
    _flip,
    _cut,
    _splice,
    _number,
    _number,
    _number,
    _word,
    _repeat,
    _drop,
    _overwrite,
)


def _members(data: bytes) -> dict[str, bytes]:
    """Return the members of an archive; none where all are empty, or the archive is damaged already."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError):
        return {}
    return members if any(members.values()) else {}


def _within_zip(members: dict[str, bytes], others: Sequence[bytes], random: Random) -> bytes:
    """Damage one member, and pack the archive again so that it fits."""
    victim = random.choice([name for name, content in members.items() if content])
    members[victim] = damaged(members[victim], [*members.values(), *others], random)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
