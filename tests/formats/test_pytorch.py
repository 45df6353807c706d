"""PyTorch's files are read to the bit as torch reads them, and hostile ones end in a sentence."""

import io
import json
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import read_directory
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Glimpse, Kind, pytorch, pytorch_legacy
from lintian_ml.model import Computed, Model, Span, Tensor
from lintian_ml.samples import sample

WEIGHT = struct.pack("<6f", 0.5, -1.25, 2.0, 0.0, 3.5, -0.75)
BIAS = struct.pack("<2f", 0.125, -8.0)
READERS: dict[str, Callable[[Blob], Model]] = {
    "linear.pt": pytorch.read,
    "scripted.pt": pytorch.read,
    "linear_legacy.pt": pytorch_legacy.read,
}


def payload(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def glimpse(data: bytes, name: str = "model.pt") -> Glimpse:
    try:
        members = read_directory(Blob(data), Limits())
    except (FormatError, LimitError):
        members = None
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :], members)


@pytest.mark.parametrize("name", READERS)
def test_a_sample_holds_the_values_that_were_written(name: str) -> None:
    model = READERS[name](Blob(sample(name)))
    weight, bias = model.tensors
    assert (weight.name, weight.dtype, weight.shape, payload(weight)) == ("weight", "float32", (2, 3), WEIGHT)
    assert (bias.name, bias.dtype, bias.shape, payload(bias)) == ("bias", "float32", (2,), BIAS)
    assert isinstance(weight.payload, Span)
    assert model.complete
    assert not model.remarks
    assert model.parameter_count == 8
    json.dumps(model.structure, allow_nan=False)


def test_torchscript_holds_its_program() -> None:
    structure: Any = pytorch.read(Blob(sample("scripted.pt"))).structure
    (text,) = structure["code"].values()
    assert "torch.relu" in text


def test_a_zip_file_is_recognised() -> None:
    evidence = pytorch.recognise(glimpse(sample("linear.pt")))
    assert evidence
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE, Kind.SEMANTICS}
    assert not evidence.carrier


def test_torchscript_is_recognised() -> None:
    evidence = pytorch.recognise(glimpse(sample("scripted.pt")))
    assert evidence
    assert "TorchScript, 2 storages" in evidence.notes


def test_a_legacy_file_is_recognised() -> None:
    evidence = pytorch_legacy.recognise(glimpse(sample("linear_legacy.pt")))
    assert evidence
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE, Kind.SEMANTICS}


def test_the_legacy_magic_alone_is_no_structure() -> None:
    evidence = pytorch_legacy.recognise(glimpse(sample("linear_legacy.pt")[:15]))
    assert evidence == Evidence.of({Kind.MAGIC: "PyTorch's magic number"})


@pytest.mark.parametrize(
    "members",
    [(), ("data.pkl",), ("a/version", "a/data/0"), ("word/data.pkl",), ("data.pkl.txt", "version")],
    ids=str,
)
def test_other_zip_files_are_not_recognised(members: tuple[str, ...]) -> None:
    assert pytorch.recognise(glimpse(zipped(dict.fromkeys(members, b".")))) is None


def test_a_checkpoint_without_storages_carries_anything() -> None:
    evidence = pytorch.recognise(glimpse(zipped({"a/data.pkl": b"\x80\x02}.", "a/version": b"3\n"})))
    assert evidence
    assert evidence.carrier


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100), st.sampled_from(["linear.pt", "linear_legacy.pt"]), st.integers(0, 3000))
def test_recognising_never_raises(noise: bytes, name: str, place: int) -> None:
    data = sample(name)[:place] + noise + sample(name)[place:]
    pytorch.recognise(glimpse(data))
    pytorch_legacy.recognise(glimpse(data))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def number(value: int) -> bytes:
    return b"\x8a\x08" + struct.pack("<q", value)


