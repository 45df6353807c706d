"""PyTorch's exported programs are read with their graphs and weights; other archives are not."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import torch_export as ours
from lintian_ml.recognition import candidates
from lintian_ml.samples import sample
from tests.formats import trials

PROGRAM = sample("exported.pt2")


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(PROGRAM)) as inside:
        return {name: inside.read(name) for name in inside.namelist()}


def archive(changed: dict[str, bytes | None], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return the program with some members other or (None) missing; names end as told."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as inside:
        for name, data in members().items():
            new = next((other for end, other in changed.items() if name.endswith(end)), data)
            if new is not None:
                inside.writestr(name, new)
    return file.getvalue()


def table(**row: object) -> bytes:
    """Return a table of one weight, some of its keys other than they should be."""
    meta = {"dtype": 7, "sizes": [{"as_int": 2}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}}
    told = {"path_name": "weight_0", "use_pickle": False, "tensor_meta": meta}
    return json.dumps({"config": {"w": {**told, **row}}}).encode()


def test_the_weights_are_those_that_the_library_reads(tmp_path: Path) -> None:
    torch: Any = pytest.importorskip("torch")
    export: Any = pytest.importorskip("torch.export.pt2_archive")
    del export
    (tmp_path / "m.pt2").write_bytes(PROGRAM)
    theirs = torch.export.load(tmp_path / "m.pt2").state_dict
    tensors = trials.named(ours.read(Blob(PROGRAM)))
    assert tensors.keys() == theirs.keys()
    for name, value in theirs.items():
        raw = value.detach().contiguous().view(torch.uint8 if value.dim() else value.dtype)
        assert tensors[name].shape == tuple(value.shape)
        assert trials.payload(tensors[name]) == raw.numpy().tobytes()


def test_graphs_are_structure() -> None:
    model = ours.read(Blob(PROGRAM))
    assert isinstance(model.structure, dict)
    (graph,) = (value for name, value in model.structure.items() if name.startswith("models/"))
    targets = [node["target"] for node in graph["graph_module"]["graph"]["nodes"]]
    assert "torch.ops.aten.linear.default" in targets
    assert model.complete
    assert any(name.startswith("data/sample_inputs/") for name in model.residue)


def test_a_compressed_archive_has_the_same_weights() -> None:
    stored, deflated = (
        ours.read(Blob(archive({}, kind))) for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )
    assert stored.structure == deflated.structure
    assert [trials.payload(one) for one in stored.tensors] == [
        trials.payload(one) for one in deflated.tensors
    ]


def test_a_weight_that_is_a_pickle_is_opaque() -> None:
    model = ours.read(Blob(archive({"weights_config.json": table(use_pickle=True)})))
    assert model.remarks[0].startswith("opaque: data/weights/weight_0")
    assert "data/weights/weight_0" in model.residue


def test_it_is_recognised_by_format_and_graph() -> None:
    assert [module.FORMAT.name for module, _ in candidates(Blob(PROGRAM), Limits())] == ["torch-export"]
    for missing in ("archive_format", "model.json"):
        assert candidates(Blob(archive({missing: None})), Limits()) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"archive_format": b"other"},
        {"byteorder": b"middle"},
        {"weights_config.json": b"[]"},
        {"weights_config.json": b'{"config": {"w": 1}}'},
        {"weights_config.json": table(path_name="weight_99")},
        {"weights_config.json": table(path_name="../weight_0")},
        {"weights_config.json": table(tensor_meta={"dtype": 99})},
        {"weights_config.json": table(tensor_meta={"dtype": [7]})},
        {"weights_config.json": table(tensor_meta={"dtype": 7, "sizes": [{"as_expr": "s0"}], "strides": []})},
        {
            "weights_config.json": table(
                tensor_meta={
                    "dtype": 7,
                    "sizes": [{"as_int": 1 << 40}],
                    "strides": [{"as_int": 1}],
                    "storage_offset": {"as_int": 0},
                }
            )
        },
    ],
)
def test_malformed_archives_are_refused(changed: dict[str, bytes | None]) -> None:
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(archive(changed)))


def test_cut_and_damaged_files_end_in_a_sentence() -> None:
    for end in range(0, len(PROGRAM) - 22, 301):
        with pytest.raises((FormatError, LimitError)):
            ours.read(Blob(PROGRAM[:end]))
    for at in range(0, len(PROGRAM), 53):
        data = bytearray(PROGRAM)
        data[at] ^= 0x41
        try:
            model = ours.read(Blob(bytes(data)))
        except (FormatError, LimitError) as error:
            assert str(error)
            continue
        assert all(len(trials.payload(one)) == one.payload.length for one in model.tensors)
