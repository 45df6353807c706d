"""HMMER's profile hidden Markov models in text, versions 2.0 and 3/a to 3/f (HMMER, src/p7_hmmfile.c)."""

import re
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.profile_text import opening_version, read_header, read_profile
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("hmmer", extensions=(".hmm",), mark=b"HMMER")
NOISE = (SPELLING,)

VERSION = re.compile(rb"HMMER(3/[a-f]|2\.0)(?:[ \t][^\n]{0,200})?\r?\n")
HEADER = re.compile(rb"(?:[A-Z][A-Z0-9]*[ \t][^\n]*\n){2,1000}HMM[ \t]")
LONGEST_LINE = 1 << 16


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the version, the fields of a header, and the line that begins the numbers."""
    version = opening_version(glimpse.head, VERSION, HEADER)
    if version is None:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: f"begins as HMMER{version}",
            Kind.STRUCTURE: "a header and the symbols of a profile follow",
        }
    )


def read(blob: Blob) -> Model:
    """Read every profile: emissions and transitions as float64, a probability of zero as an infinity."""
    reading = _Reading()
    rest = lines(blob, LONGEST_LINE)
    for line in rest:
        if not line.strip() and reading.profiles:
            continue
        if not VERSION.match(line + b"\n"):
            raise FormatError(f"no profile begins with {line[:40]!r}")
        header = read_header(line, rest, (b"HMM",))
        name = reading.unique(header.name)
        reading.profiles.append(read_profile(header, rest, reading.columns, name))
        reading.described[name] = header.describing()
    if not reading.profiles:
        raise FormatError("no profile of HMMER")
    model = Model(
        format=FORMAT.name,
        tensors=reading.columns.tensors(),
        structure={"profiles": reading.profiles},
        metadata=reading.metadata(),
        complete=True,
    )
    return with_spelling(model, blob)


@dataclass(slots=True)
class _Reading:
    """What came of the profiles so far."""

    columns: Columns = field(default_factory=Columns)
    profiles: list[dict[str, object]] = field(default_factory=list)
    described: dict[str, dict[str, str]] = field(default_factory=dict)

    def unique(self, name: str) -> str:
        """Return a name that no earlier profile has."""
        number = len(self.profiles)
        return name if name and name not in self.described else f"{name}#{number}"

    def metadata(self) -> dict[str, str]:
        """The describing fields; those of several profiles have the profile's name before theirs."""
        if len(self.described) == 1:
            return next(iter(self.described.values()))
        return {
            f"{name}.{key}": value for name, found in self.described.items() for key, value in found.items()
        }
