"""Semantic on tiny CLIP and SigLIP checkpoints with random weights, against what transformers itself computes."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artextract.backbones.text import find_joint, is_here
from artextract.errors import InputError, WeightsUnavailableError
from artextract.features import FEATURES, SKETCH_SIDE, Settings, get_feature
from artextract.features.semantic import PROMPTS, SUBJECTS, Semantic
from artextract.runtime import cosines
from tests.backbones.tiny import SIZES, write_checkpoint
from tests.conftest import paint
from tests.raising import raises

KINDS = ("clip", "siglip")
TOKENS = 77
WORDS = sorted(
    {
        word
        for text in (*SUBJECTS, *PROMPTS, "storm at sea")
        for word in text.lower().replace("{}", "").replace("-", " ").split()
    }
)


def write_joint(kind: str, folder: Path) -> Path:
    """A whole tiny model, with weights that tell texts and pictures apart, and a tokenizer of the words of our
    lists."""
    import torch
    import transformers as t
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    torch.manual_seed(0)
    write_checkpoint(kind, folder)
    vocabulary = {word: number for number, word in enumerate(["<pad>", "<s>", "<unk>", *WORDS, "</s>"])}
    end = len(vocabulary) - 1
    ids = {"bos_token_id": 1, "eos_token_id": end, "pad_token_id": 0}
    size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    vision = {**size, "image_size": SIZES[kind], "patch_size": 16}
    text = {**size, "vocab_size": len(vocabulary), "max_position_embeddings": TOKENS if kind == "clip" else 16, **ids}
    if kind == "clip":
        model = t.CLIPModel(
            t.CLIPConfig(vision_config=vision, text_config={**text, "hidden_size": 16}, projection_dim=24)
        )
    else:
        model = t.SiglipModel(t.SiglipConfig(vision_config=vision, text_config=text))
    with torch.no_grad():
        for value in model.parameters():
            if value.ndim > 1:
                value.normal_(0, 0.3)
    model.eval().save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [("<s>", 1), ("</s>", end)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>" if kind == "clip" else "$A </s>", special_tokens=ends
    )
    names = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    t.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("cache")
    patch.setenv("ARTEXTRACT_CACHE", str(folder))
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    return {kind: write_joint(kind, tmp_path_factory.mktemp("joint") / kind) for kind in KINDS}


@pytest.fixture(scope="module")
def features(folders) -> dict[str, Semantic]:
    return {kind: Semantic(str(folder), "cpu", "strict") for kind, folder in folders.items()}


@pytest.fixture(scope="module")
def references(folders) -> dict:
    """The models as transformers itself opens them."""
    import transformers

    return {kind: transformers.AutoModel.from_pretrained(folder).eval() for kind, folder in folders.items()}


@pytest.fixture
def no_hub(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def pictures() -> list[Image.Image]:
    return [paint("red", "bands", 0), paint("blue", "discs", 1), paint("green", "bands", 2).rotate(90, expand=True)]


def their_picture(model, folder: Path, image: Image.Image) -> np.ndarray:
    """``get_image_features`` of the pixels that the checkpoint's own preprocessor settings ask for, the picture
    squashed to the square."""
    import torch

    facts = json.loads((folder / "preprocessor_config.json").read_text())
    side = facts["size"]["height"]
    pixels = np.asarray(image.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0), np.float32) / 255
    pixels = (pixels - np.float32(facts["image_mean"])) / np.float32(facts["image_std"])
    with torch.inference_mode():
        found = model.get_image_features(pixel_values=torch.from_numpy(pixels.transpose(2, 0, 1)[None].copy()))
    return found.pooler_output[0].numpy()


def their_text(model, kind: str, folder: Path, text: str) -> np.ndarray:
    import torch
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    if kind == "clip":
        tokens = tokenizer(text, return_tensors="pt")
        given = {"input_ids": tokens["input_ids"], "attention_mask": tokens["attention_mask"]}
    else:  # as its documentation asks
        given = {"input_ids": tokenizer(text, padding="max_length", max_length=16, return_tensors="pt")["input_ids"]}
    with torch.inference_mode():
        return model.get_text_features(**given).pooler_output[0].numpy()


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_have_the_vectors_that_transformers_gives(kind, features, references, folders):
    for image in pictures():
        ours, theirs = features[kind].vector(image), their_picture(references[kind], folders[kind], image)
        assert ours.shape == theirs.shape == (features[kind].dim,) and ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=1e-4 * np.abs(theirs).max())


@pytest.mark.parametrize("kind", KINDS)
def test_texts_have_the_vectors_that_transformers_gives(kind, features, references, folders):
    texts = ["a horse", "storm at sea", "a church interior by a river"]
    ours = features[kind].text.vectors(texts)  # of several lengths at once
    for row, text in zip(ours, texts, strict=True):
        theirs = their_text(references[kind], kind, folders[kind], text)
        np.testing.assert_allclose(row, theirs, rtol=2e-3, atol=1e-4 * np.abs(theirs).max())


@pytest.mark.parametrize("kind", KINDS)
def test_short_texts_are_the_mean_of_their_sentences_and_long_ones_themselves(kind, features, references, folders):
    theirs = [unit(their_text(references[kind], kind, folders[kind], prompt.format("a horse"))) for prompt in PROMPTS]
    found = features[kind].text_vector("A Horse")
    assert np.allclose(found, unit(np.mean(theirs, axis=0)), atol=1e-4) and np.linalg.norm(found) == pytest.approx(
        1, abs=1e-5
    )
    long = "a horse and a dog and a woman on a beach"
    assert np.allclose(
        features[kind].text_vector(long), unit(their_text(references[kind], kind, folders[kind], long)), atol=1e-4
    )


def test_a_text_longer_than_the_model_takes_is_cut(features):
    for feature in features.values():
        assert np.isfinite(feature.text_vector("a horse " * 200)).all()


def test_an_empty_text_is_refused(features):
    with raises(InputError, "no-words"):
        features["clip"].text_vector("  ")


@pytest.mark.parametrize("kind", KINDS)
def test_files_give_what_pictures_give_and_bad_ones_are_reported(kind, features, tmp_path):
    feature = features[kind]
    for number, image in enumerate(pictures()):
        image.save(tmp_path / f"{number}.png")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n no")
    bad = {}
    paths = [tmp_path / name for name in ("0.png", "bad.png", "1.png", "2.png")]
    rows = {
        int(p): v
        for positions, vectors in feature.extract(paths, bad.__setitem__)
        for p, v in zip(positions, vectors, strict=False)
    }
    assert sorted(rows) == [0, 2, 3] and list(bad) == [1]
    for position, image in zip((0, 2, 3), pictures(), strict=False):
        assert np.allclose(rows[position], feature.vector(image), rtol=1e-3, atol=1e-4)
    assert not np.allclose(rows[0], rows[2], rtol=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_fast_keeps_the_direction(kind, features, folders):
    fast = Semantic(str(folders[kind]), "cpu", "fast")
    assert fast.version != features[kind].version and fast.store_name == features[kind].store_name == f"semantic-{kind}"
    ours, theirs = (np.stack([feature.vector(image) for image in pictures()]) for feature in (fast, features[kind]))
    assert cosines(ours, theirs).min() > 0.999


def test_the_nearest_words_are_those_of_the_highest_cosine(features):
    feature = features["clip"]
    vector = feature.vector(pictures()[0])
    by_hand = {word: float(unit(vector) @ feature.text_vector(word)) for word in SUBJECTS}
    found = feature.nearest(vector, 4)
    assert [word for word, _ in found] == sorted(by_hand, key=by_hand.get, reverse=True)[:4]
    assert [cosine for _, cosine in found] == pytest.approx([by_hand[word] for word, _ in found], abs=1e-4)
    assert feature.nearest(np.full(feature.dim, np.nan, np.float32)) == []


def test_two_pictures_are_explained_by_what_they_share(features, monkeypatch):
    """With the words on axes of their own, a picture's coordinates are its cosines with them."""
    feature = features["clip"]
    monkeypatch.setitem(feature.__dict__, "_subjects", np.eye(len(SUBJECTS), dtype=np.float32))

    def picture(*words: str) -> np.ndarray:
        vector = np.linspace(0.1, 0, len(SUBJECTS), dtype=np.float32)  # of other words, those first in the list
        for number, word in enumerate(words):
            vector[SUBJECTS.index(word)] = 2 - 0.1 * number
        return vector

    six = ("a horse", "a battle", "a soldier", "a stormy sky", "a sketch", "a field with haystacks")
    other = ("a shipwreck", "the sea", "sailing boats", "a stormy sky", "a beach", "a lake")
    assert feature.explain(picture(*six), picture(*six)) == "Both are near to 'a horse', 'a battle' and 'a soldier'."
    assert (
        feature.explain(picture(*six), picture(*other))
        == "Both are near to 'a stormy sky'; the first alone to 'a horse', the second alone to 'a shipwreck'."
    )
    without = tuple(word for word in six if word != "a stormy sky") + ("a castle",)
    assert (
        feature.explain(picture(*without), picture(*other))
        == "They show different things: the first is nearest to 'a horse', the second to 'a shipwreck'."
    )
    assert feature.explain(picture(*six), np.full(len(SUBJECTS), np.nan, np.float32)) == ""


