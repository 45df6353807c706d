"""Where a run stands, in words."""

from collections.abc import Iterator, Mapping

from lintian_ml.archive.amount import amount
from lintian_ml.archive.status import Status, Three
from lintian_ml.escape import for_line


def told(status: Status, *, verbose: bool = False) -> Iterator[str]:
    """Yield the lines that tell of a run; with ``verbose`` each package that failed is named."""
    end = f"finished {status.finished}" if status.finished else "not finished"
    yield f"Run over {for_line(status.source)}, begun {status.started}, {end}"
    yield (
        f"Profile {for_line(status.profile)}, lintian-ml {status.tool_version}, "
        f"detection {status.detection_version}"
    )
    yield ""
    yield f"Packages   {status.packages:,} done of {status.planned:,}"
    yield f"           {status.failed:,} failed, {status.partial:,} not examined in every part"
    if status.unavailable:
        yield f"           {status.unavailable:,} of the failed are not in the pool"
    yield f"           {status.with_models:,} with models"
    yield (
        f"Bytes      {amount(status.size)} done of {amount(status.planned_size)}; "
        f"{amount(status.read)} were read by this run"
    )
    yield f"Models     {status.models:,}, and {status.possible:,} files that may or may not be models"
    yield from _table("by class", status.classes)
    yield from _table("by format", status.formats)
    yield from _table("by area", status.areas)
    yield ""
    yield from _three(status.packages_at_stake, status.models_at_stake)
    if verbose:
        for failure in status.failures:
            yield for_line(f"failed: {failure.name} {failure.version}: {failure.reason}")


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    for number, (name, count) in enumerate(counts.items()):
        yield f"  {'' if number else title:10} {count:>9,}  {for_line(name)}"


def _three(packages: Three, models: Three) -> Iterator[str]:
    """Yield the numbers that must not be told one without the others."""
    lines = (
        ("would become RC-buggy (proven violations)", packages.proven, models.proven),
        ("unproven", packages.unproven, models.unproven),
        ("undeclared", packages.undeclared, models.undeclared),
    )
    yield f"{'Under this profile':44}{'packages':>10}{'models':>10}"
    for title, of_packages, of_models in lines:
        yield f"  {title:42}{of_packages:>10,}{of_models:>10,}"
