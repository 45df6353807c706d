"""Programs that read Lintian's output read ours: their expressions, and what they demand of every line."""

import re

import pytest

from lintian_ml.escape import for_line
from tests.building import lint_text

DEBUSINE_HINT = re.compile(r"[EWIPXOCM]:\s(?P<package>\S+(?: source)?):\s(?P<tag>\S+) ?(?P<note>[^[]*)?")
DEBUSINE_POINTER = re.compile(r".*\[(?P<pointer>.*)]")
ANNOTATE_HINTS = re.compile(
    r"^([^N]): (\S+)(?: (\S+)(?:\s*\(([^)]+?)\)\s*\[([^)]+?)\])?)?: (\S+)(?:\s+(.*))?$"
)

HOSTILE = {
    "plain": b"net.onnx",
    "brackets": b"a [b] c.onnx",
    "newline": b"a\nE: x source: forged-tag.onnx",
    "not UTF-8": b"\xff\xfe.onnx",
    "terminal control": b"\x1b[31mred.onnx",
    "right-to-left override": "\u202egpj.onnx".encode(),
}


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def lines(request: pytest.FixtureRequest) -> list[str]:
    name = request.param.decode("utf-8", "surrogateescape")
    return lint_text({name: "linear.onnx"}, "-EvIL", "+>=classification", "--show-overrides", "--info")


def test_each_line_is_a_hint_or_commentary(lines: list[str]) -> None:
    for line in lines:
        assert line.startswith("N:") or DEBUSINE_HINT.match(line)


def test_debusine_reads_tag_note_and_pointer(lines: list[str]) -> None:
    hints = [line for line in lines if not line.startswith("N:")]
    assert hints
    for line in hints:
        found = DEBUSINE_HINT.match(line)
        assert found
        assert re.fullmatch(r"[a-z0-9-]+", found["tag"])
        rest = line[found.end() :]
        assert not rest or DEBUSINE_POINTER.match(rest)


def test_annotate_hints_reads_every_hint(lines: list[str]) -> None:
    assert all(ANNOTATE_HINTS.match(line) for line in lines if not line.startswith("N:"))


def test_junit_converter_finds_three_fields(lines: list[str]) -> None:
    for line in lines:
        if not line.startswith("N:"):
            level, package, message = (part.strip() for part in line.split(":", 2))
            assert level in "EWIPCX"
            assert package == "example source"
            assert message


def test_lines_are_valid_utf8_without_controls(lines: list[str]) -> None:
    for line in lines:
        line.encode("utf-8")
        assert not re.search(r"[\x00-\x1f\x7f\u202e]", line)


def test_escapes_can_be_undone() -> None:
    for raw in HOSTILE.values():
        name = raw.decode("utf-8", "surrogateescape")
        undone = re.sub(
            rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), for_line(name).encode()
        )
        assert undone == raw
