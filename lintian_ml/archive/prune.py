"""Takes older runs out of a store, and what only they knew of."""

from dataclasses import dataclass

from lintian_ml.archive.database import Database

_OLDER = """
    DELETE FROM runs WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY source, profile ORDER BY id DESC) AS place FROM runs
        ) AS ranked WHERE place > :keep
    ) RETURNING id
"""

_UNKNOWN = """
    DELETE FROM packages
    WHERE NOT EXISTS (SELECT 1 FROM run_packages WHERE run_packages.package = packages.id) RETURNING id
"""

_UNUSED = (
    """
    DELETE FROM inventories
    WHERE NOT EXISTS (SELECT 1 FROM packages WHERE packages.dsc_sha256 = inventories.dsc_sha256)
    """,
    """
    DELETE FROM layers
    WHERE NOT EXISTS (SELECT 1 FROM packages WHERE packages.upstream = layers.upstream)
    """,
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many runs were taken out, and how many packages that no other run knew."""

    runs: int
    packages: int


def prune(database: Database, keep: int) -> Pruned:
    """Keep the last runs over each source by each profile, ``keep`` of them, and what belongs to them."""
    with database.transaction():
        runs = database.rows(_OLDER, {"keep": keep})
        packages = database.rows(_UNKNOWN)
        for statement in _UNUSED:
            database.change(statement)
    return Pruned(len(runs), len(packages))
