"""Makes the committed samples of formats that Debian ships besides: bundles of ICU, profiles and more.

Pressed profiles, tokenizers, the tagger's weights, R's object in ASCII and LiteRT-LM's bundle are written by
pyhmmer, tokenizers, nltk, rdata and litert-lm-builder; the bundle and the tokenizer of scores differ from run
to run. The others are laid out here as the programs' own sources do it.
"""

import struct
import sys
from importlib import import_module
from pathlib import Path

import numpy as np

RANDOM = 20260601


def make_icu_lstm(folder: Path) -> None:
    """An LSTM of three units on embeddings of two numbers, as brkitr/lstm has them."""
    width, units, words = 2, 3, ["า", "น", '\\"']
    one_way = width * 4 * units + units * 4 * units + 4 * units
    count = (len(words) + 1) * width + 2 * one_way + 2 * units * 4 + 4
    weights = np.random.default_rng(RANDOM).normal(0, 0.5, count).astype(np.float32)
    lines = [
        "// © 2026 A. Author. License: Unicode-3.0",
        "Thai_graphclust_tiny:table(nofallback){",
        '    model{"Thai_graphclust_tiny"}',
        '    type{"graphclust"}',
        f"    embeddings:int{{{width}}}",
        f"    hunits:int{{{units}}}",
        "    dict{",
        *(f'        "{word}",' for word in words),
        "    }",
        "    data:intvector{",
        *(f"        {number}," for number in weights.view(np.int32).tolist()),
        "    }",
        "}",
    ]
    (folder / "icu_lstm.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_icu_boosted(folder: Path) -> None:
    """Three boosted features, as brkitr/adaboost has them."""
    features = {"UW3:、": 3634, "UW4:の": -2581, "BW1:から": 12}
    keys = "".join(f'        "{feature}",\n' for feature in features)
    values = "".join(f"        {score},\n" for score in features.values())
    text = f"// © 2026 A. Author\njaml {{\n    modelKeys {{\n{keys}    }}\n"
    text += f"    modelValues:intvector {{\n{values}    }}\n}}\n"
    (folder / "icu_boosted.txt").write_text(text, encoding="utf-8")


SCORES = """# SpamAssassin score file
#
# License: Apache-2.0

score GTUBE 1000

# Start of generated scores.  <gen:mutable>

score DEAR_FRIEND 2.683 2.604 1.801 2.577
score NOT_SEEN 0 # n=0 n=1 n=2 n=3
#score LATER 1.0
score ALL_TRUSTED -1.000

# End of generated scores.  </gen:mutable>

ifplugin Mail::SpamAssassin::Plugin::HTMLEval
# <gen:mutable>
score HTML_ONLY 0.001 1.105 0.448 1.518
score DEAR_FRIEND 0.5
# </gen:mutable>
endif
"""


def make_spamassassin(folder: Path) -> None:
    """Scores of five rules between the marks of SpamAssassin's tools, and one that was set by hand."""
    (folder / "spamassassin_scores.cf").write_text(SCORES)


def make_pressed_profile(folder: Path) -> None:
    """The profile in text, twice, as hmmpress keeps it for hmmscan."""
    from pyhmmer.plan7 import HMMFile

    with HMMFile(folder / "profile.hmm") as file:
        profile = file.read()
    with (folder / "profile.h3m").open("wb") as out:
        for name in ("tiny", "tiny again"):
            profile.name = name
            profile.write(out, binary=True)


def make_glimmer(folder: Path) -> None:
    """Three frames of a context model with three, two and one node, as Glimmer's build-icm writes them."""
    sizes = (200, 150, 4, 1, 3, 5)
    line = b">ver = 2.00  len = 4  depth = 1  periodicity = 3  nodes = 5\n"
    data = line.ljust(150, b"\0") + struct.pack("<6i", *sizes)
    random = np.random.default_rng(RANDOM)
    for number, position in ((0, 2), (1, 1), (3, -1), (0, 0), (4, -1), (0, -1)):
        shares = np.log(random.dirichlet((3, 3, 3, 3))).astype(np.float32)
        data += struct.pack("<i4fh", number, *shares.tolist(), position)
    (folder / "genes.icm").write_bytes(data)


INTRONS = """#intron model parameters
# begin of content independent part
#
# ASS probabilities
[ASS]
# Size of vector
16
# c_ass (ASS count)
31180
# asspseudocount
0.01
# Probabilities * 1000
aaaaa\t0.321
aaaac\t0.289
aaaat\t0.0324
\t3.08e-07

[LENGTH]
# number of introns
812
0.5 0.25 0.125
[1]
# (a,c,g,t)= (0.3, 0.2, 0.2, 0.3)
# k =
4
[EMISSION]
AAAAA\t0\t     0.25\t     1e-05
[EMISSION]
AAAAC\t0.75
"""


def make_augustus(folder: Path) -> None:
    """The parameters of a species' introns, much shortened, as AUGUSTUS's etraining writes them."""
    (folder / "intron_probs.pbl").write_text(INTRONS)


CORPUS = ["low lower lowest newer wider new low slow slower slowest"] * 3


def make_tokenizer(folder: Path) -> None:
    """Byte pair encoding and Unigram that Hugging Face's library learned from a sentence, and its merges."""
    library = import_module("tokenizers")
    models, pre_tokenizers, trainers = library.models, library.pre_tokenizers, library.trainers
    pairs = library.Tokenizer(models.BPE(unk_token="[UNK]"))
    pairs.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(vocab_size=40, special_tokens=["[UNK]"], show_progress=False)
    pairs.train_from_iterator(CORPUS, trainer)
    pairs.save(str(folder / "tokenizer_bpe.json"))
    scored = library.Tokenizer(models.Unigram())
    scored.train_from_iterator(CORPUS, trainers.UnigramTrainer(vocab_size=30, show_progress=False))
    (folder / "tokenizer_unigram.json").write_text(scored.to_str(), encoding="utf-8")
    _, merges = pairs.model.save(str(folder))
    Path(merges).rename(folder / "merges.bpe")
    (folder / "vocab.json").unlink()


def make_flite(folder: Path) -> None:
    """A voice of four frames of three channels, one tree for each purpose, as Flite dumps it."""
    random = np.random.default_rng(RANDOM)

    def held(data: bytes) -> bytes:
        return struct.pack("<i", len(data)) + data

    def string(text: str) -> bytes:
        return held(text.encode() + b"\0")

    def rows(matrix: "np.ndarray[tuple[int, int], np.dtype[np.generic]]") -> bytes:
        return struct.pack("<i", len(matrix)) + b"".join(held(row.tobytes()) for row in matrix)

    leaf = struct.pack("<BBhhi", 255, 255, 0, 1, 3)
    tree = struct.pack("<iBBhh", 2, 0, 0, 1, 5) + string("ae") + leaf + struct.pack("<i", 1) + string("name")
    features = {"language": "eng", "build_date": "2026-06-01", "copyright": "A. Author, Expat"}
    features |= dict.fromkeys(("num_dur_models", "num_param_models", "num_f0_models"), "1")
    features |= {"model_shape": "1", "end_of_features": "end_of_features"}
    data = b"CMU_FLITE_CG_VOXDATA-v2.0\0" + struct.pack("<i", 1)
    data += b"".join(string(key) + string(value) for key, value in features.items())
    data += (
        string("tiny") + struct.pack("<i", 1) + string("ae_1") + struct.pack("<iiff", 1, 16000, 120.5, 20.25)
    )
    data += (struct.pack("<i", 1) + tree) * 2 + struct.pack("<iii", 0, 3, 4)
    data += rows(random.integers(0, 65536, (4, 3)).astype(np.uint16))
    data += held(random.normal(0, 1, 3).astype(np.float32).tobytes()) * 2 + struct.pack("<f", 0.005)
    data += struct.pack("<iff", 1, 0.125, 0.5) + string("ae_1") + tree
    data += struct.pack("<ii", 1, 2) + string("ae") + string("ae_1") + struct.pack("<i", 1)
    data += held(struct.pack("<3f", -0.5, 0, 0.5)) + struct.pack("<iffiiii", 3, 0.42, 0, 0, 1, 2, 2)
    data += rows(random.normal(0, 1, (2, 2))) + struct.pack("<if", 0, 1.0)
    (folder / "tiny.flitevox").write_bytes(data)


def _field(number: int, value: bytes | int) -> bytes:
    """Return a field of a protocol buffer: bytes of fewer than 128, or a small number."""
    if isinstance(value, int):
        return bytes((number << 3, value))
    return bytes((number << 3 | 2, len(value))) + value


WEIGHT = np.array([[0.5, -0.25, 1], [2, -3, 0.125]], np.float32)
BIAS = np.array([0.75, -1], np.float32)


def make_caffe2(folder: Path) -> None:
    """A network that fills the weight and the bias of a layer with values, as caffe2.proto has it."""
    data = _field(1, b"init")
    for name, values in ((b"fc_w", WEIGHT), (b"fc_b", BIAS)):
        shape = b"".join(_field(6, side) for side in values.shape)
        given = _field(1, b"values") + _field(5, values.tobytes())
        arguments = _field(5, _field(1, b"shape") + shape) + _field(5, given)
        data += _field(2, _field(2, name) + _field(3, b"") + _field(4, b"GivenTensorFill") + arguments)
    (folder / "init_net.pb").write_bytes(data)


def make_paddle(folder: Path) -> None:
    """Two parameters and the program that uses them, as framework.proto and tensor_util.cc have them."""
    data = b""
    for kind, values in ((5, WEIGHT), (6, BIAS.astype(np.float64))):
        described = _field(1, kind) + b"".join(_field(2, side) for side in values.shape)
        data += bytes(16) + struct.pack("<i", len(described)) + described + values.tobytes()
    (folder / "linear.pdiparams").write_bytes(data)
    tensor = _field(1, _field(1, 5) + _field(2, 2) + _field(2, 3))
    variable = _field(1, b"linear_0.w_0") + _field(2, _field(1, 7) + _field(3, tensor)) + _field(3, 1)
    operator = _field(1, _field(1, b"X") + _field(2, b"x")) + _field(2, _field(1, b"Out") + _field(2, b"y"))
    operator += _field(3, b"matmul_v2") + _field(4, _field(1, b"trans_x") + _field(2, 6) + _field(10, 0))
    block = _field(1, 0) + b"\x10" + b"\xff" * 9 + b"\1" + _field(3, variable) + _field(4, operator)
    data = _field(1, block) + _field(4, _field(1, 0))
    (folder / "linear.pdmodel").write_bytes(data)


def make_flite_source(folder: Path) -> None:
    """A tree of 41 nodes as Festvox's scripts write it for Flite."""
    random = np.random.default_rng(RANDOM)
    lines = [
        "/*****************************************************/",
        "/**  Autogenerated durmodel_cg for tiny    */",
        "/*****************************************************/",
        '#include "cst_string.h"',
        '#include "cst_cart.h"',
        "",
        *(f"DEF_STATIC_CONST_VAL_FLOAT(val_{n:04},{random.normal():f});" for n in range(40)),
        "",
        "static const cst_cart_node tiny_dur_cart_nodes[] = {",
    ]
    for number in range(20):
        feature, leaf = int(random.integers(0, 9)), 2 * number + 1
        lines += [
            f"{{ {feature}, CST_CART_OP_LESS, CTNODE_NO_{leaf - 1:04}, (cst_val *)&val_{leaf - 1:04}}},",
            f"{{ 255, CST_CART_OP_NONE, 0, (cst_val *)&val_{leaf:04} }},",
        ]
    lines += ["{ 255, CST_CART_OP_NONE, 0, 0}};", ""]
    (folder / "tiny_durmodel.c").write_text("\n".join(lines))


def make_litert_lm(folder: Path) -> None:
    """A network of TensorFlow Lite in a bundle, written by LiteRT-LM's own builder."""
    builder = import_module("litert_lm_builder.litertlm_builder")
    made = builder.LitertLmFileBuilder()
    author = builder.Metadata(key="Authors", value="A. Author", dtype=builder.DType.STRING)
    made.add_system_metadata(author)
    made.add_tflite_model(str(folder / "dense.tflite"), builder.TfLiteModelType.PREFILL_DECODE)
    with (folder / "dense.litertlm").open("wb") as out:
        made.build(out)


def make_tagger(folder: Path) -> None:
    """The weights that NLTK's tagger learned from two sentences."""
    import json

    tagger = import_module("nltk.tag.perceptron").PerceptronTagger(load=False)
    told = [("the", "DT"), ("running", "VBG"), ("dog", "NN"), ("is", "VBZ"), ("eating", "VBG")]
    tagger.train([told, [("a", "DT"), ("building", "NN"), ("is", "VBZ"), ("new", "JJ")]], nr_iter=3)
    (folder / "tagger.weights.json").write_text(json.dumps(tagger.model.weights))


def make_r_ascii(folder: Path) -> None:
    """The linear model in XDR, once more in ASCII, as R's saveRDS(ascii = TRUE) has it."""
    parser, unparser = import_module("rdata").parser, import_module("rdata.unparser")
    data = parser.parse_data((folder / "r_lm.rds").read_bytes())
    target = folder / "r_lm_ascii.rds"
    unparser.unparse_file(target, data, file_type="rds", file_format="ascii", compression=None)


MAKERS = {
    "caffe2": make_caffe2,
    "paddle": make_paddle,
    "flite_source": make_flite_source,
    "litert_lm": make_litert_lm,
    "tagger": make_tagger,
    "r_ascii": make_r_ascii,
    "icu_lstm": make_icu_lstm,
    "icu_boosted": make_icu_boosted,
    "spamassassin": make_spamassassin,
    "glimmer": make_glimmer,
    "augustus": make_augustus,
    "tokenizer": make_tokenizer,
    "flite": make_flite,
    "pressed_profile": make_pressed_profile,
}


def main() -> None:
    """Make the samples that are named, or all, in lintian_ml/samples/."""
    folder = Path(__file__).parents[2] / "lintian_ml" / "samples"
    for name in sys.argv[1:] or MAKERS:
        try:
            MAKERS[name](folder)
        except ImportError as error:
            print(f"{name} was left out: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
