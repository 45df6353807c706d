"""Many models of one kind, told as one: a library's thousand operator tests need one line, not a thousand."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from lintian_ml.facts.known import KnownModel
from lintian_ml.hint import Hint
from lintian_ml.model import Certainty

FEW = 3
"""As many models of one kind are told one by one."""

SHOWN_BY = "lintian-ml list shows them"


def hints_on_kinds(models: Iterable[KnownModel], more: str = "") -> Iterator[Hint]:
    """Yield a hint on each model that was found; one for all where there are many of one kind.

    Those of one format below one folder at the top of the tree are of one kind; the hint on them names the
    folder that they share and their number. ``more`` is said behind the format.
    """
    kinds: dict[tuple[str, str], list[KnownModel]] = {}
    for model in models:
        if model.found:
            kinds.setdefault((model.found.format, model.path.partition("/")[0]), []).append(model)
    for (name, _), kin in kinds.items():
        said = f"{name} {more}".rstrip()
        if len(kin) <= FEW:
            yield from (model.hint(said) for model in kin)
            continue
        yield Hint(
            f"{_shared_folder([model.path for model in kin])} {said} ({len(kin)} files, {SHOWN_BY})",
            certainty=min((model.found.certainty for model in kin if model.found), key=_surest_last),
        )


def hints_on_folders(models: Iterable[KnownModel], more: str = "") -> Iterator[Hint]:
    """Yield a hint on each model that was found; one for all where there are many below one folder at the top
    of the tree, of whatever format. ``more`` is said behind the path.
    """
    folders: dict[str, list[KnownModel]] = {}
    for model in models:
        if model.found:
            folders.setdefault(model.path.partition("/")[0], []).append(model)
    for kin in folders.values():
        if len(kin) <= FEW:
            yield from (model.hint(more) for model in kin)
        else:
            said = f"{_shared_folder([model.path for model in kin])} {more}".rstrip()
            yield Hint(f"{said} ({len(kin)} files, {SHOWN_BY})")


def _surest_last(certainty: Certainty) -> int:
    return -list(Certainty).index(certainty)


def _shared_folder(paths: Sequence[str]) -> str:
    """Return the folder that all paths lie in, with its slash; a dot for the tree itself."""
    first, last = (path.split("/")[:-1] for path in (min(paths), max(paths)))
    shared = [one for one, other in takewhile(_are_alike, zip(first, last, strict=False))]
    return "/".join(shared) + "/" if shared else "."


def _are_alike(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]
