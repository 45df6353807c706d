"""Graphs are run on probes in a child process that is limited; what they give is compared exactly."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

from lintian_ml.equality import Comparison, Level, Verdict, parse_predicate
from lintian_ml.equality.evaluation import Limits, measure, measure_files
from lintian_ml.equality.evaluation import engines as evaluators
from lintian_ml.equality.evaluation.child import evaluated
from lintian_ml.equality.evaluation.decisions import decide
from lintian_ml.equality.evaluation.engines import REFERENCE, EvaluationError
from lintian_ml.model import Computed, Tensor

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnx.reference")

Array = npt.NDArray[Any]
WEIGHT = np.array([[1.0, 0.5, -1.0], [0.25, -2.0, 3.0]], np.float32)
PROBES = np.array([[1, 1], [2, -1], [0.5, 3], [-1, 0]], np.float32)


def linear(path: Path, weight: Array, *, external: bool = False) -> Path:
    """Write a graph that multiplies its input by a matrix."""
    from onnx import TensorProto, helper, numpy_helper

    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(weight, "w")],
    )
    return saved(path, graph, external=external)


def saved(path: Path, graph: Any, *, external: bool = False) -> Path:
    """Write a graph as a model."""
    from onnx import helper

    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    beside = {"save_as_external_data": True, "location": "weights.bin", "size_threshold": 0}
    onnx.save_model(model, str(path), **(beside if external else {}))
    return path


def endless(path: Path) -> Path:
    """Write a graph that loops for as long as it may."""
    from onnx import TensorProto, helper

    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Identity", ["a"], ["b"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("a", TensorProto.FLOAT, ["n", 2]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("b", TensorProto.FLOAT, ["n", 2]),
        ],
    )
    true = helper.make_tensor("go0", TensorProto.BOOL, [], [True])
    trips = helper.make_tensor("trips", TensorProto.INT64, [], [1 << 60])
    graph = helper.make_graph(
        [helper.make_node("Loop", ["trips", "go0", "x"], ["y"], body=body)],
        "endless",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
        [true, trips],
    )
    return saved(path, graph)


def greedy(path: Path) -> Path:
    """Write a graph that asks for 400 GB."""
    from onnx import TensorProto, helper

    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [100_000_000_000, 1])
    graph = helper.make_graph(
        [helper.make_node("ConstantOfShape", ["shape"], ["y"])],
        "greedy",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["m", 1])],
        [shape],
    )
    return saved(path, graph)


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Comparison]:
    """Hold a graph to another one by a predicate on the probes named p."""
    np.savez(tmp_path / "p.npz", x=PROBES)

    def answer(first: Path, second: Path, predicate: str, **options: Any) -> Comparison:
        asked = parse_predicate(predicate)
        return measure_files(first, second, asked, folder=tmp_path, **({"evaluate": True} | options))

    return answer


NEAR = WEIGHT + np.float32(1e-4)
FAR = WEIGHT[:, ::-1].copy()


@pytest.mark.parametrize(
    ("weight", "predicate", "verdict"),
    [
        (NEAR, "behaves(p, close(0, 1e-3))", "met"),
        (NEAR, "behaves(p, close(0, 1e-5))", "not met"),
        (NEAR, "behaves(p, same)", "not met"),
        (FAR, "behaves(p, scaled(0.1))", "not met"),
        (NEAR, "decides(p, margin=0.1)", "met"),
        (NEAR, "decides(p, margin=1)", "not decided"),
        (FAR, "decides(p, margin=0.1)", "not met"),
        (NEAR, "behaves(p, close(0, 1e-3)) and decides(p, margin=0.1)", "met"),
    ],
)
def test_two_graphs_are_held_to_what_they_give_on_the_probes(
    ask: Callable[..., Comparison], tmp_path: Path, weight: Array, predicate: str, verdict: str
) -> None:
    found = ask(linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", weight), predicate)
    assert (found.verdict.value, found.predicate) == (verdict, str(parse_predicate(predicate)))
    assert found.level is (Level.PERFORMANCE if verdict == "met" else Level.NONE)
    assert any("unbounded" in note for note in found.notes)


def test_outputs_are_those_of_plain_arithmetic(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", x=PROBES)
    with evaluated(REFERENCE, linear(tmp_path / "a.onnx", WEIGHT), tmp_path / "p.npz", Limits()) as outputs:
        (tensor,) = outputs.model.tensors
        data = np.frombuffer(b"".join(tensor.payload.blocks()), np.float32).reshape(tensor.shape)
    assert np.allclose(data[:, 0, :], PROBES @ WEIGHT, rtol=1e-6)


def test_weights_in_a_file_beside_are_read_and_none_from_elsewhere(
    ask: Callable[..., Comparison], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    first = linear(tmp_path / "a.onnx", WEIGHT)
    second = linear(tmp_path / "other" / "b.onnx", WEIGHT, external=True)
    assert ask(first, second, "behaves(p, same)").verdict is Verdict.MET
    (tmp_path / "other" / "weights.bin").rename(tmp_path / "weights.bin")
    found = ask(first, second, "behaves(p, same)")
    assert (found.verdict, "weights.bin" in found.reason) == (Verdict.NOT_DECIDED, True)


def test_nothing_is_run_unless_asked_for(
    ask: Callable[..., Comparison], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))
    paths = linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", NEAR)
    for predicate in ("behaves(p, same)", "decides(p, 0)"):
        found = ask(*paths, predicate, evaluate=False)
        assert (found.verdict, "needs evaluation" in found.reason) == (Verdict.NOT_DECIDED, True)


def test_equal_files_are_met_without_being_run(ask: Callable[..., Comparison], tmp_path: Path) -> None:
    paths = endless(tmp_path / "a.onnx"), endless(tmp_path / "b.onnx")
    found = ask(*paths, "behaves(p, same)", evaluate=False)
    assert (found.verdict, found.level) == (Verdict.MET, Level.BIT_BY_BIT)


def test_a_tolerance_beside_a_measurement_holds_for_the_tensors(
    ask: Callable[..., Comparison], tmp_path: Path
) -> None:
    paths = linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", NEAR)
    met = ask(*paths, "close(0, 1e-3) and behaves(p, close(0, 1e-3))")
    assert (met.verdict, met.level) == (Verdict.MET, Level.NUMERICAL)
    assert ask(*paths, "close(0, 1e-6) and behaves(p, close(0, 1e-3))").verdict is Verdict.NOT_MET
    assert ask(*paths, "close(0, 1e-3) and behaves(p, same)").verdict is Verdict.NOT_MET


def test_a_graph_without_end_is_stopped(ask: Callable[..., Comparison], tmp_path: Path) -> None:
    paths = endless(tmp_path / "a.onnx"), linear(tmp_path / "b.onnx", WEIGHT)
    found = ask(*paths, "behaves(p, same)", limits=Limits(seconds=3))
    assert (found.verdict, "signal" in found.reason) == (Verdict.NOT_DECIDED, True)


def test_a_graph_gets_no_more_memory_than_it_may(ask: Callable[..., Comparison], tmp_path: Path) -> None:
    paths = greedy(tmp_path / "a.onnx"), linear(tmp_path / "b.onnx", WEIGHT)
    found = ask(*paths, "behaves(p, same)", limits=Limits(seconds=60, memory=4 << 30))
    assert found.verdict is Verdict.NOT_DECIDED
    assert "memory" in found.reason.lower()


PROBE_FILES: list[tuple[dict[str, Array], str]] = [
    ({"z": PROBES}, "inputs"),
    ({"x": PROBES.astype(np.float64)}, "float64"),
    ({"x": PROBES[:0]}, "rows"),
    ({"x": np.zeros((2, 2, 2, 2), np.float32)}, "dimensions"),
    ({"x": PROBES, "more": PROBES}, "inputs"),
    ({"x": np.array([{"a": 1}], dtype=object)}, "pickle"),
]


@pytest.mark.parametrize(("arrays", "word"), PROBE_FILES, ids=range(len(PROBE_FILES)))
def test_probes_that_do_not_fit_decide_nothing_and_say_why(
    ask: Callable[..., Comparison], tmp_path: Path, arrays: dict[str, Array], word: str
) -> None:
    np.savez(tmp_path / "p.npz", **cast(Any, arrays))
    paths = linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", NEAR)
    found = ask(*paths, "behaves(p, same)")
    assert (found.verdict, word in found.reason) == (Verdict.NOT_DECIDED, True), found.reason


def test_probes_or_graphs_that_are_not_there_decide_nothing(
    ask: Callable[..., Comparison], tmp_path: Path
) -> None:
    paths = linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", NEAR)
    assert "no probes q" in ask(*paths, "behaves(q, same)").reason
    (tmp_path / "c").write_bytes(b"no graph")
    assert ask(paths[0], tmp_path / "c", "behaves(p, same)").verdict is Verdict.NOT_DECIDED


def test_evaluators_that_disagree_decide_nothing(
    ask: Callable[..., Comparison], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by(engine: str, *_: object) -> measure.Measured:
        return measure.Measured(Verdict.MET if engine == REFERENCE else Verdict.NOT_MET)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(measure, "_by", by)
    paths = linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", NEAR)
    found = ask(*paths, "behaves(p, same)")
    assert found.verdict is Verdict.NOT_DECIDED
    assert found.reason == "behaves: onnx.reference says met, onnxruntime says not met"


@pytest.mark.skipif(bool(importlib.util.find_spec("onnxruntime")), reason="onnxruntime is there")
def test_an_evaluator_that_fails_leaves_all_undecided(
    ask: Callable[..., Comparison], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    paths = linear(tmp_path / "a.onnx", WEIGHT), linear(tmp_path / "b.onnx", NEAR)
    found = ask(*paths, "behaves(p, close(0, 1e-3))")
    assert (found.verdict, "onnxruntime is not there" in found.reason) == (Verdict.NOT_DECIDED, True)


def test_an_onnx_without_its_evaluator_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx.reference", None)
    with pytest.raises(EvaluationError, match=r"onnx\.reference is not there"):
        evaluators.evaluate(REFERENCE, linear(tmp_path / "a.onnx", WEIGHT), {"x": PROBES})


def test_the_child_has_neither_network_nor_other_processes() -> None:
    for attempt in ("import socket; socket.socket()", "import subprocess; subprocess.run(['true'])"):
        program = f"from lintian_ml.equality.evaluation.limits import forbid; forbid(); {attempt}; print(1)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (77, b"")


def outputs(*rows: list[float], dtype: str = "float32") -> Tensor:
    """Return an output of some rows."""
    data = np.array(rows, dtype).tobytes()
    return Tensor("output 0", dtype, (len(rows), len(rows[0])), Computed(lambda: iter((data,)), len(data)))


@pytest.mark.parametrize(
    ("first", "second", "verdict", "undecided"),
    [
        (([1, 3, 2], [5, 0, 0]), ([0, 9, 1], [7, 1, 2]), Verdict.MET, 0),
        (([1, 3, 2], [5, 0, 0]), ([0, 9, 1], [1, 7, 2]), Verdict.NOT_MET, 0),
        (([1, 3, 2.5], [5, 0, 0]), ([0, 9, 1], [7, 1, 2]), Verdict.NOT_DECIDED, 1),
        (([1, 3, 2.5], [5, 0, 0]), ([0, 9, 1], [1, 7, 2]), Verdict.NOT_MET, 1),
        (([3, 3, 0],), ([3, 3, 0],), Verdict.NOT_DECIDED, 1),
        (([float("nan"), 3, 0],), ([0, 3, 0],), Verdict.NOT_DECIDED, 1),
        (([float("inf"), 3, 0],), ([9, 3, 0],), Verdict.NOT_DECIDED, 1),
    ],
)
def test_only_a_clear_choice_is_a_decision(
    first: tuple[list[float], ...], second: tuple[list[float], ...], verdict: Verdict, undecided: int
) -> None:
    found = decide(outputs(*first), outputs(*second), Fraction(1, 2))
    assert (found.verdict, found.undecided) == (verdict, undecided)


def test_a_gap_of_exactly_the_margin_is_no_decision_and_one_of_a_bit_more_is() -> None:
    margin = Fraction(1, 10)
    at = np.float64(0.1)
    above, below = float(np.nextafter(at, 1)), float(np.nextafter(at, 0))
    for gap, verdict in ((above, Verdict.MET), (below, Verdict.NOT_DECIDED), (0.1, Verdict.MET)):
        found = decide(outputs([0, gap], dtype="float64"), outputs([0, gap], dtype="float64"), margin)
        assert found.verdict is verdict, gap
    exact = decide(outputs([0, 0.5]), outputs([0, 0.5]), Fraction(1, 2))
    assert exact.verdict is Verdict.NOT_DECIDED


def test_outputs_without_a_choice_decide_nothing() -> None:
    assert decide(outputs([1.0]), outputs([1.0]), Fraction(0)).verdict is Verdict.NOT_DECIDED
    assert decide(outputs([1, 2]), outputs([1, 2, 3]), Fraction(0)).verdict is Verdict.NOT_DECIDED
