"""Overrides that the command writes: they silence what was shown, and leave the reason to the maintainer."""

from pathlib import Path

from lintian_ml.samples import declared
from tests.building import run_command, write_tree

OVERRIDES = "debian/source.lintian-ml-overrides"
WRITE = ("--allow-root", "--pedantic", "-I", "--write-overrides")


def test_what_is_shown_is_silent_the_next_time(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", files=declared(dataset={"Access": "lost"}))
    first = run_command(*WRITE, tree).stdout.splitlines()
    assert [line for line in first if "training-data-not-public" in line]
    again = run_command("--allow-root", "--pedantic", "-I", tree).stdout.splitlines()
    assert again == [f"N: {len(first)} hints overridden"]


def test_each_tag_has_a_comment_to_fill_in_and_lines_are_left_open(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", files=declared(dataset={"Access": "lost"}))
    run_command(*WRITE, "-T", "training-data-not-public", tree)
    assert (tree / OVERRIDES).read_text().splitlines() == [
        "# FIXME: say why this is as it should be",
        "example source: training-data-not-public net.onnx [debian/models:*]",
    ]


def test_what_is_written_comes_behind_what_was_there(tmp_path: Path) -> None:
    before = "# agreed\nexample source: undeclared-model net.onnx"
    tree = write_tree(tmp_path / "example", {"net.onnx": "linear.onnx"}, {OVERRIDES: before})
    run_command(*WRITE, "-T", "model-without-readme-source", tree)
    written = (tree / OVERRIDES).read_text()
    assert written.startswith(f"{before}\n\n# FIXME")
    assert not list(tree.glob("debian/*.partial"))


def test_nothing_is_written_where_nothing_is_shown(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", {"net.onnx": "linear.onnx"})
    run_command("--allow-root", "--write-overrides", tree)
    assert not (tree / OVERRIDES).exists()


def test_a_packed_package_is_refused() -> None:
    packed = Path(__file__).parent / "packages" / "tinynet_1.0-1.dsc"
    done = run_command(*WRITE, packed)
    assert done.returncode == 1
    assert "is no unpacked source tree" in done.stderr


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", {"net.onnx": "linear.onnx"})
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    (tree / OVERRIDES).symlink_to(victim)
    done = run_command(*WRITE, tree)
    assert done.returncode == 1
    assert victim.read_text() == "mine\n"
