"""The mix that people chose for a collection."""

import json

import pytest

from artextract.search.asking.own_mix import FILE_NAME, choices, choose_mix, own_mix


def test_the_last_choice_holds_and_all_are_kept(tmp_path):
    assert own_mix(tmp_path) is None and choices(tmp_path) == []
    choose_mix(tmp_path, {"deep": 0.25, "palette": 0.75}, "May", "Ada")
    assert own_mix(tmp_path) == {"deep": 0.25, "palette": 0.75}
    choose_mix(tmp_path, None, by="Bo")
    assert own_mix(tmp_path) is None and [one["by"] for one in choices(tmp_path)] == ["Ada", "Bo"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"weights": [1]}]', '[{"weights": {"deep": "much"}}]'])
def test_a_file_that_is_none_of_ours_chooses_nothing(tmp_path, text):
    (tmp_path / FILE_NAME).write_text(text)
    assert not own_mix(tmp_path)
    choose_mix(tmp_path, {"deep": 1.0})
    assert own_mix(tmp_path) == {"deep": 1.0} and json.loads((tmp_path / FILE_NAME).read_text())
