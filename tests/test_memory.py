"""What is freed is kept, so that its pages are not faulted in again."""

import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
from lintian_ml.container.memory import keep_freed

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        [bytes([at]) * (4 << 20) for at in range(6)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

{first}
print(faults())
"""


def faults(first: str) -> int:
    done = subprocess.run([sys.executable, "-c", FAULTS.format(first=first)], capture_output=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the GNU C library's allocator")
def test_blocks_that_are_freed_are_used_again_without_faults() -> None:
    assert faults("keep_freed()") * 4 < faults("")
