"""Makes tiny source packages, by hand, the same bytes each time: ``python -m tests.packages.make [FOLDER]``.

The time in all of them is SOURCE_DATE_EPOCH, or the beginning of 2026.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import struct
import sys
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))

CONTROL = """Source: {name}
Section: {section}
Maintainer: Tiny Maintainer <tiny@example.org>
Uploaders: "Doe, Jane" <jane@example.org>, Max <max@example.org>
Standards-Version: 4.7.2
Build-Depends: debhelper-compat (= 13)

Package: {name}
Architecture: all
Description: tiny package
 It exists to be read.
"""

CHANGELOG = """{name} ({version}) unstable; urgency=medium

  * Initial release.

 -- Tiny Maintainer <tiny@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
"""

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: {name}

Files: *
Copyright: 2026 Tiny Author <author@example.org>
License: Expat

License: Expat
 Permission is hereby granted, free of charge, to any person obtaining a copy
 of this software and associated documentation files (the "Software"), to deal
 in the Software without restriction, including without limitation the rights
 to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 copies of the Software, and to permit persons to whom the Software is
 furnished to do so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in
 all copies or substantial portions of the Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 SOFTWARE.
"""

RULES = "#!/usr/bin/make -f\n%:\n\tdh $@\n"

README = (
    "tinynet tells three kinds of plants apart by four measures of a leaf; net.onnx is the trained network.\n"
)

Files = Mapping[str, bytes]

NOTHING: Files = {}


def compressed(data: bytes, suffix: str) -> bytes:
    """Compress ``data`` as a file that ends in ``suffix`` should be."""
    ways: dict[str, Callable[[bytes], bytes]] = {
        "gz": lambda data: gzip.compress(data, mtime=0),
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
        "tar": bytes,
    }
    return ways[suffix](data)


def entry(name: str, data: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    """Return a tar member; ``fields`` are those of TarInfo (``type``, ``linkname``, …)."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mtime = EPOCH
    info.mode = 0o755 if name.endswith("debian/rules") else 0o644
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def tar(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Return a tar archive of the members, in their order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_of(files: Files, top: str = "") -> bytes:
    """Return a tar archive of files below the folder ``top`` (with its slash)."""
    return tar(*(entry(top + path, data) for path, data in files.items()))


def debian_files(
    name: str, version: str, source_format: str = "3.0 (quilt)", section: str = "misc"
) -> dict[str, bytes]:
    """Return the files that a debian folder must have."""
    return {
        "debian/changelog": CHANGELOG.format(name=name, version=version).encode(),
        "debian/control": CONTROL.format(name=name, section=section).encode(),
        "debian/copyright": COPYRIGHT.format(name=name).encode(),
        "debian/rules": RULES.encode(),
        "debian/source/format": f"{source_format}\n".encode(),
    }


def listing(files: Files) -> str:
    """Return the fields of a .dsc that list its files."""
    text = "Checksums-Sha256:\n"
    for name, data in files.items():
        text += f" {hashlib.sha256(data).hexdigest()} {len(data)} {name}\n"
    text += "Files:\n"
    for name, data in files.items():
        text += f" {hashlib.md5(data, usedforsecurity=False).hexdigest()} {len(data)} {name}\n"
    return text


def write_dsc(
    folder: Path,
    files: Files,
    name: str = "tiny",
    version: str = "1.0-1",
    source_format: str = "3.0 (quilt)",
    more: str = "",
) -> Path:
    """Write the files and a .dsc that lists them; return the path of the .dsc."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    head = f"Format: {source_format}\nSource: {name}\nBinary: {name}\nArchitecture: all\nVersion: {version}\n"
    people = "Maintainer: Tiny Maintainer <tiny@example.org>\n"
    people += 'Uploaders: "Doe, Jane" <jane@example.org>, Max <max@example.org>\n'
    path = folder / f"{name}_{version}.dsc"
    path.write_text(
        head
        + people
        + "Standards-Version: 4.7.2\nBuild-Depends: debhelper-compat (= 13)\n"
        + more
        + listing(files)
    )
    return path


def write_quilt(
    folder: Path, upstream: Files, debian: Files = NOTHING, more: Files = NOTHING, suffix: str = "xz"
) -> Path:
    """Write a 3.0 (quilt) package "tiny"; ``debian`` is added to its debian folder, ``more`` to its files."""
    files = {
        f"tiny_1.0.orig.tar.{suffix}": compressed(tar_of(upstream, "tiny-1.0/"), suffix),
        **more,
        f"tiny_1.0-1.debian.tar.{suffix}": compressed(
            tar_of({**debian_files("tiny", "1.0-1"), **debian}), suffix
        ),
    }
    return write_dsc(folder, files)


def weights(count: int) -> list[float]:
    """Return numbers between -1 and 1 that look trained."""
    digest = hashlib.shake_256(b"tinynet").digest(4 * count)
    return [number / 2**31 for number in struct.unpack(f"<{count}i", digest)]


def network() -> bytes:
    """Return an ONNX model: one Gemm with weights of shape (4, 3) and a bias."""
    from onnx import TensorProto, helper

    inputs = [helper.make_tensor_value_info("leaf", TensorProto.FLOAT, [1, 4])]
    outputs = [helper.make_tensor_value_info("kind", TensorProto.FLOAT, [1, 3])]
    numbers = weights(15)
    tensors = [
        helper.make_tensor("weight", TensorProto.FLOAT, [4, 3], numbers[:12]),
        helper.make_tensor("bias", TensorProto.FLOAT, [3], numbers[12:]),
    ]
    gemm = helper.make_node("Gemm", ["leaf", "weight", "bias"], ["kind"], name="dense")
    graph = helper.make_graph([gemm], "tinynet", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="tinynet")
    model.ir_version = 8
    return bytes(model.SerializeToString())


def tinynet() -> tuple[Files, Files]:
    """Return upstream's files and the debian folder of the package tinynet."""
    upstream = {"README": README.encode(), "net.onnx": network()}
    return upstream, debian_files("tinynet", "1.0-1", section="science")


def main(folder: Path) -> None:
    """Write the package tinynet."""
    upstream, debian = tinynet()
    files = {
        "tinynet_1.0.orig.tar.gz": compressed(tar_of(upstream, "tinynet-1.0/"), "gz"),
        "tinynet_1.0-1.debian.tar.gz": compressed(tar_of(debian), "gz"),
    }
    write_dsc(folder, files, "tinynet", more="Package-List:\n tinynet deb science optional arch=all\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
