"""The classifier as one torch module, from pictures to probabilities, for use from Python.

The command line predicts without torch, by ``predictor.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from artextract.backbones import Backbone, get_backbone, load_network
from artextract.errors import ImageError, InputError, MismatchError
from artextract.files import user_path, write_aside
from artextract.model.export import load_trained
from artextract.model.network import AttributeNetwork, NetworkConfig, build_network
from artextract.model.numbers import Bins, Calibration, read_off
from artextract.model.predictor import Predictor, ranked
from artextract.model.saved import SavedModel, open_model
from artextract.model.sequence import KINDS

LABEL = "label"
"""What the one attribute of a network with a plain number of classes is called inside."""
CHUNK = 32

Picture = str | Path | bytes | Image.Image | np.ndarray
T = TypeVar("T")


class CNNRNNModel(nn.Module):
    """A convolutional backbone, a recurrent network over its feature map, attention, and a classifier per attribute.

    ``num_classes`` is the number of classes, or one number per attribute by name; where it is a plain number, what is a
    dict per attribute below is just its one value. ``cnn_backbone`` is a name of ``list_backbones()``, or "NAME:PATH"
    with weights of your own; ``rnn_type`` "gru", "lstm", "rnn" or "none". A fresh network knows nothing before it was
    trained or ``load_weights`` was called:

    >>> import numpy as np
    >>> from artextract import CNNRNNModel
    >>> model = CNNRNNModel({"style": 17, "genre": 10}, cnn_backbone="efficientnet_lite0")
    >>> picture = np.full((120, 160, 3), 200, np.uint8)
    >>> picture[40:80] = (30, 60, 160)
    >>> {name: found.shape for name, found in model.predict(picture).items()}
    {'style': (1, 17), 'genre': (1, 10)}
    >>> CNNRNNModel(17, "efficientnet_lite0", rnn_type="lstm").predict([picture, picture]).shape
    (2, 17)

    To train it, take what learns; the backbone does not, and its normalisation layers keep their statistics, until you
    say otherwise:

    >>> import torch
    >>> optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    >>> logits = model.train()(model.pixels([picture, picture]))
    >>> loss = torch.nn.functional.cross_entropy(logits["style"], torch.tensor([3, 5]))
    >>> loss.backward()
    >>> any(p.grad is not None for p in model.backbone.parameters()), model.head.heads.linear[0].weight.grad is not None
    (False, True)

    Raises ``InputError`` for a choice that does not exist and ``WeightsUnavailableError`` where the backbone's weights
    are not here and cannot be fetched."""

    pixel_mean: Tensor
    pixel_std: Tensor

    def __init__(
        self,
        num_classes: int | dict[str, int],
        cnn_backbone: str = "resnet50",
        rnn_type: str = "gru",
        bidirectional: bool = True,
        use_attention: bool = True,
    ):
        super().__init__()
        classes = dict(num_classes) if isinstance(num_classes, dict) else {LABEL: num_classes}
        if not classes or min(classes.values()) < 2:
            raise InputError(
                "there is nothing to tell apart",
                "give num_classes as a number from 2 up, or as such a number per attribute",
                code="no-attribute",
            )
        if rnn_type not in (*KINDS, "none"):
            raise InputError(
                f"there is no rnn_type '{rnn_type}'", f"choose one of {', '.join(KINDS)}, none", code="unknown-rnn-type"
            )
        self.single = not isinstance(num_classes, dict)
        self.class_names: dict[str, list[str]] | list[str] | None = None
        self.numbers: dict[str, tuple[Bins, Calibration]] = {}
        backbone = get_backbone(cnn_backbone)
        config = NetworkConfig(
            backbone.map_shape, classes, rnn_type, bidirectional, attention="additive" if use_attention else "none"
        )
        self._build(backbone, build_network(config))

    def _build(self, backbone: Backbone, head: AttributeNetwork) -> None:
        self.backbone_facts = backbone
        self.transform = backbone.transform
        self.backbone, self.head = load_network(backbone), head
        self.register_buffer("pixel_mean", 255 * torch.tensor(backbone.transform.mean), persistent=False)
        self.register_buffer("pixel_std", 255 * torch.tensor(backbone.transform.std), persistent=False)

    @staticmethod
    def open(folder: str | Path) -> CNNRNNModel:
        """The network of a model's folder, as ``artextract train`` writes it, with its weights and class names."""
        model = CNNRNNModel.__new__(CNNRNNModel)
        nn.Module.__init__(model)
        model.single = False
        model._adopt(open_model(folder))
        return model.eval()

    @property
    def attributes(self) -> list[str]:
        return list(self.head.config.classes)

    def train(self, mode: bool = True) -> CNNRNNModel:
        super().train(mode)
        self.backbone.eval()
        return self

    def logits(self, pixels: Tensor) -> list[Tensor]:
        """As ``forward``, as a list in the order of ``attributes``."""
        found: list[Tensor] = self.head(self.maps(pixels))
        return found

    def maps(self, pixels: Tensor) -> Tensor:
        """Pixels as in ``forward`` to feature maps ``float32 (N, C, H, W)``."""
        normalised = (pixels.float() - self.pixel_mean) / self.pixel_std
        maps: Tensor = self.backbone(normalised.permute(0, 3, 1, 2))[0]
        return maps

    def forward(self, pixels: Tensor) -> dict[str, Tensor] | Tensor:
        """``uint8`` or ``float32 (N, S, S, 3)`` in 0..255, with S = ``transform.size``, to logits ``(N, K)`` per
        attribute."""
        return self._named(self.logits(pixels))

    def pixels(self, x: Picture | Iterable[Picture]) -> Tensor:
        """Whatever ``predict`` takes as ``uint8 (N, S, S, 3)``, resized as the backbone wants it.

        Raises ``ImageError``."""
        rows = [self._read(item, position) for position, item in enumerate(_pictures(x))]
        return torch.from_numpy(np.stack(rows) if rows else self._no_pixels())

    def predict(
        self, x: Picture | Iterable[Picture], on_error: Callable[[int, str], None] | None = None
    ) -> dict[str, np.ndarray] | np.ndarray:
        """Calibrated probabilities ``float32 (N, K)`` per attribute.

        Each row sums to 1, but where several labels can be right. Those of a number are over its bins.

        ``x`` is a path, the bytes of an image file, a PIL image, an array ``uint8 (H, W, 3)``, a batch of these ``(N,
        H, W, 3)``, or a list of any of them; of any size. A picture that cannot be read raises ``ImageError``; with
        ``on_error`` it is reported to ``on_error(position, reason)`` instead and its row is NaN."""
        pictures = _pictures(x)
        starts = range(0, max(1, len(pictures)), CHUNK)  # no picture gives arrays without rows
        parts = [self._probabilities(pictures[start : start + CHUNK], start, on_error) for start in starts]
        return self._named([np.concatenate(rows) for rows in zip(*parts, strict=False)])

    def predict_labels(self, x: Picture | Iterable[Picture], top: int = 5) -> list[Any]:
        """The ``top`` most probable classes of each picture, best first: a list with, per picture, ``[{"label",
        "probability"}, ...]`` per attribute.

        Raises ``InputError`` where the network has no class names: those of a model's folder come with
        ``load_weights``, others can be set as ``class_names``."""
        if self.class_names is None:
            raise InputError(
                "this network has no class names",
                "load the folder of a trained model, or set class_names",
                code="no-class-names",
            )
        names = self.class_names if isinstance(self.class_names, dict) else {LABEL: self.class_names}
        predicted = self.predict(x)
        found = {LABEL: predicted} if isinstance(predicted, np.ndarray) else predicted
        rows = range(len(next(iter(found.values()))))
        best = [{name: ranked(names[name], found[name][row], top) for name in found if name in names} for row in rows]
        return [row[LABEL] for row in best] if self.single else best

    def predict_numbers(self, x: Picture | Iterable[Picture]) -> list[dict[str, dict[str, float]]]:
        """Per picture and attribute that is a number ``{"median", "low", "high", "coverage"}``: a share of "coverage"
        of the true numbers lies from "low" to "high". Only the folder of a trained model brings what this takes."""
        predicted = self.predict(x)
        found = {LABEL: predicted} if isinstance(predicted, np.ndarray) else predicted
        numbers = {name: read_off(found[name], *kept) for name, kept in self.numbers.items()}
        return [{name: one.row(row) for name, one in numbers.items()} for row in range(len(next(iter(found.values()))))]

    def load_weights(self, path: str | Path) -> CNNRNNModel:
        """Take the weights of a model's folder, or of a file that ``save_weights`` wrote for this very network.

        Gives the network itself.

        A folder also brings its class names, transform and temperatures, and the sizes that the constructor does not
        name: the parameters are new ones then, so make an optimiser afterwards. Raises ``MismatchError`` where network
        and weights do not fit, and ``InputError`` where there are none."""
        path = user_path(path)
        if path.is_dir():
            self._load_folder(open_model(path))
        elif path.is_file():
            self._load_file(path)
        else:
            raise InputError(
                f"'{path}' does not exist", "give a model's folder, or a safetensors file", code="file-missing"
            )
        self.eval()
        return self

    def save_weights(self, path: str | Path) -> Path:
        """Write ``state_dict`` as a safetensors file, in one step."""
        from safetensors.torch import save_file

        with write_aside(path) as aside:
            save_file({name: value.detach().cpu().contiguous() for name, value in self.state_dict().items()}, aside)
        return user_path(path)

    def _load_folder(self, model: SavedModel) -> None:
        wanted, own = NetworkConfig.from_dict(model.config["network"]), self.head.config
        facts = {
            "backbone": (
                model.config["backbone"]["name"].partition(":")[0],
                self.backbone_facts.name.partition(":")[0],
            ),
            "rnn_type": (wanted.rnn, own.rnn),
            "bidirectional": (wanted.bidirectional, own.bidirectional),
            "use_attention": (wanted.attention != "none", own.attention != "none"),
            "num_classes": (
                (list(wanted.classes.values()), list(own.classes.values()))
                if self.single
                else (wanted.classes, own.classes)
            ),
        }
        for name, (trained, here) in facts.items():
            if trained != here:
                raise MismatchError(
                    f"the model '{model.folder}' has {name} {trained}, this network {here}",
                    f"CNNRNNModel.open('{model.folder}') builds the network that fits",
                    code="network-differs",
                )
        device = self.pixel_mean.device
        self._adopt(model)
        self.to(device)

    def _adopt(self, model: SavedModel) -> None:
        try:
            head = load_trained(model)
        except RuntimeError as error:  # what torch says of weights with other names or shapes
            raise MismatchError(
                f"the weights in '{model.folder}' are not of the network that its configuration describes",
                "train the model again",
                code="weights-differ",
            ) from error
        self._build(Predictor(model).backbone, head)
        classes = {name: list(labels) for name, labels in model.labels.classes.items()}
        classes |= {name: list(one.classes) for name, one in model.labels.several.items()}
        self.class_names = next(iter(classes.values())) if self.single else classes
        self.numbers = {
            name: (bins, Calibration.from_dict(model.config["numbers"][name]))
            for name, bins in model.labels.numbers.items()
        }

    def _load_file(self, path: Path) -> None:
        from safetensors.torch import load_file

        try:
            state = load_file(path)
        except Exception as error:  # safetensors has its own errors for broken files
            raise InputError(
                f"'{path}' cannot be read as safetensors: {error}",
                "give a file that save_weights wrote, or a model's folder",
                code="unreadable-weights",
            ) from error
        own = self.state_dict()
        for name in sorted(own.keys() | state.keys()):
            trained, here = (tuple(values[name].shape) if name in values else "not there" for values in (state, own))
            if trained != here:
                raise MismatchError(
                    f"the weights in '{path}' are of another network: '{name}' is {trained} in the file and {here}"
                    " here",
                    "build the network as it was when they were written",
                    code="network-differs",
                )
        self.load_state_dict(state)

    @torch.no_grad()
    def _probabilities(
        self, pictures: list[Picture], start: int, on_error: Callable[[int, str], None] | None
    ) -> list[np.ndarray]:
        found = [np.full((len(pictures), count), np.nan, np.float32) for count in self.head.config.classes.values()]
        rows = {}
        for at, picture in enumerate(pictures):
            try:
                rows[at] = self._read(picture, start + at)
            except ImageError as error:
                if on_error is None:
                    raise
                on_error(start + at, error.message)
        if rows:
            learning = self.training
            self.eval()
            answers = self.head.answer(
                self.maps(torch.from_numpy(np.stack(list(rows.values()))).to(self.pixel_mean.device))
            )[0]
            self.train(learning)
            for values, answer in zip(found, answers, strict=False):
                values[list(rows)] = answer.float().cpu().numpy()
        return found

    def _read(self, picture: Picture, position: int) -> np.ndarray:
        if isinstance(picture, np.ndarray):
            if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                raise InputError(
                    f"picture {position} is {picture.dtype} {picture.shape}",
                    "give arrays as uint8 (H, W, 3), red first",
                    code="wrong-picture",
                )
            picture = Image.fromarray(picture)
        try:
            return self.transform.read(picture)
        except ImageError as error:
            name = f"'{picture}'" if isinstance(picture, (str, Path)) else f"picture {position}"
            raise ImageError(
                f"{name}: {error.message}", "leave it out, or give on_error to go on without it", code=error.code
            ) from error

    def _no_pixels(self) -> np.ndarray:
        return np.empty((0, self.transform.size, self.transform.size, 3), np.uint8)

    def _named(self, values: list[T]) -> dict[str, T] | T:
        return values[0] if self.single else dict(zip(self.attributes, values, strict=False))


def _pictures(x: Picture | Iterable[Picture]) -> list[Picture]:
    if isinstance(x, (str, Path, bytes, Image.Image)) or (isinstance(x, np.ndarray) and x.ndim != 4):
        return [x]
    return list(x)
