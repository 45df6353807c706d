"""Makes the committed samples of formats of exchange: exported programs, boosters, Java objects.

XGBoost's binary, PyTorch's program and mobile module, dlib's shape predictor and the Java object are made by
xgboost before 2.0, torch, dlib and a Java compiler, ExecuTorch's program with flatbuffers; dlib's net,
the transducer, OpenNLP's and spaCy's models are laid out here as their programs' own sources do it.
"""

import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20261123

JAVA = """package weka.classifiers.functions;

class Named implements java.io.Serializable {
    private static final long serialVersionUID = 2L;
    String relation = "tiny";
    boolean[] flags = {true, false};
}

public class Tiny extends Named implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    double[] coefficients = {0.5, -1.5};
    float[][] layers = {{1.5f, 2.5f}, {3.5f}, null};
    java.util.ArrayList<Object> parts = new java.util.ArrayList<>();
    java.util.HashMap<String, int[]> counts = new java.util.HashMap<>();
    Thread.State state = Thread.State.RUNNABLE;
    Class<?> kind = Tiny.class;
    int classIndex = 1;

    Tiny() {
        parts.add(new long[] {7L});
        parts.add(this);
        counts.put("words", new int[] {1, 2, 3});
    }

    public static void main(String[] names) throws Exception {
        java.io.OutputStream file = new java.io.FileOutputStream(names[0]);
        new java.io.ObjectOutputStream(file).writeObject(new Tiny());
    }
}
"""


def make_xgboost(folder: Path) -> None:
    """Boosters of two trees, of dropped-out trees and of linear weights."""
    library: Any = import_module("xgboost")
    inputs = np.random.default_rng(SEED).normal(size=(30, 3))
    data = library.DMatrix(inputs, inputs[:, 0] > 0)
    for booster in ("gbtree", "dart", "gblinear"):
        settings = {"max_depth": 2, "objective": "binary:logistic", "booster": booster, "nthread": 1}
        fitted = library.train(settings, data, 2)
        fitted.set_attr(license="CC0-1.0")
        fitted.save_model(folder / f"xgboost_{booster}.model")


def make_torch(folder: Path) -> None:
    """An exported program of a layer with a buffer and a view, and a module for mobile devices."""
    torch: Any = import_module("torch")
    export: Any = import_module("torch.export")
    torch.manual_seed(SEED)

    class Net(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(3, 2)
            self.register_buffer("scale", torch.tensor([2.0, 3.0], dtype=torch.bfloat16))
            self.turned = torch.nn.Parameter(torch.randn(3, 2).t())

        def forward(self, x: Any) -> Any:
            return self.layer(x) * self.scale + x @ self.turned.t()

    program = export.export(Net(), (torch.zeros(1, 3),))
    export.save(program, folder / "exported.pt2")
    module = torch.jit.script(torch.nn.Linear(3, 2))
    data = module._save_to_buffer_for_lite_interpreter(_use_flatbuffer=True)
    (folder / "mobile.ff").write_bytes(data)


def make_dlib(folder: Path) -> None:
    """A shape predictor of two points, and the beginning of a net."""
    (folder / "dlib_net.dnn").write_bytes(b"\1\1\1\x0dloss_metric_2" + bytes(range(40)))
    dlib: Any = import_module("dlib")
    random = np.random.default_rng(SEED)
    options = dlib.shape_predictor_training_options()
    options.cascade_depth = options.tree_depth = options.num_trees_per_cascade_level = 2
    options.oversampling_amount, options.feature_pool_size = 5, 20
    pictures = [random.integers(0, 255, (60, 60)).astype(np.uint8) for _ in range(4)]
    frame = dlib.rectangle(5, 5, 50, 50)
    shapes = [
        [dlib.full_object_detection(frame, [dlib.point(10 + i, 10), dlib.point(30, 30 + i)])]
        for i in range(4)
    ]
    dlib.train_shape_predictor(pictures, shapes, options).save(str(folder / "shape_predictor.dat"))


def make_java(folder: Path) -> None:
    """An object of a class that is named as a classifier of Weka, written by Java itself."""
    compiler = shutil.which("javac")
    if compiler is None:
        raise ImportError("there is no Java compiler")
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "Tiny.java")
        source.write_text(JAVA)
        subprocess.run([compiler, "-d", work, source], check=True)
        name = "weka.classifiers.functions.Tiny"
        subprocess.run(["java", "-cp", work, name, str(folder / "weka.model")], check=True)


