"""Pages for people: the manual of all tags as a site, and reports as single files. Jinja is used only here.

Whatever a package or model controls reaches a page as data: every template escapes what it prints, control
characters and marks that turn the direction of text are spelled out, and a page that shows a package forbids
by its own policy any script or style but the page's own. Nothing is loaded from another host.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from lintian_ml import __version__
from lintian_ml.equality.report import slack
from lintian_ml.escape import for_message
from lintian_ml.pages.markup import anchor, inline, linked, prose

if TYPE_CHECKING:
    from jinja2 import Environment

STYLE, SCRIPT = "style.css", "switch.js"
"""The style sheet and the script that all pages share."""


def shared(name: str) -> str:
    """Return the text of a file that all pages share."""
    return files(__name__).joinpath("templates", name).read_text("utf-8")


@cache
def environment() -> Environment:
    """Return the environment that all templates are rendered in: it escapes, and refuses unknown names."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=PackageLoader(__name__),
        autoescape=True,
        finalize=printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"prose": prose, "inline": inline, "linked": linked, "anchor": anchor}
    made.globals |= {"version": __version__, "newline": Markup("\n"), "in_words": slack}
    return made


def printable(value: object) -> object:
    """Spell out what no page may hold in text that is not markup yet: control characters, stray bytes."""
    return for_message(value) if type(value) is str else value


def render(template: str, **values: object) -> str:
    """Return a page of the site, which has the shared files beside it; ``root`` leads there."""
    return environment().get_template(template).render(alone=False, **values)


def render_alone(template: str, *, images: bool = False, **values: object) -> str:
    """Return a page that is one file, with style and script inside and a policy that allows no others.

    With ``images``, it may hold pictures too, in itself.
    """
    from markupsafe import Markup

    style, script = (Markup(shared(name)) for name in (STYLE, SCRIPT))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        f"{'img-src data:; ' if images else ''}base-uri 'none'; form-action 'none'"
    )
    page = environment().get_template(template)
    return page.render(alone=True, root="", style=style, script=script, policy=policy, **values)


def _digest(text: str) -> str:
    """Return the source expression of Content Security Policy 3 that allows exactly this text."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
