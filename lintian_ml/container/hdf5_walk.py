"""HDF5 files, walked with h5py over a blob: only what lies in the file itself is ever followed or read.

libhdf5 trusts what files say, so this belongs into a process that may end: ``hdf5_child``.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5 import Contents
from lintian_ml.container.hdf5_data import attribute_value, lies_elsewhere, payload
from lintian_ml.container.hdf5_stream import Stream
from lintian_ml.container.hdf5_type import element_of
from lintian_ml.container.hdf5_value import raw_of, text_of
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Computed, Payload, Tensor

OBJECT_LIMIT = 100_000
DEPTH_LIMIT = 100
ATTRIBUTES_LIMIT = 64 << 20

_RAISED = (OSError, RuntimeError, LookupError, ValueError, TypeError, ArithmeticError)


def walked(blob: Blob) -> Contents:
    """Walk the whole file; FormatError where it is malformed, LimitError where it declares too much."""
    import h5py

    with _sentences():
        stream = Stream(blob)
        file = h5py.File(stream, "r")
        if file.id.get_create_plist().get_sizes() != (8, 8):
            raise LimitError("HDF5 file whose addresses and lengths do not have 64 bits")
        walk = _Walk(blob, stream, file)
        walk.run()
        return walk.found


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Turn what h5py raises on a malformed file, which may be nearly anything, into a FormatError."""
    try:
        yield
    except _RAISED as error:
        raise FormatError(f"HDF5 file is malformed: {str(error)[:160] or type(error).__name__}") from None


class _Walk:
    """Visits every object that hard links reach, once, without recursion."""

    def __init__(self, blob: Blob, stream: Stream, file: Any) -> None:
        self.blob = blob
        self.stream = stream
        self.file = file
        self.found = Contents()
        self.seen: dict[int, str] = {}
        self.visited = 0
        self.number = 0
        self.attribute_bytes = 0

    def run(self) -> None:
        """Walk from the root."""
        from h5py import h5o

        root = h5o.get_info(self.file.id)
        self.number = root.fileno
        self.seen[root.addr] = ""
        stack = [("", self.file["/"])]
        while stack:
            path, group = stack.pop()
            self.found.groups.append(path)
            self.attributes(path, group)
            if path.count("/") >= DEPTH_LIMIT:
                raise LimitError(f"HDF5 groups nest more than {DEPTH_LIMIT} levels deep")
            stack.extend(self.children(path, group))
        self.found.tensors.sort(key=lambda tensor: tensor.name)

    def children(self, path: str, group: Any) -> Iterator[tuple[str, Any]]:
        """Note every link of a group and every dataset; yield the groups that were not seen before."""
        import h5py
        from h5py import h5o

        for key in group:
            self.count()
            name = f"{path}/{text_of(key)}" if path else text_of(key)
            if not self.hard(name, key, group):
                continue
            child = group[key]
            info = h5o.get_info(child.id)
            if info.fileno != self.number:
                raise FormatError(f"HDF5 link {name!r:.80} leads out of the file")
            if info.addr in self.seen and not isinstance(child, h5py.Dataset):
                self.found.links[name] = f"hard: {self.seen[info.addr]}"
                continue
            self.seen.setdefault(info.addr, name)
            if isinstance(child, h5py.Group):
                yield name, child
                continue
            self.attributes(name, child)
            if isinstance(child, h5py.Dataset):
                self.dataset(name, child)

    def hard(self, name: str, key: str | bytes, group: Any) -> bool:
        """Whether a link is hard; any other kind is noted and never followed."""
        import h5py

        if b"/" in raw_of(key) or raw_of(key) in (b"", b"."):
            raise FormatError(f"HDF5 link {name!r:.80} has a name that is a path")
        link = group.get(key, getlink=True)
        if isinstance(link, h5py.HardLink):
            return True
        if link is None:
            raise FormatError(f"HDF5 link {name!r:.80} is listed but does not exist")
        kind = "soft" if isinstance(link, h5py.SoftLink) else "external"
        target = f"{link.filename}:{link.path}" if kind == "external" else link.path
        self.found.links[name] = f"{kind}: {text_of(target)}"
        self.found.remarks.append(f"{kind} link not followed: {name} leads to {text_of(target)}")
        return False

    def dataset(self, name: str, dataset: Any) -> None:
        """Deliver a dataset that lies in the file, or remark why it is not delivered.

        Keras stores bfloat16 as two opaque bytes, and an attribute that says so.
        """
        reason = lies_elsewhere(dataset)
        if reason is not None:
            self.found.remarks.append(f"{reason}: {name}")
            return
        element = element_of(dataset.id.get_type())
        if element.dtype in ("bytes", "string"):
            self.found.types[name] = element.title
        if dataset.shape is None:
            self.found.types[name] = f"{element.title}, no data"
        elif not element.readable or element.dtype == "string":
            self.found.remarks.append(f"dataset of type {element.title[:80]} not read: {name}")
        else:
            noted = self.found.attributes.get(name, {})
            keras = element.dtype == "bytes" and element.width == 2 and noted.get("dtype") == "bfloat16"
            dtype = "bfloat16" if keras else element.dtype
            data = self.later(payload(self.blob, name, dataset, element))
            self.found.tensors.append(Tensor(name, dtype, tuple(dataset.shape), data, element.big_endian))

    def later(self, data: Payload) -> Payload:
        """Let what is computed later speak in sentences too, and count its reads afresh."""
        return Computed(lambda: self.again(data), data.length) if isinstance(data, Computed) else data

    def again(self, data: Computed) -> Iterator[bytes]:
        """Yield the blocks of a computed payload."""
        self.stream.rewound(data.length)
        with _sentences():
            yield from data.blocks()

    def attributes(self, path: str, owner: Any) -> None:
        """Note the attributes of an object as plain JSON data."""
        for name in owner.attrs:
            self.count()
            value, length = attribute_value(owner, name, self.stream)
            self.attribute_bytes += length
            if self.attribute_bytes > ATTRIBUTES_LIMIT:
                raise LimitError(f"HDF5 attributes of more than {ATTRIBUTES_LIMIT} bytes")
            self.found.attributes.setdefault(path, {})[text_of(name)] = value

    def count(self) -> None:
        """Count objects, links and attributes; LimitError after a hundred thousand."""
        self.visited += 1
        if self.visited > OBJECT_LIMIT:
            raise LimitError(f"HDF5 file of more than {OBJECT_LIMIT} links and attributes")
