"""Stored features, the index and the maps, compared with their checksums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from artextract.checksums import read_signed
from artextract.doctor.findings import Finding, found
from artextract.features.store import shard_damage, shards_of
from artextract.index import damage_of


def stored(collection: Path) -> Iterator[Finding]:
    shards = [shard for store in sorted((collection / "features").glob("*@*")) for shard in shards_of(store)]
    features = [
        {"path": str(shard / name), "reason": reason}
        for shard in shards
        for name, reason in shard_damage(shard).items()
    ]
    folder = collection / "index"
    index = [{"path": str(folder / name), "reason": reason} for name, reason in damage_of(folder).items()]
    maps = []
    for path in sorted((collection / "maps").glob("*.json")):
        try:
            read_signed(path)
        except (OSError, ValueError) as error:
            maps.append({"path": str(path), "reason": str(error)})
    again = (
        "artextract index sets aside what is damaged and computes it again; for feature maps artextract train does;"
        " imported vectors must be imported again"
    )
    yield from found("damaged_features", "error", "files of stored features are damaged", features, again)
    anew = "make it anew, from the stored features, with: artextract index COLLECTION"
    yield from found("damaged_index", "error", "files of the index are damaged", index, anew)
    yield from found("damaged_map", "note", "kept maps are damaged; they are computed again when asked for", maps)
