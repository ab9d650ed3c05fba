"""Deal the collection that the starter model is trained on, once, and write down how.

    python scripts/starter_collection.py WIKIART MASTERS OUT [--gallery GALLERY] [--seed N]

WIKIART has ``images/`` and ``csv/`` in the ArtGAN layout, MASTERS ``images/`` and ``labels.csv`` (path, style, artist,
genre, official_split, collection). Both are imported into ``OUT/parts`` and joined. Then:

- A painting that an official list holds out is test, and so are its copies; of the other masters 15 % are.
- About ``HELD_ARTISTS`` of the artists are held out wholly as test, and as many as validation, so that what is fitted
  on validation has met unknown artists, and what is judged too. They are drawn so that each style gives its share if it
  can, and none loses more than ``LARGEST_LOSS`` of its paintings or ``MOST_ARTISTS`` of its artists.
- Of the other paintings ``RANDOM_VAL`` are validation.
- Pictures of GALLERY, which are only looked at, and their copies are neither trained on nor validated with.
- A style outside the 27 of ArtGAN is a class where enough training paintings by enough artists have it. Else it is
  emptied; ``style_given`` keeps all styles as they were given.

OUT gets the table, ``classes.csv`` and ``classes.json`` (what each class covers) and ``deal.json`` (seed, counts,
artists held out)."""

from __future__ import annotations

import argparse
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from artextract.app.commands.common import progress
from artextract.csv_file import write_frame
from artextract.errors import ImageError
from artextract.file_states import remember
from artextract.files import write_json
from artextract.images import image_files, inspect
from artextract.labels import canonical_key
from artextract.progress import Progress, no_progress
from artextract.sources import import_folder, import_join, import_wikiart
from artextract.sources.file_years import agreeing, year_from_file
from artextract.sources.folder import FolderOptions
from artextract.sources.join import one_side
from artextract.sources.wikiart import read_lists
from artextract.splits import duplicate_groups, near_duplicate_pairs, stratified
from artextract.table import Paintings, read_paintings

MASTERS_TEST = 0.15
HELD_ARTISTS = 0.08
FEWEST, MOST = 2, 40
"""Paintings of an artist who may be held out; those of more are the artists that can be learned."""
LARGEST_LOSS, MOST_ARTISTS = 1 / 4, 1 / 3
"""What a style may lose to both sides together: of its paintings, and of its artists."""
RANDOM_VAL = 0.08
CLASS_PAINTINGS, CLASS_ARTISTS, CLASS_LARGEST = 50, 4, 0.4
"""What a style outside the 27 needs in training to be a class: paintings, artists, and no artist who has more of it."""
TOO_FEW = 10
"""Styles of the 27 with fewer training paintings are not learned (``make starter``)."""
WIKIART_SOURCE = "wikiart168"
MASTERS_RIGHTS = "photographs of paintings, most of them from WikiArt; for research and evaluation only"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wikiart", type=Path, metavar="WIKIART")
    parser.add_argument("masters", type=Path, metavar="MASTERS")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--gallery", type=Path, help="a folder of images that training must not see")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    facts = make_collection(args.wikiart, args.masters, args.out, args.gallery, args.seed, progress)
    print(f"{args.out}: {', '.join(f'{name} {n}' for name, n in facts['splits'].items())}")
    for name in ("test", "val"):
        held = facts["held_out"][name]
        print(
            f"held out as {name}: {len(held['artists'])} of {facts['artists']} artists, {held['paintings']} paintings"
        )
    print(f"classes of style: {facts['style']['classes']}; emptied: {', '.join(facts['style']['emptied']) or 'none'}")


def make_collection(
    wikiart: Path, masters: Path, out: Path, gallery: Path | None, seed: int, progress: Progress = no_progress
) -> dict:
    """Import, join, split and write; gives what ``deal.json`` holds."""
    parts = out / "parts"
    shutil.rmtree(parts, ignore_errors=True)
    import_wikiart(
        wikiart / "images", wikiart / "csv", parts / "wikiart", artists="from-names", seed=seed, progress=progress
    )
    import_folder(
        masters / "images",
        parts / "masters",
        options=FolderOptions(labels_csv=masters / "labels.csv", rights=MASTERS_RIGHTS),
        split="stratified",
        seed=seed,
        progress=progress,
    )
    _prepare(parts, seed)
    joined = import_join([parts / "wikiart", parts / "masters"], out, progress=progress)
    names = read_lists(wikiart / "csv")[1]["style"]
    table, facts = with_splits(joined.paintings, names, _hashes(gallery, progress), seed)
    table.write()
    remember(table)
    classes = facts.pop("classes")
    write_frame(out / "classes.csv", pd.DataFrame([_flat(entry) for entry in classes]))
    write_json(out / "classes.json", {"style": classes})
    facts["joined"] = {"moved": joined.joined["moved"], "in_several": joined.joined["in_several"]}
    facts["joined"]["contradictions"] = len(joined.joined["contradictions"])
    write_json(out / "deal.json", facts)
    return facts


