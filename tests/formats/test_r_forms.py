"""R's objects are read alike in XDR, in ASCII and in a machine's own order."""

import math
import struct

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.encoding.r_ascii import AsciiForward
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import r_data as ours
from lintian_ml.samples import sample
from tests.formats import trials

XDR = sample("r_lm.rds")
ASCII = sample("r_lm_ascii.rds")

LOOK_ALIKES = (
    b"A\nlist of\nwords\n",
    b"A\n2\n3\n4\n5\n6\n7\n",
    b"A\n3\n262657\nmany\n",
    b"B\nname\n",
    b"B\n\2\0\0\0" + bytes(40),
    b"RDA2 is a form of R's data.\n",
    b"RDX3\nA\n3\n262657\n197888\n5\nUTF-8\n254\n",
    b"RDA2\nA\n3\n262657\n197888\n5\nUTF-8\n254\n",
)


def own_order() -> bytes:
    """A linear model of two coefficients in a machine's own order, as saveRDS(ascii = NA) leaves it."""

    def string(text: str) -> bytes:
        return struct.pack("<ii", 0x40009, len(text)) + text.encode()

    def strings(*texts: str) -> bytes:
        return struct.pack("<ii", 16, len(texts)) + b"".join(map(string, texts))

    def tagged(tag: str, value: bytes) -> bytes:
        return struct.pack("<ii", 0x402, 1) + string(tag) + value

    head = b"RDB2\nB\n" + struct.pack("<3i", 2, 0x40201, 0x20300)
    model = struct.pack("<ii", 0x313, 1) + struct.pack("<ii2d", 14, 2, 0.25, -1.5)
    own = tagged("names", strings("coefficients")) + tagged("class", strings("lm")) + struct.pack("<i", 254)
    return head + tagged("fit", model + own) + struct.pack("<i", 254)


def test_ascii_holds_what_xdr_holds() -> None:
    ascii, xdr = trials.reads_whole(ours, ASCII), ours.read(Blob(XDR))
    assert ascii.structure == xdr.structure
    assert ascii.metadata == xdr.metadata
    for text, binary in zip(ascii.tensors, xdr.tensors, strict=True):
        assert text.name == binary.name
        wanted = np.frombuffer(trials.payload(binary), np.dtype(binary.dtype).newbyteorder(">"))
        assert np.array_equal(trials.values(text), wanted)


def test_a_machine_s_own_order_is_read() -> None:
    model = trials.reads_whole(ours, own_order())
    (coefficients,) = model.tensors
    assert coefficients.name == "fit$coefficients"
    assert trials.values(coefficients).tolist() == [0.25, -1.5]


def test_a_line_above_must_tell_the_same_form() -> None:
    for other in (b"RDX2", b"RDA2", b"RDB3"):
        assert trials.recognised(ours, own_order().replace(b"RDB2", other)) is None


def test_words_are_numbers_and_strings() -> None:
    words = AsciiForward(Blob(b"NA\n-7\n4\na\\040b\\n\n 2\nNA\n0x1.8p+1\n-Inf\n1e-5\n0a\nff\n"))
    assert words.numbers("iI") == (-(1 << 31), (1 << 32) - 7)
    assert words.text(words.number("i")) == "a b\n"
    assert words.number("i") == 2
    doubles = struct.unpack("<4d", b"".join(words.vector("double", 4)))
    assert math.isnan(doubles[0]) and doubles[1:] == (3.0, -math.inf, 1e-5)
    assert b"".join(words.vector("raw", 2)) == b"\n\xff"
    with pytest.raises(FormatError, match="no word"):
        words.word()


@pytest.mark.parametrize("text", [b"x\n", b"99999999999\n", b"1.5\n", b"\n", b""])
def test_what_is_no_integer_is_refused(text: bytes) -> None:
    with pytest.raises(FormatError):
        AsciiForward(Blob(text)).number("i")


def test_words_are_counted() -> None:
    with pytest.raises(LimitError):
        AsciiForward(Blob(b"1 " * 100), budget=10).skip_vector("integer", 100)


@pytest.mark.parametrize("data", [ASCII, own_order()])
def test_both_forms_withstand_damage(data: bytes) -> None:
    trials.refuses_when_cut(ours, data)
    trials.survives_damage(ours, data)


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(ours, own_order())
    for other in LOOK_ALIKES:
        assert trials.recognised(ours, other) is None
