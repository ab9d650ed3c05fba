"""Examine what is installed in an environment: ``python -m scripts.audit .venv/bin/python``, in the root of a checkout.

The exit code is 1 where a vulnerability, a licence or a hash is found wanting. A service that cannot be reached is said
in a sentence, and the rest still runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from scripts.audit import locks, sbom, vulnerabilities
from scripts.audit.licences import licence_of, refused

SBOM = Path("dist/sbom.cdx.json")


def main() -> int:
    python = Path(sys.argv[1])
    found, all_known = _vulnerabilities()
    wrong = [*found, *_licences(python), *_hashes()]
    if why := sbom.write(python, SBOM):
        wrong.append(f"no SBOM: {why}")
    else:
        print(f"\nSBOM (CycloneDX): {SBOM}")
    print(
        "\n" + ("\n".join(["found wanting:", *(f"  {what}" for what in wrong)]) if wrong else "nothing found wanting")
    )
    return 1 if wrong else 0


def _vulnerabilities() -> tuple[list[str], bool]:
    """A sentence for each vulnerability, and whether all lock files could be asked about."""
    wrong, all_known = [], True
    print("Vulnerabilities")
    for lock in locks.LOCKS:
        answer = vulnerabilities.ask(Path(lock))
        if answer.why:
            all_known = False
            print(f"  {lock}: unknown, since no service could tell ({answer.why})")
        else:
            unknown = f"; of {answer.asked - answer.known} it knows nothing" if answer.asked > answer.known else ""
            print(f"  {lock}: {len(answer.found)} in {answer.known} packages{unknown}")
        wrong += [f"{lock}: {what}" for what in answer.found]
    return wrong, all_known


def _licences(python: Path) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "piplicenses",
        f"--python={python}",
        "--from=mixed",
        "--with-system",
        "--format=json",
    ]
    rows = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    locked = locks.pins(Path("requirements.lock").read_text(encoding="utf-8"))
    by_licence, wrong = defaultdict(list), []
    for row in rows:
        name = locks.name_of(row["Name"])
        if name not in locked:
            continue
        licence = licence_of(name, row["License"])
        by_licence[licence].append(name)
        wrong += [f"{name}: the licence '{part}' is not among those allowed" for part in refused(licence)]
    print("\nLicences of requirements.lock, as installed")
    for licence, names in sorted(by_licence.items()):
        print(f"  {len(names):3} {licence}: {', '.join(sorted(names))}")
    absent = set(locked) - {name for names in by_licence.values() for name in names}
    return wrong + [f"{name} is in the lock file and not installed" for name in sorted(absent)]


def _hashes() -> list[str]:
    wrong = locks.check(Path())
    for lock, hashed in locks.LOCKS.items():
        found = locks.hashes(Path(hashed).read_text(encoding="utf-8")) if Path(hashed).exists() else {}
        count = sum(number for _, number in found.values())
        print(f"\nHashes: {hashed} has {count:,} for {len(found)} packages of {lock}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
