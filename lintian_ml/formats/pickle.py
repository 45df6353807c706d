"""Python pickle of any kind: scikit-learn and its kin, joblib dumps, arrays (CPython, Lib/pickletools.py).

Read by an interpreter that builds inert nodes; nothing that a pickle names is imported or called. A pickle
carries any data at all, so it is a model only where it names a class that models have.
"""

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle import follow, load
from lintian_ml.encoding.pickle_account import PLAIN, Account, printable
from lintian_ml.encoding.pickle_machine import Machine
from lintian_ml.encoding.pickle_numpy import KNOWN as NUMPY
from lintian_ml.encoding.pickle_numpy import NumpyReader, joblib_arrays
from lintian_ml.encoding.pickle_source import Budget, OutOfSight, Source
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "pickle", extensions=(".pkl", ".pickle", ".joblib", ".sav", ".dill", ".p"), first=b"\x80(]}c)"
)
NOISE = ("pickle *: instructions",)

TORCH_MAGIC = bytes.fromhex("8a0a6cfc9c46f9206aa85019")
"""The number that begins PyTorch's legacy files, as a pickle writes it."""

_MODELS = (
    *(
        "sklearn.",
        "xgboost.",
        "lightgbm.",
        "catboost.",
        "hmmlearn.",
        "gensim.",
        "spacy.",
        "thinc.",
        "statsmodels.",
    ),
    *(
        "nltk.classify.",
        "nltk.tag.",
        "nltk.tokenize.punkt",
        "torch.nn.",
        "skorch.",
        "imblearn.",
        "keras.",
        "onnx.",
    ),
)
_NO_MODELS = ("sklearn.utils.", "sklearn.datasets.")
_STARTS = b"(]}c)"
_FEWEST = 4
"""Instructions that a pickle without a header needs before it is taken for one."""
_KNOWN = PLAIN | NUMPY
_MOST_PICKLES = 1000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Recognise instructions that reach their STOP, or the end of what is seen without a fault."""
    head = glimpse.head
    if len(head) < 3 or not _may_begin(head):
        return None
    machine = Machine(
        Source(Blob(head), 0, Budget(operations=len(head)), max(glimpse.size, len(head))), joblib_arrays
    )
    try:
        end = follow(machine).end
    except OutOfSight:
        end = 0
    except (FormatError, LimitError):
        return None
    if not _ends_well(glimpse, machine, end):
        return None
    notes = {Kind.STRUCTURE: f"pickle of protocol {machine.protocol}"}
    named = sorted(filter(names_model, machine.symbols))
    if named:
        notes[Kind.SEMANTICS] = f"names {printable(named[0])}"
    return Evidence.of(notes, carrier=not named)


def names_model(name: str) -> bool:
    """Whether a dotted name is of a library's module in which trained models live."""
    return name.startswith(_MODELS) and not name.startswith(_NO_MODELS)


def _may_begin(head: bytes) -> bool:
    if head[0] == 0x80:
        return head[1] in (2, 3, 4, 5) and TORCH_MAGIC not in head[:32]
    return head[0] in _STARTS


def _ends_well(glimpse: Glimpse, machine: Machine, end: int) -> bool:
    """Whether a stream that was followed to ``end`` (0: out of sight) can be a pickle and nothing else."""
    if not end:
        closed = glimpse.tail is None or glimpse.tail.endswith(b".")
        return closed and machine.operations >= _FEWEST
    return bool(machine.protocol) or (end == glimpse.size and machine.operations >= _FEWEST)


def read(blob: Blob) -> Model:
    """Read all pickles that follow one another in a file."""
    account = Account(NumpyReader(blob).interpret, wanted=("_sklearn_version",))
    structures: list[object] = []
    end = 0
    while end < blob.size and len(structures) < _MOST_PICKLES:
        try:
            pickle = load(blob, end, account.budget, joblib_arrays)
        except FormatError:
            if not structures:
                raise
            break
        count = len(structures)
        structures.append(account.add(pickle, blob, f"pickle {count}", str(count) if end else ""))
        end = pickle.end
    if not structures:
        raise FormatError("pickle: an empty file")
    account.keep("trailing bytes", blob, end, blob.size - end)
    return Model(
        FORMAT.name,
        tuple(account.tensors),
        structures[0] if len(structures) == 1 else {"pickles": structures},
        _metadata(account),
        account.residue,
        account.noise,
        account.remarks(_KNOWN.__contains__),
        complete=True,
        parameters=account.parameters,
    )


def _metadata(account: Account) -> dict[str, str]:
    """Return the classes of models that are named, and the version of scikit-learn that wrote them."""
    classes = [printable(name) for name in sorted(account.symbols) if names_model(name)][:100]
    return {**({"classes": " ".join(classes)} if classes else {}), **account.found}
