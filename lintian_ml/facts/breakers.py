"""What makes two runs of a training program write other bits: random numbers without a seed, threads, clocks.

The text is parsed, never run. Only what stands in it is told: a library that is deterministic by default, or
a seed that comes from elsewhere, is the author's to know.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lintian_ml.facts.rot import LONGEST

UNSEEDED = "draws random numbers without a seed"
"""What works against equal numbers too, not only against equal bits."""

MOST_NODES = 200_000
"""Nodes of a program's tree that are looked at."""

DRAWS = re.compile(
    r"random\.(?!seed$|Random$|SystemRandom$|set_state$|setstate$|get_state$)\w+"
    r"|(np|numpy)\.random\.(?!seed$|default_rng$|RandomState$|SeedSequence$|Generator$|set_state$)\w+"
    r"|torch\.(rand|randn|randint|randperm|normal|nn\.\w+|utils\.data\.DataLoader)"
    r"|nn\.(Linear|Conv\w+|LSTM|GRU|Embedding|Transformer\w*|init\.\w+)"
    r"|tf\.(random\.(?!set_seed$)\w+|keras\.\w+(\.\w+)*)|keras\.(layers|models|Sequential)(\.\w+)*"
)
"""Calls that draw random numbers, or begin with drawn weights."""

SEEDS = re.compile(
    r"(.*\.)?(seed|manual_seed|manual_seed_all|set_seed|set_random_seed|seed_everything|PRNGKey|setstate"
    r"|set_state|enable_op_determinism)"
)
WITH_A_SEED = re.compile(r"(.*\.)?(default_rng|RandomState|Random|SeedSequence|PCG64|MT19937|Philox)")
"""Calls that take a seed as their argument."""

SEED_WORDS = frozenset({"random_state", "seed", "random_seed", "rng_seed"})

THREADED = re.compile(
    r"(.*\.)?(ThreadPoolExecutor|ProcessPoolExecutor|ThreadPool|Parallel)"
    r"|multiprocessing\.(Pool|Process)|threading\.Thread|(torch|mp)\.multiprocessing\.\w+"
)
WORKERS = frozenset({"n_jobs", "num_workers", "nthread", "num_threads", "n_threads", "workers"})
"""Keywords that ask for that many workers; one of them is no trouble."""

CLOCKS = re.compile(r"time\.(time|time_ns|localtime|gmtime|strftime|ctime|asctime)|(.*\.)?(now|utcnow|today)")


@dataclass(slots=True)
class _Seen:
    """What stands in a program: the line of the first of each kind."""

    draws: int = 0
    seeded: bool = False
    rest: dict[str, int] = field(default_factory=dict)


def breakers(text: str) -> Iterator[tuple[str, int]]:
    """Yield what in a Python program works against equal bits, each kind once, with the line of the first."""
    tree = parsed(text)
    if tree is None:
        return
    seen = _Seen()
    names = dict(_aliases(tree))
    for node, _ in zip(ast.walk(tree), range(MOST_NODES), strict=False):
        if isinstance(node, ast.Call):
            _look(node, names, seen)
    if seen.draws and not seen.seeded:
        yield UNSEEDED, seen.draws
    yield from seen.rest.items()


def parsed(text: str) -> ast.Module | None:
    """Parse a program; None where it is too long, or not in Python 3."""
    if len(text) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that an import gives to something, with the full name of that."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.asname, one.name) for one in node.names if one.asname)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def _look(call: ast.Call, names: Mapping[str, str], seen: _Seen) -> None:
    name = _dotted(call.func, names)
    keywords = {one.arg: one.value for one in call.keywords if one.arg}
    if SEEDS.fullmatch(name) or (WITH_A_SEED.fullmatch(name) and (call.args or keywords)):
        seen.seeded = True
    if SEED_WORDS & keywords.keys():
        seen.seeded = True
    unseeded = WITH_A_SEED.fullmatch(name) and "." in name and not call.args and not keywords
    if (DRAWS.fullmatch(name) or unseeded) and not seen.draws:
        seen.draws = call.lineno
    if THREADED.fullmatch(name) or any(_is_several(keywords[word]) for word in WORKERS & keywords.keys()):
        seen.rest.setdefault("computes in several threads or processes", call.lineno)
    if CLOCKS.fullmatch(name):
        seen.rest.setdefault("reads the clock", call.lineno)


def _dotted(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return the full name of what is called; empty for what has none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((names.get(node.id, node.id), *reversed(parts)))


def _is_several(value: ast.expr) -> bool:
    """Whether a keyword asks for more than one worker; what is no number is not judged."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        return True
    return isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value > 1
