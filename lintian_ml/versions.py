"""What the version of a package tells of its upstream tarball."""

import re

_REPACKED = re.compile(r"[+~.-](dfsg|ds|repack|debian|nmu\d*\+ds)[0-9.]*(?=[+~.-]|$)")


def is_repacked(version: str) -> bool:
    """Whether the upstream part of a version says that the tarball is not upstream's own."""
    upstream = version.rpartition("-")[0] or version
    return _REPACKED.search(upstream) is not None
