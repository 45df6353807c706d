"""Machines of libsvm and liblinear: the values are those that the libraries load."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import libsvm
from lintian_ml.model import Model
from lintian_ml.samples import sample

SVM, LINEAR = "three_classes.svm", "two_classes.liblinear"


def values(model: Model, name: str) -> np.ndarray:
    tensor = next(tensor for tensor in model.tensors if tensor.name == name)
    data = np.frombuffer(b"".join(tensor.payload.blocks()), tensor.dtype)
    return data.reshape(tensor.shape)


def test_a_machine_has_its_parameters_and_vectors() -> None:
    model = libsvm.read(Blob(sample(SVM)))
    assert model.structure == {
        "svm_type": "c_svc",
        "kernel_type": "rbf",
        "gamma": "0.5",
        "nr_class": 3,
        "total_sv": 33,
    }
    assert values(model, "label").tolist() == [0, 1, 2]
    assert values(model, "sv_coef").shape == (33, 2)
    assert values(model, "SV.start").tolist() == list(range(0, 100, 3))
    assert values(model, "SV.value")[:3].tolist() == [-1.263, -0.033, -1.11]


def test_a_machine_is_what_libsvm_loads(tmp_path: Path) -> None:
    svmutil = pytest.importorskip("libsvm.svmutil")
    path = tmp_path / SVM
    path.write_bytes(sample(SVM))
    machine = svmutil.svm_load_model(str(path))
    model = libsvm.read(Blob(sample(SVM)))
    assert [tuple(row) for row in values(model, "sv_coef")] == machine.get_sv_coef()
    assert values(model, "rho").tolist() == [machine.rho[pair] for pair in range(3)]
    index, value = values(model, "SV.index"), values(model, "SV.value")
    start = values(model, "SV.start")
    rows = [
        {int(i): float(v) for i, v in zip(index[a:b], value[a:b], strict=True)} for a, b in pairwise(start)
    ]
    assert rows == [{i: v for i, v in row.items() if i >= 0} for row in machine.get_SV()]


def test_a_linear_machine_is_what_liblinear_loads(tmp_path: Path) -> None:
    liblinearutil = pytest.importorskip("liblinear.liblinearutil")
    path = tmp_path / LINEAR
    path.write_bytes(sample(LINEAR))
    machine = liblinearutil.load_model(str(path))
    model = libsvm.read(Blob(sample(LINEAR)))
    assert values(model, "w").ravel().tolist() == [machine.w[row] for row in range(4)]
    assert values(model, "bias").tolist() == [machine.bias]


def test_lines_may_end_as_on_windows() -> None:
    data = sample(SVM).replace(b"\n", b"\r\n")
    assert (
        values(libsvm.read(Blob(data)), "rho").tolist()
        == values(libsvm.read(Blob(sample(SVM))), "rho").tolist()
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        (SVM, b"total_sv 33", b"total_sv 34", "33 support vectors, but the header says 34"),
        (SVM, b"total_sv 33", b"total_sv 32", "more than the 32 support vectors"),
        (SVM, b"total_sv 33", b"total_sv 99999999999", "99999999999 support vectors"),
        (SVM, b"nr_class 3", b"nr_class 2", "3 numbers of rho for 2 classes"),
        (SVM, b"nr_class 3", b"nr_class -3", "-3 classes"),
        (SVM, b"gamma 0.5", b"gamma zero", "no number"),
        (SVM, b"gamma 0.5", b"gamma 0.5\ngamma 0.5", "gamma stands twice"),
        (SVM, b"kernel_type rbf\n", b"", "without kernel_type"),
        (SVM, b"rho ", b"rho 1_", "no number"),
        (LINEAR, b"nr_feature 3", b"nr_feature 4", "4 rows of weights, but 5 are expected"),
        (LINEAR, b"bias 1", b"bias -1", "4 rows of weights, but 3 are expected"),
        (LINEAR, b"nr_class 2", b"nr_class 3", "2 labels for 3 classes"),
        (LINEAR, b"nr_class 2\n", b"", "without nr_class"),
        (LINEAR, b"bias 1", b"bias one", "no number"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, old: bytes, new: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        libsvm.read(Blob(sample(name).replace(old, new, 1)))
