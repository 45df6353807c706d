"""skops' archives are read with their tree and arrays; other zip archives are not."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Kind
from lintian_ml.formats import skops as ours
from lintian_ml.recognition import candidates, glimpse
from lintian_ml.samples import sample
from tests.formats import trials

PIPELINE = sample("pipeline.skops")

NODE = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy"}


def recognised(data: bytes) -> Evidence | None:
    return ours.recognise(glimpse(Blob(data), Limits()))


def npy(values: object) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values))
    return file.getvalue()


def archive(members: dict[str, bytes | str], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as inside:
        for name, data in members.items():
            inside.writestr(name, data)
    return file.getvalue()


def schema(**keys: object) -> str:
    return json.dumps({**NODE, "protocol": 2, "_skops_version": "0.14.0", **keys})


def test_the_arrays_are_those_that_the_library_reads() -> None:
    skops: Any = pytest.importorskip("skops.io")
    scaler, regression = (step for _, step in skops.loads(PIPELINE).steps)
    tensors = trials.named(ours.read(Blob(PIPELINE)))
    assert np.array_equal(trials.values(tensors["steps.1.1.coef_"]), regression.coef_)
    assert np.array_equal(trials.values(tensors["steps.0.1.mean_"]), scaler.mean_)


def test_the_tree_has_no_memory_addresses() -> None:
    model = ours.read(Blob(PIPELINE))
    text = json.dumps(model.structure)
    identities = model.noise["identities"].decode().split()
    assert len(identities) > 10
    assert not any(identity in text for identity in identities)
    assert model.metadata["skops version"]
    assert model.complete
    assert not model.residue


def test_a_compressed_archive_is_the_same_model() -> None:
    with zipfile.ZipFile(io.BytesIO(PIPELINE)) as inside:
        members: dict[str, bytes | str] = {name: inside.read(name) for name in inside.namelist()}
    stored, deflated = (ours.read(Blob(data)) for data in (PIPELINE, archive(members, zipfile.ZIP_DEFLATED)))
    assert stored.structure == deflated.structure
    assert [trials.payload(tensor) for tensor in stored.tensors] == [
        trials.payload(tensor) for tensor in deflated.tensors
    ]


def test_two_objects_with_one_identity_differ_from_two_with_two() -> None:
    def tree(first: int, second: int) -> object:
        inner = [{**NODE, "file": "140000000.npy", "__id__": number} for number in (first, second)]
        data = archive({"140000000.npy": npy([1.5]), "schema.json": schema(content=inner)})
        return ours.read(Blob(data)).structure

    assert tree(5, 5) == tree(7, 7)
    assert tree(5, 6) == tree(6, 5)
    assert tree(5, 5) != tree(5, 6)


def test_types_of_other_packages_are_remarked_on() -> None:
    data = archive({"schema.json": schema(__module__="os", __class__="system")})
    assert ours.read(Blob(data)).remarks == ("opaque: os.system",)


def test_a_member_that_no_object_names_is_residue() -> None:
    data = archive({"schema.json": schema(), "140000000.npy": npy([1.5])})
    assert ours.read(Blob(data)).residue.keys() == {"140000000.npy"}


def test_it_is_recognised_by_its_members_and_version() -> None:
    evidence = recognised(PIPELINE)
    assert evidence is not None
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE}
    assert [module.FORMAT.name for module, _ in candidates(Blob(PIPELINE), Limits())] == ["skops"]


@pytest.mark.parametrize(
    "members",
    [
        {"schema.json": '{"$schema": "http://json-schema.org/draft-07/schema#"}'},
        {"schema.json": "{}", "data.npy": npy([1.5])},
        {"140000000.npy": npy([1.5])},
        {"sub/schema.json": "{}", "140000000.npy": npy([1.5])},
    ],
)
def test_other_archives_are_not_recognised(members: dict[str, bytes | str]) -> None:
    assert recognised(archive(members)) is None


@pytest.mark.parametrize(
    "tree",
    [
        "[]",
        "{",
        json.dumps({**NODE, "protocol": 2}),
        schema(file="150000000.npy"),
        schema(file="schema.json"),
        schema(file="../x.npy"),
        "[" * 100 + "]" * 100,
    ],
)
def test_malformed_trees_are_refused(tree: str) -> None:
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(archive({"schema.json": tree, "140000000.npy": npy([1.5])})))


def test_cut_files_are_refused() -> None:
    for end in range(0, len(PIPELINE) - 22, 501):
        with pytest.raises((FormatError, LimitError)):
            ours.read(Blob(PIPELINE[:end]))


def test_damage_ends_in_a_sentence() -> None:
    damaged = 0
    for at in range(0, len(PIPELINE), 97):
        data = bytearray(PIPELINE)
        data[at] ^= 0x41
        try:
            model = ours.read(Blob(bytes(data)))
        except (FormatError, LimitError):
            damaged += 1
            continue
        assert all(len(trials.payload(tensor)) == tensor.payload.length for tensor in model.tensors)
    assert damaged
