"""The child process: runs one graph on probes and writes its outputs, within limits it sets itself."""

import json
import sys
from pathlib import Path

from lintian_ml.equality.evaluation.engines import EvaluationError, evaluate
from lintian_ml.equality.evaluation.limits import Limits, forbid


def main(arguments: list[str]) -> int:
    """Take engine, model, probes, the file to write, and three limits; say in JSON what came of it."""
    engine, model, probes, written, *numbers = arguments
    isolated = Limits(*map(int, numbers)).apply()
    import numpy as np

    try:
        with np.load(probes, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        forbid()
        outputs = evaluate(engine, Path(model), arrays)
        np.savez(written, **outputs)
    except EvaluationError as error:
        return _say(str(error), isolated)
    except MemoryError:
        return _say("it needs more memory than it may have", isolated)
    except Exception as error:  # whatever a stranger's graph makes the evaluators raise
        return _say(f"{type(error).__name__}: {error}", isolated)
    return _say("", isolated)


def _say(trouble: str, isolated: bool) -> int:
    json.dump({"trouble": trouble[:300], "isolated": isolated}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
