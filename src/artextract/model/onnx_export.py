"""A trained model as one ONNX file, the whole way from pixels to calibrated probabilities, compared with our own
predictor before it is kept."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from artextract.errors import ImageError, InputError
from artextract.files import user_path, write_aside
from artextract.images import Transform
from artextract.model.numbers import Calibration
from artextract.model.predictor import Predictor
from artextract.model.saved import SavedModel, open_model
from artextract.progress import Progress, no_progress
from artextract.runtime import OpenVinoEngine, open_engine, trial_pictures
from artextract.table import read_paintings
from artextract.version import __version__

if TYPE_CHECKING:
    from artextract.model.cnn_rnn import CNNRNNModel

FILE_NAME = "model.onnx"
OPSET = 17
INPUT = "pixels"
RESAMPLING = (
    "bicubic with antialiasing: Pillow's Image.Resampling.BICUBIC, for the geometry squash with reducing_gap=2.0"
)
"""The filter of ``images.Transform``."""
TOLERANCE = 1e-3
"""Probabilities may differ from our predictor's by no more than this."""
PAINTINGS = 32
CHUNK = 16


def export_onnx(
    folder: str | Path, out: str | Path | None = None, *, paintings: int = PAINTINGS, progress: Progress = no_progress
) -> dict[str, Any]:
    """Write a model's folder as ONNX (opset 17) to ``out``, by default ``model.onnx`` in the folder.

    Gives what was written and how well it agrees.

    The one input "pixels" is ``uint8 (N, S, S, 3)``, red first, the picture already resized to S x S as the transform
    in the file's metadata says; N is free. Each output is named by its attribute: ``float32 (N, K)``, probabilities
    after the temperature, in the order of the class names, which are in the metadata as well (JSON); those of a number
    are over its bins, whose edges are there.

    Drawn pictures and up to ``paintings`` of the collection of the training, where it is there, are judged by the file,
    run by OpenVINO, and by our predictor in float32: ``max_difference`` is the largest difference of a probability.
    Above ``TOLERANCE`` an ``InputError`` is raised and no file is left. ``max_difference_fast`` tells how far the
    model's own precision lies from the file, where that is a shorter float. Raises ``InputError`` where the package
    ``onnx`` is missing, and for a backbone that torch cannot write as ONNX."""
    try:
        import onnx
    except ImportError as error:
        raise InputError(
            "ONNX is not installed", "pip install 'artextract[onnx]'", code="onnx-not-installed"
        ) from error
    from artextract.model.cnn_rnn import CNNRNNModel

    model = open_model(folder)
    path = user_path(out) if out else model.folder / FILE_NAME
    predictor = Predictor(model)
    drawn = trial_pictures(predictor.backbone.transform.size)
    real = _paintings_of_the_training(model, predictor.backbone.transform, paintings)
    with write_aside(path) as aside:
        write_network(CNNRNNModel.open(model.folder), aside)
        _describe(model, predictor, aside, onnx)
        differences = _differences(aside, predictor, np.concatenate([drawn, real]), progress)
        worst = differences["strict"]
        if not worst <= TOLERANCE:
            raise InputError(
                f"the ONNX file of '{model.folder}' differs from the model by {worst:.2g} in a probability, more than"
                f" {TOLERANCE:g}",
                "nothing was written; please report it",
                code="onnx-differs",
            )
    return {
        "path": str(path.resolve()),
        "opset": OPSET,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "input": {INPUT: ["N", *drawn.shape[1:]]},
        "outputs": {name: ["N", count] for name, count in model.labels.output_sizes.items()},
        "checked": {"drawn": len(drawn), "paintings": len(real)},
        "max_difference": worst,
        "max_difference_fast": differences.get("fast"),
    }


