"""MATLAB's files are models only where an object of a class that learns is in them."""

import io
import struct
import zlib

import pytest

from lintian_ml.formats import matlab as ours
from tests.formats import trials


def header(order: str = "<") -> bytes:
    version = b"\0\1IM" if order == "<" else b"\1\0MI"
    return b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(124) + version


def element(kind: int, data: bytes, order: str = "<") -> bytes:
    """Return an element; one of up to four bytes lies in its own tag."""
    if 0 < len(data) <= 4:
        return struct.pack(order + "I", len(data) << 16 | kind) + data.ljust(4, b"\0")
    return struct.pack(order + "II", kind, len(data)) + data + bytes(-len(data) % 8)


def variable(kind: int, *parts: bytes, order: str = "<") -> bytes:
    flags = element(6, struct.pack(order + "II", kind, 0), order)
    return element(14, flags + b"".join(parts), order)


def opaque(name: str, order: str = "<") -> bytes:
    words = (element(1, text.encode(), order) for text in ("net", "MCOS", name))
    return variable(17, *words, bytes(64), order=order)


def numbers(order: str = "<") -> bytes:
    size = element(5, struct.pack(order + "2i", 1, 2), order)
    values = element(9, struct.pack(order + "2d", 1, 2), order)
    return variable(6, size, element(1, b"data", order), values, order=order)


def compressed(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return struct.pack("<II", 15, len(packed)) + packed


@pytest.mark.parametrize("order", "<>")
def test_objects_of_models_are_found(order: str) -> None:
    data = header(order) + numbers(order) + opaque("SeriesNetwork", order)
    evidence = trials.recognised(ours, data)
    assert evidence and "SeriesNetwork" in evidence.notes[-1]


def test_compressed_variables_are_looked_into() -> None:
    data = header() + compressed(numbers()) + compressed(opaque("TreeBagger"))
    assert trials.recognised(ours, data)


def test_old_objects_are_found() -> None:
    size = element(5, struct.pack("<2i", 1, 1))
    data = header() + variable(3, size, element(1, b"net"), element(1, b"network"), bytes(32))
    assert trials.recognised(ours, data)


def test_data_and_other_objects_are_no_models() -> None:
    for content in (numbers(), compressed(numbers()), opaque("table"), opaque("string"), b"", bytes(80)):
        assert trials.recognised(ours, header() + content) is None


def test_files_of_scipy_are_told_apart() -> None:
    mio5 = pytest.importorskip("scipy.io.matlab", reason="written by SciPy")
    import numpy as np

    for compress in (True, False):
        out = io.BytesIO()
        mio5.savemat(out, {"x": np.eye(3), "s": {"network": "net"}}, do_compression=compress)
        assert trials.recognised(ours, out.getvalue()) is None
        out = io.BytesIO()
        fields = np.zeros((1, 1), [("weights", object)])
        net = mio5.MatlabObject(fields, classname="network")
        mio5.savemat(out, {"x": np.eye(3), "net": net}, do_compression=compress)
        assert trials.recognised(ours, out.getvalue())


def test_damage_never_raises() -> None:
    data = header() + compressed(numbers()) + opaque("network")
    for at in range(len(data)):
        trials.recognised(ours, data[:at])
        for byte in (0, 0x7F, 0xFF):
            trials.recognised(ours, data[:at] + bytes([byte]) + data[at + 1 :])
    for other in trials.LOOK_ALIKES:
        assert trials.recognised(ours, other) is None
