"""Known vulnerabilities of what the lock files pin, by pip-audit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

SERVICES = ("pypi", "osv")
"""Services that pip-audit asks, the second where the first knows nothing."""
LIMIT = 600
"""Seconds for one lock file and service."""


@dataclass
class Answer:
    """``known``: packages that a service has an entry for; ``found``: a sentence for each vulnerability; ``why``: why
    nothing is known, where nothing is."""

    known: int = 0
    asked: int = 0
    found: list[str] = field(default_factory=list)
    why: str = ""


def read(document: str, errors: str) -> Answer:
    """What pip-audit printed: its JSON, and what it wrote to standard error."""
    try:
        packages = json.loads(document)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip().splitlines() or ["pip-audit printed nothing"])[-1]
        host = re.search(r"ConnectionError.*?host='([^']+)'", last)
        return Answer(why=f"{host[1]} cannot be reached" if host else last[:200])
    answer = Answer(asked=len(packages))
    for package in packages:
        if "skip_reason" in package:
            continue
        answer.known += 1
        for fault in package["vulns"]:
            mended = f"; mended in {', '.join(fault['fix_versions'])}" if fault["fix_versions"] else ""
            answer.found.append(f"{package['name']} {package['version']}: {fault['id']}{mended}")
    if not answer.known:
        answer.why = "it has no entry for any of them, as where a mirror stands in for PyPI"
    return answer


def ask(lock: Path) -> Answer:
    """Asks the services in turn until one knows any of the packages."""
    reasons = []
    for service in SERVICES:
        options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "15"]
        command = [sys.executable, "-m", "pip_audit", *options, "-s", service, "-r", str(lock)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            reasons.append(f"{service}: no answer within {LIMIT} s")
            continue
        answer = read(done.stdout, done.stderr)
        if not answer.why:
            return answer
        reasons.append(f"{service}: {answer.why}")
    return Answer(why="; ".join(reasons))
