"""Trains a softmax regression in as many threads as OMP_NUM_THREADS says, and writes it as ONNX."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

STEPS, RATE, DECAY = 100, 0.5, 0.01


def trained(table: np.ndarray, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of shape (4, 3) and biases of shape (3,): a softmax regression with a small decay.

    Each thread adds up the gradients of its share of the leaves, in single precision; then the sums of all
    threads are added. So how many threads there are decides how it is rounded, and little else.
    """
    measures = (table[:, :-1] / 300 - 1).astype(np.float32)
    inputs = np.hstack([measures, np.ones((len(table), 1), np.float32)])
    targets = np.eye(3, dtype=np.float32)[table[:, -1].astype(np.int64)]
    weights = np.zeros((inputs.shape[1], 3), np.float32)
    shares = np.array_split(np.arange(len(table)), threads)
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(STEPS):
            sums = pool.map(partial(gradient, weights, inputs, targets), shares)
            total = sum(sums, np.zeros_like(weights))
            weights -= np.float32(RATE) * (total / np.float32(len(table)) + np.float32(DECAY) * weights)
    return weights[:-1], weights[-1]


def gradient(weights: np.ndarray, inputs: np.ndarray, targets: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the sum of the gradients of some leaves, added one by one."""
    total = np.zeros_like(weights)
    for leaf, target in zip(inputs[share], targets[share], strict=True):
        scores = np.exp((leaf[:, None] * weights).sum(axis=0))
        total += np.outer(leaf, scores / scores.sum() - target)
    return total


def network(weights: np.ndarray, biases: np.ndarray) -> bytes:
    """Return the network as an ONNX model."""
    inputs = [helper.make_tensor_value_info("leaf", TensorProto.FLOAT, [1, 4])]
    outputs = [helper.make_tensor_value_info("kind", TensorProto.FLOAT, [1, 3])]
    tensors = [
        helper.make_tensor("weight", TensorProto.FLOAT, weights.shape, weights.ravel().tolist()),
        helper.make_tensor("bias", TensorProto.FLOAT, biases.shape, biases.tolist()),
    ]
    gemm = helper.make_node("Gemm", ["leaf", "weight", "bias"], ["score"], name="dense")
    softmax = helper.make_node("Softmax", ["score"], ["kind"], name="softmax")
    graph = helper.make_graph([gemm, softmax], "leafnet", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="leafnet")
    model.ir_version = 8
    return bytes(model.SerializeToString())


if __name__ == "__main__":
    leaves = np.loadtxt("leaves.csv", delimiter=",")
    made = network(*trained(leaves, int(os.environ.get("OMP_NUM_THREADS", "1"))))
    Path(os.environ["MODEL_OUTPUT"], "leafnet.onnx").write_bytes(made)
