"""The form of a model's ``config.json`` and ``labels.json``, so that one that is well-formed but wrong is told of in a
sentence."""

from __future__ import annotations

from typing import Any

from artextract.errors import MismatchError
from artextract.forms import misfit
from artextract.images import GEOMETRIES
from artextract.labels import canonical_key
from artextract.precision import PRECISIONS

NETWORK = {"map_shape": [int], "classes": {str: int}, "hidden": int, "bidirectional": bool}
_NEEDED = {"labels_sha256": str, "weights_sha256": str}
_PARTS: dict[str, Any] = {
    "network": NETWORK,
    "backbone": {
        "name": str,
        "version": str,
        "precision": str,
        "multi_scale": bool,
        "transform": {"size": int, "geometry": str},
    },
    "options": {str: object},
    "baselines": {str: {"network": NETWORK, "weights_sha256": str}},
    "probes": {str: {str: (str, float, None)}},
    "sure_from": {str: (None, float)},
    "numbers": {str: {"temperature": float, "coverage": float, "widened": float, "median": float}},
    "several": {str: {"temperature": float, "thresholds": [float]}},
    "ridges": {str: {"alpha": float, "half_width": (None, float)}},
    "temperatures": {str: float},
    "split": {str: object},
    "collection": {"path": str},
    "image_sides": [int],
    "rights": [str],
    "best_epoch": int,
    "validation": {str: float},
}
_LABELS = {"classes": {str: [str]}, "counts": {str: [int]}}
_SEVERAL = {str: {"classes": [str], "counts": [int], "paintings": int}}
_NUMBERS = {str: {"edges": [float], "counts": [int], "whole": bool}}


class ModelConfig(dict[str, Any]):
    """The values of ``config.json``; asking for one that it lacks raises ``MismatchError``."""

    def __missing__(self, key: str) -> Any:
        raise MismatchError(
            f"the model's config.json has no '{key}'", "train it again, or copy the whole folder", code="model-damaged"
        )


def with_present_names(config: dict[str, Any]) -> dict[str, Any]:
    """``config.json`` as it is written today: models that were trained before call "multi_scale" "finer"."""
    backbone = config.get("backbone")
    if not isinstance(backbone, dict) or "finer" not in backbone:
        return config
    return {**config, "backbone": {"multi_scale" if name == "finer" else name: backbone[name] for name in backbone}}


def wrong_config(config: Any) -> str:
    """What is wrong with the values of ``config.json``, in a few words; "" where nothing is.

    Parts that are not there are passed over: they raise when they are asked for."""
    found = misfit(config, _NEEDED) or misfit(config, {name: form for name, form in _PARTS.items() if name in config})
    if found:
        return found
    networks = [config.get("network"), *(entry["network"] for entry in config.get("baselines", {}).values())]
    if any(network and (len(network["map_shape"]) != 3 or min(network["map_shape"]) < 1) for network in networks):
        return "'map_shape' is not three positive numbers"
    backbone = config.get("backbone")
    if backbone and backbone["transform"]["geometry"] not in GEOMETRIES:
        return f"there is no geometry '{backbone['transform']['geometry']}'"
    if backbone and backbone["precision"] not in PRECISIONS:
        return f"there is no precision '{backbone['precision']}'"
    for name in ("detail", "jpeg_side"):
        if backbone and misfit(backbone["transform"].get(name), (None, int)):
            return f"'{name}' is not a whole number"
    for name, number in config.get("numbers", {}).items():
        shares = number.get("carried", {})
        if misfit(shares, {str: [float]}) or not all(0 <= share <= 1 for some in shares.values() for share in some):
            return f"'carried' of '{name}' is not shares from 0 to 1 per attribute"
    if len(config.get("image_sides", "three")) < 2:
        return "'image_sides' is not three numbers"
    return ""


def wrong_labels(labels: Any) -> str:
    """What is wrong with the values of ``labels.json``, in a few words; "" where nothing is."""
    found = misfit(labels, _LABELS) or misfit(labels.get("numbers", {}), _NUMBERS)
    found = found or misfit(labels.get("several", {}), _SEVERAL)
    if found:
        return found
    if not any(labels.get(part) for part in ("classes", "numbers", "several")):
        return "it has no attribute"
    for name, bins in labels.get("numbers", {}).items():
        if len(bins["edges"]) != len(bins["counts"]) + 1 or sorted(set(bins["edges"])) != bins["edges"]:
            return f"the bins of '{name}' do not rise, or have no count each"
    several = labels.get("several", {})
    counts = labels["counts"] | {name: one["counts"] for name, one in several.items()}
    for name, classes in (labels["classes"] | {name: one["classes"] for name, one in several.items()}).items():
        if len({canonical_key(label) for label in classes}) < len(classes):
            return f"it names a class of '{name}' twice"
        if len(counts.get(name, ())) != len(classes):
            return f"it has no count for each class of '{name}'"
    return ""


def wrong_together(config: ModelConfig, labels: Any) -> str:
    """What of a config does not fit its labels, in a few words; "" where nothing does not."""
    numbers, several = labels.get("numbers", {}), labels.get("several", {})
    sizes = {name: len(classes) for name, classes in labels["classes"].items()}
    for part, names in (
        ("sure_from", sizes),
        ("temperatures", sizes),
        ("numbers", numbers),
        ("several", several),
    ):
        if part in config and set(config[part]) != set(names):
            return f"'{part}' is not about the attributes of labels.json"
    for name, number in config.get("numbers", {}).items():
        if any(sizes.get(attribute) != len(shares) for attribute, shares in number.get("carried", {}).items()):
            return f"'carried' of '{name}' has no share for each class of an attribute"
    sizes |= {name: len(one["counts"]) for name, one in (numbers | several).items()}
    for name, one in config.get("several", {}).items():
        if len(one["thresholds"]) != sizes[name]:
            return f"'several' has no threshold for each class of '{name}'"
    networks = [config.get("network"), *(entry["network"] for entry in config.get("baselines", {}).values())]
    if any(network and network["classes"] != sizes for network in networks):
        return "the classes of a network are not those of labels.json"
    return ""
