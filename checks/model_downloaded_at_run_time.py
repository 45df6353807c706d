"""A program of the package fetches a model when it runs.

The package does not work without the net, and what it runs with may change or vanish: nobody in Debian has
seen the model's license or how it was trained. Ship the model, or have the program ask before it fetches
one, and say in the package's description that it does. A program whose main task needs a model that is not
in main belongs into contrib.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.detection import When

TAG = Tag(Visibility.INFO, see_also=("debian-policy 2.2.1", "debian-policy 2.2.2"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a model by its name on a hub",
        {"tagger/net.py": 'def load():\n    return AutoModel.from_pretrained("example/tagger")\n'},
        (Hint("example/tagger", Pointer("tagger/net.py", 2)),),
    )
    yield Flagged(
        "a model by its address",
        {"tagger/net.py": 'NET = "https://example.org/net.onnx"\nurlretrieve(NET, "net.onnx")\n'},
        (Hint("https://example.org/net.onnx", Pointer("tagger/net.py", 1)),),
    )
    yield Clean("a file", {"tagger/net.py": 'AutoModel.from_pretrained("/usr/share/tagger/net")\n'})
    yield Clean("a test", {"tests/test_net.py": 'AutoModel.from_pretrained("example/tagger")\n'})
    yield Clean("documentation", {"net.py": '"""Try\n\n  AutoModel.from_pretrained("example/net")\n"""\n'})


def check(case: Case) -> Iterator[Hint]:
    for hook in case.package.hooks:
        if hook.when is When.RUN:
            yield Hint(hook.target, Pointer(hook.path, hook.line))
