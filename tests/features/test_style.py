"""Style with the starter model, which is in the package: one network, one metric, one version."""

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from artextract.features import SKETCH_SIDE, get_feature
from artextract.features.style import PROBABILITIES, Style
from artextract.images import open_image
from artextract.model.metric import ATTRIBUTES
from artextract.model.saved import METRIC_FILE
from artextract.model.starter import starter_folder
from tests.conftest import paint


@pytest.fixture(scope="module")
def style():
    return get_feature("style")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("style")
    paths = []
    for seed, (scheme, layout) in enumerate([("red", "bands"), ("blue", "discs"), ("grey", "bands")]):
        paths.append(folder / f"{seed}.png")
        paint(scheme, layout, seed).resize((240, 320)).save(paths[-1])
    paths.insert(1, folder / "broken.png")
    paths[1].write_bytes(b"no image")
    return paths


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The starter model without its metric."""
    folder = tmp_path_factory.mktemp("models") / "plain"
    shutil.copytree(starter_folder(), folder)
    (folder / METRIC_FILE).unlink()
    return Style(folder)


def test_the_vector_of_a_picture_is_that_of_its_file(style, files):
    bad = []
    found = {}
    for positions, rows in style.extract(files, lambda position, reason: bad.append(position)):
        assert rows.dtype == np.float32
        found |= dict(zip(positions, rows, strict=False))
    assert bad == [1] and sorted(found) == [0, 2, 3]
    for position, row in found.items():
        assert row.shape == (style.dim,) and np.isfinite(row).all()
        alone = style.vector(open_image(files[position], at_least=style.decoded_at))
        assert alone.dtype == np.float32 and alone == pytest.approx(row, abs=2e-3)


def test_the_metric_and_every_attribute_are_in_it(style, files):
    vector = style.vector(open_image(files[0]))
    metric = style.metric
    sizes = style.predictor.model.labels.sizes
    assert style.dim == len(vector) == metric.matrix.shape[1] + metric.centres.size + sum(sizes.values())
    parts = np.split(vector, [metric.matrix.shape[1], metric.dim])
    assert [np.linalg.norm(part) for part in parts] == pytest.approx([1, ATTRIBUTES, PROBABILITIES], rel=1e-3)


def test_the_size_of_the_file_does_not_matter(style):
    large = paint("green", "discs", 5).resize((960, 720), Image.Resampling.BICUBIC)
    small = large.resize((480, 360), Image.Resampling.LANCZOS)
    other = paint("red", "bands", 6)
    a, b, c = (style.vector(image) for image in (large, small, other))
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.95 > a @ c / np.linalg.norm(a) / np.linalg.norm(c)


def test_the_version_is_that_of_weights_and_metric(style, plain, tmp_path):
    assert len({style.version, plain.version}) == 2
    assert Style(starter_folder()).version == style.version
    copy = tmp_path / "copy"
    shutil.copytree(starter_folder(), copy)
    assert Style(copy).version == style.version, "wherever it lies"
    replace(style.metric, mean=style.metric.mean + 1e-3).write(copy)
    assert Style(copy).version not in (style.version, plain.version)


def test_a_model_without_a_metric_gives_the_vectors_of_its_attributes(style, plain, files):
    assert plain.metric is None
    vector = plain.vector(open_image(files[0]))
    assert vector.shape == (plain.dim,) and np.isfinite(vector).all() and vector.dtype == np.float32
    ((_, rows),) = plain.extract(files[:1], pytest.fail)
    assert rows[0] == pytest.approx(vector, abs=2e-3 * max(1, np.abs(vector).max()))


def test_a_vector_tells_what_the_network_took_the_painting_for(style, plain, files):
    images = [open_image(path) for path in (files[0], files[2])]
    for feature in (style, plain):
        labelled = feature.labels(np.stack([feature.vector(image) for image in images]))
        answers = feature.predictor.predict([files[0], files[2]], pytest.fail, top=1)
        for name, pairs in labelled.items():
            for (label, probability), answer in zip(pairs, answers, strict=False):
                best = answer["attributes"][name][0]
                assert label == best["label"] and probability == pytest.approx(best["probability"], abs=0.02)


def test_the_explanation_names_the_labels_of_both(style, files):
    sizes = style.predictor.model.labels.sizes
    empty, starts = np.zeros(style.dim, np.float32), style.metric.dim + np.cumsum([0, *sizes.values()])
    a, b = empty.copy(), empty.copy()
    for number, start in enumerate(starts[:-1]):
        a[start] = PROBABILITIES
        b[start + (number == 2)] = PROBABILITIES
    classes = style.predictor.model.labels.classes
    (one, first), (two, second), (three, third) = classes.items()
    assert (
        style.explain(a, b)
        == f"To the network both look most like {first[0]} (100% and 100%) and {second[0]} (100% and 100%), and differ"
        f" by {three} ({third[0]}, 100%, and {third[1]}, 100%)."
    )
    assert style.explain(a, np.full(style.dim, np.nan, np.float32)) == ""


def test_the_sketch_names_the_most_probable_labels(style, files):
    sketch = style.sketch(open_image(files[0]))
    assert max(sketch.size) <= SKETCH_SIDE
    below = np.asarray(sketch)[-20 * 3 :]
    assert (below < 100).any(axis=2).sum() > 100 and (below > 240).all(axis=2).mean() > 0.5, "text on white"


def test_without_torch_once_it_is_prepared(style):
    style.prepare()
    code = (
        "import sys; from PIL import Image; from artextract.features import get_feature;"
        "get_feature('style').vector(Image.new('RGB', (80, 80), 'red')); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
