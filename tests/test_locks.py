"""A lock holds against another process, and ends with it."""

import subprocess
import sys

import pytest

from artextract.locks import lock

HOLD = """
import sys
from artextract.locks import lock
file = open(sys.argv[1], "wb")
lock(file.fileno())
print("held", flush=True)
input()
"""


def test_another_process_holds_it_until_it_is_killed(tmp_path):
    path = tmp_path / "lock"
    other = subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline().strip() == b"held"
    with path.open("wb") as file:
        with pytest.raises(OSError):
            lock(file.fileno())
        other.kill()
        other.wait()
        lock(file.fileno())