def tensor_pickle(
    *,
    count: int = 4,
    offset: int = 0,
    shape: tuple[int, ...] = (4,),
    stride: tuple[int, ...] = (1,),
    key: str = "0",
) -> bytes:
    """The instructions for one float32 tensor, as torch writes them."""
    sizes, strides = (b"(" + b"".join(map(number, numbers)) + b"t" for numbers in (shape, stride))
    storage = (
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number(count) + b"tQ"
    )
    hooks = b"ccollections\nOrderedDict\n)R"
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n("
        + storage
        + number(offset)
        + sizes
        + strides
        + b"\x89"
        + hooks
        + b"tR"
    )


def checkpoint(body: bytes, storage: bytes = bytes(range(16)), **more: bytes) -> bytes:
    return zipped({"a/data.pkl": b"\x80\x02" + body + b".", "a/data/0": storage, "a/version": b"3\n", **more})


def read(data: bytes) -> Model:
    return pytorch.read(Blob(data))


def test_a_hand_written_tensor_is_read() -> None:
    (tensor,) = read(checkpoint(tensor_pickle())).tensors
    assert payload(tensor) == bytes(range(16))


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 5},
        {"count": 2**40},
        {"offset": 1},
        {"shape": (5,)},
        {"shape": (2**40, 2**40), "stride": (2**40, 1)},
        {"stride": (-1,)},
        {"shape": (-4,)},
        {"shape": (2, 2)},
        {"key": "7"},
        {"key": "../../etc/passwd"},
    ],
    ids=str,
)
def test_a_tensor_that_reaches_past_its_storage_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        read(checkpoint(tensor_pickle(**wrong)))


def test_a_scalar_blown_up_by_zero_strides_is_refused() -> None:
    with pytest.raises(LimitError, match="repeats"):
        read(checkpoint(tensor_pickle(shape=(2**20, 2**20), stride=(0, 0))))


def test_a_negative_offset_makes_no_tensor() -> None:
    model = read(checkpoint(tensor_pickle(offset=-1)))
    assert [tensor.name for tensor in model.tensors] == []
    assert model.residue["data/0"] == bytes(range(16))


def test_overlapping_strides_are_gathered() -> None:
    (tensor,) = read(checkpoint(tensor_pickle(shape=(2, 3), stride=(1, 1)))).tensors
    assert isinstance(tensor.payload, Computed)
    assert payload(tensor) == bytes(range(12)) + bytes(range(4, 16))


def test_storage_bytes_that_no_tensor_looks_at_are_residue() -> None:
    model = read(checkpoint(tensor_pickle(shape=(2,), stride=(2,))))
    assert model.residue == {
        "storage of tensor at 4: unused": bytes(range(4, 8)),
        "storage of tensor at 12: unused": bytes(range(12, 16)),
    }


def test_a_member_that_nothing_names_is_residue() -> None:
    model = read(checkpoint(tensor_pickle(), **{"a/extra/notes": b"hello", "b": b"else"}))
    assert model.residue == {"extra/notes": b"hello", "//b": b"else"}


def test_bytes_before_between_and_behind_members_are_residue() -> None:
    data = checkpoint(tensor_pickle())
    model = read(data + b"behind")
    assert model.residue == {f"zip: bytes at {len(data)}": b"behind"}
    before = read(b"before" + data)
    assert before.residue == {"zip: bytes at 0": b"before"}
    assert before.remarks


def test_big_endian_storages_are_said_to_be() -> None:
    (tensor,) = read(checkpoint(tensor_pickle(), **{"a/byteorder": b"big"})).tensors
    assert tensor.big_endian


def test_an_unknown_byte_order_is_refused() -> None:
    with pytest.raises(FormatError, match="byte order"):
        read(checkpoint(tensor_pickle(), **{"a/byteorder": b"middle"}))


def test_deflated_members_are_read() -> None:
    members = {"a/data.pkl": b"\x80\x02" + tensor_pickle() + b".", "a/data/0": bytes(16), "a/version": b"3\n"}
    (tensor,) = read(zipped(members, zipfile.ZIP_DEFLATED)).tensors
    assert payload(tensor) == bytes(16)


