"""The classifier as a torch module: what goes in, what comes out, which weights fit, and that it learns."""

import doctest

import numpy as np
import pytest
import torch
from PIL import Image

from artextract.errors import ImageError, InputError, MismatchError
from artextract.model import cnn_rnn
from artextract.model.cnn_rnn import CNNRNNModel
from artextract.model.predictor import Predictor
from artextract.runtime import open_engine
from artextract.table import read_paintings
from tests.backbones.tiny import write_weights
from tests.raising import raises

LITE = "efficientnet_lite0"


@pytest.fixture(scope="module")
def tiny_resnet(tmp_path_factory):
    return f"resnet50:{write_weights('resnet50', tmp_path_factory.mktemp('weights'), seed=0)}"


@pytest.fixture(scope="module")
def opened(trained_model):
    return CNNRNNModel.open(trained_model)


def picture(seed=0, size=(60, 90)):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def test_the_examples_of_its_docstrings_hold():
    found = doctest.testmod(cnn_rnn)
    assert found.attempted > 8 and not found.failed


def test_every_kind_of_picture_gives_the_same_row(tiny_resnet, tmp_path):
    model = CNNRNNModel({"style": 5, "genre": 3}, tiny_resnet)
    array = picture()
    image, path = Image.fromarray(array), tmp_path / "p.png"
    image.save(path)
    wanted = model.predict(array)
    assert {name: (v.shape, v.dtype) for name, v in wanted.items()} == {
        "style": ((1, 5), np.float32),
        "genre": ((1, 3), np.float32),
    }
    for x in (image, path, str(path), path.read_bytes(), array[None], [array], [path], (image,)):
        assert np.array_equal(model.predict(x)["style"], wanted["style"])
    batch = model.predict([path, picture(1, (200, 40)), image])
    assert batch["style"].shape == (3, 5) and np.allclose(batch["style"].sum(1), 1, atol=1e-5)
    assert np.allclose(batch["style"][[0, 2]], wanted["style"], atol=1e-5)
    assert model.predict([])["genre"].shape == (0, 3)
    assert model.pixels([]).shape == (0, model.transform.size, model.transform.size, 3)


def test_a_plain_number_of_classes_gives_plain_arrays(tiny_resnet):
    model = CNNRNNModel(4, tiny_resnet, rnn_type="lstm", bidirectional=False, use_attention=False).eval()
    pixels = model.pixels([picture(), picture(1)])
    assert model(pixels).shape == (2, 4)
    expected = model(pixels).softmax(1).detach().numpy()
    assert np.allclose(model.predict([picture(), picture(1)]), expected, atol=1e-6)
    assert model.predict_labels is not None and model.class_names is None
    model.class_names = list("abcd")
    (ranked,) = model.predict_labels(picture(), top=2)
    assert [entry["label"] for entry in ranked] == ["abcd"[i] for i in np.argsort(-expected[0])[:2]]


def test_it_answers_as_the_trained_model_does(opened, trained_model, sample_collection):
    paths = read_paintings(sample_collection).image_paths()[:40]
    predictor = Predictor.open(trained_model)
    maps, _ = open_engine(predictor.backbone, "cpu", "strict").run(opened.pixels(paths).numpy())
    wanted, found = predictor.probabilities(maps), opened.predict(paths)
    assert list(found) == list(wanted) == opened.attributes
    assert max(np.abs(found[name] - wanted[name]).max() for name in wanted) < 1e-4
    answers = predictor.predict(paths[:3], lambda i, reason: pytest.fail(reason), top=3)
    labels = opened.predict_labels(paths[:3], top=3)
    assert [[e["label"] for e in a["attributes"]["genre"]][0] for a in answers] == [
        row["genre"][0]["label"] for row in labels
    ]
    assert opened.class_names == predictor.model.labels.classes


def test_a_folder_is_loaded_where_it_fits(trained_model, opened):
    classes = {name: len(names) for name, names in opened.class_names.items()}
    model = CNNRNNModel(classes, LITE).load_weights(trained_model)
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in opened.state_dict().items())
    other = classes | {"style": 99}
    for arguments, named in [
        ((other, LITE), "num_classes"),
        ((5, LITE), "num_classes"),
        ((classes, LITE, "lstm"), "rnn_type"),
        ((classes, LITE, "gru", False), "bidirectional"),
        ((classes, LITE, "gru", True, False), "use_attention"),
        ((classes, "efficientnet_lite1"), "backbone"),
    ]:
        with raises(MismatchError, "network-differs", named):
            CNNRNNModel(*arguments).load_weights(trained_model)


def test_weights_are_written_and_read_again(tiny_resnet, tmp_path):
    first = CNNRNNModel({"style": 5}, tiny_resnet)
    path = first.save_weights(tmp_path / "w.safetensors")
    again = CNNRNNModel({"style": 5}, tiny_resnet).load_weights(path)
    assert np.array_equal(first.predict(picture())["style"], again.predict(picture())["style"])
    with raises(MismatchError, "network-differs"):
        CNNRNNModel({"style": 6}, tiny_resnet).load_weights(path)
    with raises(MismatchError, "network-differs"):
        CNNRNNModel({"style": 5}, tiny_resnet, rnn_type="none").load_weights(path)
    path.write_bytes(b"broken")
    with raises(InputError, "unreadable-weights"):
        again.load_weights(path)
    with raises(InputError, "file-missing"):
        again.load_weights(tmp_path / "nowhere")


def test_it_learns_while_the_backbone_rests(tiny_resnet):
    torch.manual_seed(0)
    model = CNNRNNModel({"side": 2}, tiny_resnet)
    images = np.zeros((24, 64, 64, 3), np.uint8)
    sides = torch.arange(24) % 2
    for i in range(24):
        images[i, :, slice(0, 32) if sides[i] else slice(32, 64)] = 200 + i % 8
    before = {name: value.clone() for name, value in model.backbone.state_dict().items()}
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-3)
    pixels = model.pixels(images)
    model.train()
    for _ in range(12):
        loss = torch.nn.functional.cross_entropy(model(pixels)["side"], sides)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert all(torch.equal(value, model.backbone.state_dict()[name]) for name, value in before.items())
    assert (model.predict(images)["side"].argmax(1) == sides.numpy()).mean() > 0.9
    assert model.training and not model.backbone.training  # predicting does not end the training


def test_what_cannot_be_read_is_named(tiny_resnet, tmp_path):
    model = CNNRNNModel(2, tiny_resnet)
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    with raises(ImageError, "not-an-image", "bad.jpg"):
        model.predict([picture(), bad])
    unreadable = []
    found = model.predict([picture(), bad, picture(1)], on_error=lambda i, reason: unreadable.append(i))
    assert unreadable == [1] and np.isnan(found[1]).all() and np.isfinite(found[[0, 2]]).all()
    with raises(InputError, "wrong-picture"):
        model.predict(np.zeros((50, 50, 3)))
    with raises(InputError, "no-class-names"):
        model.predict_labels(picture())


def test_what_does_not_exist_is_named(tiny_resnet):
    with raises(InputError, "unknown-rnn-type", "transformer"):
        CNNRNNModel(2, tiny_resnet, rnn_type="transformer")
    for classes in (1, {}, {"style": 1}):
        with raises(InputError, "no-attribute"):
            CNNRNNModel(classes, tiny_resnet)
