"""Makes the committed samples of models of language and of sequences.

HMMER, fastText, gensim, CRFsuite and Wapiti train and write theirs (pyhmmer, fasttext-wheel, gensim,
python-crfsuite, libwapiti). The others have no writer for Python, so each file is laid out here as the
program's own source reads it.
"""

import datetime
import struct
import sys
from pathlib import Path

import numpy as np

RANDOM = 20260601

ARPA = """
\\data\\
ngram 1=4
ngram 2=3

\\1-grams:
-99.0000\t<s>\t-0.3010
-0.6021\t</s>
-0.6021\thello\t-0.3010
-0.6021\tworld\t-0.3010

\\2-grams:
-0.3010\t<s> hello
-0.3010\thello world
-0.3010\tworld </s>

\\end\\
"""

COVARIANCE = """INFERNAL1/a [1.1.5 | Sep 2023]
NAME     tiny
STATES   4
NODES    2
CLEN     1
W        5
ALPH     RNA
DATE     Mon Jun  1 12:00:00 2026
COM      [1] cmbuild tiny.cm tiny.sto
NSEQ     3
NULL     0.000  0.000  0.000  0.000
CM
                                             [ ROOT    0 ]      -      - - - - -
     S     0    -1 0     1     3     1     1     5     6  -5.028 -15.497  -0.045
    IL     1     1 2     1     3     3     3     5     6  -0.610  -4.491  -1.736   0.000  0.000  0.000  0.000
                                             [ MATL    1 ]      1      - A - - -
    ML     2     1 2     3     1     1     1     5     6       *                   0.368 -1.385  0.233  0.310
                                             [ END     2 ]      -      - - - - -
     E     3     2 1    -1     0     0     0     0     0
//
"""

HMMDEFS = """~o
<STREAMINFO> 1 2
<VECSIZE> 2<NULLD><MFCC><DIAGC>
~h "a"
<BEGINHMM>
<NUMSTATES> 3
<STATE> 2
<NUMMIXES> 2
<MIXTURE> 1 6.000000e-01
<MEAN> 2
 -1.500000e+00 2.250000e+00
<VARIANCE> 2
 1.000000e+00 5.000000e-01
<GCONST> 3.675754e+00
<MIXTURE> 2 4.000000e-01
<MEAN> 2
 1.000000e+00 -3.000000e+00
<VARIANCE> 2
 2.000000e+00 1.500000e+00
<GCONST> 4.774366e+00
<TRANSP> 3
 0.000000e+00 1.000000e+00 0.000000e+00
 0.000000e+00 6.000000e-01 4.000000e-01
 0.000000e+00 0.000000e+00 0.000000e+00
<ENDHMM>
"""


def make_hmmer(folder: Path) -> None:
    """A profile of three sequences of DNA."""
    from pyhmmer.easel import Alphabet, TextMSA, TextSequence  # type: ignore[import-not-found,unused-ignore]
    from pyhmmer.plan7 import Background, Builder  # type: ignore[import-not-found,unused-ignore]

    alphabet = Alphabet.dna()
    rows = [
        TextSequence(name=name, sequence=text) for name, text in (("a", "ACGT"), ("b", "ACGA"), ("c", "CCGT"))
    ]
    profile, _, _ = Builder(alphabet).build_msa(
        TextMSA(name="tiny", sequences=rows).digitize(alphabet), Background(alphabet)
    )
    profile.command_line = "hmmbuild tiny.hmm tiny.sto"
    profile.creation_time = datetime.datetime(2026, 6, 1, 12)
    with (folder / "profile.hmm").open("wb") as file:
        profile.write(file)


def make_fasttext(folder: Path) -> None:
    """A classifier of two labels, and one of many words that is quantised."""
    import fasttext  # type: ignore[import-not-found,unused-ignore]

    text = folder / "fasttext.txt"
    text.write_text("".join(f"__label__{'ab'[n % 2]} w{n % 7} x{n % 3}\n" for n in range(60)))
    options = {"dim": 2, "epoch": 2, "minCount": 1, "thread": 1, "verbose": 0}
    fasttext.train_supervised(str(text), **options).save_model(str(folder / "fasttext.bin"))
    text.write_text("".join(f"__label__{'ab'[n % 2]} {n:x}\n" for n in range(300)))
    model = fasttext.train_supervised(str(text), **options)
    model.quantize(qnorm=True)
    model.save_model(str(folder / "fasttext.ftz"))
    text.unlink()


def make_word2vec(folder: Path) -> None:
    """Five vectors, in text and in binary."""
    from gensim.models import KeyedVectors  # type: ignore[import-not-found,unused-ignore]

    vectors = KeyedVectors(5)
    numbers = np.random.default_rng(RANDOM).normal(size=(5, 5)).astype(np.float32)
    vectors.add_vectors(["</s>", "the", "of", "model", "tiny"], numbers)
    vectors.save_word2vec_format(str(folder / "word2vec.vec"))
    vectors.save_word2vec_format(str(folder / "word2vec.bin"), binary=True)


def make_crfsuite(folder: Path) -> None:
    """Labels X and Y of three items."""
    import pycrfsuite  # type: ignore[import-not-found,unused-ignore]

    trainer = pycrfsuite.Trainer(verbose=False)
    for _ in range(4):
        trainer.append([["w=a", "n=b"], ["w=b", "p=a"], ["w=c", "p=b"]], ["X", "Y", "X"])
    trainer.train(str(folder / "sequence.crfsuite"))


