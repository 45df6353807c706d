"""PyTorch's first files: tar archives of four members, laid out as torch.load takes them apart."""

import io
import pickle
import tarfile
from pathlib import Path

import pytest

from lintian_ml.blob import Blob
from lintian_ml.detection import Examiner
from lintian_ml.error import FormatError
from lintian_ml.formats import pytorch_tar
from tests.formats import trials

INFO = pickle.dumps({"protocol_version": 1000, "little_endian": True, "type_sizes": {}}, protocol=2)
COUNT = pickle.dumps(0, protocol=2)
VIEWS = pickle.dumps([], protocol=2)


def archive(**members: bytes) -> bytes:
    """Return a tar archive of these members, in their order."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as file:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return data.getvalue()


WHOLE = archive(sys_info=INFO, pickle=pickle.dumps({}, protocol=2), tensors=COUNT, storages=COUNT + VIEWS)


def test_an_archive_of_the_four_is_found() -> None:
    examiner = Examiner()
    examiner.examine("net.pth", len(WHOLE), io.BytesIO(WHOLE))
    (found,) = examiner.models
    assert (found.format, found.certainty.value) == ("pytorch-tar", "probable")


def test_torch_takes_such_an_archive(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    (tmp_path / "net.pth").write_bytes(WHOLE)
    assert torch.load(tmp_path / "net.pth", weights_only=False) == {}


@pytest.mark.parametrize("missing", ["pickle", "tensors", "storages"])
def test_an_archive_that_lacks_one_is_looked_into_as_any_other(missing: str) -> None:
    members = {"sys_info": INFO, "pickle": COUNT, "tensors": COUNT, "storages": COUNT}
    del members[missing]
    data = archive(**members)
    with pytest.raises(FormatError, match=f"no {missing}"):
        pytorch_tar.read(Blob(data))
    examiner = Examiner()
    examiner.examine("net.pth", len(data), io.BytesIO(data))
    assert not [found for found in examiner.models if found.format == "pytorch-tar"]


def test_other_archives_are_none() -> None:
    assert pytorch_tar.recognise(trials.glimpse(archive(readme=b"text", pickle=COUNT))) is None
    assert pytorch_tar.recognise(trials.glimpse(archive(pickle=b"no pickle"))) is None
    with pytest.raises(FormatError, match="PyTorch has not"):
        pytorch_tar.read(Blob(archive(sys_info=INFO, other=COUNT)))


def test_a_truncated_one_is_refused() -> None:
    for end in range(600, 3000, 100):
        with pytest.raises(FormatError):
            pytorch_tar.read(Blob(WHOLE[:end]))
