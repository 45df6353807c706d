"""A first debian/models: it reads back without fault but its FIXMEs, and claims nothing that nobody knows."""

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.declaration import Declaration, ProblemKind, parse_declaration
from lintian_ml.declare import as_glob, declare
from lintian_ml.detection import FoundModel
from lintian_ml.error import PackageError
from lintian_ml.glob import Glob
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import File, Package, PackageType
from lintian_ml.samples import sample
from tests.building import run_command, write_tree

HERE = Path(__file__).parent

ACOUSTIC = ("mdef", "means", "mixture_weights", "sendump", "transition_matrices")

SAMPLES = {
    "models/face.onnx": "linear.onnx",
    "models/table.npy": "plain.h5",
    "models/speech.gguf": "linear.gguf",
    "models/cascade.xml": "cascade.xml",
    "other/face.onnx": "linear.safetensors",
    "a name/with (odd) [signs]*.onnx": "dense.tflite",
    "FIXME/FIXME.model": "sentencepiece.model",
    "src/weights.c": "weights.c",
    "tests/data/small.nnue": "tiny.nnue",
    "tests/data/tiny.safetensors": "linear.safetensors",
    **{f"models/en/{name}": f"sphinx_{name}" for name in ACOUSTIC},
}


def found(path: str, **more: object) -> FoundModel:
    """Return a model as detection gives it; ``more`` replaces what is plain in it."""
    plain: dict[str, object] = {
        "path": path,
        "format": "onnx",
        "certainty": Certainty.CERTAIN,
        "nature": Nature.TRAINED,
        "size": 5,
        "sha256": f"{abs(hash(path)):064x}",
    }
    return FoundModel(**{**plain, **more})  # type: ignore[arg-type]


def package(
    *models: FoundModel, files: tuple[str, ...] = (), type: PackageType = PackageType.SOURCE
) -> Package:
    paths = [*files, *(model.path for model in models)]
    return Package("x", "x", "1", type, files={path: File(5) for path in paths}, models=models)


def parsed(text: str) -> Declaration:
    """Parse a draft, which must have no other faults than FIXMEs."""
    declaration = parse_declaration(text.encode())
    assert [one for one in declaration.problems if one.kind is not ProblemKind.FIXME] == []
    return declaration


def drafted(*models: FoundModel, files: tuple[str, ...] = ()) -> Declaration:
    return parsed(declare(package(*models, files=files)))


def tree_with_all(folder: Path) -> Path:
    tree = write_tree(
        folder / "tree", SAMPLES, {"training/train_face.py": "print()\n", "models/README.md": "x\n"}
    )
    with zipfile.ZipFile(tree / "models" / "bundle.zip", "w") as archive:
        archive.writestr("inner/net.onnx", sample("scripted.pt"))
    return tree


def test_a_draft_of_everything_reads_back_and_lints_with_fixmes_only(tmp_path: Path) -> None:
    tree = tree_with_all(tmp_path)
    done = run_command("declare", tree)
    assert (done.returncode, done.stdout) == (0, "")
    declaration = parsed((tree / "debian" / "models").read_text())
    covered = {*SAMPLES, "models/bundle.zip//inner/net.onnx"} - {"models/table.npy"}
    assert {path for path in covered if declaration.stanza_for(path)} == covered
    hints = run_command("--allow-root", "--pedantic", "-I", tree).stdout
    assert "debian-models-fixme Training-Data" in hints
    tags = {line.split()[3] for line in hints.splitlines()}
    faults = ("undeclared-model", "unknown-field-in-debian-models", "certain-model-declared-not-a-model")
    assert tags.isdisjoint(faults)
    assert {tag for tag in tags if tag.startswith("debian-models-")} == {"debian-models-fixme"}


def test_what_only_the_maintainer_knows_is_left_as_fixme_and_explained_once(tmp_path: Path) -> None:
    text = declare(package(found("a.onnx"), found("b.onnx")))
    declaration = parsed(text)
    fields = ("Model-Class", "Trained-By", "Training-Data", "Training-Program", "Base-Model")
    messages = [problem.message.split(":")[0] for problem in declaration.problems]
    assert messages == [*fields, *fields]
    assert [text.count(f"\n{name}: FIXME\n") for name in fields] == [2] * 5
    assert text.count("\n# ") == 5


