"""How fast images become vectors on this machine: the raw engine and the pipeline from files, at each precision, and a
plain torch loop beside them.

    python benchmarks/throughput.py IMAGES_DIR ... [--limit 200] [--precisions strict,fast,int8] [--maps] [--predict]
        [--json]

All run over the same images on the processor, in turns and in rounds. Each is compared with the torch loop of its own
round, and the middle ratio counts: by the processor's time for an image, which other programs change little, and by the
clock."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from artextract.backbones import Backbone, get_backbone, load_network
from artextract.errors import ImageError
from artextract.images import EXTENSIONS, opened
from artextract.model.predictor import Predictor
from artextract.runtime import PRECISIONS, Engine, cpu_count, extract, open_engine

BATCH = 32
TORCH = "plain torch loop"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("images", type=Path, nargs="+", help="folders, each measured by itself")
    parser.add_argument(
        "--limit", type=int, default=200, help="use at most so many images of each, evenly picked (%(default)s)"
    )
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--finer", action="store_true", help="with the texture of finer stages, as a training has it")
    parser.add_argument("--precisions", default=",".join(PRECISIONS), help="%(default)s")
    parser.add_argument("--maps", action="store_true", help="take the feature maps too")
    parser.add_argument("--predict", action="store_true", help="also what `artextract predict` does, by the starter")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    backbone = get_backbone(args.backbone, multi_scale=args.finer)
    engines = {precision: open_engine(backbone, "cpu", precision) for precision in args.precisions.split(",")}
    network = load_network(backbone)
    predictor = Predictor.open() if args.predict else None
    results = []
    for folder in args.images:
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS)
        paths = [found[i] for i in np.linspace(0, len(found) - 1, min(args.limit, len(found))).astype(int)]
        works = {
            TORCH: partial(torch_loop, backbone, network, paths),
            "decoding alone": partial(decoding, backbone, paths),
        }
        for precision, engine in engines.items():
            works[f"raw engine, {precision}"] = partial(raw, backbone, engine, paths, args.maps)
            works[f"from files, {precision}"] = partial(pipeline, backbone, engine, paths, args.maps)
        if predictor is not None:
            works["predict, all at once"] = partial(predict, predictor, paths)
            works["predict, one by one"] = partial(predict_one_by_one, predictor, paths)
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for turn in range(args.rounds + 1):
            for name, work in works.items():
                seconds = measured(work)
                if turn:  # the first round fills caches
                    spent[name].append(seconds)
            print(f"round {turn} of {args.rounds}" + ("" if turn else " (not counted)"), file=sys.stderr)
        results.append(summary(folder.name, len(paths), spent))
    report = {"backbone": args.backbone, "maps": args.maps, "finer": args.finer, "cores": cpu_count()}
    report |= {"fast_is": engines["fast"].precision} if "fast" in engines else {}  # type: ignore[attr-defined]
    if args.json:
        print(json.dumps(report | {"folders": results}))
    else:
        show(report, results)


def raw(backbone: Backbone, engine: Engine, paths: list[Path], maps: bool) -> int:
    """The network alone, over pixels that are in memory."""
    held = _held(backbone, tuple(paths[:64]))
    order = np.arange(len(paths)) % len(held)
    chunks = (
        (order[at : at + engine.chunk], held[order[at : at + engine.chunk]])
        for at in range(0, len(order), engine.chunk)
    )
    return sum(len(positions) for positions, _, _ in engine.stream(chunks, maps))


def pipeline(backbone: Backbone, engine: Engine, paths: list[Path], maps: bool) -> int:
    found = extract(backbone, paths, maps=maps, on_error=lambda *_: None, batch_size=BATCH, engine=engine)
    return sum(len(positions) for positions, _, _ in found)


def predict(predictor: Predictor, paths: list[Path]) -> int:
    """Answers with their doubts, from files."""
    return len(predictor.predict(paths, _unreadable))


def predict_one_by_one(predictor: Predictor, paths: list[Path]) -> int:
    return sum(len(predictor.predict([path], _unreadable)) for path in paths)


def _unreadable(position: int, reason: str) -> None:
    """Left out."""


def decoding(backbone: Backbone, paths: list[Path]) -> int:
    """The decoding and resizing of the pipeline, one file after the other."""
    return sum(_readable(backbone, path) is not None for path in paths)


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


def measured(work: Callable[[], int]) -> tuple[float, float]:
    """Milliseconds of the processor, all threads together, and of the clock, for one image."""
    clock, processor = time.perf_counter(), time.process_time()
    count = work()
    return 1000 * (time.process_time() - processor) / count, 1000 * (time.perf_counter() - clock) / count


def summary(folder: str, count: int, spent: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    rows = {}
    for name, rounds in spent.items():
        ratios = [(torch[0] / own[0], torch[1] / own[1]) for torch, own in zip(spent[TORCH], rounds, strict=True)]
        rows[name] = {
            "processor_ms": round(median(one[0] for one in rounds), 2),
            "images_per_second": round(1000 / median(one[1] for one in rounds), 1),
            "times_torch_by_processor": round(median(ratio[0] for ratio in ratios), 2),
            "times_torch_by_clock": round(median(ratio[1] for ratio in ratios), 2),
        }
    return {"folder": folder, "images": count, "rows": rows}


def show(report: dict[str, Any], results: list[dict[str, Any]]) -> None:
    taken = "maps and vectors" if report["maps"] else "vectors"
    print(f"{report['backbone']} on {report['cores']} cores, {taken}; fast is {report.get('fast_is', 'not measured')}")
    for result in results:
        print(f"\n{result['folder']}, {result['images']} images")
        print(f"{'':24}{'processor':>12}{'images/s':>10}{'times torch':>13}{'by clock':>10}")
        for name, row in result["rows"].items():
            print(
                f"{name:24}{row['processor_ms']:>9.2f} ms{row['images_per_second']:>10.1f}"
                f"{row['times_torch_by_processor']:>13.2f}{row['times_torch_by_clock']:>10.2f}"
            )


@cache
def _held(backbone: Backbone, paths: tuple[Path, ...]) -> np.ndarray:
    return np.stack([pixels for path in paths if (pixels := _readable(backbone, path)) is not None])


def _readable(backbone: Backbone, path: Path) -> np.ndarray | None:
    try:
        return backbone.transform.read(path)
    except ImageError:
        return None


if __name__ == "__main__":
    main()
