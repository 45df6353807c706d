"""ICU's data is a model only where a segmentation model is in it."""

import struct
from pathlib import Path

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import icu_data as ours
from tests.formats import trials

LSTM = "icudt76l/brkitr/Thai_graphclust_model4_heavy.res"
BOOSTED = "icudt76l/brkitr/jaml.res"
ORDINARY = ("icudt76l/brkitr/thaidict.dict", "icudt76l/brkitr/root.res", "icudt76l/coll/de.res")


def header(kind: bytes, order: str = "<") -> bytes:
    fields = struct.pack(order + "H2s2H", 32, b"\xda\x27", 20, 0)
    return (fields + bytes([order == ">", 0, 2, 0]) + kind + bytes(8)).ljust(32, b"\0")


def data(*names: str, order: str = "<") -> bytes:
    """Common data with one resource of 64 bytes for each name."""
    named = b"".join(name.encode() + b"\0" for name in names)
    table = 4 + 8 * len(names)
    begin = -(-(table + len(named)) // 16) * 16
    toc, at = struct.pack(order + "I", len(names)), table
    for number, name in enumerate(names):
        toc += struct.pack(order + "II", at, begin + 96 * number)
        at += len(name) + 1
    resource = header(b"ResB", order) + bytes(range(64))
    return header(b"CmnD", order) + (toc + named).ljust(begin, b"\0") + resource * len(names)


@pytest.mark.parametrize("order", "<>")
def test_models_are_found_among_the_data(order: str) -> None:
    model = trials.reads_whole(ours, data(ORDINARY[0], LSTM, ORDINARY[1], BOOSTED, order=order))
    assert [tensor.name for tensor in model.tensors] == [
        "brkitr/Thai_graphclust_model4_heavy.res",
        "brkitr/jaml.res",
    ]
    assert all(trials.payload(tensor)[32:] == bytes(range(64)) for tensor in model.tensors)


def test_ordinary_data_is_no_model() -> None:
    assert trials.recognised(ours, data(*ORDINARY)) is None
    with pytest.raises(FormatError, match="without"):
        ours.read(Blob(data(*ORDINARY)))


def test_data_of_this_machine_is_told_apart_by_its_table() -> None:
    library = next(Path("/usr/lib").glob("*/libicudata.so.*"), None)
    if library is None:
        pytest.skip("no library of ICU is installed")
    held = library.read_bytes()
    common = held[held.index(b"CmnD") - 12 :]
    assert bool(trials.recognised(ours, common)) == bool(ours.MODEL.search(common[: 1 << 16]))


def test_a_name_without_its_bundle_is_refused() -> None:
    whole = data(LSTM)
    with pytest.raises(FormatError, match="no resource bundle"):
        ours.read(Blob(whole.replace(b"ResB", b"Dict")))


def test_data_withstands_damage() -> None:
    whole = data(ORDINARY[0], LSTM, BOOSTED)
    for end in range(0, len(whole) - 96 * 2, 5):
        trials.recognised(ours, whole[:end])
        with pytest.raises(FormatError):
            ours.read(Blob(whole[:end]))
    trials.survives_damage(ours, whole)
    trials.knows_no_other(ours, whole)
