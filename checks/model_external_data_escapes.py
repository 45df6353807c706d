"""A model says that its data lies outside of its own folder.

Whoever loads it reads a file of the user's, or of the system's, in its place: what the model is depends on
where it lies. No tool that writes models does this by itself. Ask upstream how it came to be, and do not ship
the file as it is; the note has the place.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.WARNING, see_also=("https://onnx.ai/onnx/repo-docs/ExternalData.html",))

REMARK = "lies outside the model's folder"


def part(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, len(data)]) + data


def onnx(place: bytes) -> bytes:
    entry = part(1, b"location") + part(2, place)
    tensor = part(1, b"\4") + b"\x10\1" + part(8, b"w") + part(13, entry) + b"\x70\1"
    graph = part(2, b"net") + part(5, tensor) + part(11, part(1, b"x")) + part(12, part(1, b"w"))
    return b"\x08\x08" + part(2, b"example") + part(7, graph) + part(8, b"\x10\x11")


def examples() -> Iterator[Example]:
    yield Flagged(
        "a file of the system",
        {"net.onnx": onnx(b"../../etc/weights")},
        (Hint("net.onnx (external data '../../etc/weights' lies outside the model's folder)"),),
    )
    yield Clean("a file beside it", {"net.onnx": onnx(b"weights"), "weights": b"\0" * 16})
    yield Clean("data of its own", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        for remark in model.found.remarks if model.found else ():
            if REMARK in remark:
                yield model.hint(f"({remark})")
