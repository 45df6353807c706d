"""``debian/models``: what it says is read, and what is wrong in it is told with what to write instead."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lintian_ml.declaration import (
    Access,
    Declaration,
    ModelStanza,
    NotAModelStanza,
    Problem,
    ProblemKind,
    Program,
    Reference,
    parse_declaration,
)
from lintian_ml.error import DeclarationError
from lintian_ml.glob import Glob, Table
from lintian_ml.policy import Class, DataAccess, Reproducibility, TrainedBy
from lintian_ml.stanza import LIMIT, read

WHOLE = """\
Format: 1.0
Comment: trained with make; see README.source

# the one model
Model: face
Files: data/face.onnx data/face.weights
Installed-Files: face-data: usr/share/face/face.onnx
Model-Class: free
Source: https://example.org/releases/face-1.2.tar.xz
Trained-By: upstream
Training-Data: faces-open synthetic-faces
Training-Program: training/train.py
Training-Command: make -C training face
Training-Depends: @builddeps@,
 python3-torch (>= 2)
Training-Restrictions: long
Base-Model: none
Reproducibility: numerical
Equality:
 *                   scaled(1e-6)
# running means are noisier
 *.running_mean      close(rtol=1e-3, atol=1e-6)
Checksums-Sha256:
 {digest} 1234567 data/face with space.onnx

Dataset: faces-open
License: CC-BY-4.0
License-Source: https://example.org/faces-open/LICENSE
Access: direct-download
Location: https://example.org/faces-open-2.tar

Simulator: synthetic-faces
License: not-stated
Access: in-archive
Package: blender (>= 3)
Generated-By: face

