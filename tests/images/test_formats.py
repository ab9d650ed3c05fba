"""Only listed formats are decoded, by one function, and every other file gets a sentence."""

import ast
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

import artextract
from artextract.errors import ImageError
from artextract.images import EXTENSIONS, FORMATS, UNREAD, decode, image_files, open_image, opened
from tests.images.made import encoded, painting
from tests.raising import raises

ROOT = Path(artextract.__file__).parent
PICTURE = Image.fromarray(painting(64, 48))
EPS = encoded(PICTURE, "EPS")


def opens(tree: ast.AST) -> bool:
    """Whether code calls ``open`` of what may be Pillow's module, or takes that function by its name."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "PIL"
        for alias in node.names
        if alias.name in ("Image", "open") or alias.name.endswith("ImagePlugin")
    } | {"PIL"}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "PIL.Image"
            and any(n.name == "open" for n in node.names)
        ):
            return True
        if isinstance(node, ast.Attribute) and node.attr == "open":
            base = node.value
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name) and base.id in names:
                return True
    return False


def test_one_function_opens_pictures():
    project = ROOT.parent.parent
    files = [*ROOT.rglob("*.py"), *(project / "benchmarks").rglob("*.py"), *(project / "scripts").rglob("*.py")]
    found = {path.relative_to(project).as_posix() for path in files if opens(ast.parse(path.read_text("utf-8")))}
    assert {name.split("artextract/", 1)[-1] for name in found} == {"images/formats.py"}
    assert opens(ast.parse("from PIL import Image as I\nI.open(x)")) and opens(
        ast.parse("import PIL.Image\nPIL.Image.open")
    )


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.eps", "a.tif", "a"])
def test_postscript_never_reaches_its_interpreter(name, tmp_path, monkeypatch):
    def called(*_, **__):
        raise AssertionError("Ghostscript was called")

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", called)
    monkeypatch.setattr(subprocess, "check_call", called)
    path = tmp_path / name
    path.write_bytes(EPS)
    for source in (path, EPS):
        with raises(ImageError, "unread-format", "PostScript"):
            open_image(source)


@pytest.mark.parametrize("form", ["ICO", "PCX", "DDS", "SGI", "MSP", "XBM", "PDF"])
def test_what_is_not_listed_is_not_decoded(form):
    image = PICTURE.convert("1") if form in ("MSP", "XBM") else PICTURE
    with pytest.raises(ImageError):
        open_image(encoded(image, form))


@pytest.mark.parametrize("ending", sorted(EXTENSIONS - {".heic", ".heif", ".hif", ".avifs"}))
def test_every_ending_of_the_list_is_read(ending, tmp_path):
    path = tmp_path / f"painting{ending.upper()}"
    form = {".mpo": "MPO", ".apng": "PNG"}.get(ending) or Image.registered_extensions()[ending]
    PICTURE.convert("L" if ending == ".pgm" else "1" if ending == ".pbm" else "RGB").save(path, form)
    assert image_files(tmp_path) == [path]
    seen = decode(path)
    assert seen.image.size == (64, 48) and seen.format in (form, "JPEG")
    if ending not in (".pgm", ".pbm", ".gif"):
        assert np.abs(np.asarray(seen.image, int) - np.asarray(PICTURE)).mean() < 8


@pytest.mark.parametrize(
    "start, said",
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "artextract[heif]"),
        (b"\xff\x0a\x7f", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"8BPS\0\1", "Photoshop"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<!DOCTYPE html><title>Sign in</title>", "web page"),
        (b"Dear Sir, enclosed find my painting.", "not an image"),
        (bytes(300), "not an image"),
    ],
)
def test_what_is_no_picture_is_named(start, said, tmp_path):
    if said == "artextract[heif]" and "HEIF" in FORMATS:
        said = "damaged HEIC"
    path = tmp_path / "painting.jpg"
    path.write_bytes(start.ljust(300, b"\0"))
    with pytest.raises(ImageError) as error:
        open_image(path)
    assert said in error.value.message and "\n" not in error.value.message and len(error.value.message) < 130


def test_endings_that_are_not_read_say_what_helps():
    assert not set(UNREAD) & EXTENSIONS and all(ending.startswith(".") for ending in UNREAD)
    assert "heif" in UNREAD.get(".heic", "heif") and "export" in UNREAD[".jxl"]


def test_a_tga_is_known_by_its_ending_or_its_mark(tmp_path):
    data = encoded(PICTURE, "TGA")
    path = tmp_path / "a.tga"
    path.write_bytes(data[:-26])  # the first version of the format has no mark at its end
    assert np.array_equal(np.asarray(open_image(path)), np.asarray(PICTURE))
    assert np.array_equal(np.asarray(open_image(data)), np.asarray(PICTURE))
    with raises(ImageError, "not-an-image"):
        open_image(data[:-26])


def test_nothing_of_pillow_reaches_the_console(tmp_path):
    """Warnings and log of a file full of nonsense, in a process of its own; whoever resets the filters is followed."""
    path = tmp_path / "strange.tif"
    data = bytearray(encoded(PICTURE, "TIFF"))
    at = int.from_bytes(data[4:8], "little")
    for entry in range(at + 2, at + 2 + 12 * 3, 12):
        data[entry + 4 : entry + 8] = (77).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    squeezed = bytearray(encoded(PICTURE, "TIFF", compression="tiff_adobe_deflate"))
    squeezed[8:40] = bytes(range(200, 232))  # which libtiff itself would print something about
    (tmp_path / "squeezed.tif").write_bytes(bytes(squeezed))
    code = (
        "import sys, warnings\nfrom artextract.images import open_image\nfrom artextract.errors import ImageError\n"
        "warnings.resetwarnings(); warnings.simplefilter('always')\nfor path in sys.argv[1:]:\n"
        "    try:\n        open_image(path)\n    except ImageError:\n        pass\n"
    )
    command = [sys.executable, "-c", code, path, tmp_path / "squeezed.tif"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == ended.stderr == ""
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("PIL").handlers)


def test_other_modules_may_still_warn():
    opened(encoded(PICTURE, "PNG"))
    with pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", stacklevel=1)


def test_random_damage_is_a_picture_or_a_sentence():
    random = np.random.default_rng(7)
    whole = {form: encoded(PICTURE, form) for form in (*FORMATS, "MPO") if form in Image.SAVE}
    whole["deep"] = encoded(Image.fromarray(np.asarray(PICTURE.convert("L")).astype(np.uint16) * 257), "TIFF")
    for form, data in whole.items():
        for number in range(20):
            broken = bytearray(data)
            for at in random.integers(0, min(len(data), 600), 1 + number % 5):
                broken[at] = random.integers(0, 256)
            broken = broken[: random.integers(1, len(data))] if number % 4 == 3 else broken
            try:
                assert open_image(bytes(broken)).mode == "RGB"
            except ImageError as error:
                said = error.message
                assert said and said.isprintable() and len(said) < 130, (form, said)
