"""Starts a PostgreSQL server in a temporary folder, which is reached by a socket there and nowhere else."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.archive.scanning import wait_until

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian has a folder for each version; the programs of a server are not in the search path."""

OWNER = "postgres"
"""Who runs the server where the tests are run by root, as whom it refuses to start."""


def programs() -> Path:
    """Return the folder of the newest server's programs; the test is skipped where there is none."""
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg2")
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb:
        pytest.skip("no PostgreSQL server is installed")
    return Path(initdb).resolve().parent


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server; give the URL of its databases, with ``{}`` for the name of one."""
    bin_ = programs()
    folder = Path(tempfile.mkdtemp(prefix="lintian-ml-"))
    try:
        user = _hand_over(folder)
        words = [str(bin_ / "initdb"), "-D", "data", "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8"]
        _run([*words, "--locale=C.UTF-8"], folder, user)
        words = [str(bin_ / "postgres"), "-D", "data", "-k", str(folder), "-F", "-c", "listen_addresses="]
        with subprocess.Popen(words, cwd=folder, user=user, stderr=subprocess.DEVNULL) as server:
            try:
                ready = [str(bin_ / "pg_isready"), "-q", "-h", str(folder)]
                wait_until(lambda: subprocess.run(ready, check=False).returncode == 0)
                yield f"postgresql://tests@/{{}}?host={folder}"
            finally:
                server.terminate()
    finally:
        shutil.rmtree(folder)


def _hand_over(folder: Path) -> str | None:
    """Give the folder to who runs the server; None where that is who runs the tests."""
    if os.geteuid() != 0:
        return None
    try:
        owner = pwd.getpwnam(OWNER)
    except KeyError:
        pytest.skip(f"root cannot run a PostgreSQL server, and there is no user {OWNER}")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return OWNER


def _run(words: list[str], folder: Path, user: str | None) -> None:
    done = subprocess.run(words, cwd=folder, user=user, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
