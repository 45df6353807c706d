"""What differs between the runs of a training, and what does not."""

from pathlib import Path

import pytest

from lintian_ml.error import UsageError
from lintian_ml.reproduce.variation import KINDS, Machine, chosen, plan, told
from tests.reproduce.training import confined, needs_bubblewrap, package, stanza

MACHINE = Machine((0, 1, 5), "x86_64", frozenset(("avx2", "fma")), ("C.UTF-8", "de_CH.utf8", "POSIX"))


@pytest.mark.parametrize("name", KINDS)
def test_each_variation_changes_the_second_run_and_nothing_else(name: str) -> None:
    first, second = plan(2, (name,), MACHINE)
    assert {one for one in KINDS if first.settings[one] != second.settings[one]} == {name}
    assert [line.partition(":")[0] for line in told((first, second), (name,))] == [name]


def test_without_variations_all_runs_are_alike() -> None:
    first, second, third = plan(3, (), MACHINE)
    assert first == second == third
    assert not first.later
    assert not first.processors


def test_the_first_run_is_the_same_whatever_is_varied() -> None:
    assert plan(2, tuple(KINDS), MACHINE)[0] == plan(2, (), MACHINE)[0]


def test_all_processors_then_one_then_two() -> None:
    several = plan(4, ("threads",), MACHINE)
    assert [one.environment["OMP_NUM_THREADS"] for one in several] == ["3", "1", "2", "3"]
    assert [one.processors for one in several] == [(), (0,), (0, 1), ()]
    assert several[1].environment["DEB_BUILD_OPTIONS"] == "parallel=1"


def test_a_machine_of_one_processor_still_varies_its_threads() -> None:
    first, second = plan(2, ("threads",), Machine((3,), "x86_64"))
    assert (first.environment["OMP_NUM_THREADS"], second.environment["OMP_NUM_THREADS"]) == ("1", "2")
    assert not second.processors


def test_only_extensions_that_the_processor_has_are_disabled() -> None:
    """Numpy warns of others, and a training that takes warnings for errors would fail."""
    second = plan(2, ("cpu",), MACHINE)[1].environment
    assert second["NPY_DISABLE_CPU_FEATURES"] == "AVX2 FMA3"
    assert second["OPENBLAS_CORETYPE"] == "Nehalem"
    other = plan(2, ("cpu",), Machine((0,), "riscv64"))
    assert other[0].environment == other[1].environment
    assert "the same, as none can be left out" in next(told(other, ("cpu",)))


def test_the_names_may_come_in_any_order() -> None:
    assert chosen("cpu,time") == chosen("time, cpu") == ("time", "cpu")
    assert chosen("all") == tuple(KINDS)
    assert chosen("none") == ()


@pytest.mark.parametrize("words", ["", "cpu,", "moon", "all,cpu"])
def test_other_names_are_refused(words: str) -> None:
    with pytest.raises(UsageError, match="write all, none, or some of threads, time, locale"):
        chosen(words)


@needs_bubblewrap
def test_the_training_sees_what_is_varied(tmp_path: Path, trained: bytes) -> None:
    command = "pwd; date -d @0 +%H; locale charmap; echo $PYTHONHASHSEED; nproc; date +%s; exit 0"
    keep = tmp_path / "kept"
    tree = package(tmp_path, trained, stanza(f"{command}; cp debian/control $MODEL_OUTPUT/data/net.npy"))
    done = confined(tree, "--vary", "all", "--keep", str(keep))
    assert "FTTFS" in done.stdout  # nothing is written, as it exits before
    tree = package(
        tmp_path / "well", trained, stanza(f"({command}); cp debian/control $MODEL_OUTPUT/data/net.npy")
    )
    confined(tree, "--vary", "all", "--keep", str(tmp_path / "both"))
    first, second = (
        (tmp_path / "both" / f"run-{number}" / "training-net.log").read_text().splitlines()
        for number in (1, 2)
    )
    assert first[:4] == ["/build/example-1.0", "00", "UTF-8", "0"]
    assert second[0] == "/build/elsewhere/example-1.0"
    assert second[1] == "14"
    assert second[3] == "1"
    assert int(second[4]) == 1
    assert int(second[5]) - int(first[5]) >= 2
