"""Makes the committed samples of PyTorch's formats and of pickles, into the folder given.

Needs torch; scikit-learn and joblib for ``logistic.pkl`` and ``logistic.joblib``.
"""

import pickle
import sys
from importlib import import_module
from pathlib import Path

import torch

WEIGHT = [[0.5, -1.25, 2.0], [0.0, 3.5, -0.75]]
BIAS = [0.125, -8.0]
FORWARD = "def forward(self, x: Tensor) -> Tensor:\n    return torch.relu(x @ self.weight.t() + self.bias)\n"


class Bare(torch.nn.Module):  # type: ignore[misc]
    """Parameters alone; the program is defined as text, so that no path of the writer's machine is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(WEIGHT))
        self.bias = torch.nn.Parameter(torch.tensor(BIAS))


def main(folder: Path) -> None:
    """Write every sample."""
    classifier = import_module("sklearn.linear_model").LogisticRegression
    state = {"weight": torch.tensor(WEIGHT), "bias": torch.tensor(BIAS)}
    torch.save(state, folder / "linear.pt")
    torch.save(state, folder / "linear_legacy.pt", _use_new_zipfile_serialization=False)
    script = torch.jit.script(Bare())
    script.define(FORWARD)
    torch.jit.save(script, str(folder / "scripted.pt"))
    (folder / "plain.pkl").write_bytes(pickle.dumps({"words": ["one", "two"], "count": 2}, protocol=4))
    fitted = classifier().fit([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.5]], [0, 0, 1, 1])
    (folder / "logistic.pkl").write_bytes(pickle.dumps(fitted, protocol=4))
    import_module("joblib").dump(fitted, folder / "logistic.joblib")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
