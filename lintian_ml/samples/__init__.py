"""Tiny models, each made by its format's own library, and declarations, for the examples of checks and for
tests.
"""

from collections.abc import Mapping
from importlib.resources import files

MODEL: Mapping[str, str] = {
    "Model": "net",
    "Files": "net.onnx",
    "Model-Class": "free",
    "Trained-By": "upstream",
    "Training-Data": "digits",
    "Training-Program": "train.py",
    "Training-Depends": "python3-numpy",
    "Base-Model": "none",
    "Reproducibility": "numerical",
    "Equality": "ulp(4)",
}

DATASET: Mapping[str, str] = {
    "Dataset": "digits",
    "License": "CC0-1.0",
    "License-Source": "https://example.org/digits/LICENSE",
    "Access": "direct-download",
    "Location": "https://example.org/digits.csv",
}

Changes = Mapping[str, str | None]


def sample(name: str) -> bytes:
    """Return the bytes of the committed sample ``name``."""
    return files(__name__).joinpath(name).read_bytes()


def declaration(model: Changes | None = None, dataset: Changes | None = None, more: str = "") -> str:
    """Return a debian/models that declares ``net.onnx`` free; some fields changed (None: left out)."""
    stanzas: tuple[Changes, ...] = (
        {"Format": "1.0"},
        {**MODEL, **(model or {})},
        {**DATASET, **(dataset or {})},
    )
    return "\n".join(map(_stanza, stanzas)) + (f"\n{more}" if more else "")


def nudged(name: str, bit: int = 0) -> bytes:
    """Return a sample with one bit of its last element, a float32 in little-endian order, turned over."""
    data = bytearray(sample(name))
    data[-4 + bit // 8] ^= 1 << bit % 8
    return bytes(data)


def trained(model: Changes | None = None) -> dict[str, bytes | str]:
    """Return the files of a package with a network of a few numbers at ``net.safetensors``, as declared."""
    return {
        "net.safetensors": sample("linear.safetensors"),
        "train.py": "import numpy\n",
        "debian/models": declaration({"Files": "net.safetensors", **(model or {})}),
    }


def _stanza(fields: Changes) -> str:
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value is not None)


def copyright_file(license_name: str, path: str = "net.onnx") -> str:
    """Return a machine-readable debian/copyright: ``path`` is under ``license_name``, debian/ under Expat."""
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        f"Files: {path}\nCopyright: 2026 A. Author\nLicense: {license_name}\n\n"
        "Files: debian/*\nCopyright: 2026 A. Author\nLicense: Expat\n"
    )


def declared(model: Changes | None = None, dataset: Changes | None = None) -> dict[str, bytes | str]:
    """Return the files of a package with a model, the program that trained it, and its declaration."""
    return {
        "net.onnx": sample("linear.onnx"),
        "train.py": "import numpy\n",
        "debian/models": declaration(model, dataset),
    }
