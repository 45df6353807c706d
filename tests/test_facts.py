"""The facts about the models of a package: who knows which, and how several become one."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lintian_ml.declaration import parse_declaration
from lintian_ml.detection import Examiner
from lintian_ml.facts import KnownModel, know
from lintian_ml.facts.licenses import Licenses
from lintian_ml.facts.told import Told, as_facts, weakest
from lintian_ml.facts.tree import Tree
from lintian_ml.glob import Glob
from lintian_ml.package import File, Package, PackageType, Role, Tarball, package_from_files
from lintian_ml.policy import (
    BaseModel,
    DataAccess,
    DataIdentified,
    DataLicense,
    License,
    Origin,
    Source,
    SourceKind,
    TrainingProgram,
)
from lintian_ml.registry import find_profile
from lintian_ml.samples import sample
from tests.building import CHANGELOG, CONTROL, COPYRIGHT

NON_FREE = "\nFiles: assets/*\nCopyright: 2026 B. Author\nLicense: CC-BY-NC-4.0\n"
MODEL = "Model: net\nFiles: net.onnx\n"


def package(files: Mapping[str, str] = {}) -> Package:
    """Return a source package with one model, and ``files``."""
    texts = {
        "debian/control": CONTROL,
        "debian/changelog": CHANGELOG,
        "debian/copyright": COPYRIGHT + NON_FREE,
        **files,
    }
    data = {path: text.encode() for path, text in texts.items()}
    return package_from_files({"net.onnx": sample("linear.onnx"), **data}, Examiner())


def known(stanzas: str, files: Mapping[str, str] = {}) -> KnownModel:
    """Return what is known of that model under a declaration."""
    declaration = parse_declaration(f"Format: 1.0\n\n{stanzas}".encode())
    return know(package(files), declaration, find_profile("debian"))[0]


def test_an_undeclared_model_has_the_facts_that_the_package_tells() -> None:
    (model,) = know(package(), None, find_profile("debian"))
    assert model.stanza is None
    assert model.facts.license is License.DFSG
    assert model.facts.origin is Origin.SHIPPED
    assert model.field("Files") is None


def test_what_nobody_said_has_no_source_unless_there_is_a_reason() -> None:
    nobody = Told(TrainingProgram.UNKNOWN, Source(SourceKind.DECLARED, "debian/models", 3))
    assert as_facts({"training-program": nobody}).sources == {}
    noted = nobody.noting("no such field")
    assert as_facts({"training-program": noted}).sources == {"training-program": noted.source}


def test_the_weakest_is_the_first_in_order_and_of_equals_the_first_told() -> None:
    first, second = (Told(License.NOT_DFSG, Source(SourceKind.FOUND, note=note)) for note in ("a", "b"))
    free = Told(License.DFSG, Source(SourceKind.FOUND))
    assert weakest([free, first, second], (License.NOT_DFSG, License.DFSG)) is first


def test_a_file_is_licensed_by_its_path_within_its_tarball() -> None:
    tarball = Tarball("example_1.0.orig-assets.tar.gz", "", 1, Role.COMPONENT)
    licenses = Licenses(replace(package(), tarballs=(tarball,)))
    inside = f"{tarball.name}//assets/nets.zip//net.onnx"
    assert licenses.of(inside).value is License.NOT_DFSG
    assert not licenses.grant(inside).general
    assert licenses.of("other.zip//assets/net.onnx").value is License.DFSG
    assert licenses.grant("other.zip//assets/net.onnx").general


def test_a_tree_holds_files_and_folders_that_are_not_empty() -> None:
    tree = Tree({"train/run.py": File(3), "train.py": File(0), "trainer": File(1)})
    assert tree.holds("train")
    assert tree.holds("train/")
    assert tree.holds("train/run.py")
    assert not tree.holds("train.py")
    assert not tree.holds("tra")


def test_globs_match_paths_of_the_tree_alone() -> None:
    tree = Tree({"b": File(1), "a": File(1), "data/c": File(1)})
    assert tree.matching([Glob.parse("b"), Glob.parse("a"), Glob.parse("nowhere")]) == ["a", "b"]
    assert tree.matching([Glob.parse("data/*")]) == ["data/c"]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("train.py", TrainingProgram.CLAIMED),
        ("train.py incomplete", TrainingProgram.PARTIAL),
        ("missing.py", TrainingProgram.ABSENT),
        ("none", TrainingProgram.ABSENT),
        ("package:trainer", TrainingProgram.UNKNOWN),
    ],
)
def test_a_training_program_is_a_claim_at_best(program: str, expected: TrainingProgram) -> None:
    model = known(f"{MODEL}Training-Program: {program}\n", {"train.py": "fit()"})
    assert model.facts.training_program is expected


def test_a_set_of_data_is_as_weak_as_its_weakest() -> None:
    sets = (
        "\nDataset: free\nLicense: Expat\nAccess: direct-download\n"
        "\nSimulator: lost\nLicense: not-stated\nAccess: lost\n"
    )
    facts = known(f"{MODEL}Training-Data:\n free\n lost\n{sets}").facts
    assert facts.data_identified is DataIdentified.YES
    assert facts.data_license is DataLicense.NOT_STATED
    assert facts.data_access is DataAccess.NONE


def test_data_without_a_stanza_leaves_the_rest_unknown() -> None:
    free = "\nDataset: free\nLicense: Expat\nAccess: direct-download\n"
    facts = known(f"{MODEL}Training-Data:\n free\n elsewhere\n{free}").facts
    assert facts.data_identified is DataIdentified.UNKNOWN
    assert facts.data_license is DataLicense.UNKNOWN
    assert facts.data_access is DataAccess.UNKNOWN


@pytest.mark.parametrize(
    ("folder", "expected"), [("assets", DataLicense.NOT_DFSG), ("data", DataLicense.DFSG)]
)
def test_data_in_the_source_is_licensed_by_debian_copyright(folder: str, expected: DataLicense) -> None:
    data = f"\nDataset: own\nFiles: {folder}/*\nAccess: in-source\n"
    facts = known(f"{MODEL}Training-Data: own\n{data}", {f"{folder}/rows.csv": "1,2"}).facts
    assert facts.data_license is expected
    assert facts.data_access is DataAccess.ANONYMOUS


def test_a_model_is_as_bad_as_the_worst_it_was_made_from() -> None:
    base = "\nModel: base\nFiles: assets/base.onnx\n"
    facts = known(f"{MODEL}Base-Model: base\n{base}", {"assets/base.onnx": "weights"}).facts
    assert facts.base_model is BaseModel.NON_FREE


def test_a_model_that_the_build_fetches_is_not_built() -> None:
    rules = "build:\n\twget https://example.org/nets/digits.onnx\n"
    stanzas = "Model: digits\nBuilt-Files: digits.onnx\n\nModel: own\nBuilt-Files: own.onnx\n"
    declaration = parse_declaration(f"Format: 1.0\n\n{stanzas}".encode())
    _, fetched, own = know(package({"debian/rules": rules}), declaration, find_profile("debian"))
    assert fetched.facts.origin is Origin.DOWNLOADED_AT_BUILD
    assert str(fetched.pointer("origin")) == "debian/rules:2"
    assert own.facts.origin is Origin.BUILT


def test_a_binary_package_tells_the_license_only_if_all_of_its_stanzas_are_free() -> None:
    mixed = replace(package(), type=PackageType.BINARY)
    assert Licenses(mixed).of("usr/share/net.onnx").value is License.UNKNOWN
    free = replace(mixed, texts={"debian/copyright": COPYRIGHT.encode()})
    told = Licenses(free).of("usr/share/net.onnx")
    assert told.value is License.DFSG
    assert told.source.kind is SourceKind.DERIVED


def test_a_model_that_a_patch_adds_is_vendored() -> None:
    source = package()
    patched = {**source.files, "net.onnx": replace(source.files["net.onnx"], patch="add-net.patch")}
    (model,) = know(replace(source, files=patched), None, find_profile("debian"))
    assert model.facts.origin is Origin.VENDORED
    assert "add-net.patch" in str(model.facts.sources["origin"])


def test_a_circle_of_base_models_is_unknown() -> None:
    assert known(f"{MODEL}Base-Model: net\n").facts.base_model is BaseModel.UNKNOWN
    other = "\nModel: other\nFiles: other.onnx\nBase-Model: net\n"
    assert known(f"{MODEL}Base-Model: other\n{other}").facts.base_model is BaseModel.UNKNOWN


def test_a_chain_of_base_models_may_be_longer_than_the_stack_is_deep() -> None:
    links = [f"\nModel: m{n}\nFiles: m{n}.onnx\nBase-Model: m{n + 1}\n" for n in range(2000)]
    last = "\nModel: m2000\nFiles: assets/last.onnx\n"
    stanzas = f"{MODEL}Base-Model: m0\n{''.join(links)}{last}"
    assert known(stanzas, {"assets/last.onnx": "weights"}).facts.base_model is BaseModel.NON_FREE
