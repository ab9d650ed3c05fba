"""What a transformers checkpoint says of itself in config.json and preprocessor_config.json, read as plain JSON.

No torch and no transformers here: the shapes follow from the configuration, and the preprocessing becomes our own
transform."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from artextract.errors import InputError
from artextract.files import read_json

VISION_TRANSFORMERS = ("dinov2", "clip", "siglip")


def model_kind(config: dict[str, Any]) -> str:
    """ "clip" for a whole CLIP and for its vision half alike."""
    return str(config.get("model_type", "")).removesuffix("_vision_model")


def read_checkpoint(folder: Path, kind: str) -> dict[str, Any]:
    """Size, mean, std, dim, map_shape and earlier stages of the checkpoint in a folder.

    Mean and std only where it tells them.

    Raises ``InputError`` for a checkpoint of another kind than ``kind``.
    """
    config = read_json(folder / "config.json")
    found = model_kind(config)
    if found != kind:
        hint = "give it under the name of its own backbone"
        raise InputError(
            f"the checkpoint '{folder}' is a '{found}', not a '{kind}'", hint, code="wrong-checkpoint-kind"
        )
    config = {**config, **(config.get("vision_config") or {})}
    path = folder / "preprocessor_config.json"
    facts = _preprocessing(read_json(path)) if path.is_file() else {}
    if kind in ("clip", "siglip"):  # their position embeddings fit one size only
        facts["size"] = config.get("image_size", 224)
    facts.setdefault("size", 224)
    channels, cells = _shape(kind, config, facts["size"])
    widths = config.get("hidden_sizes") or {"resnet": [256, 512, 1024, 2048], "convnextv2": [96, 192, 384, 768]}.get(
        kind, []
    )
    earlier_stages = (
        (widths[-2],) if kind in ("resnet", "convnextv2") and len(widths) > 1 and facts["size"] % 32 == 0 else ()
    )
    return {**facts, "dim": channels, "map_shape": (channels, cells, cells), "earlier_stages": earlier_stages}


def _shape(kind: str, config: dict[str, Any], size: int) -> tuple[int, int]:
    """Channels of the map and cells on a side; what a configuration leaves out has the default of transformers."""
    if kind in VISION_TRANSFORMERS:
        patch = config.get("patch_size", {"dinov2": 14, "clip": 32, "siglip": 16}[kind])
        return config.get("hidden_size", 768), size // patch
    if kind == "resnet":
        widths = config.get("hidden_sizes", [256, 512, 1024, 2048])
        halvings = len(widths) + 1 + bool(config.get("downsample_in_first_stage"))
        return widths[-1], _halved(size, halvings)
    if kind == "convnextv2":
        widths = config.get("hidden_sizes") or [96, 192, 384, 768]
        return widths[-1], size // (config.get("patch_size", 4) * 2 ** (len(widths) - 1))
    if kind == "mobilenet_v2":
        multiplier = config.get("depth_multiplier", 1.0)
        if config.get("finegrained_output", True) and multiplier < 1.0:
            channels = 1280
        else:
            channels = _rounded(
                round(1280 * multiplier), config.get("depth_divisible_by", 8), config.get("min_depth", 8)
            )
        return channels, _halved(size, int(math.log2(config.get("output_stride", 32))))
    if kind == "efficientnet":
        divisor = config.get("depth_divisor", 8)
        strides = config.get("strides", [1, 2, 2, 2, 1, 2, 1])
        return _rounded(1280 * config.get("width_coefficient", 2.0), divisor, divisor), _halved(
            size, 1 + strides.count(2)
        )
    raise InputError(
        f"checkpoints of the kind '{kind}' are not known",
        "see the names that 'artextract backbones' lists",
        code="unknown-checkpoint-kind",
    )


def _halved(size: int, times: int) -> int:
    for _ in range(times):
        size = math.ceil(size / 2)
    return size


def _rounded(channels: float, divisor: int, least: int) -> int:
    """To the nearest multiple of ``divisor``, but never down by more than a tenth."""
    nearest = max(least, int(channels + divisor / 2) // divisor * divisor)
    return nearest if nearest >= 0.9 * channels else nearest + divisor


def _preprocessing(config: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    size = config.get("crop_size") if config.get("do_center_crop") and config.get("crop_size") else config.get("size")
    if isinstance(size, dict):
        size = size.get("height") or size.get("shortest_edge")
    if size:
        facts["size"] = int(size)
    if config.get("do_normalize", True) and config.get("image_mean"):
        mean, std = config["image_mean"], config["image_std"]
        if config.get("include_top"):  # EfficientNet's processor divides by the deviation a second time
            std = [value * value for value in std]
        scale = 255 * config.get("rescale_factor", 1 / 255)
        offset = 1.0 if config.get("rescale_offset") else 0.0
        facts["mean"] = tuple((value + offset) / scale for value in mean)
        facts["std"] = tuple(value / scale for value in std)
    return facts