def test_a_dropped_call_is_named_and_kept() -> None:
    model = read(checkpoint(b"cos\nsystem\n" + text("true") + b"\x85R0" + tensor_pickle()))
    assert model.remarks == ("opaque: os.system",)
    assert b"os.system" in model.residue["data.pkl: objects made and dropped"]


def test_a_call_in_the_object_is_named_and_part_of_the_structure() -> None:
    model = read(checkpoint(b"cos\nsystem\n" + text("true") + b"\x85R"))
    assert model.remarks == ("opaque: os.system",)
    assert "os.system" in json.dumps(model.structure)


def altered(data: bytes, magic: bytes, place: int, value: bytes) -> bytes:
    """Change bytes of the first header that begins with ``magic``."""
    start = data.index(magic) + place
    return data[:start] + value + data[start + len(value) :]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: altered(data, b"PK\1\2", 8, b"\1\0"),
        lambda data: altered(data, b"PK\3\4", 30, b"b"),
        lambda data: altered(data, b"PK\3\4", 8, b"\x08\0"),
        lambda data: altered(data, b"PK\1\2", 16, b"\0\0\0\0"),
    ],
    ids=["encryption flag", "local name", "local method", "checksum"],
)
def test_contradictions_that_torch_reads_over_are_remarks(change: Callable[[bytes], bytes]) -> None:
    model = read(change(checkpoint(tensor_pickle())))
    assert model.remarks
    assert [payload(tensor) for tensor in model.tensors] == [bytes(range(16))]


@pytest.mark.parametrize("name", READERS)
def test_a_file_cut_anywhere_is_an_error(name: str) -> None:
    data = sample(name)
    for end in range(0, len(data), 3):
        with pytest.raises((FormatError, LimitError)):
            READERS[name](Blob(data[:end]))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_never_end_in_another_error(name: str, places: list[tuple[int, int]]) -> None:
    data = bytearray(sample(name))
    for place, byte in places:
        data[place % len(data)] = byte
    try:
        model = READERS[name](Blob(data))
        json.dumps(model.structure)
        for tensor in model.tensors:
            assert len(payload(tensor)) == tensor.payload.length
    except (FormatError, LimitError) as error:
        assert str(error)


@pytest.fixture(name="torch")
def torch_module() -> ModuleType:
    return pytest.importorskip("torch")  # type: ignore[no-any-return]


def saved(torch: Any, thing: object, legacy: bool) -> bytes:
    file = io.BytesIO()
    torch.save(thing, file, _use_new_zipfile_serialization=not legacy)
    return file.getvalue()


def raw(torch: Any, tensor: Any) -> bytes:
    plain = tensor.detach().contiguous().clone()
    return bytes(plain.reshape(-1).view(torch.uint8).tolist()) if plain.numel() else b""


def flat(torch: Any, thing: object, prefix: str = "") -> dict[str, Any]:
    """Tensors by the path that leads to them."""
    if isinstance(thing, torch.Tensor):
        return {prefix.removesuffix("."): thing}
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    return {
        name: tensor for key, value in pairs for name, tensor in flat(torch, value, f"{prefix}{key}.").items()
    }


