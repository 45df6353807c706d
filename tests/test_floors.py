"""A module imports only from floors below its own: every room is understood by what lies under it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = (
    ("error", "discover", "escape", "pattern", "samples", "suffix", "threads"),
    ("blob", "citation", "stanza", "glob", "suite", "versions"),
    ("model",),
    ("fact", "table"),
    ("container", "hint", "policy"),
    ("encoding",),
    ("formats", "declaration", "profile"),
    ("recognition",),
    ("license", "equality", "detection"),
    ("package", "override"),
    ("shipped_overrides", "verification"),
    ("facts", "overlay", "surroundings"),
    ("check",),
    ("checks", "profiles"),
    ("registry",),
    ("run", "declare"),
    ("pages",),
    ("archive", "reproduce"),
    (
        "overriding",
        "report",
    ),
    ("options", "progress"),
    ("completion", "session"),
    ("cli",),
    ("__main__", "dput_hook"),
)
"""The rooms of the house, lowest floor first."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def sources() -> Iterator[tuple[str, Path]]:
    """Yield every module's room and file."""
    for path in sorted((ROOT / "lintian_ml").rglob("*.py")):
        parts = path.relative_to(ROOT / "lintian_ml").with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], path
    for folder in ("checks", "profiles"):
        for path in sorted((ROOT / folder).glob("*.py")):
            yield folder, path


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each room of the house that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "lintian_ml":
            names = [f"lintian_ml.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            if name.startswith("lintian_ml.") and not name.startswith("lintian_ml.__"):
                yield name.split(".")[1], node.lineno


@pytest.mark.parametrize(
    ("room", "path"), list(sources()), ids=lambda value: str(value).removeprefix(f"{ROOT}/")
)
def test_imports_go_down(room: str, path: Path) -> None:
    upward = [
        f"{path.relative_to(ROOT)}:{line}: {room} imports {other}"
        for other, line in imported_rooms(path)
        if other != room and FLOOR[other] >= FLOOR[room]
    ]
    assert not upward


def test_checks_know_neither_each_other_nor_the_registry() -> None:
    checks = [path for room, path in sources() if room == "checks"]
    assert checks
    assert not [
        path for path in checks if {"checks", "registry"} & {room for room, _ in imported_rooms(path)}
    ]
