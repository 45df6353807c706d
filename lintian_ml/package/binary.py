"""Binary packages: an ar archive of control.tar and data.tar (deb(5)), streamed from front to back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lintian_ml.container import tar
from lintian_ml.container.limits import Limits
from lintian_ml.container.source import exactly
from lintian_ml.container.stream import Budget, Digest, Reader, Source, open_stream
from lintian_ml.error import FormatError, LimitError, PackageError
from lintian_ml.package.assembly import Assembly
from lintian_ml.package.contents import Eye, Role, Tarball
from lintian_ml.package.control import Stanza, area_of, parse_control, people
from lintian_ml.package.files import Listed, stream
from lintian_ml.package.keep import MOST
from lintian_ml.package.package import BINARY_OVERRIDES, Package, PackageType

MAGIC = b"!<arch>\n"
HEADER = 60
SKIP = 1 << 17


@dataclass
class Part:
    """A member of the ar archive; ``left`` bytes of it are still to be read."""

    name: str
    left: int
    source: Source

    def read(self, length: int, /) -> bytes:
        """Return at most ``length`` bytes; none only at the member's end."""
        data = self.source.read(min(length, self.left))
        if not data and length and self.left:
            raise FormatError(f"the archive ends within {self.name}, {self.left} bytes too early")
        self.left -= len(data)
        return data


def parts(source: Source) -> Iterator[Part]:
    """Yield the members of an ar archive; FormatError where it is malformed."""
    if exactly(source, len(MAGIC)) != MAGIC:
        raise FormatError("is no Debian binary package: it does not begin as an ar archive")
    while header := exactly(source, HEADER):
        digits = header[48:58].strip()
        if len(header) < HEADER or header[58:] != b"`\n" or not digits.isdigit():
            raise FormatError("the ar archive has a malformed header")
        size = int(digits)
        part = Part(header[:16].decode("latin-1").rstrip(" ").removesuffix("/"), size, source)
        yield part
        while part.left:
            part.read(SKIP)
        source.read(size % 2)


@dataclass
class _Reading:
    """What is known of a binary package while it is read."""

    name: str
    eye: Eye
    budget: Budget
    control: bytes | None = None
    assembly: Assembly | None = field(default=None)

    def read(self, source: Source) -> None:
        """Read the archive: the control file first, then the tree."""
        for part in parts(source):
            if part.name.startswith("control.tar") and self.control is None:
                self.control = _control_file(open_stream(part, self.budget), self.budget.limits)
            elif part.name.startswith("data.tar") and self.assembly is None:
                self._read_tree(part)

    def stanza(self) -> Stanza:
        """Return the control file's stanza; empty if it is not one."""
        return next(iter(parse_control(self.control or b"").binaries), {})

    def _read_tree(self, part: Part) -> None:
        if "Package" not in self.stanza():
            raise FormatError("holds no control file that names a package before its data")
        name = self.stanza()["Package"].strip()
        kept = (f"usr/share/doc/{name}/copyright", f"{BINARY_OVERRIDES}/{name}")
        self.assembly = assembly = Assembly(self.eye, kept)

        def lay(reader: Reader) -> None:
            assembly.lay(self.name, tar.walk(reader, self.budget.limits), strip=False)

        assembly.unpack(self.name, part, self.budget, lay)


def _control_file(reader: Reader, limits: Limits) -> bytes | None:
    for member in tar.walk(reader, limits):
        if member.name == "control" and member.kind is tar.Kind.FILE:
            if member.size > MOST:
                raise FormatError(f"its control file is larger than {MOST >> 20} MiB")
            return exactly(member, member.size)
    return None


def read_binary(path: Path, eye: Eye, limits: Limits, listed: Listed | None = None) -> Package:
    """Read the .deb, .udeb or .ddeb at ``path``; ``listed`` is what a .changes or .buildinfo says of it."""
    reading = _Reading(path.name, eye, Budget(limits))
    try:
        digest = stream(path, listed, reading.read)
    except LimitError as error:
        raise PackageError(f"{path}: {error}") from error
    if reading.assembly is None:
        raise PackageError(f"{path}: holds no data.tar behind its control.tar; build the package again")
    return _package(reading, reading.assembly, digest)


def _package(reading: _Reading, assembly: Assembly, digest: Digest) -> Package:
    stanza = reading.stanza()
    return Package(
        input=reading.name,
        name=stanza["Package"].strip(),
        version=stanza.get("Version", "").strip(),
        type=PackageType.BINARY,
        architecture=stanza.get("Architecture", "").strip(),
        format="2.0",
        area=area_of(stanza["Section"]) if "Section" in stanza else None,
        maintainer=" ".join(stanza.get("Maintainer", "").split()),
        uploaders=people(stanza.get("Uploaders", "")),
        binaries=(stanza["Package"].strip(),),
        tarballs=(Tarball(reading.name, digest.sha256, digest.size, Role.BINARY),),
        files=assembly.files,
        texts={**assembly.keeper.texts, "control": reading.control or b""},
        models=assembly.models(),
        not_examined=assembly.not_examined(),
        hooks=assembly.hooks(),
        pointers=assembly.pointers(),
    )
