"""What was mended to read a file is said where an import says what it did, whichever source it has."""

from PIL import Image

from artextract.doctor import examine
from artextract.images.decoder import INCOMPLETE
from artextract.images.upright import BROKEN
from artextract.sources.folder import import_folder
from artextract.sources.import_report import remarks_of
from tests.images.made import chunk, encoded, painting, tiff
from tests.images.test_upright import GARBAGE


def test_an_import_and_the_doctor_name_the_files(tmp_path):
    images = tmp_path / "in"
    images.mkdir()
    for number in range(5):
        png = encoded(Image.fromarray(painting(seed=number)), "PNG")
        broken = png[:33] + chunk(b"eXIf", GARBAGE[0]) + png[33:]
        (images / f"p{number}.png").write_bytes(broken if number < 4 else png)
    (images / "cut.jpg").write_bytes(encoded(Image.fromarray(painting(90, 60, seed=9)), "JPEG")[:-2])
    (images / "turned.tif").write_bytes(tiff((painting(60, 40, seed=8), {274: (3, [6])})))
    report = import_folder(images, tmp_path / "out")
    summary = report.summary()
    assert f"4 images: {BROKEN} (p0.png, p1.png, p2.png, ...)" in summary["notes"]
    assert f"1 image: {INCOMPLETE} (cut.jpg)" in summary["notes"]
    sizes = report.paintings.frame.set_index("path")[["width", "height"]]
    turned = next(path for path in sizes.index if path.endswith("turned.tif"))
    assert sizes.loc[turned].tolist() == [40, 60], "as it is shown"
    found = examine(tmp_path / "out").find("imperfect_file")
    assert found is not None and found.severity == "note" and len(found.items) == 5
    assert {item["reason"] for item in found.items} == {BROKEN, INCOMPLETE}


def test_no_remarks_of_sound_files():
    assert remarks_of([("a.png", ()), ("b.png", ())]) == []
