"""The linter's own options: Lintian's by Lintian's names, and ours."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lintian_ml import __version__
from lintian_ml.hint import Visibility
from lintian_ml.options import Parser

LEVELS = tuple(level.value for level in Visibility)
FAIL_ON = (*(level for level in LEVELS if level != "classification"), "experimental", "override", "none")

_LISTS: Mapping[str, Any] = {"action": "append", "default": [], "metavar": "LIST"}
_FILES: Mapping[str, Any] = {"action": "append", "default": [], "metavar": "FILE"}
_LEVELS: Mapping[str, Any] = {"action": "append_const", "dest": "levels"}
_TOGGLE: Mapping[str, Any] = {"action": argparse.BooleanOptionalAction, "default": False}
_SWITCH: Mapping[str, Any] = {"action": "store_true"}
_HIDDEN: Mapping[str, Any] = {"help": argparse.SUPPRESS}


def add_to(parser: Parser) -> None:
    """Add the packages and every option."""
    what = (
        ".dsc, .changes, .deb, .buildinfo, a directory with debian/, a source tarball; none: this directory"
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=what)
    _add_which(parser)
    _add_how(parser)
    _add_sources(parser)


def _add_which(parser: Parser) -> None:
    add = parser.add_argument_group("which hints").add_argument
    form = f"[+-=][>=|>|=|<|<=]LEVEL; levels: {' '.join(LEVELS)}"
    exits = f"exit with 2 on hints at or above one of: {' '.join(FAIL_ON)} (default: error)"
    add("-c", "--check", **_SWITCH, **_HIDDEN)
    add("-T", "--tags", **_LISTS, help="only these tags, at any display level")
    add("--tags-from-file", **_FILES, help="as --tags, one tag a line")
    add("-X", "--dont-check-part", **_LISTS, help="all checks but these")
    add("--suppress-tags", **_LISTS, help="do not report these tags")
    add("--suppress-tags-from-file", **_FILES, help="as --suppress-tags, one tag a line")
    add("-L", "--display-level", action="append", default=[], metavar="LEVEL", dest="levels", help=form)
    add("--default-display-level", **_LEVELS, const="=>=warning", help="warnings and errors")
    add("-I", "--display-info", **_LEVELS, const="+>=info", help="infos too")
    add("--pedantic", **_LEVELS, const="+=pedantic", help="pedantic hints too")
    add("-E", "--display-experimental", **_TOGGLE, help="experimental tags too")
    add("--fail-on", **_LISTS, help=exits)
    add("--profile", default="", metavar="NAME|FILE", help="a reading of the policy (default: debian)")
    add("-o", "--no-override", dest="override", action="store_false", help="ignore overrides")
    add("--override", dest="override", default=True, **_SWITCH, **_HIDDEN)
    add("--show-overrides", **_TOGGLE, help="show overridden hints")


def _add_how(parser: Parser) -> None:
    add = parser.add_argument_group("how they are shown").add_argument
    add("-i", "--info", **_TOGGLE, help="explain each tag where it first stands")
    add(
        "--format",
        metavar="NAME",
        default="text",
        help="text (Lintian's, the default), json (JSON Lines), html, sarif, junit, codequality, cyclonedx, "
        "spdx, review",
    )
    add("--new-queue", **_SWITCH, help="the summary that a reviewer of the NEW queue wants (format review)")
    add("--against", type=Path, metavar="OLD", help="with --new-queue: what changed since that package")
    add("--exp-output", metavar="format=NAME", default="", **_HIDDEN)
    add("--output", metavar="FILE", type=Path, help="write the report there, not to standard output")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colour the tags")
    add("--hyperlinks", choices=("on", "off"), default="off", help="link tags to the installed manual")
    add(
        "--tag-display-limit", type=int, metavar="N", help="hints of one tag shown; 0: all (on a terminal: 4)"
    )
    add("-q", "--quiet", **_SWITCH, help="no progress, no warnings")
    add("-v", "--verbose", **_SWITCH, help="show each model's facts and the row that decided its class")
    add("--all-profiles", **_TOGGLE, help="show each model's class under every profile, side by side")
    add("-d", "--debug", **_SWITCH, help="show the traceback of what failed")
    add("-V", "--version", action="version", version=f"lintian-ml v{__version__}")
    add("--print-version", action="version", version=__version__, help="print the bare version number")


def _add_sources(parser: Parser) -> None:
    add = parser.add_argument_group("what is read").add_argument
    add("--packages-from-file", metavar="FILE|-", help="the names of packages, one a line")
    add("--declarations", type=Path, metavar="DIR", help="DIR/NAME is the debian/models of package NAME")
    index = "a mirror's folder with lists of packages, apt for apt's own, or none (the default)"
    add("--suite-index", metavar="DIR|apt|none", default="none", help=index)
    rebuilt = "hold models against these: a folder of rebuilt files, or a .changes, .buildinfo or .deb"
    lists: Mapping[str, Any] = {"action": "append", "default": [], "type": Path}
    add("--rebuilt", **lists, metavar="PATH", help=rebuilt)
    add("--certificate", **lists, metavar="FILE", help="hold models against what this certificate says")
    add("--previous", type=Path, metavar="OLD", help="the previous version, to tell which models changed")
    overrides = "add an override for each hint that is shown to the tree's override file; fill in the reasons"
    add("--write-overrides", **_SWITCH, help=overrides)
    add("--cfg", type=Path, metavar="FILE", help="read this configuration instead of the usual ones")
    add("--no-cfg", **_SWITCH, help="read no configuration")
    add("--allow-root", **_SWITCH, help="do not warn of running as root")
