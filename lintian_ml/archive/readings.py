"""What each reading of the policy makes of the models that a run found."""

from collections.abc import Mapping

from lintian_ml.archive.database import Database
from lintian_ml.archive.status import HELD, VERDICTS, Three
from lintian_ml.policy import Class

Classes = Mapping[str, Mapping[str, int]]
"""Models by profile, then by class, the classes that any profile gives in the order of the policy."""


def at_stake(database: Database) -> dict[str, Three]:
    """Return the packages at stake by every profile, each by its worst model."""
    query = f"""
        SELECT profile, verdict, count(*) FROM (
            SELECT classes.profile, min({VERDICTS}) AS verdict FROM {HELD}
            JOIN classes ON classes.model = models.id GROUP BY classes.profile, packages.id
        ) AS judged GROUP BY profile, verdict ORDER BY profile
    """
    counts: dict[str, list[int]] = {}
    for profile, verdict, count in database.rows(query):
        three = counts.setdefault(profile, [0, 0, 0])
        if verdict is not None:
            three[verdict] = count
    return {profile: Three(*three) for profile, three in counts.items()}


def classes(database: Database) -> Classes:
    """Return how many models are of each class by every profile."""
    query = f"""
        SELECT classes.profile, classes.class, count(*) FROM {HELD}
        JOIN classes ON classes.model = models.id GROUP BY classes.profile, classes.class
        ORDER BY classes.profile
    """
    counts: dict[str, dict[str, int]] = {}
    for profile, class_, count in database.rows(query):
        counts.setdefault(profile, {})[class_] = count
    given = {class_ for those in counts.values() for class_ in those}
    order = [class_.value for class_ in Class if class_.value in given]
    return {profile: {class_: those.get(class_, 0) for class_ in order} for profile, those in counts.items()}
