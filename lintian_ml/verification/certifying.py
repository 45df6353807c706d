"""What certificates say beside the comparison: where both files were built, and how the comparator tests."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from lintian_ml.equality import certificate
from lintian_ml.equality.certificate import Context
from lintian_ml.equality.digests import Digests
from lintian_ml.verification.builds import Build, Difference, differences
from lintian_ml.verification.pairing import Paired

SEED = 0
"""What the self-test of a certificate draws with, so that others draw the same."""


def context(
    first: Build | None,
    second: Build | None,
    builder: str | None = None,
    self_test: Mapping[str, object] | None = None,
    packages: tuple[str, str] = ("", ""),
) -> Context:
    """Return what is known of two builds and of those who say so."""
    if first is None and second is None and not any(packages):
        return Context(None, None, builder, self_test)
    builds = {"shipped": _build(first, packages[0]), "rebuilt": _build(second, packages[1])}
    apart = _differences(differences(first, second)) if first and second else None
    return Context(builds, apart, builder, self_test)


def _build(build: Build | None, package: str) -> dict[str, object]:
    return {
        "buildinfo": {"name": build.name, "digest": {"sha256": build.sha256}} if build else None,
        "package": package or None,
    }


def _differences(found: Iterable[Difference]) -> dict[str, object]:
    """Return the differences of two environments by field; those of linear algebra a second time.

    The abilities of the processors are not known: no .buildinfo tells them.
    """
    rows = list(found)
    fields: dict[str, object] = {"cpuFlags": None, "blas": [_row(one) for one in rows if one.is_blas]}
    for one in rows:
        fields.setdefault(one.field, [])
        listed = fields[one.field]
        assert isinstance(listed, list)
        listed.append(_row(one))
    return fields


def _row(one: Difference) -> dict[str, object]:
    return {"name": one.name, "shipped": one.first, "rebuilt": one.second}


def packages_named(claimed: Mapping[str, object]) -> tuple[str, str]:
    """Return the names of the binary packages that a certificate claims; empty where it names none."""
    body = claimed["predicate"]
    builds = body.get("builds") if isinstance(body, dict) else None
    sides = [builds.get(side) if isinstance(builds, dict) else None for side in ("shipped", "rebuilt")]
    named = [side.get("package") if isinstance(side, dict) else None for side in sides]
    first, second = (name if isinstance(name, str) else "" for name in named)
    return first, second


def self_tested() -> dict[str, object]:
    """Run the comparator's own test; return what each check found, without times."""
    import lintian_ml
    from lintian_ml.equality.self_test import examine

    found = list(examine(SEED))
    return {
        "version": lintian_ml.__version__,
        "seed": SEED,
        "wrong": sum(one.wrong for one in found),
        "checks": {one.name: {"cases": one.cases, "wrong": one.wrong} for one in found},
    }


def certified(paired: Paired, builds: tuple[Build | None, Build | None], made: Context) -> str | None:
    """Return the certificate on one model of two builds; None where there is nothing to certify."""
    if paired.comparison is None or paired.places is None:
        return None
    digests = Digests(*paired.places)
    about = context(*builds, made.builder, made.self_test, (paired.package, paired.package))
    return certificate.written(certificate.statement(paired.comparison, *paired.places, digests, about))


def file_name(paired: Paired) -> str:
    """Return the name of the file for a model's certificate: its path without slashes."""
    return "".join(char if char.isalnum() or char in "+.-_" else "_" for char in paired.path) + ".json"


def written_into(folder: Path, paired: Paired, text: str) -> Path:
    """Write a certificate into a folder, under a name that no other there has."""
    folder.mkdir(parents=True, exist_ok=True)
    name = file_name(paired)[-200:]
    place = folder / name
    number = 1
    while place.exists():
        number += 1
        place = folder / f"{number}-{name}"
    place.write_text(text, "ascii")
    return place
