"""Makes mirrors of small source packages by writing the tarballs directly: ``python -m
tests.archive.mirrors FOLDER [PACKAGES [BYTES]]``.

The same arguments make the same bytes. Of the packages some have models, some are hostile; all three
compressions of Debian occur.
"""

import gzip
import hashlib
import lzma
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.samples import sample
from tests.packages import make

SUFFIXES = ("xz", "gz", "xz", "gz", "xz", "bz2")

MODELS = ("linear.onnx", "linear.safetensors", "linear.npz", "linear.gguf")

WORDS = (
    b"static int ",
    b"return ",
    b"for (i = 0; i < n; i++) ",
    b"/* the state */ ",
    b"x = y + 1;\n",
    b"\n}\n\n",
)

Files = Mapping[str, bytes]

TOP = "upstream/"


@dataclass(frozen=True, slots=True)
class Put:
    """A source package that lies in the pool: its name, version and folder, and the sizes and digests of its
    files.
    """

    name: str
    version: str
    folder: str
    files: tuple[tuple[str, int, str], ...]
    more: str = ""

    @property
    def stanza(self) -> str:
        """What a Sources index says of it."""
        rows = "".join(f" {digest} {size} {name}\n" for name, size, digest in self.files)
        head = f"Package: {self.name}\nBinary: {self.name}\nVersion: {self.version}\n{self.more}"
        return f"{head}Directory: {self.folder}\nChecksums-Sha256:\n{rows}"


def put(root: Path, name: str, version: str = "1.0-1", upstream: Files | None = None, suffix: str = "gz",
        tarball: bytes | None = None, component: str = "main", more: str = "",
        bulk: bytes = b"") -> Put:  # fmt: skip
    """Write a package into the pool of a mirror; ``tarball`` is written as it is in place of upstream's
    files, ``bulk`` before it: members below the folder TOP that are compressed already.
    """
    top = TOP if bulk else f"{name}-1/"
    data = tarball if tarball is not None else make.tar_of(upstream or {"README": b"nothing"}, top)
    section = "misc" if component == "main" else f"{component}/misc"
    debian = make.tar_of(make.debian_files(name, version, section=section))
    files = {
        f"{name}_{version.rpartition('-')[0]}.orig.tar.{suffix}": bulk + packed(data, suffix),
        f"{name}_{version}.debian.tar.xz": packed(debian, "xz"),
    }
    return _listed(root, name, version, f"pool/{component}/{name[0]}/{name}", files, more)


def _listed(root: Path, name: str, version: str, folder: str, files: Files, more: str = "") -> Put:
    """Write the files of a package, and a .dsc that lists them."""
    dsc = make.write_dsc(root / folder, files, name, version)
    files = {dsc.name: dsc.read_bytes(), **files}
    listed = tuple((one, len(data), hashlib.sha256(data).hexdigest()) for one, data in files.items())
    return Put(name, version, folder, listed, more)


def revised(root: Path, old: Put, version: str) -> Put:
    """Write another Debian revision of a package, with the same tarball of upstream's."""
    orig = next(name for name, _, _ in old.files if ".orig." in name and not name.endswith(".asc"))
    debian = make.tar_of(make.debian_files(old.name, version))
    data = (root / old.folder / orig).read_bytes()
    files = {orig: data, f"{old.name}_{version}.debian.tar.xz": packed(debian, "xz")}
    return _listed(root, old.name, version, old.folder, files)


def packed(data: bytes, suffix: str) -> bytes:
    """Compress fast: a generated mirror is not judged by its size."""
    if suffix == "xz":
        return lzma.compress(data, preset=0)
    return gzip.compress(data, 1, mtime=0) if suffix == "gz" else make.compressed(data, suffix)


def publish(
    root: Path,
    puts: Iterable[Put],
    suite: str = "sid",
    component: str = "main",
    *,
    by_hash: bool = False,
    packing: str = ".xz",
    more: str = "",
) -> Path:
    """Write the index of one component of a suite, and the Release that lists it; return the index."""
    text = ("\n".join(one.stanza for one in puts) + more).encode()
    data = {".xz": lzma.compress, ".gz": lambda data: gzip.compress(data, mtime=0), "": bytes}[packing](text)
    folder = root / "dists" / suite
    path = folder / component / "source" / f"Sources{packing}"
    digest = hashlib.sha256(data).hexdigest()
    place = path.parent / "by-hash/SHA256" / digest if by_hash else path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    _list(folder, component, f" {digest} {len(data)} {component}/source/Sources{packing}\n", by_hash=by_hash)
    return place


def _list(folder: Path, component: str, row: str, *, by_hash: bool) -> None:
    """Write a Release that lists an index besides those of other components that it lists already."""
    path = folder / "Release"
    rows = [line for line in path.read_text().splitlines(True) if line[0] == " "] if path.exists() else []
    rows = [line for line in rows if not line.split()[2].startswith(f"{component}/")] + [row]
    components = " ".join(sorted({line.split()[2].split("/")[0] for line in rows}))
    head = f"Suite: {folder.name}\nComponents: {components}\n"
    head += "Acquire-By-Hash: yes\n" if by_hash else ""
    path.write_text(head + "SHA256:\n" + "".join(rows))


def text(chance: random.Random, size: int) -> bytes:
    """Return something like program text."""
    return b"".join(chance.choices(WORDS, k=size // 12))[:size]


def sources(root: Path, count: int, size: int) -> Iterator[Put]:
    """Write packages; ``size`` is the bytes of upstream's files in all, most of them in few packages."""
    chance = random.Random(count)
    shares = [chance.paretovariate(1.1) for _ in range(count)]
    scale = size / sum(shares)
    for number, share in enumerate(shares):
        name = f"p{number:05d}"
        hostile = HOSTILE[number // 100 % len(HOSTILE)](chance) if number % 100 == 99 else None
        yield put(root, name, "1.0-1", upstream(chance, number, int(share * scale)), choice(number), hostile)


def choice(number: int) -> str:
    """Return the compression of a package."""
    return SUFFIXES[number % len(SUFFIXES)]


def upstream(chance: random.Random, number: int, size: int) -> Files:
    """Return the files of one package: texts, noise, and in one of ten a model."""
    files = {f"src/{one}.c": text(chance, min(20_000, size // 4)) for one in range(1 + size % 7)}
    files["data.bin"] = chance.randbytes(max(16, size // 2))
    if number % 10 == 3:
        files[f"models/{MODELS[number // 10 % len(MODELS)]}"] = sample(MODELS[number // 10 % len(MODELS)])
    return files


def truncated(chance: random.Random) -> bytes:
    """Return a tar archive that ends within a member."""
    return make.tar_of({"a": chance.randbytes(4000)})[:3000]


def bomb(chance: random.Random) -> bytes:
    """Return a tar archive that grows a thousandfold."""
    return make.tar_of({"zeros.txt": bytes(8 << 20), "seed": chance.randbytes(8)})


def many(chance: random.Random) -> bytes:
    """Return a tar archive of very many members."""
    return make.tar_of({f"{number}/{chance.random()}": b"" for number in range(3000)})


def garbage(chance: random.Random) -> bytes:
    """Return what is no archive."""
    return chance.randbytes(5000)


HOSTILE: tuple[Callable[[random.Random], bytes], ...] = (truncated, bomb, many, garbage)


def main(folder: Path, count: int = 2000, size: int = 64 << 20) -> None:
    """Write a mirror."""
    publish(folder, sources(folder, count, size))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
