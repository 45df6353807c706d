"""What Glimmer and Prodigal learn of genomes is read to the last number, and nothing else is taken for it."""

import struct

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import glimmer, prodigal
from lintian_ml.samples import sample
from tests.formats import trials

CONTEXTS = sample("genes.icm")


def training(order: str = "<", table: int = 11, gc: float = 0.41) -> bytes:
    """A genome's training as Prodigal on a machine of 64 bits keeps it in memory."""
    random = np.random.default_rng(20260601)
    numbers = random.normal(0, 1, 69794).astype(order + "f8")
    head = struct.pack(order + "di4xd6di4x", gc, table, 4.35, *[0.5] * 6, 1)
    return head + numbers.tobytes()[: prodigal.SIZE - len(head)]


def test_the_contexts_of_genes_are_read() -> None:
    model = trials.reads_whole(glimmer, CONTEXTS)
    tensors = trials.named(model)
    assert trials.values(tensors["node"]).tolist() == [0, 1, 3, 0, 4, 0]
    assert trials.values(tensors["position"]).tolist() == [2, 1, -1, 0, -1, -1]
    shares = np.exp(trials.values(tensors["probability"]))
    assert np.allclose(shares.sum(axis=1), 1)
    assert isinstance(model.structure, dict) and model.structure["periodicity"] == 3


def test_contexts_of_the_other_byte_order_are_read() -> None:
    header = CONTEXTS[:150] + struct.pack(">6i", *struct.unpack("<6i", CONTEXTS[150:174]))
    nodes = b"".join(struct.pack(">i4fh", *node) for node in struct.iter_unpack("<i4fh", CONTEXTS[174:]))
    model = trials.reads_whole(glimmer, header + nodes)
    assert model.noise == {"byte order": b"big"}


def test_headers_that_contradict_each_other_are_none() -> None:
    other = CONTEXTS[:158] + b"\x0d" + CONTEXTS[159:]
    assert trials.recognised(glimmer, other) is None
    with pytest.raises(FormatError):
        glimmer.read(Blob(other))


def test_nodes_out_of_turn_are_refused() -> None:
    with pytest.raises(FormatError, match="follows node"):
        glimmer.read(Blob(CONTEXTS[:196] + struct.pack("<i", 9) + CONTEXTS[200:]))


def test_contexts_withstand_damage() -> None:
    trials.refuses_when_cut(glimmer, CONTEXTS)
    trials.survives_damage(glimmer, CONTEXTS)
    trials.knows_no_other(glimmer, CONTEXTS)
    for other in (b">ver = 2\nACGT\n", b">seq1\nACGTACGT\n" * 99, b">ver = 2.00  len = 12 depth\n"):
        assert trials.recognised(glimmer, other) is None


@pytest.mark.parametrize("order", "<>")
def test_a_genome_s_training_is_read(order: str) -> None:
    model = trials.reads_whole(prodigal, training(order))
    tensors = trials.named(model)
    (gc,) = struct.unpack(order + "d", trials.payload(tensors["gc"]))
    assert gc == 0.41
    assert tensors["mot_wt"].shape == (4, 4, 4096)
    assert model.structure == {"translation table": 11, "uses Shine-Dalgarno motif": True}
    assert sum(tensor.payload.length for tensor in model.tensors) == prodigal.SIZE - 16
    assert not model.residue


def test_padding_that_is_not_empty_is_residue() -> None:
    data = bytearray(training())
    data[13] = 7
    assert prodigal.read(Blob(bytes(data))).residue == {"bytes at 12": b"\0\7\0\0"}


@pytest.mark.parametrize(
    "data",
    [
        training()[:-1],
        training() + b"\0",
        bytes(prodigal.SIZE),
        b"\xff" * prodigal.SIZE,
        (b"a line of text\n" * prodigal.SIZE)[: prodigal.SIZE],
        training(table=7),
        training(gc=1.5),
    ],
)
def test_nothing_else_is_a_training(data: bytes) -> None:
    assert trials.recognised(prodigal, data) is None
    with pytest.raises(FormatError):
        prodigal.read(Blob(data))


def test_trainings_withstand_damage() -> None:
    trials.survives_damage(prodigal, training(), 20)
    trials.knows_no_other(prodigal, training())
