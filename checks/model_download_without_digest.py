"""A model is fetched without being held against a digest.

Whoever holds the place on the net, or the way to it, decides what is run. State the SHA-256 of the file
where it is fetched (``EXPECTED_HASH`` of CMake, ``sha256sum --check`` in a script), or name the commit of a
repository on a hub (``revision``). Then it is also known for ever which model was meant.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.detection import When

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))

NET = "https://example.org/net.onnx"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def examples() -> Iterator[Example]:
    yield Flagged(
        "whatever lies there",
        {"CMakeLists.txt": f"file(DOWNLOAD {NET} net.onnx)\n"},
        (Hint(NET, Pointer("CMakeLists.txt", 1)),),
    )
    yield Clean(
        "a file with its digest",
        {"CMakeLists.txt": f"file(DOWNLOAD {NET} net.onnx EXPECTED_HASH SHA256=${{HASH}})\n"},
    )
    yield Clean("a commit", {"net.py": f'AutoModel.from_pretrained("a/b", revision="{COMMIT}")\n'})
    yield Clean("a script that nobody need run", {"get.sh": f"wget {NET}\n"})


def check(case: Case) -> Iterator[Hint]:
    for hook in case.package.hooks:
        if not hook.pinned and hook.when is not When.SCRIPT:
            yield Hint(hook.target, Pointer(hook.path, hook.line))
