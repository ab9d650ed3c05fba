"""What a collection costs by its size: disk, memory, minutes to index, seconds to update, and how long searches,
filters, facets and pages of the gallery take.

    python benchmarks/scale.py COLLECTION [--rows 10000,100000] [--work DIR] [--json]

Collections of any size are made from an indexed one. A vector is that of a real painting, moved by what sets two of its
neighbours apart, and the same rows are taken for all features, so that these agree as they do in truth. The table's
cells are drawn column by column from the real one, names of artists with a long tail. There are no image files: what a
collection has beside its vectors and its table (``features/``, thumbnails) is not measured. Each size is measured in
processes of its own, whose memory is that of their own objects; files that are mapped are told beside it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pandas as pd

BLOCK = 2048
NEIGHBOURS = 30
QUERIES, TRIED, FEW = 60, 30, 10
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path, help="an indexed collection of real paintings")
    parser.add_argument("--rows", default="10000,100000", help="sizes to make (%(default)s)")
    parser.add_argument(
        "--large", action="store_true", help="index each size as a large one: 16 bits, whitened, with candidates"
    )
    parser.add_argument(
        "--whitened", action="store_true", help="vectors of all features as 256 numbers each, for the largest sizes"
    )
    parser.add_argument("--work", type=Path, help="folder for what is made (default: the system's for temporary files)")
    parser.add_argument("--keep", action="store_true", help="leave the collections there")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", choices=("make", *STEPS), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        print(json.dumps(step(args.step, args.collection, args.work, int(args.rows), args.large, args.whitened)))
        return
    found = []
    with tempfile.TemporaryDirectory(dir=args.work) as folder:
        for rows in map(int, args.rows.split(",")):
            made = (args.work or Path(folder)) / f"made-{rows}"
            figures: Figures = {"rows": rows}
            for name in ("make", *STEPS):
                command = [sys.executable, __file__, str(args.collection), "--rows", str(rows), "--work", str(made)]
                command += ["--step", name] + ["--large"] * args.large + ["--whitened"] * args.whitened
                figures |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            found.append(figures)
            print(json.dumps(figures) if args.json else as_text(figures), flush=True)
            if not args.keep:
                shutil.rmtree(made)


def step(name: str, real: Path, folder: Path, rows: int, large: bool, whitened: bool) -> Figures:
    peak = Peak()
    figures = make(real, folder, rows, large, whitened) if name == "make" else STEPS[name](real, folder, rows)
    return figures | {f"{name}_gb": peak.own, f"{name}_mapped_gb": memory()[1]}


class Peak(Thread):
    """Watches how much memory of its own this process holds at most, in GB (Linux)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = 0.0
        self.start()

    def run(self) -> None:
        while True:
            self.own = max(self.own, memory()[0])
            time.sleep(0.02)


class Drawn:
    """Vectors float32 (n, dim) that are made when they are asked for, always the same ones."""

    def __init__(self, real: np.ndarray, neighbours: np.ndarray, n: int, first: int = 0):
        self.real, self.neighbours, self.first = real, neighbours, first
        self.shape = (n, real.shape[1])
        self.dtype = np.dtype(np.float32)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        rows = np.arange(len(self))[rows] + self.first
        made = np.empty((len(rows), self.shape[1]), dtype=np.float32)
        blocks = rows // BLOCK
        for block in np.unique(blocks):
            at = blocks == block
            of, two, share = recipe(int(block), self.neighbours)
            here = rows[at] % BLOCK
            made[at] = self.real[of[here]] + share[here, None] * (self.real[two[here, 0]] - self.real[two[here, 1]])
        return made


