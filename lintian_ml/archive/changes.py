"""What changed between two runs: models that came, went, were replaced, or are of another class."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lintian_ml.archive.database import Database

_MODELS = """
    SELECT packages.name AS package, models.path AS path, max(models.sha256) AS sha256, max(class) AS class
    FROM packages JOIN run_packages ON run_packages.package = packages.id AND run_packages.run = {run}
    JOIN models ON models.package = packages.id AND models.held
    LEFT JOIN classes ON classes.model = models.id AND classes.profile = :profile
    GROUP BY packages.name, models.path
"""

_READ = """
    SELECT packages.name FROM packages JOIN run_packages ON run_packages.package = packages.id
    WHERE run_packages.run = {run} AND status != 'failed'
"""

_CHANGES = f"""
    WITH older AS ({_MODELS.format(run=":before")}), newer AS ({_MODELS.format(run=":after")})
    SELECT 'new' AS what, newer.package, newer.path, NULL AS was, newer.class AS is_ FROM newer
    LEFT JOIN older USING (package, path) WHERE older.path IS NULL
    UNION ALL SELECT 'gone', older.package, older.path, older.class, NULL FROM older
    LEFT JOIN newer USING (package, path)
    WHERE newer.path IS NULL AND older.package IN ({_READ.format(run=":after")})
    UNION ALL SELECT 'no longer read', older.package, older.path, older.class, NULL FROM older
    LEFT JOIN newer USING (package, path)
    WHERE newer.path IS NULL AND older.package NOT IN ({_READ.format(run=":after")})
    UNION ALL SELECT CASE WHEN older.class IS DISTINCT FROM newer.class THEN 'class' ELSE 'content' END,
        newer.package, newer.path, older.class, newer.class
    FROM newer JOIN older USING (package, path)
    WHERE older.class IS DISTINCT FROM newer.class OR older.sha256 IS DISTINCT FROM newer.sha256
    ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one model, and its class ``before`` and ``after``, None where it was not there.

    ``what`` is new, gone, class, content, or "no longer read" of a package that failed or was not found.
    """

    what: str
    package: str
    path: str
    before: str | None
    after: str | None


def run_before(database: Database, run: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the last finished run over the same source by the same profile; None if there is none."""
    query = """
        SELECT * FROM runs WHERE id < :id AND finished IS NOT NULL AND source = :source AND profile = :profile
        ORDER BY id DESC LIMIT 1
    """
    return next(iter(database.records(query, run)), None)


def changes(database: Database, run: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed since the run before; nothing where there was none."""
    before = run_before(database, run)
    if before is None:
        return
    values = {"before": before["id"], "after": run["id"], "profile": run["profile"]}
    for row in database.rows(_CHANGES, values):
        yield Change(*row)
