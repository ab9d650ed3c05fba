"""The drawn paintings as a collection."""

from artextract.sources import sample
from artextract.sources.sample import import_sample


def test_a_sample_is_complete_and_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "FEW", 1)  # in processes of their own
    first = import_sample(tmp_path / "a", count=12, seed=3)
    assert len(first.paintings) == 12 and not first.skipped
    frame = first.paintings.frame
    assert {"palette", "palette_shares", "horizon", "light", "symmetry"} <= set(frame)
    assert frame["rights"].str.contains("CC0").all() and set(frame["source"]) == {"sample"}
    assert frame["path"].str.startswith("images/").all() and frame["sha256"].is_unique
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "a" / "images").glob("*.jpg")}
    again = import_sample(tmp_path / "a", count=12, seed=3)  # nothing is drawn twice
    assert stamps == {p: p.stat().st_mtime_ns for p in stamps}
    monkeypatch.setattr(sample, "FEW", 13)  # in this one
    elsewhere = import_sample(tmp_path / "b", count=12, seed=3)
    assert first.paintings.records() == again.paintings.records() == elsewhere.paintings.records()
    other = import_sample(tmp_path / "c", count=4, seed=4)
    assert not set(other.paintings.column("sha256")) & set(frame["sha256"])
