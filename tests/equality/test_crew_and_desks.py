"""Threads that share tasks, and the buffers that each of them reads into."""

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest

from lintian_ml.blob import Blob, FileBlob, Part
from lintian_ml.equality import crew
from lintian_ml.equality.blocks import PIECE
from lintian_ml.equality.crew import MOST, cores, share
from lintian_ml.equality.desk import Desk, Place, place
from lintian_ml.error import FormatError
from lintian_ml.model import Computed, Span

# Threads.


def begin(begun: list[int], done: list[tuple[int, int]]) -> Callable[[int], None]:
    """Return a worker that notes its tasks, and sees to it that it stays in one thread."""
    own = threading.get_ident()
    begun.append(own)

    def work(task: int) -> None:
        assert threading.get_ident() == own
        done.append((task, own))

    return work


def test_each_task_is_done_once_by_a_worker_of_its_thread() -> None:
    for threads in (None, 1, 2, 5):
        done: list[tuple[int, int]] = []
        begun: list[int] = []
        share(range(100), partial(begin, begun, done), threads)
        assert sorted(task for task, _ in done) == list(range(100))
        assert len(begun) == len(set(begun)) <= (threads or cores())
        assert {own for _, own in done} <= set(begun)


def test_where_nothing_is_to_do_no_worker_begins() -> None:
    share([], lambda: pytest.fail("began"), 3)


def test_as_many_threads_take_part_as_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 3)
    for asked, expected in ((1, 1), (2, 2), (4, 4), (None, 3)):
        meeting = threading.Barrier(expected, timeout=5)
        met: set[int] = set()

        def work(task: int, meeting: threading.Barrier = meeting, met: set[int] = met) -> None:
            meeting.wait()
            met.add(threading.get_ident())

        share(range(expected), lambda work=work: work, asked)  # type: ignore[misc]
        assert len(met) == expected


def test_there_are_no_more_threads_than_cores_and_never_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST == 4
    for count, expected in ((1, 1), (3, 3), (4, 4), (9, 4)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process, count=count: set(range(count)))
        assert cores() == expected
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {5: "this"}[5 + process])
    assert cores() == 4


class BrokenError(Exception):
    """What a task meets."""


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_error_ends_the_work_and_is_raised(threads: int) -> None:
    begun: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(10_000):
            begun.append(task)
            yield task

    def work(task: int) -> None:
        if task == 5:
            raise BrokenError("five")

    with pytest.raises(BrokenError, match="five"):
        share(tasks(), lambda: work, threads)
    assert len(begun) < 10_000 if threads == 1 else True
    assert threads > 1 or begun == list(range(6))


def test_an_error_of_another_thread_is_raised_here_and_ends_the_work_there() -> None:
    here, broken = threading.get_ident(), threading.Event()
    done: list[int] = []

    def work(task: int) -> None:
        if threading.get_ident() != here:
            broken.set()
            raise BrokenError("there")
        assert broken.wait(5)
        done.append(task)

    with pytest.raises(BrokenError, match="there"):
        share(range(1000), lambda: work, 2)
    assert len(done) < 1000


def test_tasks_that_cannot_be_made_are_an_error_too() -> None:
    def tasks() -> Iterator[int]:
        yield 1
        raise BrokenError("no task")

    for threads in (1, 2):
        with pytest.raises(BrokenError, match="no task"):
            share(tasks(), lambda: lambda task: None, threads)


def test_an_error_does_not_wait_for_a_thread_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "PATIENCE", 0.01)
    here, entered, ended = threading.get_ident(), threading.Event(), threading.Event()
    daemons: list[bool] = []

    def work(task: int) -> None:
        if threading.get_ident() != here:
            daemons.append(threading.current_thread().daemon)
            entered.set()
            ended.wait(8)
        else:
            assert entered.wait(5)
            raise BrokenError("here")

    with pytest.raises(BrokenError, match="here"):
        share(range(2), lambda: work, 2)
    assert daemons == [True]
    assert not ended.is_set()
    ended.set()


# Where payloads lie.


