"""How fast images become vectors on this machine: the raw engine, the pipeline from files, and a plain torch loop
beside them.

    python benchmarks/throughput.py IMAGES_DIR [--limit 1000] [--maps] [--json]

All three run over the same images on the processor, in turns and in rounds, since machines are noisy; the middle round
counts."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from artextract.backbones import Backbone, get_backbone, load_network
from artextract.errors import ImageError
from artextract.images import EXTENSIONS, opened
from artextract.runtime import cpu_count, extract, open_engine

BATCH = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("images", type=Path)
    parser.add_argument(
        "--limit", type=int, default=1000, help="use at most so many images, evenly picked (%(default)s)"
    )
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--precision", default="fast", choices=["fast", "strict"])
    parser.add_argument("--maps", action="store_true", help="take the feature maps too")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    found = sorted(path for path in args.images.rglob("*") if path.suffix.lower() in EXTENSIONS)
    paths = [found[i] for i in np.linspace(0, len(found) - 1, min(args.limit, len(found))).astype(int)]
    backbone = get_backbone(args.backbone)
    engine = open_engine(backbone, "cpu", args.precision)
    held = np.stack([pixels for path in paths[:256] if (pixels := _readable(backbone, path)) is not None])
    network = load_network(backbone)

    def raw() -> int:
        order = np.arange(len(paths)) % len(held)
        chunks = ((at, held[at]) for at in np.array_split(order, max(1, len(order) // engine.chunk)))
        return sum(len(positions) for positions, _, _ in engine.stream(chunks, args.maps))

    def pipeline() -> int:
        found = extract(
            backbone, paths, maps=args.maps, on_error=lambda position, reason: None, batch_size=BATCH, engine=engine
        )
        return sum(len(positions) for positions, _, _ in found)

    def plain_torch() -> int:
        return torch_loop(backbone, network, paths)

    rates = {work.__name__: [] for work in (raw, pipeline, plain_torch)}
    for turn in range(args.rounds + 1):
        for work in (raw, pipeline, plain_torch):
            rate = _rate(work)
            if turn:  # the first round fills caches
                rates[work.__name__].append(rate)
        if not args.json:
            print(f"round {turn} of {args.rounds}" + ("" if turn else " (not counted)"), file=sys.stderr)
    report(args, engine.precision, len(paths), {name: median(values) for name, values in rates.items()}, rates)


def torch_loop(backbone: Backbone, network: Callable, paths: list[Path]) -> int:
    """What one would write first: decode with Pillow, 32 at a time through torch, one step after the other."""
    import torch
    from PIL import Image

    size, done = backbone.transform.size, 0
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (backbone.transform.mean, backbone.transform.std))
    with torch.inference_mode():
        for at in range(0, len(paths), BATCH):
            pictures = [
                np.asarray(opened(path).convert("RGB").resize((size, size), Image.Resampling.BICUBIC))
                for path in paths[at : at + BATCH]
            ]
            x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
            done += len(network((x - mean) / std)[1])
    return done


def report(
    args: argparse.Namespace, precision: str, count: int, rate: dict[str, float], rounds: dict[str, list[float]]
) -> None:
    result = {
        "backbone": args.backbone,
        "precision": precision,
        "maps": args.maps,
        "images": count,
        "cores": cpu_count(),
        "images_per_second": {name: round(value, 1) for name, value in rate.items()},
        "pipeline_to_raw": round(rate["pipeline"] / rate["raw"], 3),
        "pipeline_to_plain_torch": round(rate["pipeline"] / rate["plain_torch"], 2),
        "rounds": {name: [round(value, 1) for value in values] for name, values in rounds.items()},
    }
    if args.json:
        print(json.dumps(result))
        return
    taken = "maps and vectors" if args.maps else "vectors"
    print(f"{args.backbone} in {precision} on {result['cores']} cores, {count} images, {taken}")
    print(f"  raw engine, pixels in memory   {rate['raw']:7.1f} images/s")
    print(
        f"  pipeline, from files           {rate['pipeline']:7.1f} images/s, {result['pipeline_to_raw']:.0%} of the raw"
        " engine"
    )
    print(f"  plain torch loop, from files   {rate['plain_torch']:7.1f} images/s")
    print(f"the pipeline is {result['pipeline_to_plain_torch']} times as fast as the plain loop")


def _readable(backbone: Backbone, path: Path) -> np.ndarray | None:
    try:
        return backbone.transform.read(path)
    except ImageError:
        return None


def _rate(work: Callable[[], int]) -> float:
    start = time.perf_counter()
    return work() / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