def write_network(network: CNNRNNModel, path: Path) -> None:
    """Write a network as ONNX, from pixels to calibrated probabilities, without comparing it.

    Raises ``InputError`` where torch cannot."""
    import torch

    if network.backbone_facts.family == "onnx":
        raise InputError(
            "the model's backbone is an ONNX file, which torch cannot write again",
            "train on one of the other backbones",
            code="onnx-backbone",
        )

    class FromPixels(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return tuple(self.network.head.answer(self.network.maps(pixels))[0])

    example = torch.from_numpy(trial_pictures(network.transform.size, 2))
    names = [INPUT, *network.attributes]
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter(
                "ignore"
            )  # tracing warns of shapes that hold for every batch; the comparison runs other batches
            torch.onnx.export(
                FromPixels().eval(),
                (example,),
                str(path),
                input_names=names[:1],
                output_names=names[1:],
                opset_version=OPSET,
                dynamo=False,
                dynamic_axes={name: {0: "N"} for name in names},
            )
    except Exception as error:  # the exporter has many errors of its own, and each network its operators
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(
            f"torch cannot write '{network.backbone_facts.name}' as ONNX: {said[0][:200]}",
            "train on another backbone, as efficientnet_lite0",
            code="onnx-not-writable",
        ) from error


def _describe(model: SavedModel, predictor: Predictor, path: Path, onnx: Any) -> None:
    """Put what is needed to use the file into its metadata: texts, where they are lists or tables as JSON."""
    graph = onnx.load(path)
    backbone = model.config["backbone"]
    facts = {
        "made_by": f"ArtExtract {__version__}",
        "classes": json.dumps(model.labels.classes, ensure_ascii=False),
        **_numbers(model),
        **_several(model),
        "transform": json.dumps(predictor.backbone.transform.as_dict()),
        "resampling": RESAMPLING,
        "input": (
            f"{INPUT}: uint8 (N, S, S, 3), red first, the upright sRGB picture resized as the transform says; mean and"
            " std are applied inside"
        ),
        "output": "per attribute: float32 (N, K), calibrated probabilities in the order of the classes",
        "backbone": backbone["name"].partition(":")[0],
        "licence_of_the_backbone": backbone["licence"],
        "labels_sha256": model.config["labels_sha256"],
        "weights_sha256": model.config["weights_sha256"],
    }
    onnx.helper.set_model_props(graph, facts)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def _numbers(model: SavedModel) -> dict[str, str]:
    """Of attributes that are numbers: the edges of the bins that their output is over, and the calibration."""
    if not model.labels.numbers:
        return {}
    kept = {
        name: bins.as_dict() | Calibration.from_dict(model.config["numbers"][name]).as_dict()
        for name, bins in model.labels.numbers.items()
    }
    return {"numbers": json.dumps(kept, ensure_ascii=False)}


def _several(model: SavedModel) -> dict[str, str]:
    """Of attributes with several labels: classes, and from which probability on each is said."""
    if not model.labels.several:
        return {}
    kept = {
        name: {"classes": one.classes, "thresholds": model.config["several"][name]["thresholds"]}
        for name, one in model.labels.several.items()
    }
    return {"several": json.dumps(kept, ensure_ascii=False)}


def _paintings_of_the_training(model: SavedModel, transform: Transform, most: int) -> np.ndarray:
    """Pixels of some paintings of the collection, ``uint8 (n, S, S, 3)``; none where it is not on this machine."""
    try:
        paths = read_paintings(model.config["collection"]["path"]).image_paths()
    except InputError:
        paths = []
    pictures: list[np.ndarray] = []
    for position in np.random.default_rng(0).permutation(len(paths)):
        if len(pictures) == most:
            break
        try:
            pictures.append(transform.read(paths[position]))
        except ImageError:
            continue  # another one serves as well
    return np.stack(pictures) if pictures else np.empty((0, transform.size, transform.size, 3), np.uint8)


def _differences(path: Path, predictor: Predictor, pixels: np.ndarray, progress: Progress) -> dict[str, float]:
    """The largest difference of a probability between the file and our predictor, by the precision of our backbone:
    "strict", and "fast" where the model uses that and it is shorter."""
    from artextract.backbones.openvino_import import openvino

    core = openvino.Core()
    compiled = core.compile_model(core.read_model(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    engines = {
        precision: open_engine(predictor.backbone, "cpu", precision)
        for precision in dict.fromkeys(("strict", predictor.precision))
    }
    engines = {
        precision: engine
        for precision, engine in engines.items()
        if precision == "strict" or (isinstance(engine, OpenVinoEngine) and engine.precision != "f32")
    }
    worst = dict.fromkeys(engines, 0.0)
    starts = range(0, len(pixels), CHUNK)
    for start in progress(starts, len(starts), "comparing the file with the model"):
        chunk = np.ascontiguousarray(pixels[start : start + CHUNK])
        found = compiled(chunk)
        for precision, engine in engines.items():
            answer = predictor.answer(engine.run(chunk)[0])
            for name, wanted in (answer.probabilities | answer.distributions | answer.several).items():
                worst[precision] = float(
                    np.maximum(worst[precision], np.abs(found[name] - wanted).max())
                )  # unlike max, it keeps a NaN
    return worst
