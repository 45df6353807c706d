"""Subwords that were learned are models; lists of words and other JSON are not."""

import json

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import bpe_merges, hf_tokenizer
from lintian_ml.samples import sample
from tests.formats import trials

PAIRS = sample("tokenizer_bpe.json")
SCORED = sample("tokenizer_unigram.json")
MERGES = sample("merges.bpe")

LOOK_ALIKES = (
    b'{"version": "1.0", "name": "a package", "truncation": null}',
    b'{"version": "1.0", "truncation": null, "rows": [1, 2, 3]}',
    b'{"version": "0.2.0", "configurations": []}',
    b'{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 768}',
    b"#version: 0.2\nOne line of many words.\nAnother one.\n",
    b"#version: 0.2\nname = a\nvalue = b\n",
    b"#version: 1.0\n" + b"a b\n" * 9,
)


def variant(**changes: object) -> bytes:
    """The tokenizer of pairs with a model that is changed."""
    document = json.loads(PAIRS)
    document["model"] |= changes
    return json.dumps(document).encode()


def test_merges_are_pairs_of_tokens() -> None:
    model = trials.reads_whole(hf_tokenizer, PAIRS)
    (merges,) = model.tensors
    document = json.loads(PAIRS)["model"]
    expected = [[document["vocab"][token] for token in pair] for pair in document["merges"]]
    assert trials.values(merges).tolist() == expected


def test_merges_of_older_files_are_texts() -> None:
    merges = [" ".join(pair) for pair in json.loads(PAIRS)["model"]["merges"]]
    (older,), (newer,) = (
        hf_tokenizer.read(Blob(variant(merges=merges))).tensors,
        hf_tokenizer.read(Blob(PAIRS)).tensors,
    )
    assert trials.payload(older) == trials.payload(newer)


def test_scores_are_read() -> None:
    (scores,) = trials.reads_whole(hf_tokenizer, SCORED).tensors
    assert trials.values(scores).tolist() == [score for _, score in json.loads(SCORED)["model"]["vocab"]]


def test_the_library_agrees() -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="made and read by Hugging Face's library")
    tokenizer = tokenizers.Tokenizer.from_str(PAIRS.decode())
    model = hf_tokenizer.read(Blob(PAIRS))
    assert isinstance(model.structure, dict)
    assert model.structure["learned"]["vocabulary"] == tokenizer.get_vocab()


def test_a_list_of_words_is_no_model() -> None:
    with pytest.raises(FormatError, match="WordLevel"):
        hf_tokenizer.read(Blob(variant(type="WordLevel")))


def test_a_merge_of_unknown_tokens_is_refused() -> None:
    with pytest.raises(FormatError, match="lacks"):
        hf_tokenizer.read(Blob(variant(merges=[["x", "y"]])))
    with pytest.raises(FormatError, match="not two tokens"):
        hf_tokenizer.read(Blob(variant(merges=["a b c"])))
    with pytest.raises(FormatError, match="nothing was learned"):
        hf_tokenizer.read(Blob(variant(merges=[])))


def test_merges_in_text_are_read() -> None:
    model = trials.reads_whole(bpe_merges, MERGES)
    assert isinstance(model.structure, dict)
    symbols = model.structure["symbols"]
    pairs = [[symbols[number] for number in pair] for pair in trials.values(model.tensors[0]).tolist()]
    assert pairs == json.loads(PAIRS)["model"]["merges"]


def test_a_merge_learned_twice_is_refused() -> None:
    last = MERGES.splitlines()[-1]
    with pytest.raises(FormatError, match="before"):
        bpe_merges.read(Blob(MERGES + last + b"\n"))


@pytest.mark.parametrize("data", [PAIRS, SCORED])
def test_tokenizers_withstand_damage(data: bytes) -> None:
    trials.refuses_when_cut(hf_tokenizer, data)
    trials.survives_damage(hf_tokenizer, data, 200)


def test_merges_withstand_damage() -> None:
    trials.survives_damage(bpe_merges, MERGES)


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(hf_tokenizer, PAIRS)
    trials.knows_no_other(bpe_merges, MERGES)
    for other in LOOK_ALIKES:
        assert trials.recognised(hf_tokenizer, other) is None
        assert trials.recognised(bpe_merges, other) is None
