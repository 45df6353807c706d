"""A script of upstream fetches a model.

What upstream's authors work with is then not all in the package, or came into the tarball from elsewhere:
look whether the program needs the model, whether the tarball has it, and under which license it is. This is
a fact, not a problem: the script need not be run in Debian.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.detection import When

TAG = Tag(Visibility.CLASSIFICATION, see_also=("ml-policy free-model",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a script that is there for it",
        {"dnn/download_model.sh": "#!/bin/sh\nmodel=net_data-$1.tar.gz\nwget https://example.org/$model\n"},
        (Hint("https://example.org/$model", Pointer("dnn/download_model.sh", 3)),),
    )
    yield Flagged(
        "an example",
        {"examples/tag.py": 'net = AutoModel.from_pretrained("example/tagger")\n'},
        (Hint("example/tagger", Pointer("examples/tag.py", 1)),),
    )
    yield Clean("a script that fetches something else", {"get.sh": "wget https://example.org/a.tar.gz\n"})
    yield Clean("a model that is at hand", {"tag.sh": "tag --model /usr/share/tagger/net.onnx\n"})


def check(case: Case) -> Iterator[Hint]:
    for hook in case.package.hooks:
        if hook.when is When.SCRIPT and not hook.path.startswith("debian/"):
            yield Hint(hook.target, Pointer(hook.path, hook.line))