def test_a_model_has_its_file_and_digest() -> None:
    (stanza,) = drafted(found("data/net.onnx", sha256="ab" * 32, size=77)).models
    assert (stanza.name, [glob.text for glob in stanza.files]) == ("net", ["data/net.onnx"])
    (checksum,) = stanza.checksums_sha256
    assert (checksum.digest, checksum.size, checksum.path) == ("ab" * 32, 77, "data/net.onnx")


def test_the_other_files_of_a_model_stand_beside_it() -> None:
    models = (found("data/net.onnx", parts=("net.bin", "gone.bin")),)
    (stanza,) = drafted(*models, files=("data/net.bin", "net.bin")).models
    assert [glob.text for glob in stanza.files] == ["data/net.onnx", "data/net.bin"]


@pytest.mark.parametrize(
    ("paths", "stanzas"),
    [
        (("m/big-00001-of-00002.gguf", "m/big-00002-of-00002.gguf"), {"big": 2}),
        (("m/net.c", "m/net.h"), {"net": 2}),
        (("m/net.small.onnx", "m/net.large.onnx"), {"net.small": 1, "net.large": 1}),
        (("a/net.onnx", "b/net.onnx"), {"net": 1, "b-net": 1}),
        (("a/x/net.onnx", "b/x/net.onnx", "c/x/net.onnx"), {"net": 1, "x-net": 1, "net-2": 1}),
        (("m/none.onnx", "m/***.onnx"), {"none-model": 1, "model": 1}),
    ],
)
def test_names_come_from_files_and_are_unique(paths: tuple[str, ...], stanzas: Mapping[str, int]) -> None:
    declaration = drafted(*map(found, paths))
    assert {stanza.name: len(stanza.files) for stanza in declaration.models} == stanzas


def test_copies_of_one_file_are_one_model() -> None:
    (stanza,) = drafted(found("a/net.onnx", sha256="0" * 64), found("b/copy.onnx", sha256="0" * 64)).models
    assert [glob.text for glob in stanza.files] == ["a/net.onnx", "b/copy.onnx"]


def test_a_copy_of_a_trained_model_among_tests_is_not_called_untrained() -> None:
    copy = found("a/tests/copy.onnx", sha256="0" * 64, nature=Nature.UNTRAINED)
    (stanza,) = drafted(copy, found("net.onnx", sha256="0" * 64)).models
    assert (stanza.name, stanza.training_data) == ("net", None)


def test_the_files_of_an_acoustic_model_are_one_model() -> None:
    formats = ("sphinx-acoustic", "sphinx-mdef", "sphinx-sendump")
    models = [found(f"model/en-us/{number}", format=name) for number, name in enumerate(formats)]
    (stanza,) = drafted(*models).models
    assert (stanza.name, len(stanza.files)) == ("en-us", 3)


def test_untrained_models_are_one_stanza_that_needs_no_data() -> None:
    models = (found("t/a.onnx", nature=Nature.UNTRAINED), found("t/b.gguf", nature=Nature.UNTRAINED))
    (stanza,) = drafted(*models).models
    assert (stanza.name, stanza.training_data, stanza.base_model) == ("untrained", (), ())
    assert "FIXME" not in declare(package(*models))


def test_possible_models_are_named_in_a_comment_alone() -> None:
    declaration = drafted(found("maybe.npy", format="npy", certainty=Certainty.POSSIBLE))
    assert not declaration.models
    assert not declaration.not_a_model
    assert "maybe.npy (npy)" in declaration.comment


def test_what_a_model_says_of_itself_is_told_but_not_its_license() -> None:
    told = {
        "general.source.url": "https://example.org/net",
        "general.base_model.0.repo_url": "https://example.org/base",
        "general.datasets": '["leaves"]',
        "general.license": "secret-license",
        "comment": "Trained on faces by A. Author.\n\nLicense Agreement: all rights",
        "author": "x\n\nModel: forged FIXME \udcff\x1b[31m",
        "tokenizer.ggml.tokens": "many",
    }
    text = declare(package(found("net.gguf", metadata=told)))
    (stanza,) = parsed(text).models
    assert stanza.source == "https://example.org/net"
    assert stanza.base_model and stanza.base_model[0].name == "https://example.org/base"
    assert 'net.gguf says general.datasets: ["leaves"]' in stanza.comment
    assert "comment: Trained on faces by A. Author.\n" in stanza.comment
    assert "icense" not in text
    assert "tokens" not in text