def test_the_words_are_computed_once_and_then_need_no_torch(folders, cache, monkeypatch):
    first = Semantic(str(folders["siglip"]), "cpu", "strict")
    vector = first.vector(pictures()[0])
    said = first.nearest(vector)
    kept = [path for path in (cache / "words").glob("*.npy") if path.name.startswith("semantic-siglip@")]
    assert len(kept) == 1
    again = Semantic(str(folders["siglip"]), "cpu", "strict")
    monkeypatch.setattr(type(again.text), "vectors", lambda *_: pytest.fail("the text half ran again"))
    assert again.nearest(vector) == said
    monkeypatch.undo()
    kept[0].write_bytes(b"broken")
    assert Semantic(str(folders["siglip"]), "cpu", "strict").nearest(vector) == said


def test_without_a_tokenizer_pictures_still_have_vectors(folders, tmp_path, no_hub, monkeypatch):
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "cache"))
    bare = tmp_path / "bare"
    shutil.copytree(folders["clip"], bare, ignore=shutil.ignore_patterns("tokenizer*", "special*"))
    feature = Semantic(str(bare), "cpu", "strict")
    vector = feature.vector(pictures()[0])
    assert np.isfinite(vector).all() and feature.explain(vector, vector) == ""
    assert max(feature.sketch(pictures()[0]).size) <= SKETCH_SIDE
    with raises(WeightsUnavailableError, "tokenizer-missing") as caught:
        feature.text_vector("a horse")
    assert "tokenizer.json" in caught.value.hint and str(bare) in caught.value.hint


