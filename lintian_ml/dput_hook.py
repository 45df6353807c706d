"""A hook of dput-ng: lints what is about to be uploaded, and asks where there are errors.

The package lintian-ml installs it for all users; ``"+hooks": ["lintian-ml"]`` in a profile runs it.
"""

import subprocess
from typing import Any

from dput.exceptions import HookException
from dput.interface import BUTTON_NO


class ModelHintsError(HookException):  # type: ignore[misc]
    """There are errors, and the user does not want to upload."""


def check(changes: Any, profile: Any, interface: Any) -> None:
    """Lint the .changes file of an upload; ModelHintsError stops the upload.

    ``changes``, ``profile`` and ``interface`` are dput-ng's, as it hands them to every hook.
    """
    del profile
    command = ["lintian-ml", "--fail-on=error", changes.get_changes_file()]
    status = subprocess.run(command, check=False).returncode
    if status == 1:
        raise ModelHintsError("lintian-ml could not look at the whole upload")
    if status and not interface.boolean(
        "lintian-ml", "Upload although lintian-ml finds errors?", default=BUTTON_NO
    ):
        raise ModelHintsError("lintian-ml finds errors")
