"""Whether the share of wrong labels that the review states holds: labels of a collection are made wrong, and the share
that its list states is set beside the true one. Prints a table in Markdown; that of docs/outliers.md is made so.

python benchmarks/expected_errors.py COLLECTION [--attributes style,genre] [--shares 0.01,0.03,0.05] [--seeds 3]"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from artextract.evaluate.outliers.planted import planted_study
from artextract.review.suspects import labelled_rows
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.model_labels import model_feature

KINDS = {"random": "at random", "confused": "to a class that looks alike"}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("collection")
    parser.add_argument("--attributes", default="style,genre,artist")
    parser.add_argument("--shares", default="0.01,0.03,0.05")
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args(argv)
    engine = SearchEngine.open(args.collection)
    feature = model_feature(engine.features.values())
    if feature is None:
        sys.exit("the collection has no feature that knows labels: index it with the feature style")
    print("| attribute | planted | wrong labels | listed | stated | true | first 20 stated | true |")
    print("|---|---|---|---|---|---|---|---|")
    for attribute in args.attributes.split(","):
        labelled, _ = labelled_rows(engine, feature.predictor, attribute)
        for share in map(float, args.shares.split(",")):
            study = planted_study(labelled, share, args.seeds)
            for kind, words in KINDS.items():
                print(row(attribute, share, words, study["expected"][kind]), flush=True)


def row(attribute: str, share: float, words: str, found: dict[str, Any]) -> str:
    cells = [attribute, f"{share:.0%}", words, f"{found['all']['listed']:.0f}"]
    for name in ("all", "20"):
        low, high = found[name]["range"]
        cells += [f"{found[name]['stated']:.0%}", f"{found[name]['true']:.0%} [{low:.0%}, {high:.0%}]"]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
