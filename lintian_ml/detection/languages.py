"""In what a file of a source package is written, by its name: how it fetches, and what in it says nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.detection.addresses import HTTP
from lintian_ml.pattern import Pattern, pattern

LONGEST = 1 << 18
"""Bytes of the largest file that is searched: few that people write are longer."""

LONGEST_BARE = 1 << 16
"""The same of a file whose name has no ending: most of those are no scripts."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call or command that fetches a model by its name on a hub, which ``pattern`` captures as ``name``.

    It takes the ``word``: a plain search for that is a hundred times as fast as the pattern.
    """

    word: bytes
    pattern: Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Language:
    """What is needed to find downloads in a file.

    ``fetches`` matches a command or call that fetches what an address names; ``mute`` what a reader of the
    language passes over or merely prints. ``builds`` marks what a build reads.
    """

    fetches: Pattern[bytes]
    mute: Pattern[bytes]
    calls: tuple[Call, ...] = ()
    builds: bool = False

    def fits(self, data: bytes) -> bool:
        """Whether a file has a word that a download takes."""
        return HTTP in data or any(call.word in data for call in self.calls)

    def calls_in(self, data: bytes) -> Iterator[re.Match[bytes]]:
        """Yield the calls and commands in a file that fetch a model by its name."""
        for call in self.calls:
            if call.word in data:
                yield from call.pattern().finditer(data)

    def without_mute(self, data: bytes) -> bytes:
        """Return the text with blanks for what is mute, each line where it was."""
        return self.mute().sub(_blank, data)


_COMMAND = rb"""(?<![\w./-])(?:wget|curl|aria2c|axel|gdown|\$[({](?:WGET|CURL)[)}])[ \t]+[-"'$h\\]"""
_CALL = (
    rb"\b(?:urlretrieve|urlopen|get_file|download_url(?:_to_file)?|load_state_dict_from_url|wget\.download"
    rb"|cached_download|pooch\.(?:retrieve|create)|hub\.(?:load|KerasLayer|Module)|download_file(?:_from_\w+)?"
    rb"|(?:requests|session|httpx|urllib3|http)\.(?:get|request|stream))[ \t]*\("
)
_SHELL_MUTE = pattern(
    rb"^[ \t]*(?:#|dnl\b)[^\n]*|(?<=[ \t;])#[^\n]*|^[ \t]*[@-]*(?:echo|printf|AC_MSG_\w+)\b[^\n;&|]*",
    re.MULTILINE,
)
_C_MUTE = pattern(rb"(?<![:\"'])//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_HUB_COMMANDS = (
    Call(
        b"huggingface-cli",
        pattern(rb"huggingface-cli[ \t]+download[ \t]+(?P<name>[\w.-]+/[\w.-]+)"),
    ),
    Call(
        b"//huggingface.co/",
        pattern(
            rb"git[ \t]+clone[ \t][^\n]{0,200}?(?P<name>https://huggingface\.co/(?!datasets/|spaces/)[^\s\"']+)"
        ),
    ),
    Call(b"-m spacy", pattern(rb"-m spacy[ \t]+download[ \t]+(?P<name>[\w.-]+)")),
    Call(b"-m nltk.downloader", pattern(rb"-m nltk\.downloader[ \t]+(?P<name>[\w.-]+)")),
)
_LOCAL = rb"(?!(?:models?|outputs?|path|data|checkpoints?|tests?|tmp|results?|weights|local|dirs?|folder)\b)"
_BARE = rb"(?:bert|distilbert|roberta|distilroberta|albert|gpt2|t5|bart|electra|xlm|xlnet)[\w.-]*"
_NAME = rb"""[rub]?(["'])(?P<name>""" + _LOCAL + rb"(?:\w[\w.-]*/\w[\w.-]*|" + _BARE + rb"))\1"
_PYTHON_CALLS = (
    Call(
        b".from_pretrained(",
        pattern(rb"\.from_pretrained\(\s*(?:(?:pretrained_model_name_or_path|repo_id)\s*=\s*)?" + _NAME),
    ),
    Call(
        b"_download(",
        pattern(
            rb"\b(?:hf_hub_download|snapshot_download)\(\s*(?:repo_id\s*=\s*)?"
            rb"""[rubf]?["'](?P<name>[\w./{}-]+)["']"""
        ),
    ),
    Call(
        b"torch.hub.load(",
        pattern(rb"""torch\.hub\.load\(\s*(?:repo_or_dir\s*=\s*)?["'](?P<name>\w[\w.-]*/[\w.:-]+)["']"""),
    ),
    Call(b"nltk.download(", pattern(rb"""nltk\.download\(\s*["'](?P<name>[\w.-]+)["']""")),
    Call(b"spacy.cli.download(", pattern(rb"""spacy\.cli\.download\(\s*["'](?P<name>[\w.-]+)["']""")),
)
"""Calls whose argument is a name on a hub. A path, or a variable that may hold one, says nothing."""

SHELL = Language(
    pattern(_COMMAND),
    _SHELL_MUTE,
    _HUB_COMMANDS,
)
MAKE = Language(SHELL.fetches, SHELL.mute, SHELL.calls, builds=True)
CMAKE = Language(
    pattern(
        rb"(?i)\bfile\s*\(\s*DOWNLOAD\b|\b(?:FetchContent_Declare|ExternalProject_Add|ExternalData_\w+)\s*\("
        rb"|download\w{0,80}+\s*+\(|\b(?:wget|curl)\b"
    ),
    pattern(rb"#[^\n]*|\bmessage\s*\([^()]*\)", re.IGNORECASE),
    builds=True,
)
RECIPE = Language(
    pattern(rb"(?i)source_url|download|urlopen|reqwest|ureq|wget|curl"),
    _C_MUTE,
    builds=True,
)
PYTHON = Language(
    pattern(_CALL),
    pattern(rb"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|#[^\n]*|>>>[^\n]*", re.DOTALL),
    _PYTHON_CALLS,
)
PROGRAM = Language(
    pattern(
        rb"\b(?:curl_easy_\w+|QNetworkRequest|soup_message_new|HttpClient|HttpGet|URLSession|reqwest|ureq"
        rb"|Net::HTTP|LWP::|fetch|loadGraphModel|loadLayersModel|downloadFile|download_file|hf_hub)\b"
    ),
    _C_MUTE,
)

_MAKEFILE = pattern(r"(?:gnu|bsd)?makefile(?:\.(?:am|in|[\w-]+))?|.*\.(?:mk|mak)")
_EXTENSIONS = {
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh"), SHELL),
    **dict.fromkeys((".py", ".pyx"), PYTHON),
    ".cmake": CMAKE,
    ".ac": MAKE,
    ".m4": MAKE,
    ".wrap": RECIPE,
    ".gradle": RECIPE,
    **dict.fromkeys((".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".m", ".mm"), PROGRAM),
    **dict.fromkeys(
        (".js", ".mjs", ".ts", ".tsx", ".java", ".kt", ".go", ".rs", ".rb", ".pl", ".pm"), PROGRAM
    ),
    **dict.fromkeys((".cs", ".swift", ".dart", ".lua", ".jl", ".qml", ".scala", ".vala"), PROGRAM),
}
_NAMES = {
    "cmakelists.txt": CMAKE,
    "meson.build": Language(SHELL.fetches, pattern(rb"#[^\n]*"), builds=True),
    "setup.py": Language(PYTHON.fetches, PYTHON.mute, PYTHON.calls, builds=True),
    "build.rs": RECIPE,
}


def may_have_language(name: str, size: int) -> bool:
    """Whether a file is worth reading for its language, by its name without folders and its size in bytes."""
    lower = name.lower()
    _, dot, extension = lower.rpartition(".")
    if f".{extension}" in _EXTENSIONS or lower in _NAMES or _is_makefile(lower):
        return size <= LONGEST
    return not dot and size <= LONGEST_BARE


def _is_makefile(lower: str) -> bool:
    """Whether a file is one of make's, by its name in small letters."""
    return ("mak" in lower or ".mk" in lower) and _MAKEFILE().fullmatch(lower) is not None


def language_of(name: str, head: bytes) -> Language | None:
    """Return the language of a file by its name without folders, or by ``#!`` where that has no ending."""
    lower = name.lower()
    if lower in _NAMES:
        return _NAMES[lower]
    if _is_makefile(lower):
        return MAKE
    _, dot, extension = lower.rpartition(".")
    if dot:
        return _EXTENSIONS.get(f".{extension}")
    if not head.startswith(b"#!"):
        return None
    first = head.split(b"\n", 1)[0]
    return PYTHON if b"python" in first else SHELL if first.rstrip().endswith(b"sh") else None


def _blank(found: re.Match[bytes]) -> bytes:
    return b"\n" * found[0].count(b"\n")