def make_executorch(folder: Path) -> None:
    """A program of version 0 without any plan."""
    flatbuffers: Any = import_module("flatbuffers")
    builder = flatbuffers.Builder(64)
    builder.StartObject(8)
    builder.Finish(builder.EndObject(), file_identifier=b"ET12")
    (folder / "empty.pte").write_bytes(bytes(builder.Output()))


def _utf(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()


def make_opennlp(folder: Path) -> None:
    """A tokenizer's model of three predicates, of which two have one outcome and one has both."""
    manifest = "#Mon Nov 23 12:00:00 UTC 2026\nManifest-Version=1.0\nOpenNLP-Version=2.3.0\nLanguage=en\n"
    manifest += "Component-Name=TokenizerME\nTraining-Iterations=100\nTraining-Cutoff=5\n"
    words = ("T", "F"), ("2 0", "1 0 1"), ("p=a", "s=b", "bias")
    lists = b"".join(struct.pack(">i", len(group)) + b"".join(map(_utf, group)) for group in words)
    numbers = np.random.default_rng(SEED).normal(size=4).astype(">f8").tobytes()
    with zipfile.ZipFile(folder / "opennlp_token.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            ("manifest.properties", manifest.encode()),
            ("token.model", _utf("GIS") + struct.pack(">id", 1, 1.0) + lists + numbers),
        ):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def make_graph(folder: Path) -> None:
    """A transducer of one state and no arcs."""
    words = (struct.pack("<i", len(word)) + word for word in (b"vector", b"standard"))
    numbers = struct.pack("<iiQqqq", 2, 0, 3, 0, 1, 0) + struct.pack("<fq", 0.5, 0)
    (folder / "HCLG.fst").write_bytes(b"\xd6\xfd\xb2\x7e" + b"".join(words) + numbers)


def make_spacy(folder: Path) -> None:
    """The description of a pipeline of one part."""
    empty = dict.fromkeys(("description", "email", "url"), "")
    told = {"lang": "en", "name": "tiny", "version": "0.0.1", "spacy_version": ">=3.7.2,<3.8.0", **empty}
    told |= {"author": "A. Author", "license": "CC0-1.0"}
    sources = [{"name": "A corpus", "url": "https://example.org/corpus", "license": "CC BY-SA 4.0"}]
    parts = {"labels": {"tagger": ["NN", "VB"]}, "pipeline": ["tagger"], "components": ["tagger"]}
    meta = {**told, **parts, "sources": sources, "performance": {"tag_acc": 0.5}}
    (folder / "spacy_meta.json").write_text(json.dumps(meta, indent=2) + "\n")


def make_index(folder: Path) -> None:
    """An index of the tensors of linear.safetensors."""
    header = (folder / "linear.safetensors").read_bytes()
    length = int.from_bytes(header[:8], "little")
    names = sorted(json.loads(header[8 : 8 + length]).keys() - {"__metadata__"})
    index = {"metadata": {"total_size": 32}, "weight_map": dict.fromkeys(names, "linear.safetensors")}
    (folder / "linear.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def main(folder: Path) -> None:
    """Make every sample; those that need a library only where the library is."""
    make_graph(folder)
    make_index(folder)
    make_opennlp(folder)
    make_spacy(folder)
    libraries: tuple[Callable[[Path], None], ...] = (
        *(make_xgboost, make_torch, make_dlib, make_java, make_executorch),
    )
    for make_by_library in libraries:
        try:
            make_by_library(folder)
        except ImportError as error:
            print(f"{make_by_library.__name__} was left out: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
