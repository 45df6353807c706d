"""Which addresses name a model: by the ending of the file's name, or by a place that holds nothing else."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lintian_ml.pattern import pattern

HTTP = b"http"
"""What every address begins with."""

ADDRESS = pattern(rb"https?://(?:\$\(\w+\)|[^\s\"'`<>()\\,;|])+")
"""An address in a program or script; it may hold variables of a shell or of make."""

PLACES = pattern(
    rb"https?://(?:"
    rb"(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?!datasets/|spaces/|docs/|blog/)"
    rb"[^/]+/[^/]+/(?:resolve|raw)/"
    rb"|tfhub\.dev/[^/]+/"
    rb"|download\.pytorch\.org/models/"
    rb"|(?:storage\.googleapis\.com/)?download\.tensorflow\.org/models/"
    rb"|storage\.googleapis\.com/(?:tensorflow/keras-applications|mediapipe-models|mediapipe-assets)/"
    rb"|s3\.amazonaws\.com/models\.huggingface\.co/"
    rb"|alphacephei\.com/(?:vosk|kaldi)/models/"
    rb"|kaldi-asr\.org/models/"
    rb"|paddle(?:ocr|speech)?\.bj\.bcebos\.com/[^\s]*(?:models?|infer)"
    rb"|civitai\.com/api/download/models/"
    rb"|media\.xiph\.org/(?:opus/models|rnnoise/models)/"
    rb"|(?:tests|data)\.stockfishchess\.org/(?:api/)?nn/"
    rb"|media\.githubusercontent\.com/media/onnx/models/"
    rb")[^/\s]"
)
"""Places on the net from which models are fetched, whatever the file is called."""

PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".tgz", ".tar")
"""Endings behind the one that tells what a file is."""

TELLING = (
    *(".onnx", ".ort", ".safetensors", ".gguf", ".ggml", ".tflite", ".pb", ".ckpt", ".pt", ".pth", ".ptl"),
    *(".keras", ".caffemodel", ".mlmodel", ".pdiparams", ".pdmodel", ".rknn", ".t7", ".weights", ".joblib"),
    *(".skops", ".pmml", ".cbm", ".nnue", ".traineddata", ".tza", ".htsvoice", ".flitevox", ".hmmdefs"),
    *(".arpa", ".bingram", ".binlm", ".klm", ".lm", ".lm.bin", ".lm.dmp", ".ftz", ".vec", ".w2v", ".spm"),
    *(".crfsuite", ".wapiti", ".h3m"),
)
"""Extensions of models that hardly anything else has; a data set or a document has none of them."""


def model_addresses(text: bytes) -> Iterator[re.Match[bytes]]:
    """Yield where in a text the address of a model stands."""
    at = text.find(HTTP)
    while at >= 0:
        found = ADDRESS().match(text, at)
        if found and is_model(found[0]):
            yield found
        at = text.find(HTTP, found.end() if found else at + 1)


@lru_cache(256)
def is_model(address: bytes) -> bool:
    """Whether an address is that of a model. Those of licenses are asked about again and again."""
    return _is_named(address) or PLACES().match(address) is not None


def _is_named(address: bytes) -> bool:
    """Whether the file that an address names has the extension of a model; a bare host has none."""
    path = re.split(rb"[?#]", address, maxsplit=1)[0].rstrip(b"./:")
    return path.count(b"/") > 2 and names_model(path.decode("latin-1"))


def names_model(path: str) -> bool:
    """Whether the name of a file, packed or not, has an extension that hardly any but models have."""
    name = path.rpartition("/")[2].lower()
    while name.endswith(PACKED):
        name = name.rpartition(".")[0]
    return name.endswith(TELLING)
