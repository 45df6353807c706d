"""The license of a model is that of the files around it, and nothing says that it holds for the model.

The model came in a tarball of its own in which no license is stated, or was put into ``debian/`` and is
covered by the license of the packaging. Find the authors' own statement and write it into a ``Files`` stanza
for the model; without one, ask them.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.detection import Subject
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.INFO, see_also=("debian-policy 12.5",))

LEGAL = ("licen", "copying", "copyright", "notice", "readme", "unlicense")


def examples() -> Iterator[Example]:
    net = sample("linear.pt")
    yield Flagged(
        "a model under the packaging's license",
        {"debian/net.pt": net, "debian/copyright": copyright_file("Expat", "*")},
        (Hint("debian/net.pt"),),
    )
    yield Clean(
        "a stanza of its own",
        {"debian/net.pt": net, "debian/copyright": own_stanza("debian/net.pt")},
    )
    yield Clean("with the program", {"net.pt": net, "debian/copyright": copyright_file("Expat", "*")})


def own_stanza(path: str) -> str:
    stanza = f"\nFiles: {path}\nCopyright: 2026 B. Author\nLicense: CC0-1.0\n"
    return copyright_file("Expat", "*") + stanza


def check(case: Case) -> Iterator[Hint]:
    silent = unlicensed_tarballs(case)
    for model in case.trained:
        if not model.found or model.facts.license is not License.DFSG:
            continue
        entry = case.package.files.get(model.path)
        packaging = model.grant.globs == ("debian/*",)
        alone = model.grant.general and entry is not None and entry.tarball in silent
        told = any(statement.subject is Subject.LICENSE for statement in model.found.statements)
        if (packaging or alone) and not told:
            yield model.hint()


def unlicensed_tarballs(case: Case) -> set[str]:
    components = {tarball.name for tarball in case.package.tarballs if tarball.component}
    named = (
        entry.tarball
        for path, entry in (case.package.files.items() if components else ())
        if path.rpartition("/")[2].lower().startswith(LEGAL)
    )
    return components - set(named)
