"""What ridge regression on the pooled vectors of "deep" makes of the year, the simplest opponent of the network.

    python benchmarks/year_ridge.py COLLECTION

COLLECTION is the starter's (``scripts/starter_collection.py``), indexed. The penalty is chosen on its validation rows.
Told are all test rows with a year and those by artists that were held out, with 95 % intervals over artists."""

from __future__ import annotations

import argparse

import numpy as np

from artextract.features import get_feature, store_folder
from artextract.features.store import FeatureStore
from artextract.model.numbers import COVERAGE
from artextract.model.ridge import fit_ridge
from artextract.table import read_paintings

NEAR = 25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection")
    table = read_paintings(parser.parse_args().collection)
    year = np.array([np.nan if value is None else float(value) for value in table.column("year")])
    split, held = np.asarray(table.column("split")), np.asarray(table.column("artist_held_out"))
    artists = table.artists()
    assert artists is not None
    vectors = FeatureStore(store_folder(table.root, get_feature("deep"))).vectors(table.column("sha256"))
    known = np.isfinite(year) & np.isfinite(vectors).all(1)
    rows = {name: np.flatnonzero(known & (split == name)) for name in ("train", "val", "test")}
    ridge = fit_ridge(vectors[rows["train"]], year[rows["train"]], vectors[rows["val"]], year[rows["val"]])
    print(f"{len(rows['train'])} training rows with a year; penalty {ridge.alpha:g}, half width {ridge.half_width}")
    middle = float(np.median(year[rows["train"]]))
    for name, some in (("test", rows["test"]), ("unseen artists", rows["test"][held[rows["test"]] == "test"])):
        groups = np.unique([artists[row] or f"row {row}" for row in some], return_inverse=True)[1]
        for who, guess in (("ridge", ridge.predict(vectors[some])), ("median", np.full(len(some), middle))):
            off = np.abs(guess - year[some])
            figures = [f"mean error {_interval(off, groups)}", f"at most {NEAR} off {_interval(off <= NEAR, groups)}"]
            if who == "ridge" and ridge.half_width is not None:
                figures.append(f"in the {COVERAGE:.0%} interval {_interval(off <= ridge.half_width, groups)}")
            print(f"{name}, {who}: n {len(some)}; {'; '.join(figures)}")


def _interval(values: np.ndarray, groups: np.ndarray, draws: int = 2000) -> str:
    n = groups.max() + 1
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), draws)
    sums, counts = (np.bincount(groups, weights, n) for weights in (values.astype(float), None))
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), (0.025, 0.975))
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
