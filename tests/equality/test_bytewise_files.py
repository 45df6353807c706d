"""Equality byte for byte, however long files are and wherever they differ; and what may belong to them."""

from pathlib import Path

import pytest

from lintian_ml.blob import Blob, ChangedWhileRead, FileBlob
from lintian_ml.equality import bytewise
from lintian_ml.equality.bytewise import PIECE, RANGE, equal, may_have_parts
from lintian_ml.equality.crew import share


class Counted(Blob):
    """Tells which bytes were asked for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[int] = []

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Give at most three bytes at a time."""
        got = super().readinto(offset, buffer[:3])
        self.asked += range(offset, offset + got)
        return got


def test_a_piece_stays_in_a_cache_and_a_range_is_many_pieces() -> None:
    assert (PIECE, RANGE) == (1 << 19, 16 << 20)


def test_every_byte_is_compared_once_and_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytewise, "PIECE", 4)
    monkeypatch.setattr(bytewise, "RANGE", 12)
    for size in range(40):
        data = bytes(range(size))
        for threads in (None, 1, 3):
            told: list[int] = []
            sides = Counted(data), Counted(data)
            assert equal(*sides, told.append, threads) is True
            assert sum(told) == size
            assert max(told, default=0) <= 4
            assert [sorted(side.asked) for side in sides] == [list(range(size))] * 2


def test_one_byte_that_differs_is_seen_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytewise, "PIECE", 4)
    monkeypatch.setattr(bytewise, "RANGE", 12)
    for size in (1, 3, 4, 5, 11, 12, 13, 24, 31):
        data = bytes(size)
        for at in range(size):
            other = data[:at] + b"1" + data[at + 1 :]
            for threads in (None, 1):
                assert equal(Blob(data), Blob(other), threads=threads) is False
                assert equal(Blob(other), Blob(data), threads=threads) is False


def test_progress_ends_before_the_piece_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytewise, "PIECE", 4)
    told: list[int] = []
    assert equal(Blob(bytes(20)), Blob(bytes(9) + b"1" * 11), told.append) is False
    assert told == [4, 4]


def test_files_of_two_lengths_are_not_looked_at() -> None:
    first, second = Counted(b"abc"), Counted(b"abcd")
    assert equal(first, second) is False
    assert first.asked == second.asked == []


def test_a_large_file_is_shared_out_and_a_small_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int | None]] = []

    def noted(ranges: object, worker: object, few: int | None) -> None:
        listed = list(ranges)  # type: ignore[call-overload]
        asked.append((len(listed), few))
        share(listed, worker, few)  # type: ignore[arg-type]

    monkeypatch.setattr("lintian_ml.equality.bytewise.share", noted)
    monkeypatch.setattr(bytewise, "PIECE", 4)
    monkeypatch.setattr(bytewise, "RANGE", 12)
    for size in (0, 12, 13, 25):
        equal(Blob(bytes(size)), Blob(bytes(size)), threads=2)
    assert asked == [(0, 1), (1, 1), (2, 2), (3, 2)]


def test_a_file_that_became_shorter_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(bytes(100))
    with FileBlob(path) as blob:
        path.write_bytes(bytes(50))
        with pytest.raises(ChangedWhileRead, match=r"w: became shorter while it was read|changed"):
            equal(Blob(bytes(100)), blob)


class Ending(Blob):
    """Ends before its size."""

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Give nothing from the fifth byte on."""
        return super().readinto(offset, buffer[: max(0, 5 - offset)])


def test_a_blob_that_ends_before_its_size_is_an_error() -> None:
    with pytest.raises(ChangedWhileRead, match="became shorter while it was read"):
        equal(Ending(bytes(9)), Blob(bytes(9)))


# What may belong to two equal files.


def folders(
    tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...] | None = None
) -> tuple[Path, Path]:
    """Return two files with the names given beside them: in one folder, or in two."""
    for name, names in (("1", first), ("2", second or ())):
        (tmp_path / name).mkdir()
        for one in names:
            (tmp_path / name / one).mkdir() if one.endswith("/") else (tmp_path / name / one).touch()
    if second is None:
        return tmp_path / "1" / "w.a.onnx", tmp_path / "1" / "v.onnx"
    return tmp_path / "1" / "w.a.onnx", tmp_path / "2" / "w.a.onnx"


def test_files_alone_in_two_folders_have_no_parts(tmp_path: Path) -> None:
    assert may_have_parts(*folders(tmp_path, ("w.a.onnx",), ("w.a.onnx",))) is False


def test_anything_else_in_either_of_two_folders_may_be_a_part(tmp_path: Path) -> None:
    for at, names in enumerate(((("w.a.onnx", "x"), ("w.a.onnx",)), (("w.a.onnx",), ("w.a.onnx", "x/")))):
        (tmp_path / str(at)).mkdir()
        assert may_have_parts(*folders(tmp_path / str(at), *names)) is True


def test_in_one_folder_what_shares_a_stem_may_be_a_part(tmp_path: Path) -> None:
    for at, (others, expected) in enumerate(
        (
            ((), False),
            (("x", "wa", "w"), False),
            (("w.bin",), True),
            (("v.data/",), True),
            (("w.",), True),
            (("x.w.bin",), False),
        )
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert may_have_parts(*folders(folder, ("w.a.onnx", "v.onnx", *others))) is expected


def test_a_link_to_nowhere_is_no_part_and_one_to_a_file_is(tmp_path: Path) -> None:
    pair = folders(tmp_path, ("w.a.onnx", "v.onnx"))
    (tmp_path / "1" / "w.b").symlink_to("nowhere")
    assert may_have_parts(*pair) is False
    (tmp_path / "1" / "w.c").symlink_to("v.onnx")
    assert may_have_parts(*pair) is True


def test_a_folder_is_the_one_that_its_name_leads_to(tmp_path: Path) -> None:
    pair = folders(tmp_path, ("w.a.onnx", "v.onnx", "x"))
    (tmp_path / "3").symlink_to("1")
    assert may_have_parts(pair[0], tmp_path / "3" / "v.onnx") is False
