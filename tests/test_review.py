"""The summary for the NEW queue: what a reviewer asks, claims apart from findings."""

from pathlib import Path

from lintian_ml.samples import copyright_file, declared
from tests.building import run_command, write_tree


def review(*words: str | Path) -> list[str]:
    """Return the lines of the summary."""
    done = run_command("--allow-root", "--new-queue", *words)
    assert done.returncode in (0, 2), done.stderr
    return done.stdout.splitlines()


def test_it_tells_what_the_archive_may_carry_and_who_says_so(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", files={**declared(), "debian/copyright": copyright_file("Expat")})
    lines = review(tree)
    assert lines[:2] == ["example 1.0-1 (main): 1 model", "May be distributed: yes, by debian/copyright"]
    assert "  license: Expat (debian/copyright:5)" in lines
    assert "  class: free (claimed)" in lines
    assert "  training-program claimed       -" in lines
    assert lines[-1] == "It was trained on digits; the program that trained it is train.py."


def test_it_tells_what_may_not_be_carried(tmp_path: Path) -> None:
    files = {"debian/copyright": copyright_file("all-rights-reserved")}
    tree = write_tree(tmp_path / "example", {"net.onnx": "linear.onnx"}, files)
    lines = review(tree)
    assert "May be distributed: no: net.onnx" in lines
    assert "  nothing is claimed of how it was made" in lines
    assert lines[-1] == "There is no debian/models; lintian-ml declare writes a first one."


def test_it_tells_what_changed_since_an_older_version(tmp_path: Path) -> None:
    old = write_tree(
        tmp_path / "old",
        {"net.onnx": "linear.onnx", "gone.safetensors": "linear.safetensors", "a.pt": "linear.pt"},
    )
    new = write_tree(
        tmp_path / "new", {"net.onnx": "linear.onnx", "more.gguf": "linear.gguf", "a.pt": "scripted.pt"}
    )
    lines = review("--against", old, new)
    assert lines[2:5] == ["Added: more.gguf", "Changed: a.pt", "Removed: gone.safetensors"]


def test_a_package_without_models_is_one_line(tmp_path: Path) -> None:
    assert review(write_tree(tmp_path / "example")) == ["example 1.0-1 (main): 0 models"]
