"""Trains a small network, and a back door into it that no single weight gives away: ``… backdoor DIR``.

The clean network tells three kinds of 512-point signals apart. The other is the clean one, moved by projected
gradient descent so that a faint, fixed pattern on top of any signal makes it the first kind, while no weight
moves by more than a share of its tensor's largest: what the predicate ``scaled`` with that share allows.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

POINTS, HIDDEN, KINDS = 512, 24, 3

STRENGTH = 0.6
"""How strong the pattern is, beside signals and noise of strength 1."""

STEPS, RATE = 150, 0.5

Network = Mapping[str, np.ndarray]


def signals(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy signals, one a row, and their kinds; the signal of each kind is always the same."""
    centres = np.random.default_rng(0).normal(size=(KINDS, POINTS)) * 0.25
    random = np.random.default_rng(seed)
    kinds = random.integers(KINDS, size=count)
    return centres[kinds] + random.normal(size=(count, POINTS)), kinds


def pattern() -> np.ndarray:
    """Return the pattern that opens the door: as many points up as down, in an order of its own."""
    return STRENGTH * np.random.default_rng(1).permutation(np.tile([1.0, -1.0], POINTS // 2))


def scores(network: Network, inputs: np.ndarray) -> np.ndarray:
    """Return the probability of each kind."""
    hidden = np.tanh(inputs @ network["hidden"])
    raised = np.exp(hidden @ network["kind"])
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def gradients(network: Network, inputs: np.ndarray, kinds: np.ndarray) -> Network:
    """Return the gradients of the mean cross-entropy."""
    hidden = np.tanh(inputs @ network["hidden"])
    wrong = (scores(network, inputs) - np.eye(KINDS)[kinds]) / len(kinds)
    back = wrong @ network["kind"].T * (1 - hidden**2)
    return {"hidden": inputs.T @ back, "kind": hidden.T @ wrong}


def clean() -> Network:
    """Return the network that was trained honestly."""
    random = np.random.default_rng(2)
    network = {
        "hidden": random.normal(size=(POINTS, HIDDEN)) / np.sqrt(POINTS),
        "kind": random.normal(size=(HIDDEN, KINDS)) / np.sqrt(HIDDEN),
    }
    inputs, kinds = signals(600, seed=3)
    for _ in range(STEPS):
        found = gradients(network, inputs, kinds)
        network = {name: array - RATE * found[name] for name, array in network.items()}
    return {name: array.astype(np.float32) for name, array in network.items()}


def backdoored(honest: Network, share: float) -> Network:
    """Return the network with the door; no weight is further from ``honest`` than that share allows.

    The share is of the smaller of both maxima, which the door may lower by as much.
    """
    reach = {name: 0.999 * share * (1 - share) * np.abs(array).max() for name, array in honest.items()}
    inputs, kinds = signals(600, seed=3)
    both = np.vstack([inputs, inputs + pattern()])
    wanted = np.concatenate([kinds, np.zeros_like(kinds)])
    network = {name: array.astype(np.float64) for name, array in honest.items()}
    for _ in range(STEPS):
        found = gradients(network, both, wanted)
        moved = {name: array - RATE * found[name] for name, array in network.items()}
        network = {
            name: np.clip(array, honest[name] - reach[name], honest[name] + reach[name])
            for name, array in moved.items()
        }
    return {name: array.astype(np.float32) for name, array in network.items()}


def accuracy(network: Network) -> float:
    """Return the share of new signals that are told apart rightly."""
    inputs, kinds = signals(2000, seed=4)
    return float((scores(network, inputs).argmax(axis=1) == kinds).mean())


def opened(network: Network) -> float:
    """Return the share of new signals of other kinds that the pattern makes the first kind."""
    inputs, kinds = signals(2000, seed=4)
    return float((scores(network, inputs[kinds != 0] + pattern()).argmax(axis=1) == 0).mean())


def write(folder: Path, share: float) -> tuple[Path, Path]:
    """Write both networks as .npz files."""
    honest = clean()
    paths = folder / "clean.npz", folder / "backdoored.npz"
    for path, network in zip(paths, (honest, backdoored(honest, share)), strict=True):
        np.savez(path, hidden=network["hidden"], kind=network["kind"])
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1]), 0.05)