def _prepare(parts: Path, seed: int) -> None:
    """Name the sources, read the years, and split the masters into training and test."""
    wikiart = read_paintings(parts / "wikiart")
    Paintings(wikiart.frame.assign(source=WIKIART_SOURCE), wikiart.root, wikiart.labels, wikiart.protocol).write()
    table = read_paintings(parts / "masters")
    frame = table.frame
    artists = [None if name is None else canonical_key(name) for name in table.column("artist")]
    years = agreeing([year_from_file(path) for path in table.column("path")], artists)
    frame = frame.assign(
        source=frame["collection"], year=pd.Series(years, dtype="Int64"), split=_split_of_masters(table, seed)
    )
    Paintings(frame.drop(columns="collection"), table.root, table.labels, None).write()


def _split_of_masters(table: Paintings, seed: int) -> np.ndarray:
    held = table.column("official_split") == "val"
    groups = duplicate_groups(list(table.column("sha256")), list(table.column("phash")))
    fractions = {"train": 1 - MASTERS_TEST, "test": MASTERS_TEST}
    split = np.full(len(table), "test", dtype=object)
    rest = np.unique(groups[~held], return_inverse=True)[1]
    split[~held] = stratified(list(table.keys("style")[~held]), rest, fractions, seed)
    return one_side(split, groups)


def _hashes(gallery: Path | None, progress: Progress) -> dict[str, str]:
    """File name -> perceptual hash."""
    found = {}
    files = image_files(gallery) if gallery else []
    for path in progress(files, len(files), "looking at the gallery"):
        try:
            found[path.name] = inspect(path).phash
        except ImageError:
            continue
    return found


def with_splits(table: Paintings, official: list[str], gallery: dict[str, str], seed: int) -> tuple[Paintings, dict]:
    """The joined table with its sides and its classes of style, and what was done.

    ``official`` names the styles that are always classes; ``gallery`` has the hashes of pictures to be kept out."""
    split = table.column("split")
    groups = duplicate_groups(list(table.column("sha256")), list(table.column("phash")))
    shown = _shown(table, gallery, groups)
    split[shown & (split != "test")] = None
    split[split == "val"] = "train"
    artists, styles = table.artists(), table.keys("style")
    assert artists is not None
    open_rows = split == "train"
    held = hold_out(artists[open_rows], styles[open_rows], seed)
    held_out = np.full(len(table), None, dtype=object)
    for side in ("test", "val"):
        held_out[np.isin(artists.astype(str), sorted(held[side]))] = side
        split[open_rows & (held_out == side)] = side
    split = one_side(split, groups)
    rest = split == "train"
    rest_groups = np.unique(groups[rest], return_inverse=True)[1]
    split[rest] = stratified(list(styles[rest]), rest_groups, {"train": 1 - RANDOM_VAL, "val": RANDOM_VAL}, seed)
    split = one_side(split, groups)
    style, given, emptied, classes = _classes(table, split, official)
    frame = table.frame.assign(
        split=split, style=style, style_given=given, artist_held_out=pd.Series(held_out, dtype="string")
    )
    result = Paintings(frame, table.root, table.labels, "mixed")
    count = Counter("none" if side is None else str(side) for side in split)
    facts = {
        "seed": seed,
        "paintings": len(table),
        "splits": {name: count.get(name, 0) for name in ("train", "val", "test", "none")},
        "sources": dict(Counter(table.column("source"))),
        "artists": len({name for name in artists if name is not None}),
        "held_out": {
            side: {"artists": sorted(held[side]), "paintings": int(((held_out == side) & (split == side)).sum())}
            for side in ("test", "val")
        },
        "gallery": {
            "pictures": len(gallery),
            "copies": int(shown.sum()),
            "in_no_split": int((shown & pd.isna(split)).sum()),
        },
        "years": int(frame["year"].notna().sum()) if "year" in frame else 0,
        "style": {"classes": sum(entry["class"] for entry in classes), "emptied": emptied},
        "classes": classes,
    }
    return result, facts


def _shown(table: Paintings, gallery: dict[str, str], groups: np.ndarray) -> np.ndarray:
    """Rows that are pictures of the gallery or copies of them, ``bool (N,)``: by their look, or by the file's name."""
    rows = np.isin([Path(path).name for path in table.column("path")], list(gallery))
    pairs = near_duplicate_pairs(list(table.column("phash")), list(gallery.values()))
    rows[pairs[:, 0]] = True
    return np.isin(groups, np.unique(groups[rows]))


