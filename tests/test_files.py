"""A write that fails leaves what was there."""

import pytest

from artextract.files import cache_dir, read_json, write_aside, write_json


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})
    with pytest.raises(RuntimeError), write_aside(path) as aside:
        aside.write_text("half")
        raise RuntimeError
    assert read_json(path) == {"x": 1} and [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_json_without_a_standard_form_is_refused(tmp_path):
    with pytest.raises(ValueError):
        write_json(tmp_path / "a.json", float("nan"))


def test_the_cache_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "c"))
    assert cache_dir() == tmp_path / "c"
    monkeypatch.delenv("ARTEXTRACT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "artextract"
