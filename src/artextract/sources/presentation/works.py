"""Whether the canvases of a manifest are works of their own, or views and pages of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from artextract.sources.person_words import fold
from artextract.sources.presentation.plain import address, listed, words
from artextract.sources.presentation.text import text

OURS = re.compile(r"/api/iiif/canvas/[^/]+$")
"""Addresses of the canvases that ArtExtract's own exports have."""
_WORDS = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[ivxlcdm]+")
_VIEWS = words(
    "p pp pg page pages f ff fol folio folios leaf leaves recto verso rv r v cover covers spine edge front back "
    "frontispiece flyleaf endpaper endleaf pastedown title contents index chapter preface introduction appendix "
    "blank colophon plate plates sheet opening binding board upper lower inside outside unnumbered seite blatt bl "
    "vorderseite ruckseite umschlag einband deckel tafel vorsatz titelblatt buchrucken vue feuillet couverture "
    "dos tranche planche garde plat contreplat pagina carta foglio copertina retro fronte tavola cubierta anverso "
    "reverso lamina omslag voorzijde achterzijde blad rug view views detail details image images img photo "
    "photograph picture scan file frame framed unframed reverse obverse side left right top bottom overall whole "
    "full installation signature inscription label stamp xray x ray infrared ir irr uv ultraviolet raking light "
    "macro before after treatment cleaning restoration conservation chart target ruler ansicht aufnahme "
    "ausschnitt bild rahmen rontgen infrarot streiflicht signatur detalle dettaglio vista rahmenlos cadre signe "
    "opname aanzicht lijst dsc dscf tif tiff jpg jpeg jp canvas no nr number num the and with from for into under "
    "der die das und mit von les des dans avec del della los las con het een met van"
)
_SIGNS = words(
    "detail details recto verso folio fol page seite blatt ausschnitt pagina foglio feuillet dettaglio detalle "
    "vue view views reverse obverse back ruckseite vorderseite voorzijde achterzijde anverso reverso retro dos "
    "plate tafel planche tavola image img photo signature inscription infrared xray ray cover binding frame "
    "rahmen cadre macro"
)
"""Words that say by themselves, at the beginning or the end of a label, that it is a part or a side of something."""


def are_ours(manifest: dict[str, Any], canvases: Sequence[dict[str, Any]]) -> bool:
    """Whether a manifest is an export of ArtExtract: then every canvas is a painting."""
    made = (text(pair.get("value")) for pair in listed(manifest.get("metadata")) if isinstance(pair, dict))
    return any(re.match(r"\d{4}-\d\d-\d\d by ArtExtract\b", line) for line in made) or (
        bool(canvases) and all(OURS.search(address(canvas).partition("?")[0]) for canvas in canvases)
    )


def are_works(manifest: dict[str, Any], canvases: Sequence[dict[str, Any]]) -> bool:
    """Whether every canvas has a label that names something else than the others' do, and than a page, a side or a
    detail of the whole: words are left in it without numbers, words for views, and those that all labels and the
    manifest's own share."""
    if len(canvases) < 2 or _is_paged(manifest):
        return False
    lines = [_WORDS.findall(fold(text(canvas.get("label"))[:300])) for canvas in canvases]
    if any(not line or line[0] in _SIGNS or line[-1] in _SIGNS for line in lines):
        return False
    labels = list(map(set, lines))
    shared = set.intersection(*labels) | set(_WORDS.findall(fold(text(manifest.get("label"))[:1000])))
    left = [frozenset(word for word in label - shared - _VIEWS if not _ROMAN.fullmatch(word)) for label in labels]
    return all(map(_has_name, left)) and len(set(left)) == len(left)


def _has_name(left: Iterable[str]) -> bool:
    return any(len(word) > 2 or not word.isascii() for word in left)


def _is_paged(manifest: dict[str, Any]) -> bool:
    hints = [manifest.get("behavior"), manifest.get("viewingHint")]
    hints += [part.get("viewingHint") for part in listed(manifest.get("sequences")) if isinstance(part, dict)]
    return any(str(hint) in ("paged", "continuous") for group in hints for hint in listed(group))
