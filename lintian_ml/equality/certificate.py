"""Certificates: what a comparison found, as an in-toto Statement that anybody can compute again.

The Statement (in-toto Attestation Framework 1.0) is plain JSON and unsigned; whoever publishes it may sign
it. Its subject is the shipped file alone. It carries no time but SOURCE_DATE_EPOCH's, so that it is the same
whenever it is made.

What of it can be computed again from the two files is RECOMPUTED; all else is the word of who made it.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import lintian_ml
from lintian_ml.equality import told
from lintian_ml.equality.digests import Digests
from lintian_ml.equality.verdict import Comparison
from lintian_ml.error import UsageError

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:x-lintian-ml:model-equality:2"
"""What the body of the Statement is: a name, which leads nowhere."""

LARGEST = 256 << 20
"""Bytes of a certificate that are read at most."""

_TENSORS = '\n  "tensors": ['
"""How the list of tensors begins: no string has a line's end in it, and no other such member lies so deep."""

RECOMPUTED = ("predicate", "verdict", "level", "reason", "parts", "tensors", "slackBits", "notes", "rebuilt")
"""What of the body must come out again; versions and machines may differ."""

FROM_BUILDS = ("builds", "differences")
"""What comes out again where both .buildinfo are given."""

CLAIMED = ("builder", "machine", "selfTest", "versions")
"""What nobody can compute again."""

FILE = frozenset({"name", "digest"})
"""What is said of a file; its name is a claim, since files may be called anything."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is said of how both files came to be, as plain data; None where it is not known.

    ``builds`` has under ``shipped`` and ``rebuilt`` the digest of a .buildinfo and the binary package;
    ``differences`` what the environments of both had not in common. ``builder`` is who rebuilt,
    ``self_test`` what the comparator's own test found.
    """

    builds: Mapping[str, object] | None = None
    differences: Mapping[str, object] | None = None
    builder: str | None = None
    self_test: Mapping[str, object] | None = None


UNKNOWN = Context()


def statement(
    comparison: Comparison, first: Path, second: Path, digests: Digests, context: Context = UNKNOWN
) -> dict[str, object]:
    """Return the Statement on a comparison of the shipped file ``first`` with the rebuilt ``second``."""
    found = {**_beside_tensors(comparison), "tensors": list(told.tensors(comparison))}
    return _stated(found, first, second, digests, context)


def pieces(
    comparison: Comparison, first: Path, second: Path, digests: Digests, context: Context = UNKNOWN
) -> Iterator[str]:
    """Return the same Statement as ``written`` writes it, piece by piece: of many tensors none is kept.

    UsageError where a file cannot be read, before the first piece.
    """
    found = {**_beside_tensors(comparison), "tensors": []}
    before, after = written(_stated(found, first, second, digests, context)).split(f"{_TENSORS}]")
    return chain((before, _TENSORS), _listed(told.tensors(comparison)), (after,))


def _stated(
    found: Mapping[str, object], first: Path, second: Path, digests: Digests, context: Context
) -> dict[str, object]:
    """Return the Statement on what was found."""
    body: dict[str, object] = {
        **found,
        "rebuilt": {"name": second.name, "digest": {"sha256": digests.of(second)}},
        "builds": context.builds,
        "differences": context.differences,
        "builder": context.builder,
        "selfTest": context.self_test,
        "versions": _versions(),
        "machine": machine(),
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
    return _dumped(certificate) + "\n"


def _dumped(value: object) -> str:
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False)


def _listed(rows: Iterator[object]) -> Iterator[str]:
    """Yield the members of the list of tensors as ``written`` writes them, and its end."""
    between, end = "", "]"
    for row in rows:
        yield between + f"\n{_dumped(row)}".replace("\n", "\n   ")
        between, end = ",", "\n  ]"
    yield end


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


