"""Makes mirrors of gigabytes within a minute: most of each tarball is compressed once, for all packages.

A compressed file may be several streams, one after the other. So a tarball is made of some of the pieces in
stock, each a stream of tar members like those of a program's source, and of one stream of its own.
"""

import hashlib
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.archive.mirrors import HOSTILE, TOP, Put, choice, packed, put, upstream
from tests.packages import make

PIECES = 48
"""Pieces in stock for each compression: the most that a package has, so that it has none twice."""

PIECE = 4 << 20
"""Bytes of a piece before it is compressed."""

BLOCK = 10240
"""Bytes of which a tar archive is a multiple; its last ones are zeros."""

LETTERS = "etaoinshrdlucmfwypvbgkjqxz"


@dataclass(frozen=True, slots=True)
class Stock:
    """Compressed pieces, by compression."""

    pieces: dict[str, Sequence[bytes]]

    def take(self, suffix: str, size: int, first: int) -> bytes:
        """Return pieces of about ``size`` bytes in all, beginning with the piece ``first``."""
        there = self.pieces[suffix]
        count = min(PIECES, round(size / (sum(map(len, there)) / PIECES)))
        return b"".join(there[(first + number) % PIECES] for number in range(count))


def stock() -> Stock:
    """Make the pieces; of each compression the same members."""
    chance = random.Random(0)
    base = program(chance, 2 * PIECE)
    plain = [members(chance, base, number) for number in range(PIECES)]
    return Stock({suffix: [packed(one, suffix) for one in plain] for suffix in ("xz", "gz", "bz2")})


def program(chance: random.Random, size: int) -> bytes:
    """Return text that compresses as program text does, to a fourth or fifth."""
    words = ["".join(chance.choices(LETTERS, range(26, 0, -1), k=chance.randint(2, 9))) for _ in range(4000)]
    marks = [" = ", "(", ");\n    ", " + ", ", ", "->", " ", ";\n", " {\n        ", "\n}\n\n"]
    weights = [1 / (number + 5) for number in range(len(words))]
    chosen = chance.choices(words, weights, k=size // 6)
    between = chance.choices(marks, k=size // 6)
    text = "".join(part for pair in zip(chosen, between, strict=True) for part in pair)
    return text.encode("ascii")[:size]


def members(chance: random.Random, base: bytes, number: int) -> bytes:
    """Return tar members of PIECE bytes without the end of an archive: texts, and some noise."""
    files: dict[str, bytes] = {}
    left = PIECE
    while left > 0:
        size = min(left, int(chance.lognormvariate(9, 1.2)) + 20)
        start = chance.randrange(len(base) - size) if size < len(base) else 0
        name = f"part{number}/f{len(files)}"
        noisy = chance.random() < 0.02
        files[f"{name}.{'bin' if noisy else 'c'}"] = (
            chance.randbytes(size) if noisy else base[start : start + size]
        )
        left -= size
    whole = make.tar_of(files, TOP)
    return whole[: len(whole.rstrip(b"\0")) + 511 & ~511]


def large_sources(root: Path, count: int, size: int) -> Iterator[Put]:
    """Write packages whose tarballs have ``size`` bytes in all, most of them in few packages, as in Debian;
    some have models, some are hostile.
    """
    chance = random.Random(count)
    there = stock()
    shares = [min(chance.paretovariate(0.9), 400.0) for _ in range(count)]
    scale = size / sum(shares)
    for number, share in enumerate(shares):
        hostile = HOSTILE[number // 100 % len(HOSTILE)](chance) if number % 100 == 99 else None
        suffix = choice(number)
        bulk = b"" if hostile else there.take(suffix, int(share * scale), number)
        files = upstream(chance, number, 20_000)
        yield put(root, f"p{number:05d}", "1.0-1", files, suffix, hostile, bulk=bulk)


def real(root: Path, folder: Path) -> Iterator[Put]:
    """Put the packages of a folder into the pool, as links to what lies there where the disk allows it."""
    for dsc in sorted(folder.glob("*.dsc")):
        name, _, version = dsc.stem.partition("_")
        pool = root / f"pool/main/{name[0]}/{name}"
        pool.mkdir(parents=True, exist_ok=True)
        names = [dsc.name, *_listed(dsc)]
        for one in names:
            _place(dsc.with_name(one), pool / one)
        digests = ((one, hashlib.sha256((pool / one).read_bytes()).hexdigest()) for one in names)
        files = tuple((one, (pool / one).stat().st_size, digest) for one, digest in digests)
        yield Put(name, version, str(pool.relative_to(root)), files)


def _listed(dsc: Path) -> list[str]:
    from debian.deb822 import Dsc

    with dsc.open("rb") as file:
        return [str(row["name"]) for row in Dsc(file)["Checksums-Sha256"]]


def _place(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        new.write_bytes(old.read_bytes())
