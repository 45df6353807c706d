"""Compares what two models hold beside their tensors: structure, metadata and residue; and tells of noise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lintian_ml.equality.plain import difference
from lintian_ml.equality.verdict import Part, PartResult, Verdict
from lintian_ml.model import Model

UNCHECKED = "the structure was left unchecked"


def containers(first: Model, second: Model) -> str:
    """Return of which kinds the files of two models are, where they are not the same; else an empty string.

    Two encodings of one format are two kinds: what their readers make of them has no common spelling.
    """
    kinds = [f"{model.format}{f' in {model.encoding}' * bool(model.encoding)}" for model in (first, second)]
    return "" if kinds[0] == kinds[1] else f"the first is {kinds[0]}, the second {kinds[1]}"


def structure(first: Model, second: Model, *, unchecked: bool = False) -> PartResult:
    """Compare the structures as plain data; those of two kinds of files are not comparable."""
    if unchecked:
        return PartResult(Part.STRUCTURE, Verdict.MET, UNCHECKED, slack=None)
    if apart := containers(first, second):
        return PartResult(Part.STRUCTURE, Verdict.NOT_DECIDED, apart)
    try:
        reason = difference(first.structure, second.structure)
    except ValueError as error:
        return PartResult(Part.STRUCTURE, Verdict.NOT_DECIDED, str(error))
    return PartResult(Part.STRUCTURE, Verdict.NOT_MET if reason else Verdict.MET, reason)


def metadata(first: Model, second: Model, ignored: Collection[str]) -> PartResult:
    """Compare the texts of the keys that are not ignored; what is ignored costs its bytes."""
    texts = (second.metadata.get(key, "") for key in dict.fromkeys(ignored))
    slack = 8.0 * sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    bound = [key for key in unequal(first.metadata, second.metadata) if key not in ignored]
    verdict = Verdict.NOT_MET if bound else Verdict.MET
    return PartResult(Part.METADATA, verdict, listed("differs in", bound), slack)


def residue(first: Model, second: Model) -> PartResult:
    """Compare the bytes that nothing accounts for; those of two kinds of files are not comparable."""
    apart = containers(first, second)
    if apart and (first.residue or second.residue):
        return PartResult(Part.RESIDUE, Verdict.NOT_DECIDED, apart)
    differing = unequal(first.residue, second.residue)
    verdict = Verdict.NOT_MET if differing else Verdict.MET
    return PartResult(Part.RESIDUE, verdict, listed("differs in", differing))


def noise(first: Model, second: Model) -> str:
    """Say in what the noise differs, and how many bits the second's could carry; nothing where it does not.

    Files of two kinds have no noise in common, so that all of both is told of.
    """
    differing = unequal(first.noise, second.noise)
    bits = sum(second.capacity(name) for name in differing)
    return listed(f"noise of {bits} bits differs in", differing)


def unequal(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    """Return the keys, sorted, that only one of two mappings has or that have two values."""
    keys = sorted(first.keys() | second.keys())
    return [key for key in keys if key not in first or key not in second or first[key] != second[key]]


def listed(what: str, names: Sequence[str], most: int = 5) -> str:
    """Return ``what`` with the first few names, or an empty string where there are none."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{what} {', '.join(names[:most])}{more}" if names else ""