def subject_digest(certificate: Mapping[str, object]) -> str:
    """Return the SHA-256 of the shipped file that a certificate is on; empty where it names none."""
    subject = certificate.get("subject")
    return _digest(subject[0]) if isinstance(subject, list) and len(subject) == 1 else ""


def rebuilt_digest(certificate: Mapping[str, object]) -> str:
    """Return the SHA-256 of the rebuilt file that a certificate is on; empty where it names none."""
    body = certificate["predicate"]
    return _digest(body.get("rebuilt")) if isinstance(body, dict) else ""


def _digest(file: object) -> str:
    digests = file.get("digest") if isinstance(file, dict) and file.keys() <= FILE else None
    found = digests.get("sha256") if isinstance(digests, dict) and len(digests) == 1 else None
    return found if isinstance(found, str) else ""


def differences(claimed: Mapping[str, object], computed: Mapping[str, object]) -> list[str]:
    """Return which claims of a certificate did not come out again, and which fields it lacks."""
    wrong = [] if subject_digest(claimed) == subject_digest(computed) else ["subject"]
    theirs, ours = (one["predicate"] for one in (claimed, json.loads(written(computed))))
    assert isinstance(theirs, dict) and isinstance(ours, dict)
    plain = [name for name in RECOMPUTED if name != "rebuilt"]
    wrong += [name for name in plain if not _is_same(theirs.get(name), ours.get(name))]
    if rebuilt_digest(claimed) != rebuilt_digest(computed):
        wrong.append("rebuilt")
    if ours["builds"] is not None:
        wrong += [name for name in FROM_BUILDS if not _is_same(theirs.get(name), ours[name])]
    missing = {*RECOMPUTED, *FROM_BUILDS, *CLAIMED} - theirs.keys() - {*wrong}
    return wrong + [f"{name} is missing" for name in sorted(missing)]


def unverified(claimed: Mapping[str, object], computed: Mapping[str, object]) -> Iterator[str]:
    """Yield what a certificate says that was not computed again: whoever signs it vouches for that."""
    theirs, ours = claimed["predicate"], computed["predicate"]
    assert isinstance(theirs, dict) and isinstance(ours, dict)
    checked = {*RECOMPUTED, *(FROM_BUILDS if ours["builds"] is not None else ())}
    yield "the names of both files"
    yield from sorted(theirs.keys() - checked)
    yield from sorted(claimed.keys() - computed.keys())


def _is_same(one: object, other: object) -> bool:
    """Whether two values are the same JSON: True is not 1, and 1 not 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _beside_tensors(comparison: Comparison) -> dict[str, object]:
    """Return what was found of the whole as plain data."""
    found = told.beside_tensors(comparison)
    found["slackBits"] = found.pop("slack")
    del found["suggested"]
    return found


def _versions() -> dict[str, str]:
    """Return what computed: this program, Python and numpy."""
    import numpy

    return {
        "lintian-ml": lintian_ml.__version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
    }


def machine() -> dict[str, object]:
    """Return where it was computed: the machine, the abilities of its processor, and numpy's library of
    linear algebra; empty where the system does not tell.
    """
    return {"architecture": platform.machine(), "cpuFlags": _cpu_flags(), "blas": _blas()}


def _cpu_flags() -> list[str]:
    """Return what Linux calls the processor's flags (features, on some architectures), sorted."""
    try:
        text = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return []
    rows = (line.partition(":") for line in text.splitlines())
    return sorted(next((row[2].split() for row in rows if row[0].strip() in ("flags", "Features")), ()))


def _blas() -> str:
    """Return name and version of the library that numpy was built with; before numpy 1.26 it does not say."""
    import numpy

    try:
        told = numpy.show_config(mode="dicts")  # type: ignore[call-arg,func-returns-value,unused-ignore]
    except TypeError:
        return ""
    found = told.get("Build Dependencies", {}).get("blas", {}) if isinstance(told, dict) else {}
    return " ".join(filter(None, (str(found.get("name", "")), str(found.get("version", "")))))
