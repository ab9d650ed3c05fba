"""What an examination says: findings, and the report of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One kind of defect.

    ``items`` are all cases of it, plain dicts fit for JSON; ``mend`` says what helps; ``fixable``: ``fix`` does it."""

    kind: str
    severity: str
    message: str
    items: tuple[dict[str, Any], ...]
    mend: str = ""
    fixable: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"items": list(self.items), "count": len(self.items)}


@dataclass(frozen=True)
class Report:
    """What an examination found, worst first."""

    collection: Path
    n_paintings: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Neither errors nor warnings."""
        return all(finding.severity == "note" for finding in self.findings)

    def find(self, kind: str) -> Finding | None:
        return next((finding for finding in self.findings if finding.kind == kind), None)

    def ids(self, kind: str) -> set[str]:
        """The ids of all rows that a kind of finding names."""
        finding = self.find(kind)
        return {item["id"] for item in finding.items} if finding else set()

    def as_dict(self) -> dict[str, Any]:
        counts = Counter(finding.severity for finding in self.findings)
        return {
            "collection": str(self.collection.resolve()),
            "paintings": self.n_paintings,
            "sound": self.sound,
            "severities": {name: counts[name] for name in SEVERITIES},
            "findings": [finding.as_dict() for finding in self.findings],
        }


def found(
    kind: str, severity: str, message: str, items: list[dict[str, Any]], mend: str = "", fixable: bool = False
) -> Iterator[Finding]:
    if items:
        yield Finding(kind, severity, message, tuple(items), mend, fixable)