def test_a_payload_lies_in_the_blob_that_holds_all(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(bytes(range(100)))
    with FileBlob(path) as file:
        for whole in (file, Blob(bytes(range(100)))):
            assert place(Span(whole, 3, 5)) == Place(whole, 3)
            inner = Part(Part(whole, 10, 50, "a"), 4, 20, "b")
            assert place(Span(inner, 2, 18)) == Place(whole, 16)
            assert place(Span(inner, 0, 0)) == Place(whole, 14)


def test_what_is_decoded_or_read_by_another_kind_of_blob_has_no_place() -> None:
    class Other(Blob):
        """Another kind."""

    assert place(Computed(lambda: iter([b""]), 0)) is None
    assert place(Span(Other(b"abc"), 0, 3)) is None


@pytest.mark.parametrize(("offset", "length"), [(-1, 2), (0, 21), (20, 1), (21, 0), (15, 6)])
def test_a_payload_that_goes_past_what_holds_it_is_told(offset: int, length: int) -> None:
    blob = Blob(bytes(100))
    what = f"^{length} bytes claimed at offset {offset}, but there are 20 bytes in all$"
    with pytest.raises(FormatError, match=what):
        place(Span(Blob(bytes(20)), offset, length))
    with pytest.raises(FormatError, match=what):
        place(Span(Part(blob, 0, 20, "w"), offset, length))
    assert place(Span(Part(blob, 0, 20, "w"), 14, 6)) == Place(blob, 14)


# Buffers.


class Counted(Blob):
    """Counts how often it is read, and gives so many bytes at a time at most."""

    most = 1 << 30

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads: list[tuple[int, int]] = []

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Note what is asked for."""
        self.reads.append((offset, len(buffer)))
        return super().readinto(offset, buffer[: self.most])


DATA = np.random.default_rng(1).integers(0, 256, 3 * PIECE + 777, np.uint8).tobytes()


def test_bytes_are_those_at_their_place_wherever_it_begins() -> None:
    blob, desk, draw = Blob(DATA), Desk(), Random(3)
    assert desk.scratch.size == PIECE
    starts = [
        0,
        1,
        63,
        64,
        65,
        4095,
        4096,
        4097,
        8191 - 63,
        len(DATA) - 9,
        PIECE - 1,
        PIECE,
        2 * PIECE - 4000,
    ]
    for start in (*starts, *(draw.randrange(len(DATA)) for _ in range(60)), 0, 1, 2):
        length = min(draw.choice((1, 9, 500, 4096, PIECE)), len(DATA) - start)
        for side in (0, 1):
            part = draw.randrange(start + 1)
            found = desk.read(side, Place(blob, part), start - part, length)
            assert found.tobytes() == DATA[start : start + length]
            assert found.dtype == np.uint8


def test_both_sides_and_what_is_computed_have_memory_of_their_own() -> None:
    blob, desk = Blob(DATA), Desk()
    first, second = (desk.read(side, Place(blob, side), 0, PIECE) for side in (0, 1))
    desk.scratch[:] = 7
    assert (first.tobytes(), second.tobytes()) == (DATA[:PIECE], DATA[1 : PIECE + 1])


def test_neighbours_are_fetched_by_one_read() -> None:
    blob, desk = Counted(DATA), Desk()
    for offset in (0, 100, 50, PIECE - 10):
        assert desk.read(0, Place(blob, 0), offset, 10).tobytes() == DATA[offset : offset + 10]
    assert blob.reads == [(0, PIECE)]
    desk.read(0, Place(blob, 0), PIECE - 9, 10)
    assert blob.reads[1:] == [(PIECE - 9, PIECE)]
    desk.read(0, Place(blob, 0), PIECE - 10, 10)
    assert len(blob.reads) == 3
    desk.read(0, Place(blob, 0), len(DATA) - 10, 10)
    assert blob.reads[3:] == [(len(DATA) - 10, 10)]
    desk.read(0, Place(Counted(DATA), 0), len(DATA) - 10, 10)
    assert len(blob.reads) == 4
    desk.read(0, Place(blob, 0), len(DATA) - 10, 10)
    assert len(blob.reads) == 5


def test_a_blob_may_give_its_bytes_a_few_at_a_time() -> None:
    blob = Counted(DATA[:5000])
    blob.most = 700
    assert Desk().read(1, Place(blob, 100), 20, 4000).tobytes() == DATA[120:4120]
    assert [start for start, _ in blob.reads] == list(range(120, 5000, 700))


def test_a_blob_that_ends_before_its_size_became_shorter() -> None:
    class Ending(Blob):
        def readinto(self, offset: int, buffer: memoryview) -> int:
            """Give nothing from the hundredth byte on."""
            return super().readinto(offset, buffer[: max(0, 100 - offset)])

    blob, desk = Ending(DATA), Desk()
    assert desk.read(0, Place(blob, 0), 90, 10).tobytes() == DATA[90:100]
    for offset, length in ((90, 11), (100, 1), (5, 96)):
        with pytest.raises(FormatError, match=r"became shorter while it was read$"):
            desk.read(0, Place(blob, 0), offset, length)
    assert desk.read(0, Place(blob, 0), 5, 95).tobytes() == DATA[5:100]