def examples(torch: Any) -> dict[str, object]:
    torch.manual_seed(7)
    base, cube = torch.randn(6, 8), torch.arange(60.0).reshape(3, 4, 5)
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(3, 2))
    kinds = ("float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")
    return {
        "dtypes": {
            kind: torch.randn(5).mul(9).to(getattr(torch, kind))
            for kind in (*kinds, "complex64", "complex128")
        },
        "views": {
            "transposed": base.t(),
            "stepped": base[::2, 1::3],
            "sliced": base[2:4],
            "permuted": cube.permute(2, 0, 1),
            "expanded": torch.ones(1, 3).expand(4, 3),
            "diagonal": base.diagonal(),
            "scalar": torch.tensor(2.5),
            "empty": torch.zeros(0, 3),
            "channels last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        },
        "parameters": {
            "p": torch.nn.Parameter(base),
            "frozen": torch.nn.Parameter(cube, requires_grad=False),
        },
        "state dict": net.state_dict(),
        "nested": {"model": OrderedDict(a=base), "lists": [cube, {"deep": [base]}], 3: cube},
        "lightning": {
            "epoch": 3,
            "pytorch-lightning_version": "2.0.0",
            "state_dict": net.state_dict(),
            "hyper_parameters": {"lr": 0.1, "layers": (1, 2)},
        },
    }


NAMES = ("dtypes", "views", "parameters", "state dict", "nested", "lightning")


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
@pytest.mark.parametrize("name", NAMES)
def test_every_tensor_is_equal_to_the_bit(torch: ModuleType, name: str, legacy: bool) -> None:
    data = saved(torch, examples(torch)[name], legacy)
    loaded = flat(torch, torch.load(io.BytesIO(data), weights_only=False))
    model = (pytorch_legacy if legacy else pytorch).read(Blob(data))
    found = {tensor.name: tensor for tensor in model.tensors if not tensor.name.startswith("storage of")}
    assert found.keys() == loaded.keys()
    for key, tensor in found.items():
        assert tensor.shape == tuple(loaded[key].shape)
        assert tensor.dtype == str(loaded[key].dtype).removeprefix("torch.")
        assert payload(tensor) == raw(torch, loaded[key]), key
    assert model.complete
    assert not model.remarks


@pytest.mark.parametrize(
    "kind",
    ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "uint16", "uint32", "uint64"],
)
def test_types_without_a_storage_of_their_own_are_read(torch: Any, kind: str) -> None:
    if not hasattr(torch, kind):
        pytest.skip(f"this torch has no {kind}")
    values = torch.tensor([0.0, 1.0, 2.0, 3.5]).to(getattr(torch, kind))
    (tensor,) = read(saved(torch, {"x": values}, legacy=False)).tensors
    assert tensor.dtype == kind.replace("_", "")
    assert payload(tensor) == raw(torch, values)


def test_a_quantised_tensor_is_its_codes_and_its_quantizer(torch: Any) -> None:
    quantised = torch.quantize_per_tensor(torch.tensor([0.5, -1.0]), 0.25, 3, torch.qint8)
    model = read(saved(torch, {"q": quantised}, legacy=False))
    assert payload(model.tensors[0]) == bytes([5, 255])
    assert '"quantizer"' in json.dumps(model.structure)


def test_tensors_that_share_memory_are_said_to(torch: Any) -> None:
    tied = torch.arange(6.0)
    structure: Any = read(saved(torch, {"a": tied, "b": tied[2:], "c": tied + 1}, legacy=False)).structure
    assert structure["shared"] == [["a", "b"]]


def test_a_pickled_module_has_the_names_of_its_state_dict(torch: Any) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    model = read(saved(torch, net, legacy=False))
    assert {tensor.name for tensor in model.tensors} == set(net.state_dict())
    assert "opaque: torch.nn.modules.container.Sequential" in model.remarks


def test_torchscript_tensors_are_equal_to_the_bit(torch: Any, tmp_path: Path) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))
    torch.jit.trace(net, torch.ones(1, 3)).save(str(tmp_path / "net.pt"))
    model = pytorch.read(FileBlob(tmp_path / "net.pt"))
    assert {tensor.name: payload(tensor) for tensor in model.tensors} == {
        name: raw(torch, tensor) for name, tensor in net.state_dict().items()
    }


def test_the_constants_of_torchscript_are_tensors(torch: Any, tmp_path: Path) -> None:
    constant = torch.arange(4.0)
    torch.jit.trace(lambda x: x + constant, torch.ones(4)).save(str(tmp_path / "net.pt"))
    (tensor,) = pytorch.read(FileBlob(tmp_path / "net.pt")).tensors
    assert tensor.name.startswith("constants.")
    assert payload(tensor) == raw(torch, constant)
