"""Write the hashes of every file that the package index offers for what the lock files pin.

    python -m scripts.audit.hash_locks UV

``UV`` is the program uv, which asks the index for the list of files and loads none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.audit.locks import LOCKS, WITHOUT, without_some

OPTIONS = ["--no-deps", "--generate-hashes", "--universal", "--python-version", "3.11", "--no-annotate", "--no-header"]


def main() -> int:
    for lock, hashed in LOCKS.items():
        command = [sys.argv[1], "pip", "compile", "--quiet", *OPTIONS, lock]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"no hashes for {lock}: {done.stderr.strip()}", file=sys.stderr)
            return 1
        head = f"# Written by `make lock`: the hashes of {lock}, without {', '.join(WITHOUT)}.\n"
        Path(hashed).write_text(head + without_some(done.stdout), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
