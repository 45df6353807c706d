"""The index of a suite: which packages there are, and in which archive area; read from files, never the net.

The files are the ``Packages`` lists that apt keeps below /var/lib/apt/lists, or those of a mirror. Of each
stanza only the names are read, by lines: a list has sixty thousand stanzas, and every run waits for them.
"""

import gzip
import hashlib
import lzma
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, cast

from lintian_ml.error import UsageError

APT = Path("/var/lib/apt/lists")
APT_HELPER = Path("/usr/lib/apt/apt-helper")
"""What unpacks apt's lists where they are kept in a form that Python does not know."""

LIST = re.compile(
    r"(?:^|[/_])(?:dists[/_](?P<suite>.+?)[/_])?(?P<area>main|contrib|non-free|non-free-firmware)"
    r"[/_]binary-[a-z0-9-]+[/_]Packages(?:\.(?P<packed>gz|xz|lz4|zst))?$"
)
"""The path of a list of packages: of a mirror with slashes, of apt with underscores for them."""

LONGEST_LINE = 1 << 20
MOST = 1 << 30
"""Bytes of one list, unpacked, that are read."""

_MODELS = re.compile(r"(^|-)(models?|weights|nnue|nets?|networks?|voices?|checkpoints?|pretrained)(-|$)")
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_RELATION = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?\s*(?:\([^()]*\))?\s*(?:\[[^][]*\])?\s*(?P<profiles>(?:<[^<>]*>\s*)*)"
)

Alternatives = tuple[str, ...]
"""The names of packages of which one is enough, the default first."""


@dataclass(frozen=True)
class Suite:
    """The packages of a suite: ``areas`` maps each name, provided ones too, to the areas that have it.

    ``digest`` is the SHA-256 of the lists as they were read, in hex: a judgement rests on them.
    """

    name: str
    areas: dict[str, set[str]] = field(repr=False)
    digest: str

    @classmethod
    def of(cls, name: str, areas: Mapping[str, str]) -> "Suite":
        """Return a suite of few packages, each in one area."""
        return cls(name, {package: {area} for package, area in areas.items()}, "")

    def has(self, package: str) -> bool:
        """Whether there is such a package, in any area."""
        return package in self.areas

    def area(self, package: str) -> str | None:
        """Return the area that has it, main before all others; None if there is none."""
        return min(self.areas.get(package, ()), key=lambda area: (area != "main", area), default=None)

    def in_main(self, alternatives: Alternatives) -> bool:
        """Whether one of the alternatives is in main."""
        return any(self.area(package) == "main" for package in alternatives)

    @cached_property
    def told(self) -> str:
        """What reports say of it: its name, the number of packages in it, the beginning of its digest."""
        return f"{self.name}, {len(self.areas):,} names, sha256 {self.digest[:12]}"


def relations(text: str) -> Iterator[Alternatives]:
    """Yield each group of a relationship field; what is needed in a build profile alone is left out."""
    for group in text.split(","):
        found = [_RELATION.fullmatch(one.strip()) for one in group.split("|")]
        names = tuple(one["name"] for one in found if one and not _is_optional(one["profiles"]))
        if names:
            yield names


def package_of(relation: str) -> str:
    """Return the name of the package in ``NAME (>= VERSION)``; empty if there is none."""
    found = _NAME.match(relation.strip())
    return found[0] if found else ""


def names_models(package: str) -> bool:
    """Whether the name of a package says that it has models."""
    return _MODELS.search(package) is not None


def _is_optional(profiles: str) -> bool:
    """Whether a restriction asks for a build profile that no usual build has."""
    lists = re.findall(r"<([^<>]*)>", profiles)
    return bool(lists) and all(any(not word.startswith("!") for word in one.split()) for one in lists)


def read_suite(where: str) -> Suite | None:
    """Return the index in a folder, or apt's with ``apt``; None for ``none``. UsageError if there is none."""
    if where in ("", "none"):
        return None
    folder = APT if where == "apt" else Path(where)
    areas: dict[str, set[str]] = {}
    names: set[str] = set()
    digest = hashlib.sha256()
    for path, found in _lists(folder):
        names.add(found["suite"] or folder.name)
        try:
            _read(path, found["packed"] or "", found["area"], areas, digest)
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise UsageError(f"{path}: cannot be read as a list of packages: {error}") from error
    if not areas:
        raise UsageError(f"{where}: no list of packages is there; name a mirror's dists/SUITE, or apt")
    return Suite(" ".join(sorted(names)), areas, digest.hexdigest())


def _lists(folder: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    """Yield the lists below a folder; of one that is there packed and unpacked, the first."""
    seen: set[str] = set()
    for path in sorted(folder.rglob("*Packages*")):
        found = LIST.search(str(path))
        if found and path.is_file() and (bare := str(path).removesuffix(f".{found['packed']}")) not in seen:
            seen.add(bare)
            yield path, found


@contextmanager
def _opened(path: Path, packed: str) -> Iterator[IO[bytes]]:
    """Give the unpacked bytes of a list; what Python cannot unpack is left to apt's own helper."""
    if packed in ("gz", "xz", ""):
        opened = {"gz": gzip.open, "xz": lzma.open}.get(packed, open)
        with cast(IO[bytes], opened(path, "rb")) as file:  # type: ignore[operator]
            yield file
        return
    if not APT_HELPER.is_file():
        raise OSError(f"{APT_HELPER} is needed for that, and is not there")
    command = [str(APT_HELPER), "cat-file", str(path.absolute())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as helper:
        assert helper.stdout
        yield helper.stdout
        rest = helper.stdout.read(1)
    if helper.returncode and not rest:
        raise OSError(f"{APT_HELPER.name} ends with status {helper.returncode}")


def _read(path: Path, packed: str, area: str, areas: dict[str, set[str]], digest: "hashlib._Hash") -> None:
    """Note the packages of one list, by their own and the provided names."""
    with _opened(path, packed) as file:
        left = MOST
        while left > 0 and (line := file.readline(LONGEST_LINE)):
            left -= len(line)
            digest.update(line)
            if line.startswith(b"Package:"):
                areas.setdefault(line[8:].strip().decode("latin-1"), set()).add(area)
            elif line.startswith(b"Provides:"):
                for name in relations(line[9:].decode("latin-1")):
                    areas.setdefault(name[0], set()).add(area)
