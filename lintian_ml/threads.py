"""How numeric libraries are told to start no threads of their own for the multiplication of matrices."""

import os

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
"""The variables by which numeric libraries are told how many threads to use."""

SINGLE_THREADED = dict.fromkeys(VARIABLES, "1")
"""For children with little memory: each such thread reserves address space, as many as there are cores."""


def start_none() -> None:
    """Let this process do without, unless its user wants some; to be called before numpy is imported."""
    for name, count in SINGLE_THREADED.items():
        os.environ.setdefault(name, count)
