"""A tree of MessagePack of which some values are arrays: these as tensors, the rest as plain JSON data."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.msgpack import Bytes, Extension, Tokens
from lintian_ml.encoding.plain import content, held
from lintian_ml.error import FormatError
from lintian_ml.model import Model, Tensor

LONGER = "values in a longer form"
"""The name of this noise on a format's list: where a value is written in more bytes than it needs."""

SWAPPED = "byte order"
"""The name of the noise that says which arrays have their most significant bytes first."""

RESERVED = frozenset({"map", "tensor", "extension", "bytes", "float32", "bits", "base64", "sha256"})
"""Keys that tell, in the structure, of values that JSON lacks; a map with one of them is marked as a map."""


@dataclass(slots=True)
class ArrayTree:
    """The tree of one file, and the tensors found in it so far, by the path of their keys.

    ``special`` takes in a value that is an array, by ``put``, and returns what stands for it; for any other
    value it returns None.
    """

    blob: Blob
    special: "Callable[[ArrayTree, object, str], object]"
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def model(self, name: str, top: object, tokens: Tokens) -> Model:
        """Return the model of the format ``name`` that the tree ``top``, read from ``tokens``, holds."""
        structure = self.shown(top)
        end, size = tokens.source.position, self.blob.size
        swapped = [tensor.name for tensor in self.tensors.values() if tensor.big_endian]
        noise = {
            LONGER: ",".join(map(str, tokens.longer)).encode("ascii"),
            SWAPPED: "\n".join(swapped).encode(),
        }
        return Model(
            name,
            tuple(self.tensors.values()),
            structure,
            residue={"behind the tree": held(self.blob, end, size - end)} if end < size else {},
            noise={key: data for key, data in noise.items() if data},
            complete=True,
        )

    def shown(self, top: object) -> object:
        """Return the tree as plain JSON data, with the names of tensors in the place of arrays."""
        root: dict[str, object] = {"": top}
        work: list[tuple[dict[str, object] | list[object], str | int, str]] = [(root, "", "")]
        while work:
            into, key, path = work.pop()
            value = into[key]  # type: ignore[index]
            found = self.special(self, value, path)
            if found is not None:
                into[key] = found  # type: ignore[index]
            elif isinstance(value, dict):
                renamed = _renamed(value, path)
                into[key] = {"map": renamed} if RESERVED & renamed.keys() else renamed  # type: ignore[index]
                work.extend((renamed, name, _below(path, name)) for name in reversed(renamed))
            elif isinstance(value, list):
                work.extend((value, at, _below(path, str(at))) for at in reversed(range(len(value))))
            elif isinstance(value, Extension):
                shown = content(self.blob, value.offset, value.length)
                into[key] = {"extension": value.code, "content": shown}  # type: ignore[index]
            elif isinstance(value, Bytes):
                into[key] = {"bytes": content(self.blob, value.offset, value.length)}  # type: ignore[index]
        return root[""]

    def put(self, tensor: Tensor) -> dict[str, object]:
        """Take in a tensor; FormatError where its name is taken or its length is not that of its shape."""
        if tensor.expected_length not in (None, tensor.payload.length):
            raise FormatError(
                f"the array {tensor.name:.80} has {tensor.payload.length} bytes, "
                f"not those of the shape {tensor.shape} of {tensor.dtype}"
            )
        if tensor.name in self.tensors:
            raise FormatError(f"two arrays have the name {tensor.name:.80}")
        self.tensors[tensor.name] = tensor
        return {"tensor": tensor.name}


def _renamed(value: dict[object, object], path: str) -> dict[str, object]:
    """Return a map with texts for keys; FormatError where two keys are spelled alike."""
    renamed = {key if isinstance(key, str) else repr(key): inner for key, inner in value.items()}
    if len(renamed) < len(value):
        raise FormatError(f"two keys of the map {path:.80} are spelled alike")
    return renamed


def _below(path: str, key: str) -> str:
    """Return a path with one more key, whose slashes are written as JSON Pointer does (RFC 6901)."""
    part = key.replace("~", "~0").replace("/", "~1")
    return f"{path}/{part}" if path else part