def make_wapiti(folder: Path) -> None:
    """Parts of speech of one sentence."""
    import wapiti  # type: ignore[import-not-found,unused-ignore]

    model = wapiti.Model(patterns="U:%x[0,0]\nB\n", nthread=1, maxiter=3)
    model.add_training_sequence("We PRP\nsaw VBD\nthe DT\ndog NN")
    model.train()
    model.save(str(folder / "sequence.wapiti"))


def make_texts(folder: Path) -> None:
    """An n-gram model of order 2, a covariance model of four states, a hidden Markov model of one phone."""
    (folder / "ngrams.arpa").write_text(ARPA)
    (folder / "covariance.cm").write_text(COVARIANCE)
    (folder / "phones.hmmdefs").write_text(HMMDEFS)


def make_kenlm(folder: Path) -> None:
    """The header of a trie of order 2 over four words, and tables of zeros."""
    head = b"mmap lm http://kheafield.com/code format version 5\n\0".ljust(56, b"\0")
    sanity = struct.pack("<fffIIIQ", 0, 1, -0.5, 1, 0xFFFFFFFF, 0, 1)
    fixed = struct.pack("<B3xfIB3xI", 2, 1.5, 2, 1, 1) + struct.pack("<QQ", 4, 3)
    body = head + sanity + fixed
    (folder / "kenlm.bin").write_bytes(
        body + bytes(-len(body) % 8) + bytes(96) + b"<unk>\0<s>\0</s>\0hello\0"
    )


def make_julius(folder: Path) -> None:
    """The header of an n-gram model, and tables of zeros."""
    head = b"julius_bingram_v5\nword=2byte(unsigned short)\nbyteorder=LE\n".ljust(512, b"\0")
    (folder / "julius.bingram").write_bytes(head + struct.pack("<III", 2, 4, 3) + bytes(40))


def make_mecab(folder: Path) -> None:
    """A dictionary of two words."""
    features = b"noun,a\0verb,b\0"
    tokens = struct.pack("<HHHhII", 1, 2, 3, -450, 0, 0) + struct.pack("<HHHhII", 2, 1, 4, 7000, 7, 0)
    array = struct.pack("<8I", 1, 0, 0, 0, 5, 1, 0xFFFFFFFE, 5)
    size = 72 + len(array) + len(tokens) + len(features)
    head = struct.pack("<10I", size ^ 0xEF718F77, 102, 0, 2, 5, 6, len(array), len(tokens), len(features), 0)
    (folder / "words.dic").write_bytes(head + b"UTF-8".ljust(32, b"\0") + array + tokens + features)


def make_tesseract(folder: Path) -> None:
    """A network of noise with its characters and a version."""
    parts = {17: np.random.default_rng(RANDOM).bytes(64), 21: b"1\nNULL 0 NULL 0\n", 23: b"5.3.0"}
    offsets, at = [], 4 + 8 * 24
    for number in range(24):
        offsets.append(at if number in parts else -1)
        at += len(parts.get(number, b""))
    data = struct.pack("<i24q", 24, *offsets) + b"".join(parts[number] for number in sorted(parts))
    (folder / "letters.traineddata").write_bytes(data)


def make_hts_voice(folder: Path) -> None:
    """A voice of one stream and two states."""
    numbers = np.random.default_rng(RANDOM)
    tree = b'{*}[2]\n   "tree_1"\n'
    parts = {
        "DURATION_PDF": struct.pack("<I", 1) + numbers.normal(size=4).astype("<f4").tobytes(),
        "DURATION_TREE": tree,
        "STREAM_WIN[MCP]": b"1 1.0\n",
        "STREAM_PDF[MCP]": struct.pack("<II", 1, 2) + numbers.normal(size=3 * 6).astype("<f4").tobytes(),
        "STREAM_TREE[MCP]": tree,
    }
    lines, at = [], 0
    for name, part in parts.items():
        lines.append(f"{name}:{at}-{at + len(part) - 1}\n")
        at += len(part)
    text = "[GLOBAL]\nHTS_VOICE_VERSION:1.0\nSAMPLING_FREQUENCY:48000\nFRAME_PERIOD:240\nNUM_STATES:2\n"
    text += "NUM_STREAMS:1\nSTREAM_TYPE:MCP\nCOMMENT:A voice of noise.\n[STREAM]\nVECTOR_LENGTH[MCP]:3\n"
    text += "IS_MSD[MCP]:0\nNUM_WINDOWS[MCP]:1\nUSE_GV[MCP]:0\nOPTION[MCP]:ALPHA=0.55\n[POSITION]\n"
    data = f"{text}{''.join(lines)}[DATA]\n".encode() + b"".join(parts.values())
    (folder / "voice.htsvoice").write_bytes(data)


def main(folder: Path) -> None:
    """Make every sample; those that need a library only where it is."""
    for make in (make_texts, make_kenlm, make_julius, make_mecab, make_tesseract, make_hts_voice):
        make(folder)
    for make in (make_hmmer, make_fasttext, make_word2vec, make_crfsuite, make_wapiti):
        try:
            make(folder)
        except ImportError as error:
            print(f"{make.__name__}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
