"""Formats of vendors that are detected only: the mark alone is not enough, nor is a file of another kind."""

import io
import struct
import zipfile
from types import ModuleType

import pytest

from lintian_ml.detection import Examiner
from lintian_ml.formats import (
    Glimpse,
    ascend,
    cntk,
    kmodel,
    megengine,
    mindspore_lite,
    rknn,
    stablehlo,
    tensorrt,
    tnn,
)
from lintian_ml.model import Certainty
from lintian_ml.package import package_from_files
from lintian_ml.recognition import certainty
from tests.formats import trials


def string(text: str) -> bytes:
    return struct.pack("<i", len(text)) + text.encode()


def words(*texts: str) -> bytes:
    return b"".join(text.encode("utf-16-le") + b"\0\0" for text in texts)


TABLE = struct.pack("<HHHHi", 8, 12, 4, 8, 8) + bytes(40)
"""The list of a root table's two fields, and the table behind it."""

WHOLE: dict[ModuleType, bytes] = {
    tnn: struct.pack("<Iii", 0xFABC0002, 3, 1) + string("Convolution") + string("conv1") + bytes(64),
    rknn: b"RKNN\0\0\0\0" + struct.pack("<QQ", 6, 100) + bytes(160),
    mindspore_lite: struct.pack("<I", 16) + b"MSL2" + TABLE,
    cntk: words("BCN", "BVersion")
    + struct.pack("<Q", 24)
    + words("EVersion")
    + struct.pack("<Q", 7)
    + words("BNodeList")
    + bytes(64),
    megengine: struct.pack("<II", 60, 16) + b"mgv2" + bytes(52),
    tensorrt: b"ftrt" + struct.pack("<IQI", 0x59, 100, 0) + bytes(100),
    stablehlo: b"ML\xefR\x0dStableHLO_v1.8.5\0" + bytes(40),
    ascend: struct.pack("<4sII64xI", b"IMOD", 256, 1 << 28, 100)
    + bytes(176)
    + struct.pack("<I", 3)
    + bytes(96),
    kmodel: struct.pack("<4s9I", b"LDMK", 4, 0, 1, 64, 4096, 3, 1, 1, 0) + bytes(64),
}
"""A file's beginning for each format."""

CARRIERS = (stablehlo,)

OTHERS = (
    b"RKNN is a format.\n" * 9,
    b"IMOD is a mark.\n" * 40,
    b"LDMK\4\0\0\0" + b"\xff" * 100,
    struct.pack("<4s7I", b"LDMK", 5, 32, 0, 9, 1, 0, 0) + bytes(64),
    b"ptrt and ftrt are marks of engines.\n" * 9,
    b"ML\xefR\x0dMLIR19.0.0\0" + bytes(40),
    b"\2\0\xbc\xfa" + bytes(200),
    b"B\0C\0N\0\0\0" + bytes(200),
    b"\x10\0\0\0MSL2" + bytes(200),
    bytes(8) + b"mgv2" + bytes(200),
)


@pytest.mark.parametrize("module", WHOLE, ids=lambda module: module.FORMAT.name)
def test_mark_and_structure_are_certain(module: ModuleType) -> None:
    evidence = trials.recognised(module, WHOLE[module])
    assert evidence
    expected = Certainty.POSSIBLE if module in CARRIERS else Certainty.CERTAIN
    assert certainty(evidence) is expected
    assert not hasattr(module, "read")


@pytest.mark.parametrize("module", WHOLE, ids=lambda module: module.FORMAT.name)
def test_nothing_else_is_one(module: ModuleType) -> None:
    mine = WHOLE[module]
    others = [data for other, data in WHOLE.items() if other is not module]
    for data in (*trials.LOOK_ALIKES, *OTHERS, *others, *(mine[:length] for length in range(13))):
        assert trials.recognised(module, data) is None


@pytest.mark.parametrize("module", WHOLE, ids=lambda module: module.FORMAT.name)
def test_no_byte_of_the_mark_may_differ(module: ModuleType) -> None:
    data = WHOLE[module]
    mark = {mindspore_lite: slice(4, 8), megengine: slice(8, 12)}.get(module, slice(0, 4))
    for at in range(mark.start, mark.stop):
        for other in (data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :],):
            assert module.recognise(Glimpse("file", len(other), other, other)) is None


@pytest.mark.parametrize("version", [5, 6, 7])
def test_later_networks_for_kendryte_tell_of_modules(version: int) -> None:
    later = struct.pack("<4s7I", b"LDMK", version, 32, 0, 8, 1, 0, 0) + bytes(64)
    evidence = trials.recognised(kmodel, later)
    assert evidence and certainty(evidence) is Certainty.CERTAIN


def container(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def found_in(members: dict[str, bytes]) -> list[str]:
    package = package_from_files({"net.dlc": container(members)}, Examiner())
    return [model.format for model in package.models]


PARAMETERS = b"\xd5\x0a\4\0\0\0\0\0" + struct.pack("<I4s", 16, b"NETP") + bytes(200)


def test_a_container_of_qualcomm_has_parameters_and_metadata() -> None:
    metadata = b"model-version=1\nconverter-command=snpe-onnx-to-dlc\n"
    assert found_in({"model.params": PARAMETERS, "dlc.metadata": metadata}) == ["dlc"]
    assert found_in({"model.params": b"other" * 30, "dlc.metadata": metadata}) == []
    assert found_in({"model.params": b"", "dlc.metadata": metadata}) == []
    assert found_in({"model.params": PARAMETERS}) == []
    assert found_in({"net/model.params": PARAMETERS, "net/dlc.metadata": metadata}) == []


@pytest.mark.parametrize("module", WHOLE, ids=lambda module: module.FORMAT.name)
def test_damage_never_raises(module: ModuleType) -> None:
    data = WHOLE[module]
    for at in range(len(data)):
        for byte in (0, 0x7F, 0xFF):
            trials.recognised(module, data[:at] + bytes([byte]) + data[at + 1 :])
        trials.recognised(module, data[:at])