def hold_out(artists: np.ndarray, styles: np.ndarray, seed: int) -> dict[str, set[str]]:
    """Artists to hold out as "test" and as "val", by keys of the rows (N,) that may be trained on.

    The styles take turns, those with the fewest artists first: each gives artists, drawn at random, until a side has
    its share of the style's paintings; then artists are drawn at random until each side has its share of artists."""
    random = np.random.default_rng(seed)
    count = Counter(name for name in artists if name is not None)
    styles_of: dict[str, Counter[str]] = {}
    for artist, style in zip(artists, styles, strict=True):
        if artist is not None and style is not None:
            styles_of.setdefault(artist, Counter())[style] += 1
    total = Counter(style for style in styles if style is not None)
    n_artists = Counter(style for own in styles_of.values() for style in own)
    candidates = [a for a in sorted(count) if FEWEST <= count[a] <= MOST and a in styles_of]
    candidates = [candidates[place] for place in random.permutation(len(candidates))]
    held: dict[str, set[str]] = {"test": set(), "val": set()}
    lost: dict[str, Counter[str]] = {side: Counter() for side in held}
    gone: Counter[str] = Counter()
    wanted = round(HELD_ARTISTS * len(count))

    def take(artist: str, side: str) -> None:
        own = styles_of[artist]
        if len(held[side]) >= wanted or artist in held["test"] | held["val"]:
            return
        for style, n in own.items():
            if lost["test"][style] + lost["val"][style] + n > LARGEST_LOSS * total[style]:
                return
            if gone[style] + 1 > MOST_ARTISTS * n_artists[style]:
                return
        lost[side].update(own)
        gone.update(own.keys())
        held[side].add(artist)

    for style in sorted(total, key=lambda name: (n_artists[name], name)):
        for artist in candidates:
            side = min(held, key=lambda name: lost[name][style])
            if style in styles_of[artist] and lost[side][style] < HELD_ARTISTS * total[style]:
                take(artist, side)
    for artist in candidates:
        take(artist, min(held, key=lambda name: len(held[name])))
    return held


def _classes(
    table: Paintings, split: np.ndarray, official: list[str]
) -> tuple[pd.Series, pd.Series, list[str], list[dict]]:
    """The column of styles and that of the styles given, the names emptied, and what each class covers."""
    given = table.frame["style"]
    keys, artists = table.keys("style"), table.artists()
    assert artists is not None
    names = {canonical_key(name): name for name in official}
    cells, sources = table.column("style"), table.column("source")
    entries, emptied = [], []
    shown: dict[str | None, str | None] = {None: None}
    for key in [*names, *sorted({key for key in keys if key is not None and key not in names})]:
        of = keys == key
        train = of & (split == "train")
        n_by_artist = Counter(name for name in artists[train] if name is not None)
        largest, most = n_by_artist.most_common(1)[0] if n_by_artist else (None, 0)
        kept = key in names or (
            train.sum() >= CLASS_PAINTINGS and len(n_by_artist) >= CLASS_ARTISTS and most <= CLASS_LARGEST * train.sum()
        )
        label = names.get(key) or str(cells[of][0])
        shown[key] = label if kept else None
        if not kept:
            emptied.append(label)
        name = str(table.column("artist")[train & (artists == largest)][0]) if largest else None
        by_source = dict(Counter(sources[train]).most_common())
        entries.append(
            {
                "label": label,
                "class": bool(kept),
                "of_artgan": key in names,
                **{side: int((of & (split == side)).sum()) for side in ("train", "val", "test")},
                "artists": len(n_by_artist),
                "largest_artist": name,
                "largest_share": round(most / max(1, int(train.sum())), 3),
                "sources": by_source,
                "remark": _remark(bool(kept), key in names, int(train.sum()), len(n_by_artist), name, most, by_source),
            }
        )
    style = pd.Series([shown[key] for key in keys], dtype="string", index=given.index)
    return style, given, emptied, entries


def _remark(
    kept: bool, official: bool, train: int, artists: int, largest: str | None, most: int, sources: dict[str, int]
) -> str:
    if not kept:
        share = f", {most / train:.0%} by {largest}" if train else ""
        return f"no class: {train} training paintings by {artists} artists{share}"
    said = [] if official else ["not one of the 27 styles of WikiArt's list"]
    if train < TOO_FEW:
        return "; ".join([*said, "too few to learn"])
    if most >= train / 2:
        said.append(f"{most / train:.0%} by {largest}, whose hand may be what is learned")
    if sources.get("bestartworks256", 0) >= train / 2:
        said.append("most labels are those of the artist, not of the painting, and most files are square details")
    return "; ".join(said)


def _flat(entry: dict) -> dict:
    return entry | {"sources": "; ".join(f"{name} {n}" for name, n in entry["sources"].items())}


if __name__ == "__main__":
    main()
