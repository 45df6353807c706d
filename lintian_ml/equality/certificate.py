"""Certificates: what a comparison found, as an in-toto Statement that anybody can compute again.

The Statement (in-toto Attestation Framework 1.0) is plain JSON and unsigned; whoever publishes it may sign
it. Its subject is the shipped file alone. It carries no time but SOURCE_DATE_EPOCH's, so that it is the same
whenever it is made.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import lintian_ml
from lintian_ml.equality.told import as_object
from lintian_ml.equality.verdict import Comparison
from lintian_ml.error import UsageError

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:x-lintian-ml:model-equality:1"
"""What the body of the Statement is: a name, which leads nowhere."""

LARGEST = 256 << 20
"""Bytes of a certificate that are read at most."""

CHUNK = 1 << 20

RECOMPUTED = ("predicate", "verdict", "level", "reason", "parts", "tensors", "slackBits", "notes", "rebuilt")
"""What of the body must come out again; versions and machines may differ."""


class Digests:
    """The SHA-256 of two files, taken by two threads while they are compared."""

    def __init__(self, *paths: Path) -> None:
        self._found: dict[Path, str] = {}
        self._trouble: list[OSError] = []
        self._threads = [Thread(target=self._take, args=(path,), daemon=True) for path in paths]
        for thread in self._threads:
            thread.start()

    def of(self, path: Path) -> str:
        """Return the digest of one file in hex; UsageError where it cannot be read."""
        for thread in self._threads:
            thread.join()
        if self._trouble:
            raise UsageError(f"{self._trouble[0].filename}: {self._trouble[0].strerror}")
        return self._found[path]

    def _take(self, path: Path) -> None:
        digest = hashlib.sha256()
        buffer = memoryview(bytearray(CHUNK))
        try:
            with path.open("rb", buffering=0) as file:
                while length := file.readinto(buffer):
                    digest.update(buffer[:length])
        except OSError as error:
            self._trouble.append(error)
        self._found[path] = digest.hexdigest()


def statement(comparison: Comparison, first: Path, second: Path, digests: Digests) -> dict[str, object]:
    """Return the Statement on a comparison of the shipped file ``first`` with the rebuilt ``second``."""
    body: dict[str, object] = {
        **_found(comparison),
        "rebuilt": {"name": second.name, "digest": {"sha256": digests.of(second)}},
        "versions": _versions(),
    }
    if epoch := os.environ.get("SOURCE_DATE_EPOCH", ""):
        body["sourceDateEpoch"] = epoch
    return {
        "_type": STATEMENT,
        "subject": [{"name": first.name, "digest": {"sha256": digests.of(first)}}],
        "predicateType": PREDICATE,
        "predicate": body,
    }


def written(certificate: Mapping[str, object]) -> str:
    """Return a Statement as text: sorted, so that equal ones are equal byte for byte."""
    return json.dumps(certificate, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def read(path: Path) -> dict[str, object]:
    """Read a Statement of ours; UsageError where the file holds none."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: is larger than {LARGEST >> 20} MiB, which no certificate is")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON: {error}") from None
    if not isinstance(found, dict) or found.get("_type") != STATEMENT:
        raise UsageError(f"{path}: is no in-toto Statement")
    if found.get("predicateType") != PREDICATE or not isinstance(found.get("predicate"), dict):
        raise UsageError(f"{path}: is a Statement, but not on the equality of models")
    return found


def asked(certificate: Mapping[str, object]) -> str:
    """Return the predicate that a certificate is on, as text."""
    body = certificate["predicate"]
    text = body.get("predicate") if isinstance(body, dict) else None
    return text if isinstance(text, str) else ""


def differences(claimed: Mapping[str, object], computed: Mapping[str, object]) -> list[str]:
    """Return which claims of a certificate did not come out again."""
    wrong = [] if _digests(claimed) == _digests(computed) else ["subject"]
    theirs, ours = (one["predicate"] for one in (claimed, json.loads(written(computed))))
    assert isinstance(theirs, dict) and isinstance(ours, dict)
    return wrong + [
        name for name in RECOMPUTED if _without_names(theirs.get(name)) != _without_names(ours.get(name))
    ]


def _digests(certificate: Mapping[str, object]) -> object:
    """Return the digests of the subjects; the files may have other names now."""
    subject = certificate.get("subject")
    if not isinstance(subject, list):
        return None
    return [one.get("digest") if isinstance(one, dict) else None for one in subject]


def _without_names(value: object) -> object:
    """Return a claim without the name of the file that it is on."""
    if isinstance(value, dict) and "digest" in value:
        return value["digest"]
    return value


def _found(comparison: Comparison) -> dict[str, object]:
    """Return what was found, tensor by tensor, as plain data."""
    found = as_object(comparison)
    found["slackBits"] = found.pop("slack")
    del found["suggested"]
    return found


def _versions() -> dict[str, str]:
    """Return what computed: this program, Python, numpy and the machine."""
    import numpy

    return {
        "lintian-ml": lintian_ml.__version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "machine": platform.machine(),
    }
