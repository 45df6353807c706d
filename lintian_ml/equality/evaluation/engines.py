"""Runs an ONNX graph on one probe after another, by onnx's reference evaluator or by onnxruntime.

Only the child process imports this: what it imports reads a stranger's graph.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Arrays = Mapping[str, Any]
"""NumPy arrays by name."""

Run = Callable[[Arrays], list[Any]]
"""Returns a graph's outputs, in their order, for its inputs."""

REFERENCE, RUNTIME = "onnx.reference", "onnxruntime"
ENGINES = (REFERENCE, RUNTIME)
MOST_PROBES = 1_000_000


class EvaluationError(Exception):
    """A graph cannot be run on the probes; the message says why."""


def evaluate(engine: str, path: Path, probes: Arrays) -> dict[str, Any]:
    """Return each output on all probes, stacked, by ``output 0``, ``output 1`` …; EvaluationError where not.

    The first axis of each array in ``probes`` counts the probes, and is left out of what an input is given;
    an input of one dimension more gets a batch of one.
    """
    import numpy as np

    ranks, run = _reference(path) if engine == REFERENCE else _runtime(path)
    rows = [run(feeds) for feeds in _feeds(ranks, probes)]
    outputs = {}
    for number, results in enumerate(zip(*rows, strict=True)):
        for result in results:
            if not isinstance(result, (np.ndarray, np.generic)) or result.dtype == object:
                raise EvaluationError(f"output {number} is no array of numbers")
        if len({(result.dtype, result.shape) for result in results}) != 1:
            raise EvaluationError(f"output {number} has not one type and shape on all probes")
        outputs[f"output {number}"] = np.stack(results)
    if not outputs:
        raise EvaluationError("the graph has no output")
    return outputs


def _feeds(ranks: Mapping[str, tuple[int, Any]], probes: Arrays) -> Iterator[dict[str, Any]]:
    """Yield the inputs of each probe; their names, types and numbers of dimensions must be the graph's."""
    import numpy as np

    if ranks.keys() != probes.keys():
        raise EvaluationError(f"the inputs are {sorted(ranks)}, the probes are for {sorted(probes)}")
    counts = {len(array) if array.ndim else 0 for array in probes.values()}
    if len(counts) != 1 or not 0 < min(counts) <= MOST_PROBES:
        raise EvaluationError(f"the probes have {sorted(counts)} rows, not one number of them from 1 on")
    for name, (rank, dtype) in ranks.items():
        array = probes[name]
        if array.dtype != dtype or rank - array.ndim not in (-1, 0):
            raise EvaluationError(
                f"{name} is {dtype} of {rank} dimensions, its probes {array.dtype} of {array.ndim}"
            )
    for at in range(min(counts)):
        rows = {name: probes[name][at : at + 1] for name in ranks}
        yield {
            name: np.ascontiguousarray(row if row.ndim == ranks[name][0] else row[0])
            for name, row in rows.items()
        }


def _reference(path: Path) -> tuple[dict[str, tuple[int, Any]], Run]:
    """Return the inputs' numbers of dimensions and types, and what runs the graph."""
    try:
        import onnx
        from onnx.reference import ReferenceEvaluator
    except ImportError:
        raise EvaluationError("onnx.reference is not there; it came with onnx 1.13") from None
    model = onnx.load(str(path))
    evaluator = ReferenceEvaluator(model)
    return _inputs(model), lambda feeds: list(evaluator.run(None, feeds))


def _inputs(model: Any) -> dict[str, tuple[int, Any]]:
    """Return the graph's inputs that are no initializers."""
    from onnx import helper

    given = {tensor.name for tensor in model.graph.initializer}
    found = {}
    for value in model.graph.input:
        kind = value.type.tensor_type
        if value.name in given:
            continue
        if not value.type.HasField("tensor_type") or not kind.HasField("shape"):
            raise EvaluationError(f"the input {value.name!r:.80} is no tensor of known dimensions")
        found[value.name] = len(kind.shape.dim), helper.tensor_dtype_to_np_dtype(kind.elem_type)
    return found


def _runtime(path: Path) -> tuple[dict[str, tuple[int, Any]], Run]:
    """Return the same for onnxruntime, on one thread and without optimisations that change numbers."""
    import onnx

    try:
        onnxruntime: Any = importlib.import_module("onnxruntime")
    except ImportError:
        raise EvaluationError("onnxruntime is not there") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = _inputs(onnx.load(str(path), load_external_data=False))
    return inputs, lambda feeds: list(session.run(None, feeds))
