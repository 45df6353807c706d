"""Fetches data sets from where they are declared to be: nothing else here uses the network."""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urljoin, urlsplit

from lintian_ml.declaration import Checksum, DatasetStanza, ModelStanza
from lintian_ml.error import LintianMLError
from lintian_ml.reproduce.data import needed, trouble
from lintian_ml.reproduce.source import Source

SCHEMES = ("https", "http", "file")

SECONDS = 60.0
"""How long a server may be silent."""

PIECE = 1 << 20

Tell = Callable[[str], None]


class FetchError(LintianMLError):
    """A data set cannot be had, or is not what it is declared to be."""


def fetch(source: Source, stanza: ModelStanza, folder: Path, tell: Tell) -> None:
    """Bring all data sets of a model to ``folder``/NAME, but for what is there already.

    A file is there only once its size and digest are those of the declaration: FetchError otherwise, also
    where no address or no digest is declared. ``tell`` is called before each file with its address.
    """
    for dataset in needed(source, stanza):
        if not dataset.checksums_sha256:
            raise FetchError(f"data set {dataset.name}: has no Checksums-Sha256 to check what is fetched by")
        for checksum in dataset.checksums_sha256:
            target = folder / dataset.name
            if trouble(target, checksum):
                address = address_of(dataset, checksum)
                tell(address)
                _fetch(address, target, checksum)


def address_of(dataset: DatasetStanza, checksum: Checksum) -> str:
    """Return where a file of a data set is: the address of its name, or its path below one that ends in /."""
    addresses = [word for word in dataset.location.split() if urlsplit(word).scheme in SCHEMES]
    name = PurePosixPath(checksum.path).name
    for address in addresses:
        if unquote(urlsplit(address).path).rpartition("/")[2] == name:
            return address
        if address.endswith("/"):
            return urljoin(address, urllib.request.pathname2url(checksum.path))
    if len(addresses) == 1 and len(dataset.checksums_sha256) == 1:
        return addresses[0]
    raise FetchError(f"data set {dataset.name}: its Location does not tell where {checksum.path} is")


def _fetch(address: str, folder: Path, checksum: Checksum) -> None:
    """Write one file, first under another name."""
    path = PurePosixPath(checksum.path)
    if path.is_absolute() or ".." in path.parts:
        raise FetchError(f"{checksum.path}: leads out of the data set")
    target = folder / path
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _opener().open(address, timeout=SECONDS) as answer, part.open("wb") as file:
            found = _copied(answer, file, checksum.size)
        if found != checksum.digest:
            raise FetchError(f"{address}: is not what is declared: its SHA-256 is {found}")
        part.replace(target)
    except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
        raise FetchError(f"{address}: cannot be fetched: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _copied(answer: BinaryIO, file: BinaryIO, size: int) -> str:
    """Copy ``size`` bytes and return their SHA-256; FetchError where there are more or fewer."""
    found = hashlib.sha256()
    left = size
    for piece in _pieces(answer):
        left -= len(piece)
        if left < 0:
            break
        found.update(piece)
        file.write(piece)
    if left:
        raise FetchError(f"has {'more' if left < 0 else 'fewer'} than the {size} bytes that are declared")
    return found.hexdigest()


def _pieces(answer: BinaryIO) -> Iterator[bytes]:
    while piece := answer.read(PIECE):
        yield piece


def _opener() -> urllib.request.OpenerDirector:
    """Return what follows redirections, by web addresses alone."""
    opener = urllib.request.OpenerDirector()
    for kind in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.FileHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(kind())
    return opener
