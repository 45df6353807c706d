"""The command line, as a user runs it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lintian_ml.samples import sample
from tests.building import CONTROL, run_command, write_tree

QUIET = "--allow-root"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "example", {"net.onnx": "linear.onnx"})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A tree with something to warn of: a file declared away that is beyond doubt a model."""
    models = "Format: 1.0\n\nNot-A-Model: table\nFiles: net.onnx\nComment: measured\n"
    return write_tree(tmp_path / "broken", {"net.onnx": "linear.onnx"}, {"debian/models": models})


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "plain", files={"main.c": "int main(void) { return 0; }\n"})


class TestExitStatus:
    def test_a_package_without_models_is_quiet_and_0(self, plain: Path) -> None:
        done = run_command(QUIET, plain)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_hints_below_fail_on_are_0(self, broken: Path) -> None:
        done = run_command(QUIET, broken)
        assert done.returncode == 0
        assert done.stdout.startswith("W: example source: certain-model-declared-not-a-model net.onnx")

    def test_hints_at_fail_on_are_2(self, broken: Path) -> None:
        assert run_command(QUIET, "--fail-on", "warning", broken).returncode == 2

    def test_fail_on_does_not_depend_on_what_is_displayed(self, tree: Path) -> None:
        done = run_command(QUIET, "--fail-on", "pedantic", tree)
        assert (done.returncode, done.stdout) == (2, "")

    def test_strict_raises_what_is_pedantic(self, tree: Path) -> None:
        done = run_command(QUIET, "--profile", "strict", tree)
        assert done.returncode == 2
        assert "E: example source: undeclared-model net.onnx" in done.stdout

    def test_a_missing_file_is_1(self, tmp_path: Path) -> None:
        done = run_command(QUIET, tmp_path / "nosuch.dsc")
        assert done.returncode == 1
        assert "nosuch.dsc" in done.stderr
        assert "Traceback" not in done.stderr

    def test_failure_prevails_over_hints(self, broken: Path, tmp_path: Path) -> None:
        done = run_command(QUIET, "--fail-on", "warning", broken, tmp_path / "nosuch.dsc", broken)
        assert done.returncode == 1
        assert done.stdout.count("certain-model-declared-not-a-model") == 2

    @pytest.mark.parametrize(
        "options",
        [("--frobnicate",), ("--tags", "nosuch"), ("--profile", "nosuch"), ("-L", "loud"), ("--fail-on", "x"),
         ("--format", "pdf"), ("--exp-output", "format=pdf"), ("--cfg", "/nosuch")],
        ids=" ".join,
    )  # fmt: skip
    def test_a_usage_error_is_1_in_one_message(self, options: tuple[str, ...], plain: Path) -> None:
        done = run_command(QUIET, *options, plain)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "Traceback" not in done.stderr

    def test_a_directory_without_debian_is_1(self, tmp_path: Path) -> None:
        done = run_command(QUIET, tmp_path)
        assert done.returncode == 1
        assert "debian" in done.stderr

    def test_a_broken_pipe_is_silent(self, broken: Path) -> None:
        words = f"{sys.executable} -m lintian_ml --allow-root --no-cfg {broken} {broken} {broken} | true"
        done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True)
        assert done.stderr == ""

    def test_an_interrupt_is_130_without_traceback(self, tree: Path, tmp_path: Path) -> None:
        many = write_tree(tmp_path / "many", files={f"f{n}.c": "int x;\n" * 9000 for n in range(3000)})
        words = [QUIET, "--no-cfg", "-T", "shipped-model", tree, *[many] * 9]
        process = subprocess.Popen(
            [sys.executable, "-m", "lintian_ml", *map(str, words)],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline().startswith("C: example")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in errors


class TestOptions:
    def test_unknown_tags_are_answered_with_the_nearest_names(self, plain: Path) -> None:
        assert "did you mean undeclared-model" in run_command("-T", "undeclared-modle", plain).stderr

    def test_short_options_bundle(self, tree: Path) -> None:
        done = run_command(QUIET, "-EIL", "+=classification", tree)
        assert "C: example source: shipped-model net.onnx onnx" in done.stdout

    def test_tags_are_shown_at_any_level(self, tree: Path) -> None:
        done = run_command(QUIET, "--tags", "shipped-model,undeclared-model", tree)
        assert len(done.stdout.splitlines()) == 2

    def test_suppressed_tags_neither_show_nor_fail(self, broken: Path) -> None:
        done = run_command(
            QUIET, "--suppress-tags", "certain-model-declared-not-a-model", "--fail-on=warning", broken
        )
        assert (done.returncode, done.stdout) == (0, "")

    def test_verbose_shows_facts_and_the_row(self, tree: Path) -> None:
        out = run_command(QUIET, "-v", tree).stdout
        assert "N: net.onnx: undeclared" in out
        assert "N:   license: dfsg (found in debian/copyright:" in out
        assert "N:   training-program: unknown" in out

    def test_info_explains_each_tag_once(self, broken: Path) -> None:
        out = run_command(QUIET, "-i", broken, broken).stdout
        assert out.count("N:   Visibility: warning") == 1
        assert out.count("certain-model-declared-not-a-model net.onnx") == 2

    def test_colour_only_where_asked_or_on_a_terminal(self, broken: Path) -> None:
        assert "\033" not in run_command(QUIET, broken).stdout
        assert "\033[30;103m" in run_command(QUIET, "--color", "always", broken).stdout

    def test_versions(self) -> None:
        assert run_command("--version").stdout == f"lintian-ml v{run_command('--print-version').stdout}"

    def test_packages_from_file_keeps_spaces_in_names(self, broken: Path, tmp_path: Path) -> None:
        moved = broken.rename(tmp_path / "with space")
        (tmp_path / "list").write_text(f"{moved}\n")
        assert "W: example" in run_command(QUIET, "--packages-from-file", tmp_path / "list").stdout

    def test_the_current_directory_is_the_default(self, broken: Path) -> None:
        assert "W: example" in run_command(QUIET, cwd=broken).stdout

    def test_output_goes_to_a_file(self, broken: Path, tmp_path: Path) -> None:
        assert run_command(QUIET, "--output", tmp_path / "report", broken).stdout == ""
        assert (tmp_path / "report").read_text().startswith("W: example")

    def test_the_tag_display_limit_counts_right(self, tmp_path: Path) -> None:
        tree = write_tree(tmp_path / "t", {f"{n}.onnx": "linear.onnx" for n in range(6)})
        out = run_command(QUIET, "-T", "shipped-model", "--tag-display-limit", "4", tree).stdout.splitlines()
        assert len(out) == 5
        assert out[-1].endswith('... use "--tag-display-limit 0" to see all (or pipe to a file/program)')


class TestConfiguration:
    def configure(self, tmp_path: Path, text: str) -> Path:
        path = tmp_path / "config"
        path.write_text(text)
        return path

    def test_the_command_line_outweighs_environment_and_file(self, tree: Path, tmp_path: Path) -> None:
        cfg = self.configure(tmp_path, "profile: strict\n")
        assert run_command(QUIET, "--cfg", cfg, tree).returncode == 2
        assert run_command(QUIET, "--cfg", cfg, tree, LINTIAN_ML_PROFILE="debian").returncode == 0
        again = run_command(QUIET, "--cfg", cfg, "--profile", "strict", tree, LINTIAN_ML_PROFILE="debian")
        assert again.returncode == 2

    def test_an_unknown_key_is_named_with_file_and_line(self, tree: Path, tmp_path: Path) -> None:
        cfg = self.configure(tmp_path, "info: no\nfrobnicate: yes\n")
        done = run_command(QUIET, "--cfg", cfg, tree)
        assert done.returncode == 1
        assert f"{cfg}:2: " in done.stderr

    def test_override_no_works(self, broken: Path, tmp_path: Path) -> None:
        overrides = broken / "debian/source.lintian-ml-overrides"
        overrides.write_text("certain-model-declared-not-a-model\n")
        assert "1 hint overridden" in run_command(QUIET, broken).stdout
        cfg = self.configure(tmp_path, "override: no\n")
        assert "W: example" in run_command(QUIET, "--cfg", cfg, broken).stdout


class TestOverrides:
    def test_an_overridden_hint_neither_shows_nor_fails(self, broken: Path) -> None:
        path = broken / "debian/source.lintian-ml-overrides"
        path.write_text("# it is a table\nexample source: certain-model-declared-not-a-model net.onnx *\n")
        done = run_command(QUIET, "--fail-on", "warning", broken)
        assert (done.returncode, done.stdout) == (0, "N: 1 hint overridden\n")
        shown = run_command(QUIET, "--show-overrides", broken).stdout.splitlines()
        assert shown[0] == "N: it is a table"
        assert shown[1].startswith("O: example source: certain-model-declared-not-a-model net.onnx [")
        assert run_command(QUIET, "--fail-on", "warning,override", broken).returncode == 2
        assert run_command(QUIET, "--fail-on", "warning", "-o", broken).returncode == 2


class TestJson:
    def test_one_object_for_each_input_failed_ones_too(self, tree: Path, tmp_path: Path) -> None:
        done = run_command(QUIET, "--format", "json", tree, tmp_path / "nosuch.dsc")
        first, second = map(json.loads, done.stdout.splitlines())
        assert (first["status"], second["status"]) == ("ok", "failed")
        assert set(first) == set(second)
        (model,) = first["models"]
        assert (model["path"], model["format"], model["class"]) == ("net.onnx", "onnx", "undeclared")
        assert {hint["tag"] for hint in first["hints"]} >= {"undeclared-model", "shipped-model"}

    def test_lintians_spelling_is_understood(self, tree: Path) -> None:
        done = run_command(QUIET, "--exp-output", "format=json", tree)
        assert json.loads(done.stdout)["package"] == "example"


class TestOtherCommands:
    def test_list_shows_a_table(self, tree: Path) -> None:
        out = run_command("list", tree).stdout
        assert out.startswith("example 1.0-1: 1 model\n")
        assert "undeclared" in out
        assert "net.onnx" in out

    def test_list_counts_what_may_be_a_model_apart(self, tmp_path: Path) -> None:
        tree = write_tree(tmp_path / "t", {"table.npy": "linear.npy", "net.onnx": "linear.onnx"})
        headline, _, model, possible = run_command("list", tree).stdout.splitlines()
        assert headline == "example 1.0-1: 1 model, 1 file that may be one"
        assert model.split()[0] == "undeclared"
        assert possible.split()[:2] == ["-", "possible"]

    def test_explain_tells_of_a_tag_a_profile_and_a_format(self) -> None:
        out = run_command("explain", "undeclared-model", "strict", "onnx").stdout
        assert "P: undeclared-model" in out
        assert "strict:" in out
        assert "onnx:" in out

    def test_explain_of_an_unknown_name_is_1(self) -> None:
        done = run_command("explain", "undeclared-modle")
        assert done.returncode == 1
        assert "did you mean undeclared-model" in done.stderr

    def test_explain_lists_every_name(self) -> None:
        out = run_command("explain", "--list").stdout
        assert "tag       undeclared-model: " in out
        assert "profile   debian: " in out
        assert "format    gguf: " in out
        assert "predicate ulp: " in out


HEAVY = ("numpy", "h5py", "onnx", "jinja2", "license_expression")


class TestStart:
    def imported(self, *words: str) -> set[str]:
        code = (
            "import sys; from lintian_ml.cli import main\n"
            f"try: main({list(words)!r})\nexcept SystemExit: pass\n"
            f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return set(eval(done.stderr.splitlines()[-1]))

    def test_help_imports_no_heavy_library(self) -> None:
        assert self.imported("--help") == set()

    def test_a_package_without_models_imports_no_heavy_library(self, plain: Path) -> None:
        assert self.imported(QUIET, str(plain)) == set()

    def test_a_model_in_a_package_does_not_import_the_library_of_another_format(self, tree: Path) -> None:
        assert "h5py" not in self.imported(QUIET, str(tree))


def test_the_area_is_taken_from_the_section(tmp_path: Path) -> None:
    copyright_text = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        "Files: *\nCopyright: 2026 A\nLicense: CC-BY-NC-4.0\n"
    )
    for section, flagged in (("misc", True), ("non-free/misc", False)):
        tree = write_tree(
            tmp_path / section,
            {"net.onnx": "linear.onnx"},
            {
                "debian/control": CONTROL.replace("Section: misc", f"Section: {section}"),
                "debian/copyright": copyright_text,
            },
        )
        assert ("non-free-model-in-main" in run_command(QUIET, tree).stdout) is flagged


class TestCompare:
    """Exit statuses are verdicts; what went wrong is never mistaken for one."""

    @pytest.fixture
    def pair(self, tmp_path: Path) -> tuple[Path, Path]:
        first = sample("linear.safetensors")
        last = bytes([first[-4] ^ 1])
        (tmp_path / "a").write_bytes(first)
        (tmp_path / "b").write_bytes(first[:-4] + last + first[-3:])
        return tmp_path / "a", tmp_path / "b"

    def test_met_is_0_and_proposes_a_field(self, pair: tuple[Path, Path]) -> None:
        done = run_command("compare", *pair)
        assert done.returncode == 0
        assert done.stdout.startswith("met: ")
        assert "Equality: " in done.stdout

    def test_not_met_is_1_and_names_the_worst_element(self, pair: tuple[Path, Path]) -> None:
        done = run_command("compare", "--predicate", "same", *pair)
        assert done.returncode == 1
        assert done.stdout.startswith("not met: ")
        assert "1 representable values apart" in done.stdout

    def test_not_decided_is_2(self, tmp_path: Path) -> None:
        for name, text in (("a", "one text"), ("b", "another text")):
            (tmp_path / name).write_text(text)
        assert run_command("compare", tmp_path / "a", tmp_path / "b").returncode == 2

    @pytest.mark.parametrize(
        "words", [("a", "/nosuch"), ("a",), ("a", "b", "--predicate", "ulp(")], ids=" ".join
    )
    def test_trouble_is_3_in_one_message(self, pair: tuple[Path, Path], words: tuple[str, ...]) -> None:
        done = run_command("compare", *words, cwd=pair[0].parent)
        assert (done.returncode, done.stdout) == (3, "")
        assert "Traceback" not in done.stderr

    def test_json_carries_the_verdict(self, pair: tuple[Path, Path]) -> None:
        done = run_command("compare", "--format", "json", "--predicate", "ulp(1)", *pair)
        assert json.loads(done.stdout)["verdict"] == "met"


class TestOverridesInDetail:
    def lint(self, tree: Path, overrides: str, *options: str) -> list[str]:
        (tree / "debian/source.lintian-ml-overrides").write_text(overrides)
        return run_command(
            QUIET, "-T", "undeclared-model,unused-model-override", *options, tree
        ).stdout.splitlines()

    def test_contexts_are_matched_as_they_are_printed(self, tmp_path: Path) -> None:
        tree = write_tree(tmp_path / "t", {"fa[1].onnx": "linear.onnx"})
        (line,) = self.lint(tree, "")
        context = line.partition("undeclared-model ")[2]
        assert context == r"fa\x5b1\x5d.onnx"
        assert self.lint(tree, f"undeclared-model {context}\n") == ["N: 1 hint overridden"]

    def test_an_override_for_other_architectures_is_as_if_it_were_not_there(self, tree: Path) -> None:
        lines = self.lint(tree, "example [riscv64] source: undeclared-model\n")
        assert lines == ["P: example source: undeclared-model net.onnx"]

    def test_fail_on_none_undoes_a_configured_level(self, broken: Path, tmp_path: Path) -> None:
        (tmp_path / "config").write_text("fail-on: warning\n")
        words = (QUIET, "--cfg", tmp_path / "config")
        assert run_command(*words, broken).returncode == 2
        assert run_command(*words, "--fail-on", "none", broken).returncode == 0

    def test_a_malformed_configuration_is_named_with_its_line(self, tree: Path, tmp_path: Path) -> None:
        (tmp_path / "config").write_text("info: no\ninfo yes\n")
        done = run_command(QUIET, "--cfg", tmp_path / "config", tree)
        assert done.returncode == 1
        assert f"{tmp_path / 'config'}:2: " in done.stderr

    def test_an_empty_list_of_packages_is_trouble(self, tmp_path: Path) -> None:
        (tmp_path / "list").write_text("")
        assert run_command(QUIET, "--packages-from-file", tmp_path / "list").returncode == 1