def test_a_training_program_is_guessed_in_a_comment_only() -> None:
    files = ("other/train.py", "face/train_net.py", "face/constraint.py", "doc/training.txt")
    (stanza,) = drafted(found("face/net.onnx"), files=files).models
    assert stanza.training_program is None
    assert "Training-Program may be face/train_net.py or other/train.py: a guess" in stanza.comment


def test_the_nearest_readme_above_a_model_is_named() -> None:
    files = ("README.md", "face/README.md", "face/net/other/README.md", "doc/readme.txt", "face/net/readme.c")
    assert (
        drafted(found("face/net/net.onnx"), files=files).models[0].comment == "face/README.md may tell more."
    )


def test_several_base_models_are_left_to_the_maintainer() -> None:
    bases = {f"general.base_model.{n}.repo_url": f"https://example.org/{n}" for n in range(2)}
    assert drafted(found("net.gguf", metadata=bases)).models[0].base_model is None


@given(st.text(min_size=1).filter(str.strip))
def test_a_glob_matches_its_path_and_stands_in_a_list(path: str) -> None:
    text = as_glob(path)
    assert len(text.split()) == 1
    assert Glob.parse(text).matches(path)


@given(st.lists(st.text(st.sampled_from("ab./ *?\\\n\udcffFIXME:-é"), min_size=1), unique=True, max_size=4))
def test_any_paths_make_a_faultless_draft_that_covers_them(paths: list[str]) -> None:
    models = [found(path, metadata={"author": path}) for path in paths]
    declaration = drafted(*models)
    assert all(declaration.stanza_for(path) for path in paths)


def test_a_path_longer_than_globs_may_be_is_covered() -> None:
    path = "a/" + "b*" * 4000 + "\\"
    assert drafted(found(path)).stanza_for(path)


def test_a_literal_path_keeps_its_own_stanza_beside_a_wildcard() -> None:
    declaration = drafted(found("a.b.onnx"), found("a b.onnx"))
    stanza = declaration.stanza_for("a.b.onnx")
    assert stanza and [glob.text for glob in stanza.files] == ["a.b.onnx"]


def test_a_binary_package_is_refused() -> None:
    with pytest.raises(PackageError, match="belongs to the source"):
        declare(package(found("net.onnx"), type=PackageType.BINARY))


def test_a_source_package_is_drafted_to_standard_output() -> None:
    done = run_command("declare", HERE / "packages" / "tinynet_1.0-1.dsc")
    assert done.returncode == 0
    assert [stanza.files[0].text for stanza in parsed(done.stdout).models] == ["net.onnx"]


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    tree = write_tree(tmp_path, {"net.onnx": "linear.onnx"}, {"debian/models": "mine\n"})
    done = run_command("declare", tree)
    assert done.returncode == 1
    assert "already there; use --force" in done.stderr
    assert (tree / "debian" / "models").read_text() == "mine\n"
    assert run_command("declare", "--force", tree).returncode == 0
    assert parsed((tree / "debian" / "models").read_text()).models
    assert not list((tree / "debian").glob("*.partial"))


def test_it_writes_where_it_is_told(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", {"net.onnx": "linear.onnx"})
    done = run_command("declare", "--output", "-", tree)
    target = tmp_path / "draft"
    assert run_command("declare", tree, "--output", target).returncode == 0
    assert target.read_text() == done.stdout
    assert not (tree / "debian" / "models").exists()
    assert run_command("declare", tree, "--output", target).returncode == 1
    assert run_command("declare", tree, "--output", tmp_path / "no" / "folder").returncode == 1


def test_without_models_nothing_is_written(tmp_path: Path) -> None:
    tree = write_tree(tmp_path)
    done = run_command("declare", tree)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no model was found" in done.stderr
    assert not (tree / "debian" / "models").exists()
    shutil.rmtree(tree / "debian")
    assert run_command("declare", tree).returncode == 1
