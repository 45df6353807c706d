"""What is installed is what there is: the one list that setuptools needs cannot drift."""

import configparser
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_package_is_installed() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = config["options"]["packages"].split()
    folders = {path.parent for path in (ROOT / "lintian_ml").rglob("__init__.py")}
    found = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert listed == sorted(found | {"lintian_ml.checks", "lintian_ml.profiles"})


def test_everything_that_pages_are_made_of_is_installed() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    folder = ROOT / "lintian_ml" / "pages"
    patterns = config["options.package_data"]["lintian_ml.pages"].split()
    installed = {path for pattern in patterns for path in folder.glob(pattern)}
    assert {path for path in folder.rglob("*") if path.suffix in (".html", ".css", ".js")} == installed


def test_every_sample_is_used() -> None:
    folder = ROOT / "lintian_ml" / "samples"
    names = {path.name for path in folder.iterdir() if path.suffix != ".py" and path.is_file()}
    sources = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("checks/*.py")]
    text = "\n".join(path.read_text() for path in sources if path.name != "test_layout.py")
    assert not {name for name in names if Path(name).stem not in text}
