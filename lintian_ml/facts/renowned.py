"""Models that are known by their digest: what each is, and which package of Debian installs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Renown:
    """What is known of one file: its usual name, what it is, its package, and the address of its makers."""

    name: str
    title: str
    package: str
    address: str


@cache
def renowned() -> Mapping[str, Renown]:
    """Return what is known, by the SHA-256 digest in hex."""
    text = files("lintian_ml.facts").joinpath("renowned.list").read_text("utf-8")
    lines = (line.split(" ~~ ") for line in text.splitlines() if line and not line.startswith("#"))
    return {digest: Renown(*rest) for digest, *rest in lines}