def recipe(block: int, neighbours: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For the rows of a block: a real painting, two of its neighbours, and how much of their difference is added."""
    random = np.random.default_rng([7, block])
    of = random.integers(0, len(neighbours), BLOCK)
    two = neighbours[of[:, None], random.integers(0, NEIGHBOURS, (BLOCK, 2))]
    return of, two, random.uniform(0.3, 1.0, BLOCK).astype(np.float32)


def real_vectors(real: Path) -> tuple[dict[str, np.ndarray], np.ndarray, Any]:
    """The vectors of the real paintings that have all features, as these gave them; the nearest of each by all features
    together (M, NEIGHBOURS); and their index."""
    from artextract.features import store_folder
    from artextract.features.store import FeatureStore
    from artextract.search.asking.engine import SearchEngine

    engine = SearchEngine.open(real)
    hashes = np.array(engine.index.hashes)
    stores = {name: FeatureStore(store_folder(real, feature)) for name, feature in engine.features.items()}
    raw = {name: store.vectors(hashes) for name, store in stores.items()}
    whole = np.all([np.isfinite(rows).all(axis=1) for rows in raw.values()], axis=0)
    raw = {name: rows[whole] for name, rows in raw.items()}
    fused = np.concatenate([rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in raw.values()], axis=1)
    fused -= fused.mean(axis=0)
    near = np.concatenate(
        [
            np.argpartition(-(part @ fused.T - (fused**2).sum(axis=1) / 2), NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
            for part in np.array_split(fused, max(1, len(fused) // 1000))
        ]
    )
    return raw, near, engine


def table(engine: Any, folder: Path, rows: int) -> Any:
    """A table of so many rows whose cells are drawn from a real one, column by column."""
    from artextract.table import COLUMNS, Paintings

    real, random = engine.paintings, np.random.default_rng(3)
    frame = {}
    for name in real.frame.columns:
        cells = real.frame[name]
        if name in ("id", "path", "sha256"):
            continue
        frame[name] = cells.iloc[random.integers(0, len(cells), rows)].reset_index(drop=True)
        if name == "artist":  # one in three is by a painter of whom the collection has few
            number = np.minimum(random.zipf(1.3, rows), rows)
            some = random.random(rows) < 1 / 3
            frame[name] = frame[name].mask(some, pd.Series([f"Painter No. {n}" for n in number], dtype="string"))
        if name == "title":
            frame[name] = frame[name].fillna("Untitled") + [f" {n}" for n in range(rows)]
    numbers = range(rows)
    frame["id"] = [f"painting-{n:08d}-{n * 2654435761 % 4294967296:08x}" for n in numbers]
    frame["path"] = [f"images/{n // 1000:04d}/{n:08d}.jpg" for n in numbers]
    frame["sha256"] = [f"{n:016x}{n * 2654435761 % 2**64:016x}{n * 40503 % 2**64:016x}{n:016x}" for n in numbers]
    if "year" not in frame:
        frame["year"] = pd.Series(random.integers(1400, 1990, rows), dtype="Int64")
    frame["rarity"] = pd.Series(random.integers(0, 100, rows), dtype="Int64")
    ordered = [*COLUMNS, *[name for name in frame if name not in COLUMNS]]
    return Paintings(pd.DataFrame({name: frame[name] for name in ordered}), folder, real.labels)


def make(real: Path, folder: Path, rows: int, large: bool, whitened: bool) -> Figures:
    from artextract.index import EXACT_ROWS, FeatureVectors, create_index
    from artextract.search.asking.weights import resolve_weights
    from artextract.search.index_options import spaces_for

    raw, near, engine = real_vectors(real)
    folder.mkdir(parents=True, exist_ok=True)
    paintings = table(engine, folder, rows)
    paintings.write()
    large = large or rows > EXACT_ROWS
    spaces = spaces_for(engine.features.values(), EXACT_ROWS + 1 if large else rows)
    if whitened:  # moving a vector is linear, so those of the real ones may be turned beforehand
        raw = {name: fit_whitened(vectors)(vectors) for name, vectors in raw.items()}
        spaces = dict.fromkeys(raw, "raw")
    given = {
        name: FeatureVectors(engine.index.versions[name], Drawn(vectors, near, rows), spaces[name])
        for name, vectors in raw.items()
    }
    hashes, dtype = paintings.column("sha256").tolist(), "float16" if large else "float32"
    begun = time.perf_counter()
    index = create_index(folder / "index", paintings.ids, hashes, given, {}, dict(engine.index.settings), dtype)
    written = time.perf_counter()
    if large:
        index = index.with_approximate(resolve_weights(None, index.features))
    ended = time.perf_counter()
    sizes = {"table_mb": (folder / "paintings.parquet").stat().st_size / 1e6, "index_mb": folder_mb(folder / "index")}
    return sizes | {
        "index_seconds": written - begun,
        "approximate_seconds": ended - written,
        "approximate": None if index.approximate is None else dict(index.approximate),
        "dims": {name: index.rows(name, index.ids[:1]).units.shape[1] for name in index.features},
    }


def update(real: Path, folder: Path, rows: int) -> Figures:
    """100 paintings added and 50 taken away."""
    from artextract.index import open_index
    from artextract.table import Paintings, read_paintings

    index = open_index(folder / "index")
    random = np.random.default_rng(5)
    new = [f"new-{n}" for n in range(100)]
    vectors = {}
    for name in index.features:  # what was there already, back in the feature's own space as far as an index knows it
        matrix = index.space(name).matrix
        width = index.rows(name, index.ids[:1]).units.shape[1] if matrix is None else matrix.shape[0]
        vectors[name] = random.random((100, width), dtype=np.float32)
    gone = [index.ids[n] for n in range(0, len(index), max(1, len(index) // 50))][:50]
    begun = time.perf_counter()
    index.update(new, [f"hash-{one}" for one in new], vectors, gone)
    seconds = time.perf_counter() - begun
    paintings = read_paintings(folder)
    frame = paintings.frame[~paintings.frame["id"].isin(gone)]
    added = frame.iloc[:100].assign(id=new, path=new, sha256=[f"hash-{one}" for one in new])
    Paintings(pd.concat([frame, added]), folder, paintings.labels).write()
    return {"update_seconds": seconds}


def search(real: Path, folder: Path, rows: int) -> Figures:
    from fastapi.testclient import TestClient

    from artextract.app.api import create_app
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.asking.query import Query

    figures: Figures = {"load": os.getloadavg()[0]}
    begun = time.perf_counter()
    engine = SearchEngine.open(folder)
    figures["open_seconds"] = time.perf_counter() - begun
    random = np.random.default_rng(11)
    ids = [engine.index.ids[row] for row in random.choice(len(engine.index), QUERIES)]
    begun = time.perf_counter()
    engine.search(ids[0])
    figures["first_search_ms"] = 1000 * (time.perf_counter() - begun)

    def timed(name: str, work: Callable[[Any], Any], over: Any) -> list[Any]:
        found, times = [], []
        for one in over:
            begun = time.perf_counter()
            found.append(work(one))
            times.append(1000 * (time.perf_counter() - begun))
        figures[f"{name}_ms"] = [round(float(np.percentile(times, part)), 2) for part in (50, 95)]
        return found

    for name in ids[:3]:
        engine.search(name)
    plain = timed("search", lambda painting: engine.search(painting), ids)
    figures["looked_at_all"] = plain[0].exact
    parts = [engine.query(name) for name in ids]
    away = [Query(vectors) for vectors in held_out(real, engine, rows)]
    combinations = [engine.combine(parts[n : n + 2], parts[n + 2 : n + 3]) for n in range(0, 3 * FEW, 3)]
    alone = {f"{name} alone": (parts[:FEW], {"weights": {name: 1.0}}) for name in engine.index.features}
    figures["beside_exact"] = {
        "default": beside_exact(engine, parts[:TRIED]),
        "not in the collection": beside_exact(engine, away),
        "plus, plus, minus": beside_exact(engine, combinations),
        "filter of 1 %": beside_exact(engine, parts[:FEW], where=["rarity=7"]),
        "filter of 50 %": beside_exact(engine, parts[:FEW], where=["rarity<50"]),
        "filter of 90 %": beside_exact(engine, parts[:FEW], where=["rarity<90"]),
        **{name: beside_exact(engine, queries, **options) for name, (queries, options) in alone.items()},
    }
    styles = [name for name, _ in engine.paintings.frame["style"].value_counts().items()][:10]
    timed("new_filter", lambda style: engine.listing.allowed([f"style={style}"]), styles)
    timed("new_text_filter", lambda word: engine.listing.allowed([f"title~{word}"]), ["portrait", "river", "water"])
    figures["search_only_gb"] = memory()[0]
    client = TestClient(create_app(folder), base_url="http://localhost")

    def get(path: str) -> Any:
        answer = client.get(path)
        answer.raise_for_status()
        return answer

    timed("first_facts", get, ["/api/collection"])
    timed("first_page", get, ["/api/paintings?limit=60"])
    timed("page", get, [f"/api/paintings?limit=60&offset={n}" for n in np.linspace(0, rows - 100, 20).astype(int)])
    timed("first_by_title", get, ["/api/paintings?limit=60&sort=title"])
    timed("first_by_year", get, ["/api/paintings?limit=60&sort=year"])
    timed("facets", get, [f"/api/facets?where=style%3D{style}" for style in styles[:5]])
    return figures


def held_out(real: Path, engine: Any, rows: int) -> list[dict[str, np.ndarray]]:
    """What paintings would have that were made like those of the collection and are not in it."""
    raw, near, _ = real_vectors(real)
    turned = {}
    for name, vectors in raw.items():
        made = Drawn(vectors, near, FEW, first=rows)[:]
        space = engine.index.space(name)
        if space.dim(vectors.shape[1]) != engine.index.rows(name, engine.index.ids[:1]).units.shape[1]:
            made = fit_whitened(vectors)(made)  # what ``make --whitened`` indexes
        turned[name] = space(made)
    return [{name: made[n] for name, made in turned.items()} for n in range(FEW)]


def fit_whitened(vectors: np.ndarray) -> Any:
    from artextract.index.spaces import fit_space

    return fit_space("whitened", vectors)


def beside_exact(engine: Any, queries: list[Any], **options: Any) -> dict[str, Any]:
    """Searches as they are, and those that look at all rows, in turn: recall@10, milliseconds of the clock (p50) and of
    the processor (mean), and what part of the exact search's these are."""
    answers: tuple[list[Any], list[Any]] = ([], [])
    clock, cpu = np.zeros((2, len(queries))), np.zeros((2, len(queries)))
    for place, query in enumerate(queries):
        for way, approximate in enumerate((None, False)):
            begun, spent = time.perf_counter(), time.process_time()
            answers[way].append(engine.search(query, approximate=approximate, **options))
            clock[way, place], cpu[way, place] = time.perf_counter() - begun, time.process_time() - spent
    (ours, exact), (ours_cpu, exact_cpu) = 1000 * np.median(clock, axis=1), 1000 * cpu.mean(axis=1)
    return {
        "recall@10": round(recall(*answers), 4),
        "looked_at_all": answers[0][0].exact,
        "p50_ms": [round(ours, 1), round(exact, 1)],
        "cpu_ms": [round(ours_cpu, 1), round(exact_cpu, 1)],
        "cpu_of_exact": round(ours_cpu / exact_cpu, 4),
    }


def recall(found: list[Any], truth: list[Any]) -> float:
    """The part of the true hits that was found."""
    parts = [
        len({hit.id for hit in one.hits} & {hit.id for hit in other.hits}) / len(other.hits)
        for one, other in zip(found, truth, strict=True)
        if other.hits
    ]
    return float(np.mean(parts))


def folder_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def memory() -> tuple[float, float]:
    """GB of this process's own memory and of files that it has mapped (Linux)."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    own, mapped = (round(int(status[name].split()[0]) / 1e6, 2) for name in ("RssAnon", "RssFile"))
    return own, mapped


def as_text(figures: Figures) -> str:
    return "\n".join(f"{name:<22} {value}" for name, value in figures.items()) + "\n"


STEPS: dict[str, Callable[[Path, Path, int], Figures]] = {"update": update, "search": search}

if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
