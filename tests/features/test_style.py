"""Style with the starter model, which is in the package: one network, one metric, one version."""

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from artextract.features import SKETCH_SIDE, get_feature
from artextract.features.style import Style
from artextract.images import open_image
from artextract.model.saved import METRIC
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
    (folder / METRIC).unlink()
    return Style(folder)


def test_the_vector_of_a_picture_is_that_of_its_file(style, files):
    bad = []
    found = {}
    for positions, rows in style.extract(files, lambda position, reason: bad.append(position)):
        assert rows.dtype == np.float32
        found |= dict(zip(positions, rows))
    assert bad == [1] and sorted(found) == [0, 2, 3]
    for position, row in found.items():
        assert row.shape == (style.dim,) and np.isfinite(row).all()
        alone = style.vector(open_image(files[position], at_least=style.decoded_at))
        assert alone.dtype == np.float32 and alone == pytest.approx(row, abs=2e-3)


def test_the_metric_and_every_attribute_are_in_it(style, files):
    vector = style.vector(open_image(files[0]))
    metric = style.metric
    assert style.dim == metric.matrix.shape[1] + metric.centres.size
    assert np.linalg.norm(vector[: metric.matrix.shape[1]]) == pytest.approx(1, abs=1e-3)
    assert metric.attributes_of(vector).shape[0] == len(style.predictor.attributes) == 3


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
    assert plain.explain(vector, vector) == ""


def test_it_says_by_which_attributes_two_are_close_and_apart(style):
    metric = style.metric
    heads, width = metric.centres.shape
    one = np.zeros((heads, width), np.float32)
    one[:, 0] = 1
    other = one.copy()
    other[-1] *= -1
    grain = np.eye(metric.matrix.shape[1], dtype=np.float32)[0]
    a, b, c = (np.concatenate([grain * sign, part.ravel()]) for sign, part in ((1, one), (1, other), (-1, -one)))
    names = style.predictor.attributes
    assert style.explain(a, a) == f"The network would file them close together by {names[0]}, {names[1]} and {names[2]}."
    assert style.explain(a, b) == f"The network would file them close together by {names[0]} and {names[1]}, and apart by {names[2]}."
    assert "would not file them together" in style.explain(a, c)
    grain_only = np.concatenate([grain, -one.ravel()])
    assert "grain" in style.explain(a, grain_only)
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
