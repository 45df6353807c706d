"""A model is not in the package: in its place lies a text that points to where Git keeps large files.

Git LFS leaves such a pointer where the file itself was not fetched, as in the tarballs that some hosts make
of a repository. What reads the model will fail. Make the tarball from a clone in which ``git lfs pull``
was run, or remove the pointer. The note gives the size of the file, and its SHA-256.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility
from lintian_ml.detection import LfsPointer, names_model
from lintian_ml.samples import declaration

TAG = Tag(Visibility.INFO, see_also=("debian-policy 4.16",))

DIGEST = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{DIGEST}\nsize 12345\n"


def examples() -> Iterator[Example]:
    yield Flagged(
        "a pointer with the name of a model",
        {"data/net.onnx": POINTER},
        (Hint(f"data/net.onnx (12345 bytes, sha256 {DIGEST})"),),
    )
    yield Flagged(
        "a pointer to a declared file",
        {
            "net.bin": POINTER,
            "debian/models": declaration({"Checksums-Sha256": f"\n {DIGEST} 12345 net.onnx"}),
        },
        (Hint(f"net.bin (12345 bytes, sha256 {DIGEST})"),),
    )
    yield Clean("a pointer to a picture", {"logo.png": POINTER})


def check(case: Case) -> Iterator[Hint]:
    for pointer in case.package.pointers:
        if names_model(pointer.path) or is_declared(pointer, case):
            yield Hint(f"{pointer.path} ({pointer.size} bytes, sha256 {pointer.oid})")


def is_declared(pointer: LfsPointer, case: Case) -> bool:
    stanzas = case.declaration.models if case.declaration else ()
    return any(
        pointer.oid in {stated.digest for stated in stanza.checksums_sha256}
        or any(glob.matches(pointer.path) for glob in stanza.files)
        for stanza in stanzas
    )