def test_without_torch_words_are_refused_and_pictures_not_explained(folders, tmp_path, features, monkeypatch):
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path))
    feature = Semantic(str(folders["clip"]), "cpu", "strict")
    vector = features["clip"].vector(pictures()[0])
    monkeypatch.setitem(sys.modules, "torch", None)
    with raises(WeightsUnavailableError, "torch-missing", "clip"):
        feature.text_vector("a horse")
    assert feature.explain(vector, vector) == ""


@pytest.mark.parametrize("size", [(900, 300), (300, 900), (40, 30), (640, 640)])
def test_the_sketch_keeps_its_size(features, size):
    sheet = features["clip"].sketch(paint("red", "discs", 3).resize(size))
    assert max(sheet.size) <= SKETCH_SIDE and sheet.mode == "RGB"


def test_a_missing_checkpoint_is_said_with_its_mend(no_hub):
    for make in (
        lambda: get_feature("semantic"),
        lambda: Semantic("siglip"),
        lambda: Semantic("somebody/clip-of-theirs"),
    ):
        with raises(WeightsUnavailableError, "weights-not-here") as caught:
            make()
        assert "give the folder" in caught.value.hint
    assert not is_here("clip") and not is_here("somebody/clip-of-theirs")
    assert Semantic.name == "semantic" and Semantic.description  # known without weights


def test_the_copy_in_the_hubs_cache_is_found(folders, no_hub):
    snapshot = no_hub / "models--openai--clip-vit-base-patch32" / "snapshots" / "0123abc"
    shutil.copytree(folders["clip"], snapshot)
    assert is_here("clip") and not is_here("siglip")
    found = get_feature("semantic")
    assert found.checkpoint.folder == snapshot and found.checkpoint.repository == "openai/clip-vit-base-patch32"
    assert (
        found.version == FEATURES["semantic"](Settings(semantic=f"clip:{folders['clip']}")).version
    )  # the weights', wherever they lie


def test_what_is_no_whole_model_is_refused(folders, tmp_path):
    with raises(InputError, "no-checkpoint"):
        find_joint(str(tmp_path / "nothing" / "here"))
    with raises(InputError, "no-checkpoint"):
        find_joint(str(tmp_path))
    write_checkpoint("dinov2", tmp_path / "dino")
    with raises(InputError, "checkpoint-incomplete", "dinov2"):
        find_joint(str(tmp_path / "dino"))
    config = json.loads((folders["clip"] / "config.json").read_text())
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "config.json").write_text(
        json.dumps(config["vision_config"] | {"model_type": "clip_vision_model"})
    )
    with raises(InputError, "checkpoint-incomplete"):
        find_joint(str(tmp_path / "half"))
    (tmp_path / "half" / "config.json").write_text("{")
    with raises(InputError, "unusable-weights"):
        find_joint(str(tmp_path / "half"))


def test_damaged_weights_are_named(folders, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folders["clip"], broken)
    (broken / "model.safetensors").write_bytes(b"no weights")
    with raises(InputError, "unusable-weights"):
        Semantic(str(broken))
