"""The ids of paintings: what a reader sees of a file's name, and that they stay."""

import pytest

from artextract.sources.folder import import_again, import_folder
from artextract.sources.ids import painting_ids
from artextract.table import Paintings
from tests.sources.test_folder import make


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Bjørn Wiinblad, Æbletræ.png", "bjorn-wiinblad-aebletrae"),
        ("Łukasz Korolkiewicz.jpg", "lukasz-korolkiewicz"),
        ("Berliner Straße.png", "berliner-strasse"),
        ("BERLINER STRASSE.png", "berliner-strasse"),
        ("Nature morte aux œufs.jpg", "nature-morte-aux-oeufs"),
        ("Þórarinn, Đorđe og Guðmundur.tif", "thorarinn-dorde-og-gudmundur"),
        ("Ħal Tarxien, Diyarbakır.png", "hal-tarxien-diyarbakir"),
        ("Émile Żegadłowicz.jpg", "emile-zegadlowicz"),
        ("絵.png", "painting"),
    ],
)
def test_letters_become_those_of_ascii(name, begins):
    (found,) = painting_ids([name])
    assert found[:-9] == begins and found[-9] == "-"


def test_ids_that_an_older_version_made_stay(tmp_path):
    images = make(tmp_path / "in", ["Bjørn.png", "Łąka.png", "Plain.png"])
    table = import_folder(images, tmp_path / "out").paintings
    older = {"bjorn": "bjrn", "laka": "aka", "plain": "plain"}
    frame = table.frame.assign(id=[older[name[:-9]] + name[-9:] for name in table.ids])
    Paintings(frame.sort_values("id"), table.root, table.labels, table.protocol).write()
    before = set(frame["id"])
    make(images, ["Ørsted.png"], seed=1)
    report = import_again(tmp_path / "out")
    assert report is not None
    (new,) = set(report.paintings.ids) - before
    assert before < set(report.paintings.ids) and new.startswith("orsted-")
