"""What a model says of itself, in one vocabulary: formats have a dozen names for one thing.

A reader delivers metadata under the format's own keys, and those are kept. Here each key is put under the
subject that it speaks of, so that what a model says can be held against debian/copyright and debian/models
without knowing the format.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lintian_ml.pattern import pattern

MOST = 200
"""Statements that are told of one model: a file of many profiles repeats the same few for each."""


class Subject(enum.Enum):
    """What a statement is about; the value is the key that all formats share."""

    LICENSE = "license"
    AUTHOR = "author"
    DATASET = "dataset"
    BASE_MODEL = "base-model"
    GENERATOR = "generator"
    TRAINED = "trained"
    SOURCE = "source"
    NAME = "name"
    VERSION = "version"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a model says of itself: ``key`` is the format's own."""

    subject: Subject
    key: str
    value: str


WORDS: Mapping[Subject, str] = {
    Subject.LICENSE: r"(model_)?licen[cs]es?(_\w+)?|copyright|(terms|conditions)(_of_use)?",
    Subject.AUTHOR: r"(model_)?authors?|organi[sz]ations?|creators?|created_by|developers?|publisher"
    r"|quantized_by",
    Subject.BASE_MODEL: r"base_?models?(_\w+)?|parent_?models?|finetuned?_from(_\w+)?|init_model"
    r"|pretrained_model|ss_(sd|vae)_model_(name|hash)|ss_base_model_version|teacher(_model)?",
    Subject.DATASET: r"datasets?(_\w+)?|(train(ing)?|valid(ation)?)_?(data|set|corpus|file)(_\w+)?"
    r"|corpus|corpora|data|valid|input|ss_dataset_dirs|ss_tag_frequency",
    Subject.GENERATOR: r"producer(_\w+)?|generator(_\w+)?|generated_?by|convert(ed|er)_?(by|version)?"
    r"|(keras|tensorflow(_git)?|torch|mxnet|_sklearn|skops|mo|runtime|catboost|onnx\w*)_version(_\w+)?"
    r"|framework(_version)?|application|software|tool(s|kit)?|exporter|com|command(_line)?|backend"
    r"|created_with|coremltools|xgboost|lightgbm|r",
    Subject.TRAINED: r"train(ed|ing)?(_\w+)?|finetune|images_seen|epochs?|steps?|loss|accuracy|metrics?"
    r"|(build_)?date(_\w+)?|creation_(date|time)|created(_at|_on)?|timestamp|run_id|wandb\w*|mlflow\w*"
    r"|ss_(training|learning|epoch|num|steps|session|seed)\w*|best_\w+|optimizer(_\w+)?"
    r"|hyper_?parameters",
    Subject.SOURCE: r"(source|model)?_?(url|uri|repo|repository|repo_url|homepage|website|doi|link|href)"
    r"|source|docs|documentation|info_?url",
    Subject.NAME: r"(model_)?(name|title|basename)|acc|domain",
    Subject.VERSION: r"version(_string)?|model_version",
    Subject.DESCRIPTION: r"(short_?)?desc(ription)?|doc_string|graph_doc_string|summary|comments?"
    r"|annotation|introduction|header|notes?|languages?|tags",
}
"""The words of keys that speak of each subject; of several that fit the first counts."""

_PATTERNS = tuple((subject, pattern(words)) for subject, words in WORDS.items())
_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_COMPONENT = pattern(r"[.:/]\s*|\[\d+\]\.?")
_LONGEST_KEY = 200


def statements(metadata: Mapping[str, str]) -> Iterator[Statement]:
    """Yield what metadata say, under the subjects that their keys speak of; empty values say nothing."""
    left = MOST
    for key, value in metadata.items():
        if not left:
            return
        subject = subject_of(key[:_LONGEST_KEY])
        if subject is not None and value.strip():
            left -= 1
            yield Statement(subject, key, value)


@lru_cache(maxsize=1024)
def subject_of(key: str) -> Subject | None:
    """Return what a key speaks of, by the first of its components that tells; None if none does."""
    words = _COMPONENT().split(_CAMEL().sub("_", key))
    if words[-1] == "count":
        return None
    for word in words:
        plain = word.strip().replace("-", "_").replace(" ", "_").lower()
        for subject, names in _PATTERNS:
            if names().fullmatch(plain):
                return subject
    return None
