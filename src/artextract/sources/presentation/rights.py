"""Under which terms a picture may be used, wherever a document says it."""

from __future__ import annotations

import re
from typing import Any

from artextract.labels import canonical_key
from artextract.sources.presentation.plain import address, listed, words
from artextract.sources.presentation.text import links, text

LABELS = words(
    "rights right license licence licenses licences rights_statement rights_statements rights_information usage "
    "usage_rights terms terms_of_use conditions_of_use use_conditions copyright copyright_statement "
    "copyright_status rights_holder_terms image_rights access_rights reproduction_rights rechte lizenz "
    "nutzungsrechte nutzungsbedingungen rechtsstatus urheberrecht droits licence_d_utilisation "
    "conditions_d_utilisation droits_d_auteur diritti licenza condizioni_d_uso derechos licencia "
    "condiciones_de_uso rechten licentie gebruiksrechten auteursrecht"
)
"""Labels of metadata and of required statements that stand before terms, as canonical keys."""
_LICENCE = re.compile(
    r"^https?://(?:www\.)?(?:creativecommons\.org/(?:licenses|publicdomain)/|rightsstatements\.org/|"
    r"opendatacommons\.org/licenses/|artlibre\.org/|data\.gov\.uk/|nationalarchives\.gov\.uk/doc/open-government-licence)"
)
_TERMS = re.compile(
    r"\bCC[ -]?(?:0|BY|PD)|public domain|gemeinfrei|domaine public|dominio p[uú]b|pubblico dominio|publiek domein|©|"
    r"copyright|all rights reserved|creative commons|no known",
    re.IGNORECASE,
)


def ways(part: dict[str, Any]) -> tuple[str, str, str]:
    """The terms that a document states in its property for it, in its metadata (a link to a licence, or a line with a
    label for terms), and in what is to be shown with the picture; each "" where it does not."""
    return _property(part), _metadata(part), _shown(part)


def stated(*parts: tuple[str, str, str]) -> str:
    """The terms that hold, from the ``ways`` of the narrower document and of those around it: the plainest way counts,
    of equal ones the narrower document."""
    return next((said for way in zip(*parts, strict=True) for said in way if said), "")


def attribution(part: dict[str, Any]) -> str:
    """What is to be shown with the picture; "" where nothing is."""
    required = part.get("requiredStatement")
    return text(part.get("attribution")) or (text(required.get("value")) if isinstance(required, dict) else "")


def _property(part: dict[str, Any]) -> str:
    found = []
    for name in ("rights", "license"):
        for item in listed(part.get(name)):
            where = address(item)
            line = where if where and "<" not in where else (next(iter(links(item)), "") or text(item))
            found.append(line)
    return "; ".join(filter(None, found))


def _metadata(part: dict[str, Any]) -> str:
    pairs = [pair for pair in listed(part.get("metadata")) if isinstance(pair, dict)]
    for pair in pairs:
        if licence := _licence(pair.get("value")):
            return licence
    for pair in pairs:
        if canonical_key(text(pair.get("label"))) in LABELS and (line := text(pair.get("value"))):
            return line
    return ""


def _shown(part: dict[str, Any]) -> str:
    required = part.get("requiredStatement")
    required = required if isinstance(required, dict) else {}
    for value in (part.get("attribution"), required.get("value")):
        if licence := _licence(value):
            return licence
        if _TERMS.search(line := text(value)):
            return line
    return text(required.get("value")) if canonical_key(text(required.get("label"))) in LABELS else ""


def _licence(value: Any) -> str:
    return next((link for link in links(value) if _LICENCE.match(link)), "")
