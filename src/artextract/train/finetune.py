"""Fine-tuning: the backbone learns with the network, from its last stage downwards, more slowly the deeper a stage
lies. It learns from pixels or, several times faster, from what its other stages made of stored views."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from artextract.backbones import Backbone, load_network
from artextract.backbones.halves import Upper, lower_half
from artextract.backbones.multi_scale import MultiScale, ordered_blocks
from artextract.errors import InputError, NothingUsableError
from artextract.files import write_aside
from artextract.images import open_image
from artextract.model import saved
from artextract.model.label_map import LabelMap
from artextract.model.network import AttributeNetwork
from artextract.objects import ImageFile
from artextract.printable import counted
from artextract.progress import Progress
from artextract.runtime import read_ahead
from artextract.table import Paintings
from artextract.train.checkpoint import FILE_NAME as UNFINISHED
from artextract.train.context import Context
from artextract.train.loop import NORMALISATION_ROWS, Fitted, fit, parameter_groups
from artextract.train.new_network import fresh_network
from artextract.train.options import TrainOptions
from artextract.train.prepared import prepare
from artextract.train.rows import PictureRows, Rows

FAMILIES = ("efficientnet_lite", "vgg")
"""Backbones whose trained weights can be written in the form in which they are read."""


class LearningBackbone(nn.Module):
    """A backbone that learns, and the network behind it: logits per attribute from what ``maps`` takes.

    Staged unfreezing and a learning rate per stage: J. Howard, S. Ruder, "Universal Language Model Fine-tuning for Text
    Classification" (2018), sections 3.2 and 3.3. Normalisation layers keep the statistics of the pretraining, for a
    batch is small."""

    def __init__(self, network: nn.Module, size: int, head: AttributeNetwork, unfreeze: int):
        super().__init__()
        self.backbone, self.head, self.unfreeze = network, head, unfreeze
        self.stages = stages_of(network, size)
        self.begin_epoch(1)

    @property
    def temperature(self) -> Tensor:
        return self.head.temperature

    def begin_epoch(self, number: int) -> None:
        """In the first epoch the backbone rests.

        From the second on one more of its last stages learns in each, up to ``unfreeze``."""
        learning = min(number - 1, self.unfreeze)
        for depth, stage in enumerate(reversed(self.stages)):
            for parameter in stage:
                parameter.requires_grad_(depth < learning)

    def parameter_groups(self, options: TrainOptions) -> list[dict[str, Any]]:
        groups = parameter_groups(self.head, options.learning_rate, options.weight_decay)
        for depth, stage in enumerate(reversed(self.stages)):
            rate = options.learning_rate * options.backbone_rate * options.layer_decay**depth
            groups.append({"params": stage, "lr": rate, "weight_decay": 0.0})
        return groups

    def train(self, mode: bool = True) -> LearningBackbone:
        super().train(mode)
        self.backbone.eval()
        return self

    def maps(self, inputs: Tensor) -> Tensor:
        """The feature maps ``(N, C, H, W)`` of the backbone as it is now."""
        raise NotImplementedError

    def forward(self, inputs: Tensor) -> list[Tensor]:
        logits: list[Tensor] = self.head(self.maps(inputs))
        return logits


class EndToEnd(LearningBackbone):
    """Learns from pictures, ``uint8`` or ``float32 (N, S, S, 3)`` in 0..255."""

    pixel_mean: Tensor
    pixel_std: Tensor

    def __init__(self, backbone: Backbone, head: AttributeNetwork, unfreeze: int):
        super().__init__(load_network(backbone), backbone.transform.size, head, unfreeze)
        self.register_buffer("pixel_mean", 255 * torch.tensor(backbone.transform.mean), persistent=False)
        self.register_buffer("pixel_std", 255 * torch.tensor(backbone.transform.std), persistent=False)

    def maps(self, pixels: Tensor) -> Tensor:
        normalised = (pixels.float() - self.pixel_mean) / self.pixel_std
        maps: Tensor = self.backbone(normalised.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last))[0]
        return maps


class UpperHalf(LearningBackbone):
    """Learns from the stored maps of the lower half (``backbones.halves``): its last ``unfreeze`` stages are all that
    is run."""

    def __init__(self, backbone: Backbone, head: AttributeNetwork, unfreeze: int):
        upper = Upper(backbone, unfreeze)
        super().__init__(upper.network, backbone.transform.size, head, unfreeze)
        self.upper = upper.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def maps(self, inputs: Tensor) -> Tensor:
        maps: Tensor = self.upper(inputs.float())
        return maps


def stages_of(network: nn.Module, size: int) -> list[list[nn.Parameter]]:
    """The parameters of a backbone by stage, from the picture to the map: blocks of one width and grid form a stage.

    What stands before the first block is the first one, what stands behind the last belongs to the last."""
    blocks = ordered_blocks(network, size)
    if not blocks:
        raise InputError(
            "this backbone has no stages that could be unfrozen one by one",
            "fine-tune efficientnet_lite0, _lite1, _lite2 or vgg16",
            code="no-stages",
        )
    stages: dict[tuple[int, ...], list[nn.Parameter]] = {}
    for block, shape in blocks:
        stages.setdefault(shape, []).extend(block.parameters())
    within = {id(p) for stage in stages.values() for p in stage}
    names = [id(p) for p in network.parameters()]
    first = next(i for i, key in enumerate(names) if key in within)
    others = [(i, p) for i, p in enumerate(network.parameters()) if id(p) not in within]
    before, behind = [p for i, p in others if i < first], [p for i, p in others if i >= first]
    found = [stage for stage in [before, *stages.values()] if stage]
    found[-1] = found[-1] + behind
    return found


def finetune(
    backbone: Backbone,
    collection: str | Path,
    paintings: Paintings,
    labels: LabelMap,
    options: TrainOptions,
    precision: str,
    out: Path,
    context: Context,
) -> tuple[Fitted, Path]:
    """Train backbone and network together.

    Gives what was fitted and the file of the backbone's weights, written in ``out``.

    Without ``options.views`` from the image files, each changed anew in each epoch. With them from as many stored views
    of the paintings, of which the store of ``collection`` keeps the maps of the lower half.

    Raises ``InputError`` for a backbone whose weights cannot be written again or that cannot be cut, and
    ``NothingUsableError`` where no training picture can be read."""
    if backbone.family not in FAMILIES:
        raise InputError(
            f"'{backbone.name}' cannot be fine-tuned here",
            "fine-tune efficientnet_lite0, _lite1, _lite2 or vgg16; others are trained on stored feature maps",
            code="not-fine-tunable",
        )
    head = fresh_network(options, backbone, labels)
    network: LearningBackbone
    rows: dict[str, Rows]
    if options.views:
        half = lower_half(backbone, options.unfreeze)
        prepared = prepare(collection, paintings, labels, half, precision, options.views, context)
        rows, sides = {name: prepared.rows(name) for name in ("train", "val")}, prepared.sides
        network = UpperHalf(backbone, head, options.unfreeze)
    else:
        sides = _readable_sides(paintings, context.progress)
        rows = {
            name: PictureRows(side.image_paths(), labels.targets(side), backbone.transform)
            for name, side in sides.items()
        }
        network = EndToEnd(backbone, head, options.unfreeze)
    network.head.set_normalisation(*_statistics(network, rows["train"], options.seed))
    context.say(
        f"fine-tuning {backbone.name}, the last {options.unfreeze} of {len(network.stages)} stages:"
        f" {network.head.config.in_words()}, {counted(len(rows['train']), 'training painting')},"
        f" {counted(len(sides['val']), 'validation painting')}"
    )
    about = [backbone.version, *(side.column("sha256").tolist() for side in sides.values())]
    fitted = fit(
        network,
        rows["train"],
        rows["val"],
        labels.output_counts,
        options,
        kinds=labels.kinds,
        unfinished=out / UNFINISHED,
        about=about,
        processes=context.processes,
        watch=context.log,
        progress=context.progress,
    )
    path = out / saved.BACKBONE_WEIGHTS_FILE
    if context.processes.first:
        write_backbone(cast(nn.Module, fitted.network.backbone), path)
    context.processes.wait()
    return fitted, path


def write_backbone(network: nn.Module, path: Path) -> None:
    """Write the weights of a backbone under the names with which ``backbones.networks`` reads them: matrices in half
    precision, as feature maps are kept, all else in full."""
    from safetensors.torch import save_file

    inner = network.network if isinstance(network, MultiScale) else network
    layers = cast(nn.Module, inner.layers)
    state = getattr(layers, "network", layers).state_dict()
    prefix = "" if hasattr(layers, "network") else "features."
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_aside(path) as aside:
        save_file({prefix + key: _short(value.detach().cpu()).contiguous() for key, value in state.items()}, aside)


def _short(value: Tensor) -> Tensor:
    """Matrices and kernels in half precision; means and variances of a normalisation may be too large for it."""
    return value.half() if value.ndim > 1 else value


def _readable_sides(paintings: Paintings, progress: Progress) -> dict[str, Paintings]:
    """Training and validation without the rows whose file cannot be decoded."""
    good = [
        position
        for position, _ in progress(
            read_ahead(paintings.image_paths(), _decoded, lambda position, reason: None),
            len(paintings),
            "reading images",
        )
    ]
    paintings = paintings.rows(good)
    sides = {name: paintings.in_split(name) for name in ("train", "val")}
    if not len(sides["train"]):
        raise NothingUsableError(
            "no training painting could be read", "check the image files", code="no-readable-image"
        )
    return sides


def _decoded(path: ImageFile) -> bool:
    open_image(path, at_least=64)
    return True


@torch.no_grad()
def _statistics(network: LearningBackbone, rows: Rows, seed: int) -> tuple[Tensor, Tensor]:
    """Mean and deviation per channel of the maps of some pictures, before the backbone learns."""
    chosen = np.sort(
        np.random.default_rng(seed).choice(len(rows), min(len(rows), NORMALISATION_ROWS // 8), replace=False)
    )
    maps = torch.cat(
        [network.maps(rows.batch(chosen[start : start + 32], None)) for start in range(0, len(chosen), 32)]
    )
    return maps.mean((0, 2, 3)), maps.std((0, 2, 3))
