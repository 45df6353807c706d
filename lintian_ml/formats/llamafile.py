"""llamafile's executables, which are zip archives with networks too (llamafile; ape/specification.md).

An Actually Portable Executable is shell script, PE and ELF at once; its zip directory stands at the end, with
the files of GGUF or of whisper.cpp stored as they are. The program itself is not looked into.
"""

from collections.abc import Iterator
from dataclasses import replace

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import Entry, member_blob, read_directory, remarks
from lintian_ml.encoding.plain import told
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind, ggml, gguf
from lintian_ml.model import Model

FORMAT = Format(
    "llamafile",
    extensions=(".llamafile", ".llamafile.exe"),
    first=b"MjA\x7f",
    smallest=64,
    like=rb"MZ|jartsr='|APEDBG='|\x7fELF",
)

PORTABLE = (b"MZqFpD='", b"jartsr='", b"APEDBG='")
"""What an Actually Portable Executable begins with."""

NATIVE = (b"\x7fELF", b"MZ")
"""What one begins with after it was made into a program of one system."""

ARGUMENTS = ".args"
"""The member that has the arguments with which the program is started."""

LONGEST_ARGUMENTS = 1 << 16
UNREAD = "its program and its other files were not read"


def recognise(glimpse: Glimpse) -> Evidence | None:
    """One of the marks; the archive is at the end, which is read to know whether it holds a network."""
    portable = glimpse.head.startswith(PORTABLE)
    named = glimpse.named(FORMAT.extensions)
    if not portable and not (named and glimpse.head.startswith(NATIVE)):
        return None
    notes = {Kind.STRUCTURE: f"an executable{', portable to several systems,' if portable else ''} with data"}
    if named:
        notes |= {Kind.MAGIC: "begins as a llamafile", Kind.NAME: "named as llamafiles are"}
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the networks in the archive behind a program; FormatError where there is none."""
    entries = read_directory(blob, Limits())
    models = [(entry.name, model) for entry in entries if (model := _network(blob, entry))]
    if not models:
        raise FormatError("an executable with an archive in which there is no network")
    metadata = {part + key: text for part, model in _titled(models) for key, text in model.metadata.items()}
    for entry in entries:
        if entry.name == ARGUMENTS:
            arguments = member_blob(blob, entry, LONGEST_ARGUMENTS)
            metadata[ARGUMENTS] = told(arguments.read(0, arguments.size))
    return Model(
        FORMAT.name,
        tuple(replace(t, name=part + t.name) for part, model in _titled(models) for t in model.tensors),
        {name: model.structure for name, model in models},
        metadata,
        remarks=(UNREAD, *remarks(blob, entries), *(text for _, model in models for text in model.remarks)),
    )


def _network(blob: Blob, entry: Entry) -> Model | None:
    """Return a member that is a network; None for any other."""
    if entry.method or entry.size < FORMAT.smallest:
        return None
    member = member_blob(blob, entry)
    head = member.read(0, 4)
    if head == gguf.MAGIC:
        return gguf.read(member)
    return ggml.read(member) if head in ggml.MAGICS else None


def _titled(models: list[tuple[str, Model]]) -> Iterator[tuple[str, Model]]:
    """Yield each network with what stands before its names: nothing, where there is only one."""
    yield from ((f"{name}: " if len(models) > 1 else "", model) for name, model in models)
