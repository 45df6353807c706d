"""Reading ahead in a second thread changes nothing of what is read, and leaves no thread behind."""

import gzip
import io
import random
import threading
from collections.abc import Iterator

import pytest

from lintian_ml.container.ahead import DEPTH, ahead
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import CHUNK_AHEAD, Budget, HashingFile, open_stream
from lintian_ml.error import FormatError, LimitError

DATA = random.Random(1).randbytes(3 * CHUNK_AHEAD // 2)
PACKED = gzip.compress(DATA, 1)


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def endless() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def test_items_come_in_their_order() -> None:
    with ahead(endless()) as items:
        assert [next(items) for _ in range(100)] == list(range(100))


def test_few_items_are_made_before_they_are_asked_for() -> None:
    made: list[int] = []

    def noted() -> Iterator[int]:
        for number in endless():
            made.append(number)
            yield number

    with ahead(noted()) as items:
        assert next(items) == 0
    assert len(made) <= DEPTH + 1


def test_what_is_raised_is_raised_in_its_turn() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise FormatError("the second is damaged")

    with ahead(failing()) as items:
        assert next(items) == 1
        with pytest.raises(FormatError, match="the second is damaged"):
            next(items)


@pytest.mark.parametrize("error", [KeyboardInterrupt, FormatError])
def test_no_thread_is_left_however_the_block_is_left(error: type[BaseException]) -> None:
    before = threads()
    with pytest.raises(error), ahead(endless()) as items:
        next(items)
        raise error
    assert threads() == before


def test_a_stream_is_the_same_when_it_is_read_ahead() -> None:
    file = HashingFile(io.BytesIO(PACKED + b"what follows"))
    reader = open_stream(file, Limits())
    with reader.ahead():
        assert reader.read(len(DATA)) == DATA
        assert reader.read(1) == b""
        assert reader.read(1) == b""
        assert reader.trailing
    assert file.finish().size == len(PACKED) + len(b"what follows")


def test_a_truncated_stream_stays_truncated() -> None:
    reader = open_stream(io.BytesIO(PACKED[: len(PACKED) // 2]), Limits())
    with reader.ahead():
        for _ in range(2):
            with pytest.raises(FormatError, match="is truncated"):
                reader.read(len(DATA))


def test_only_what_is_read_counts_against_the_budget() -> None:
    budget = Budget(Limits(output=len(DATA) // 3))
    reader = open_stream(io.BytesIO(PACKED), budget)
    with reader.ahead():
        assert budget.left == len(DATA) // 3
        with pytest.raises(LimitError, match="bytes allowed were unpacked"):
            reader.read(len(DATA))
