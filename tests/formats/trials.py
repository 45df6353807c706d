"""What every reader must withstand: whole samples, files that are cut off, damage, marks, look-alikes."""

import json
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import GLIMPSE, Evidence, Glimpse
from lintian_ml.model import Model, Tensor

LOOK_ALIKES = (
    b"",
    b"\0" * 200,
    b"\xff" * 200,
    b"#!/bin/sh\nset -e\n",
    b"# a title\n\nSome text about \\data\\ and ngram 1=4\n",
    b"\n\\documentclass{article}\n\\begin{document}\\data\\\n",
    b'<?xml version="1.0"?>\n<model><weights>1 2 3</weights></model>\n',
    b'{"model": [1.5, 2.5]}\n',
    b"[GLOBAL]\nname=value\n[STREAM]\n",
    b"name,a,b,c\nx,1.5,2.5,3.5\ny,1.5,2.5,3.5\n",
    b"4 4\n1.5 2.5 3.5 4.5\n1.5 2.5 3.5 4.5\n1.5 2.5 3.5 4.5\n1.5 2.5 3.5 4.5\n",
    b"4 4\n1 2 3 4\n2 3 4 1\n3 4 1 2\n4 1 2 3\n",
    b"5\nwater\nO 0.0 0.0 0.1\nH 0.0 0.7 -0.4\nH 0.0 -0.7 -0.4\n",
    b"12 4 an ordinary sentence about twelve things\nand four more of them\n",
    b"P6\n4 4\n255\n" + bytes(range(48)),
    b"~ a tilde begins this line\n<mean> 2 1.5 2.5\n",
    b'msgid ""\nmsgstr "Content-Type: text/plain"\n',
    b"\xde\x12\x04\x95\0\0\0\0\x02\0\0\0\x1c\0\0\0\x2c\0\0\0\x05\0\0\0" + bytes(100),
    b"\0\1\0\0\0\x0f\0\x80\0\3\0\x70GDEF" + bytes(range(200)),
    b"\x0a\0\0\0" + bytes(300),
    b"HMMER is a program for profiles.\nNAME it as you like\n",
    b"INFERNAL finds RNA.\n",
)
"""Files of other kinds that begin alike, or hold the like."""


def glimpse(data: bytes, name: str = "file") -> Glimpse:
    """Return what a recogniser sees of a file at hand."""
    return Glimpse(name, len(data), data[:GLIMPSE], data[-GLIMPSE:])


def recognised(module: ModuleType, data: bytes) -> Evidence | None:
    """Return a format's evidence for a file, whole or streaming past alike."""
    evidence: Evidence | None = module.recognise(glimpse(data))
    assert module.recognise(Glimpse("file", len(data), data[:GLIMPSE])) == evidence
    return evidence


def payload(tensor: Tensor) -> bytes:
    """Return the bytes of a tensor."""
    return b"".join(tensor.payload.blocks())


def values(tensor: Tensor) -> "npt.NDArray[Any]":
    """Return the elements of a tensor of numbers, in its shape."""
    return np.frombuffer(payload(tensor), np.dtype(tensor.dtype).newbyteorder("<")).reshape(tensor.shape)


def named(model: Model) -> dict[str, Tensor]:
    """Return a model's tensors by name."""
    return {tensor.name: tensor for tensor in model.tensors}


def reads_whole(module: ModuleType, data: bytes) -> Model:
    """Recognise and read a file; its tensors have the lengths that they say. Return what was read."""
    assert recognised(module, data)
    model: Model = module.read(Blob(data))
    assert model.format == module.FORMAT.name
    assert model.parameter_count > 0
    for tensor in model.tensors:
        assert len(payload(tensor)) == tensor.payload.length
        assert tensor.expected_length in (None, tensor.payload.length)
    json.dumps(model.structure, allow_nan=False)
    return model


def refuses_when_cut(module: ModuleType, data: bytes) -> None:
    """No beginning of a file, but for white space at its end, is taken for a whole one."""
    data = data.rstrip(b"\n")
    for end in {*range(0, len(data), max(1, len(data) // 151)), len(data) - 1}:
        recognised(module, data[:end])
        with pytest.raises((FormatError, LimitError)):
            module.read(Blob(data[:end]))


def survives_damage(module: ModuleType, data: bytes, cases: int = 400) -> None:
    """A file with some bytes changed, doubled or lost is read, or refused with a sentence."""
    random = Random(20260601)
    for _ in range(cases):
        damaged = bytearray(data)
        for _ in range(random.randint(1, 4)):
            at = random.randrange(len(damaged))
            if random.random() < 0.2:
                damaged[at : at + random.randint(0, 9)] = damaged[-at : -at + 9]
            elif random.random() < 0.5:
                damaged[at] ^= 1 << random.randrange(8)
            else:
                damaged[at] = random.choice((0, 0x7F, 0xFF, 0x30, 0x39, 0x20, 0x0A))
        recognised(module, bytes(damaged))
        _read_or_refused(module, bytes(damaged))


def _read_or_refused(module: ModuleType, data: bytes) -> None:
    try:
        model: Model = module.read(Blob(data))
        for tensor in model.tensors:
            assert len(payload(tensor)) == tensor.payload.length
    except (FormatError, LimitError) as error:
        assert str(error)


def knows_no_other(module: ModuleType, data: bytes) -> None:
    """Neither look-alikes nor the file's own mark alone are recognised, nor can they be read."""
    for other in (*LOOK_ALIKES, *(data[:length] for length in (4, 8, 12, 16))):
        assert recognised(module, other) is None
        with pytest.raises((FormatError, LimitError)):
            module.read(Blob(other))
