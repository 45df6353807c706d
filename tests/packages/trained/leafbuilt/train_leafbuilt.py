"""Trains a softmax regression in as many threads as the build may run jobs."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

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


def jobs() -> int:
    """Return how many jobs DEB_BUILD_OPTIONS allows."""
    found = re.search(r"\bparallel=([0-9]+)", os.environ.get("DEB_BUILD_OPTIONS", ""))
    return int(found[1]) if found else 1


if __name__ == "__main__":
    leaves = np.loadtxt("leaves.csv", delimiter=",")
    folder = Path(os.environ["MODEL_OUTPUT"], "built")
    folder.mkdir(exist_ok=True)
    np.save(folder / "leafbuilt.npy", np.vstack(trained(leaves, jobs())))
