"""Kaldi's binary models are read to the last byte, their arrays by the tokens before them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Kind
from lintian_ml.formats import kaldi as ours
from lintian_ml.samples import sample
from tests.formats import trials

MIXTURES, NET = sample("kaldi_gmm.mdl"), sample("kaldi_nnet3.mdl")
MATRIX, COMPRESSED = sample("kaldi.mat"), sample("kaldi_compressed.mat")


def test_arrays_of_a_net_have_the_names_of_component_and_token() -> None:
    model = trials.reads_whole(ours, NET)
    shapes = {tensor.name: tensor.shape for tensor in model.tensors}
    assert shapes == {"affine1.LinearParams": (3, 4), "affine1.BiasParams": (3,)}
    assert isinstance(model.structure, list)
    assert "component-node name=out" in model.structure[1]["between"]
    assert model.complete


def test_arrays_of_mixtures_are_numbered() -> None:
    tensors = trials.named(trials.reads_whole(ours, MIXTURES))
    assert tensors["LogProbs"].shape == (5,)
    assert tensors["MEANS_INVVARS"].shape == tensors["MEANS_INVVARS#2"].shape == (2, 3)
    assert len(tensors) == 9


def test_a_matrix_is_that_which_the_library_reads(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("kaldiio")
    (tmp_path / "one.mat").write_bytes(MATRIX)
    (tensor,) = ours.read(Blob(MATRIX)).tensors
    assert np.array_equal(trials.values(tensor), library.load_mat(str(tmp_path / "one.mat")))


def test_a_compressed_matrix_is_opaque() -> None:
    model = trials.reads_whole(ours, COMPRESSED)
    (tensor,) = model.tensors
    assert (tensor.dtype, tensor.shape) == ("bytes", (5 * (8 + 8),))


def test_every_byte_is_in_an_array_or_in_the_outline() -> None:
    model = ours.read(Blob(MIXTURES))
    assert isinstance(model.structure, list)
    told = [item if isinstance(item, str) else item.get("between") for item in model.structure]
    assert told[:4] == ["<TransitionModel>", "<Topology>", told[2], "</Topology>"]
    assert told.count("<DiagGMM>") == 2


def test_a_single_array_is_a_carrier_that_its_name_makes_a_model() -> None:
    plain, named = (ours.recognise(trials.glimpse(MATRIX, name)) for name in ("a.mat", "graph/final.mat"))
    assert plain is not None
    assert named is not None
    assert plain.carrier
    assert plain.kinds == {Kind.STRUCTURE}
    assert named.kinds == {Kind.STRUCTURE, Kind.NAME}


def test_an_array_with_more_behind_it_is_not_recognised() -> None:
    assert trials.recognised(ours, MATRIX + b"\0") is None
    assert trials.recognised(ours, b"utterance " + MATRIX) is None
    assert trials.recognised(ours, b"\0B<Nnet3Eg> " + MIXTURES) is None


@pytest.mark.parametrize(
    "data",
    [
        MIXTURES.replace(b"</TransitionModel> ", b""),
        MIXTURES.replace(b"<NUMPDFS> \x04\x02", b"<NUMPDFS> \x04\x03"),
        MATRIX.replace(b"FM \x04\x08\0\0\0", b"FM \x04\xff\xff\xff\x7f"),
        MATRIX.replace(b"FM \x04\x08\0\0\0", b"FM \x04\xff\xff\xff\xff"),
        b"\0B<Nnet3> </Nnet3> ",
    ],
)
def test_parts_that_do_not_fit_are_refused(data: bytes) -> None:
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(data))


@pytest.mark.parametrize("data", [NET.rstrip(b" "), MATRIX, COMPRESSED])
def test_cut_files_are_refused(data: bytes) -> None:
    trials.refuses_when_cut(ours, data)


def test_mixtures_that_are_cut_off_are_refused() -> None:
    begin = MIXTURES.index(b"<DiagGMM>")
    for end in (*range(MIXTURES.index(b"</TransitionModel>")), *range(begin, len(MIXTURES) - 1)):
        with pytest.raises(FormatError):
            ours.read(Blob(MIXTURES[:end]))


@pytest.mark.parametrize("data", [MIXTURES, NET, MATRIX, COMPRESSED])
def test_damage_ends_in_a_sentence(data: bytes) -> None:
    trials.survives_damage(ours, data)


def test_nothing_else_is_of_kaldi() -> None:
    trials.knows_no_other(ours, MATRIX)
    for other in trials.LOOK_ALIKES:
        assert trials.recognised(ours, other) is None
