"""Manifests with odd values, and those of a folder, are imported: taken, or refused in a sentence, never a defect."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

from artextract.download import Manners
from artextract.errors import ArtExtractError
from artextract.sources.iiif import IIIFOptions, import_iiif
from artextract.sources.options import Fetching
from scripts.campaign.museum import Museum, museum
from scripts.campaign.quirks import HOST, WHOLE, changed
from scripts.campaign.tally import Tally

QUICK = Manners(rate=10_000.0, back_off=0.001, timeout=2.0, tries=1)
SLOW = 60.0
"""Seconds that one import may take, in the long form."""


def import_changed(tally: Tally, numbers: range, work: Path) -> None:
    """A changed document for each number."""
    with museum() as here:
        for number, random_ in tally.trials(numbers):
            words, document = changed(random_)
            _one(tally, here, document, f"manifest {number} ({words})", work)


def import_folder(tally: Tally, folder: Path, work: Path) -> None:
    """Every JSON file of a folder, whichever host it names."""
    with museum() as here:
        for path in sorted(folder.rglob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            tally.tried += 1
            _one(tally, here, document, str(path.relative_to(folder)), work)


def _one(tally: Tally, here: Museum, document: Any, words: str, work: Path) -> None:
    out = work / "imported"
    here.documents = {
        f"/{number}.json": _moved(whole(), here) for number, whole in zip((3, 2), WHOLE.values(), strict=False)
    }
    here.documents["/loop.json"] = {
        "id": f"{here.url}/loop.json",
        "type": "Collection",
        "next": f"{here.url}/loop.json",
    }
    here.documents["/tried.json"] = _moved(document, here)
    begun = time.monotonic()
    try:
        import_iiif(f"{here.url}/tried.json", out, IIIFOptions(limit=20), fetching=Fetching(side=64, manners=QUICK))
        tally.counts["taken"] += 1
    except ArtExtractError as error:
        tally.counts[f"refused as {error.code}"] += 1
    except Exception as error:  # what nobody foresaw is what is looked for
        tally.lose(f"{words}: {type(error).__name__}: {str(error)[:300]}")
    finally:
        shutil.rmtree(out, ignore_errors=True)
    if time.monotonic() - begun > SLOW:
        tally.lose(f"{words}: took {time.monotonic() - begun:.0f} s")


def _moved(document: Any, here: Museum) -> Any:
    """The document with the host that it calls its own replaced by ours."""
    text = json.dumps(document)
    own = re.search(r'"@?id": "(https?://[^/"]+)/', text)
    for host in {HOST, own[1] if own else HOST}:
        text = text.replace(host, here.url)
    return json.loads(text)
