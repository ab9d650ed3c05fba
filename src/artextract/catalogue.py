"""The fields of a museum's catalogue: which column of a table is the medium, the size or the inventory number, and in
which order the label beside a painting has them."""

from __future__ import annotations

from collections.abc import Iterable

from artextract.labels import canonical_key

ROLES = {
    "artist": "painter, artist",
    "title": "title",
    "date": "date",
    "medium": (
        "medium, technique, material, materials, materials and techniques, medium and support, medium technique,"
        " technik, material technik, tecnica, materiaal"
    ),
    "size": "dimensions, size, dimension, measurements, format, masse, abmessungen, grosse, afmetingen, dimensioni",
    "inventory": (
        "accession, accession number, accession no, inventory number, inventory no, inventory, inv no, inv,"
        " object number, objectnumber, accessionnum, inventarnummer, inventar nr, objektnummer, objectnummer,"
        " numero d inventaire"
    ),
    "credit": "credit, credit line, creditline, courtesy, creditlinie, provenienzvermerk",
}
"""What stands on a museum's label, in its order: the names that columns have for it, as canonical keys with spaces."""
_ROLE = {name.strip().replace(" ", "_"): role for role, names in ROLES.items() for name in names.split(",")}


def role_of(column: str) -> str | None:
    """ "artist", "title", "date", "medium", "size", "inventory" or "credit"; None for any other column."""
    return _ROLE.get(canonical_key(column) or "")


def in_order(columns: Iterable[str], labels: Iterable[str]) -> list[str]:
    """Columns as on a museum's label; the other ``labels`` follow, and then the rest, each in its own order."""
    columns, labels, roles = list(columns), set(labels), list(ROLES)

    def place(column: str) -> int:
        role = role_of(column)
        return roles.index(role) if role else len(roles) + (column not in labels)

    return sorted(columns, key=place)