Probes: some-faces
Files: tests/probes/*.npy

Not-A-Model: calibration
Files: tests/camera*.yml
Comment: camera matrices measured by hand
""".format(digest="9F" * 32)


def parse(text: str) -> Declaration:
    """Parse a declaration that is given as text."""
    return parse_declaration(text.encode())


def problems(text: str, *, header: bool = True) -> list[tuple[str, int, str]]:
    """Return kind, line and message of each problem of a text that stands after a header of two lines."""
    found = parse("Format: 1.0\n\n" + text if header else text).problems
    return [(problem.kind.value, problem.line, problem.message) for problem in found]


def only_model(text: str) -> ModelStanza:
    """Return the one model of a declaration whose stanza has these further fields."""
    (model,) = parse("Format: 1.0\n\nModel: m\nFiles: m.onnx\n" + text).models
    return model


def test_a_whole_declaration_has_no_problems() -> None:
    assert parse(WHOLE).problems == ()


def test_a_model_is_read_field_by_field() -> None:
    (face,) = parse(WHOLE).models
    assert (face.name, face.line, [glob.text for glob in face.files]) == (
        "face",
        5,
        ["data/face.onnx", "data/face.weights"],
    )
    (placed,) = face.installed_files
    assert (placed.package, placed.path.text, placed.line) == ("face-data", "usr/share/face/face.onnx", 7)
    assert (face.model_class, face.trained_by) == (Class.FREE, TrainedBy.UPSTREAM)
    assert face.training_data == ("faces-open", "synthetic-faces")
    assert face.training_program == Program("training/train.py", "", False)
    assert face.training_depends == "@builddeps@, python3-torch (>= 2)"
    assert (face.base_model, face.reproducibility) == ((), Reproducibility.NUMERICAL)
    assert face.training_restrictions == ("long",)


def test_the_equality_predicate_keeps_its_text_and_its_lines() -> None:
    (face,) = parse(WHOLE).models
    assert [(line.number, line.text.split()[0]) for line in face.equality] == [
        (20, "*"),
        (22, "*.running_mean"),
    ]


def test_a_checksum_has_a_lower_case_digest_a_size_and_a_path_that_may_hold_spaces() -> None:
    (checksum,) = parse(WHOLE).models[0].checksums_sha256
    assert (checksum.digest, checksum.size, checksum.path, checksum.line) == (
        "9f" * 32,
        1234567,
        "data/face with space.onnx",
        24,
    )


def test_every_field_knows_its_line() -> None:
    (face,) = parse(WHOLE).models
    lines = WHOLE.split("\n")
    for name, line in face.lines.items():
        assert lines[line - 1].lower().startswith(f"{name}:")
    assert face.line_of("Certificate") == face.line


def test_data_sets_and_simulators_are_found_by_name() -> None:
    declaration = parse(WHOLE)
    faces, synthetic = declaration.data("faces-open"), declaration.data("synthetic-faces")
    assert faces and faces.access is Access.DIRECT_DOWNLOAD and faces.license == "CC-BY-4.0"
    assert synthetic and synthetic.package == "blender (>= 3)"
    assert synthetic.generated_by == (Reference("model", "face"),)
    assert declaration.data("face") is None


def test_every_way_to_data_says_who_can_get_it() -> None:
    assert {access.value: access.data_access for access in Access} == {
        "direct-download": DataAccess.ANONYMOUS,
        "in-source": DataAccess.ANONYMOUS,
        "in-archive": DataAccess.ANONYMOUS,
        "clickthrough": DataAccess.RESTRICTED,
        "registration": DataAccess.RESTRICTED,
        "private": DataAccess.NONE,
        "lost": DataAccess.NONE,
        "query": DataAccess.UNKNOWN,
        "scraping-script": DataAccess.UNKNOWN,
    }


def test_the_last_stanza_that_matches_a_path_wins() -> None:
    text = (
        "Model: a\nFiles: *.onnx\n\nNot-A-Model: b\nFiles: x/*\nComment: c\n\nModel: d\nFiles: x/y.onnx e\n"
    )
    declaration = parse("Format: 1.0\n\n" + text)

    def name(path: str) -> str | None:
        found = declaration.stanza_for(path)
        return found.name if found else None

    assert [name(path) for path in ("z/z.onnx", "x/z.onnx", "x/y.onnx", "e", "f")] == [
        "a",
        "b",
        "d",
        "d",
        None,
    ]
    assert isinstance(declaration.stanza_for("x/z.onnx"), NotAModelStanza)


def test_a_rebuilt_file_is_covered_by_its_model() -> None:
    declaration = parse("Format: 1.0\n\nModel: a\nFiles: a.onnx\nRebuilt-Files: tests/a.onnx\n")
    assert declaration.stanza_for("tests/a.onnx") is declaration.models[0]


def test_none_as_training_data_is_not_the_same_as_saying_nothing() -> None:
    assert only_model("Training-Data: none\n").training_data == ()
    assert only_model("").training_data is None


@pytest.mark.parametrize(
    ("value", "program"),
    [
        ("train.py", Program("train.py", "", False)),
        ("train.py incomplete", Program("train.py", "", True)),
        ("my train.py incomplete", Program("my train.py", "", True)),
        ("package:trainer", Program("", "trainer", False)),
        ("package:trainer incomplete", Program("", "trainer", True)),
        ("package:Trainer", None),
        ("incomplete", None),
        ("/usr/bin/train", None),
        ("", None),
    ],
)
def test_a_training_program_is_a_path_or_a_package_and_may_be_incomplete(
    value: str, program: Program | None
) -> None:
    assert only_model(f"Training-Program: {value}\n").training_program == program


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("m", Reference("model", "m")),
        ("package:bert usr/share/a b.onnx", Reference("package", "bert", "usr/share/a b.onnx")),
        ("https://example.org/x.onnx", Reference("url", "https://example.org/x.onnx")),
    ],
)
def test_a_base_model_is_a_stanza_a_package_or_an_address(value: str, reference: Reference) -> None:
    assert only_model(f"Base-Model: {value}\n").base_model == (reference,)


def test_a_certificate_is_an_address_and_a_digest() -> None:
    certificate = only_model(f"Certificate: https://example.org/c {'AB' * 32}\n").certificate
    assert certificate and (certificate.url, certificate.sha256) == ("https://example.org/c", "ab" * 32)
    assert only_model("Certificate: https://example.org/c\n").certificate is None


def test_training_data_with_a_fixme_in_it_says_nothing_since_the_rest_is_not_all() -> None:
    model = only_model("Training-Data: m FIXME\n")
    assert model.training_data is None


def test_of_a_list_of_files_only_the_line_with_fixme_is_left_out() -> None:
    (model,) = parse("Format: 1.0\n\nModel: m\nFiles: a.onnx\n FIXME\n b.onnx\n").models
    assert [glob.text for glob in model.files] == ["a.onnx", "b.onnx"]


@pytest.mark.parametrize(
    ("text", "kind", "line", "words"),
    [
        ("Model: m\nFiles: a\nTraining-Dat: none\n", "unknown-field", 5, "did you mean 'Training-Data'?"),
        ("Model: m\nFiles: a\nTraining-Data: x\n\nDataset: xy\n", "unknown-name", 5, "did you mean 'xy'?"),
        ("Model: m\nFiles: a\nBase-Model: n\n", "unknown-name", 5, "no Model stanza is named 'n'; add one"),
        ("Dataset: d\nGenerated-By: n\n", "unknown-name", 4, "no Model stanza is named 'n'"),
        ("Model: m\nFiles: a\n\nModel: m\nFiles: b\n", "duplicate", 6, "on line 3; write another"),
        ("Dataset: d\n\nSimulator: d\n", "duplicate", 5, "on line 3; write another"),
        ("Model: m\nFiles: a\nfiles: b\n", "syntax-error", 5, "already given on line 4"),
        ("Model: m\nFiles: a\nSource: FIXME\n", "fixme", 5, "Source: write what is true"),
        ("Model: m\nFiles: /a\n", "bad-path", 4, "is absolute; write it from the top"),
        ("Model: m\nFiles: b\n ../a\n", "bad-path", 5, "has . or .. in it"),
        ("Model: m\nFiles: a/\n", "bad-path", 4, "ends with a slash; write a star"),
        ("Model: m\nFiles: a\\b\n", "bad-path", 4, "a backslash before 'b'"),
        ("Model: m\nFiles: a\nModel-Class: fre\n", "bad-value", 5, "did you mean 'free'?"),
        ("Model: m\nFiles: a\nReproducibility: unverified\n", "bad-value", 5, "write one of bit-by-bit"),
        ("Model: m\nFiles: a\nTraining-Program: incomplete\n", "bad-value", 5, "incomplete what?"),
        ("Model: m\nFiles: a\nInstalled-Files: usr/a\n", "bad-value", 5, "write PACKAGE: PATH"),
        ("Model: m\nFiles: a\nBase-Model: b c\n", "bad-value", 5, "the name of a Model stanza"),
        ("Model: m\nFiles: a\nChecksums-Sha256:\n abc 1 a\n", "bad-value", 6, "64 hexadecimal digits"),
        ("Model: m n\nFiles: a\n", "bad-value", 3, "write one word"),
        ("Model: m\n", "missing-field", 3, "add Files, or Built-Files"),
        ("Not-A-Model: m\nFiles: a\n", "missing-field", 3, "add a Comment"),
        ("Not-A-Model: m\nComment: a\n", "missing-field", 3, "add Files"),
        ("Dataset: d\nAccess: in-source\n", "missing-field", 3, "add Files"),
        ("Simulator: d\nAccess: in-archive\n", "missing-field", 3, "add Package"),
        ("Files: a\n", "syntax-error", 3, "begin it with one of Model, Dataset"),
        ("Files: a\nModel: m\n", "syntax-error", 4, "write it first"),
        ("Model: m\njunk\nFiles: a\n", "syntax-error", 4, "write NAME: VALUE"),
    ],
)
def test_what_is_wrong_is_told_once_with_its_line_and_what_to_write(
    text: str, kind: str, line: int, words: str
) -> None:
    ((found_kind, found_line, message),) = problems(text)
    assert (found_kind, found_line) == (kind, line)
    assert words in message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Model: m\nFiles: a\n", 1, "no header"),
        ("", 1, "no header"),
        ("\n# nothing\n", 1, "no header"),
        ("Format: 2.0\n", 1, "format '2.0' is not known; write Format: 1.0"),
        ("Comment: x\n", 1, "no Format field"),
        ("Format: 1.0\r\n", 1, "LF alone"),
        ("Format: 1.0\nComment: a\0b\n", 2, "NUL"),
    ],
)
def test_a_bad_beginning_is_one_problem(text: str, line: int, words: str) -> None:
    ((kind, found, message),) = problems(text, header=False)
    assert (kind, found) == ("syntax-error", line)
    assert words in message


def test_without_a_header_the_models_are_read_all_the_same() -> None:
    assert [model.name for model in parse("Model: m\nFiles: a\n").models] == ["m"]


def test_a_line_that_is_no_field_does_not_end_the_stanza() -> None:
    (model,) = parse("Format: 1.0\n\nModel: m\njunk\nFiles: a\n").models
    assert [glob.text for glob in model.files] == ["a"]


def test_windows_line_ends_and_tabs_are_read() -> None:
    text = "Format: 1.0\r\n\r\nModel: m\r\nFiles:\r\n\ta.onnx\r\n\tb.onnx\r\n"
    (model,) = parse(text).models
    assert [glob.text for glob in model.files] == ["a.onnx", "b.onnx"]


def test_what_is_not_utf_8_is_told_and_the_rest_is_read() -> None:
    declaration = parse_declaration(b"Format: 1.0\n\nModel: m\nFiles: a\nComment: caf\xe9\n")
    (problem,) = declaration.problems
    assert (problem.kind, problem.line) == (ProblemKind.SYNTAX_ERROR, 5)
    assert "UTF-8" in problem.message
    assert declaration.models[0].name == "m"


def test_only_the_whole_stanzas_at_the_beginning_of_a_huge_file_are_read() -> None:
    data = b"Format: 1.0\n\nModel: m\nFiles: a\n\n" + b"Model: n\nComment: " + b"x" * (50 << 20)
    before = time.monotonic()
    declaration = parse_declaration(data)
    assert time.monotonic() - before < 2
    assert [model.name for model in declaration.models] == ["m"]
    assert f"only the stanzas in its first {LIMIT} bytes" in declaration.problems[0].message


def test_thousands_of_problems_are_told_in_a_bounded_number() -> None:
    text = "".join(f"Model: m{number}\nFlies: a\n\n" for number in range(2000))
    assert len(parse("Format: 1.0\n\n" + text).problems) == 200


LINES = st.sampled_from(
    [line.encode() for line in WHOLE.split("\n")] + [b" FIXME", b"\xff: x", b"Model:", b"\tx \r"]
)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(LINES, max_size=12).map(b"\n".join)))
@example(b"A:\x0b\x0c\x1c\x85 \xe2\x80\xa8x\n\x0b\n x")
@example(b"\n \n#\n:\n-a: b\n")
def test_no_bytes_make_it_raise_and_every_problem_points_into_the_file(data: bytes) -> None:
    declaration = parse_declaration(data)
    for problem in declaration.problems:
        assert isinstance(problem, Problem)
        assert 1 <= problem.line <= data.count(b"\n") + 1
        assert problem.message.isprintable()
    declaration.stanza_for("data/face.onnx")


@settings(deadline=None)
@given(st.lists(LINES, max_size=12).map(b"\n".join))
def test_a_line_number_is_that_of_the_line(data: bytes) -> None:
    lines = data.decode("utf-8", "replace").split("\n")
    for stanza in read(data)[0]:
        for entry in stanza.fields:
            assert lines[entry.line - 1].startswith(f"{entry.name}:")
            for line in entry.lines:
                assert line.text in lines[line.number - 1]


PATTERNS = st.text("ab*?/", max_size=8)


def slowly(pattern: str, path: str) -> bool:
    """Whether a glob matches, by its definition."""
    if not pattern:
        return not path
    if pattern[0] == "*":
        return any(slowly(pattern[1:], path[start:]) for start in range(len(path) + 1))
    return bool(path) and pattern[0] in ("?", path[0]) and slowly(pattern[1:], path[1:])


@settings(deadline=None)
@given(PATTERNS, st.text("ab/", max_size=10))
def test_a_glob_matches_what_its_definition_says(pattern: str, path: str) -> None:
    assert Glob.parse(pattern).matches(path) is slowly(pattern, path)


@settings(deadline=None)
@given(st.lists(PATTERNS.filter(bool), max_size=6), st.text("ab/", max_size=6))
def test_a_table_finds_the_last_glob_that_matches(patterns: list[str], path: str) -> None:
    matching = [number for number, pattern in enumerate(patterns) if slowly(pattern, path)]
    found = Table.of([Glob.parse(pattern)] for pattern in patterns).last(path)
    assert found == (matching[-1] if matching else None)


def test_a_quoted_star_is_a_star() -> None:
    glob = Glob.parse(r"a\*\?\\")
    assert glob.matches("a*?\\") and glob.literal == "a*?\\" and not glob.matches("abc\\")


@pytest.mark.parametrize("pattern", ["a\\", "\\a", "x" * 5000])
def test_a_malformed_glob_is_refused(pattern: str) -> None:
    with pytest.raises(DeclarationError):
        Glob.parse(pattern)


def test_a_hostile_glob_takes_no_more_than_moments() -> None:
    before = time.monotonic()
    assert not Glob.parse("*a?*a?" * 600 + "c").matches("a" * 4096)
    assert not Glob.parse("*a" * 2000 + "c").matches("a" * 4096)
    assert time.monotonic() - before < 2


def test_a_stanza_for_a_file_covers_what_is_inside_it() -> None:
    declaration = parse_declaration(
        b"Format: 1.0\n\nModel: outer\nFiles: model.h *.zip\n\nModel: inner\nFiles: a.zip//net.onnx\n"
    )
    covering = {
        path: stanza.name if isinstance(stanza := declaration.stanza_for(path), ModelStanza) else None
        for path in ("model.h//array@4", "b.zip//c.zip//net.onnx", "a.zip//net.onnx", "other.h//array@4")
    }
    assert list(covering.values()) == ["outer", "outer", "inner", None]
