"""A few trials of each part of the campaign; ``make campaign`` runs many (scripts/campaign/)."""

import json

import scripts.campaign.__main__ as command
from scripts.campaign.flips import flip_bits
from scripts.campaign.images import damage_images
from scripts.campaign.kills import kill_all
from scripts.campaign.manifests import import_changed, import_folder
from scripts.campaign.mutate import files
from scripts.campaign.quirks import WHOLE
from scripts.campaign.tally import Tally, table


def test_kills_at_renames_lose_nothing(tmp_path):
    tally = Tally("kills")
    kill_all(tally, range(3), tmp_path, names=("index",), fresh=False)
    assert tally.lost == [] and tally.counts["index resumed"] == tally.tried == 3


def test_damaged_images_are_decoded_or_refused(tmp_path):
    tally = Tally("images")
    damage_images(tally, range(200), tmp_path)
    assert tally.lost == [] and tally.counts["decoded"] >= 20 and tally.counts["refused"] >= 20
    assert {"JPEG", "PNG", "TIFF", "GIF", "BMP"} <= {name.split()[0] for name, _ in files()}


def test_flipped_bits_break_no_command(tmp_path):
    tally = Tally("flips")
    flip_bits(tally, range(3), tmp_path, with_model=False)
    assert tally.lost == [] and tally.tried == 3


def test_changed_manifests_are_taken_or_refused(tmp_path):
    tally = Tally("manifests")
    import_changed(tally, range(15), tmp_path)
    assert tally.lost == [] and tally.counts["taken"] >= 5


def test_whole_manifests_of_a_folder_are_taken(tmp_path):
    folder = tmp_path / "manifests"
    folder.mkdir()
    for name, whole in WHOLE.items():
        (folder / f"{name}.json").write_text(json.dumps(whole()), encoding="utf-8")
    tally = Tally("folder")
    import_folder(tally, folder, tmp_path)
    assert dict(tally.counts) == {"taken": len(WHOLE)}


def test_a_trial_is_a_function_of_seed_and_number():
    def drawn(part: str, seed: int, numbers: range) -> list[float]:
        return [random_.random() for _, random_ in Tally(part, seed).trials(numbers)]

    assert drawn("a", 0, range(3))[2:] == drawn("a", 0, range(2, 3)) != drawn("a", 1, range(2, 3))


def test_the_table_names_what_was_lost():
    tally = Tally("kills", tried=1200, seconds=61.4)
    tally.counts["resumed"] += 1199
    tally.lose("kill 7: the table is gone")
    lines = table([tally, Tally("images", stopped=True)]).splitlines()
    assert lines[2].split() == ["kills", "1,200", "1", "61", "1,199", "resumed"]
    assert "stopped early" in lines[3] and lines[-1] == "  kill 7: the table is gone"


def test_the_exit_code_says_whether_anything_was_lost(capsys, monkeypatch):
    assert command.main(["manifests", "--count", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[2].split()[:3] == ["manifests", "1", "0"]
    losing = command.Part(lambda tally, numbers, work: tally.lose("all of it"), 1, 1, "nothing")
    monkeypatch.setitem(command.PARTS, "manifests", losing)
    assert command.main(["manifests"]) == 1 and "all of it" in capsys.readouterr().out


def test_the_table_comes_when_it_is_stopped_or_a_part_breaks_off(capsys, monkeypatch):
    def stopped(tally, numbers, work):
        raise KeyboardInterrupt

    def broken(tally, numbers, work):
        raise ValueError("no such thing")

    monkeypatch.setattr(command, "PARTS", {"a": command.Part(broken, 1, 1, ""), "b": command.Part(stopped, 1, 1, "")})
    assert command.main([]) == 1
    said = capsys.readouterr().out
    assert "no such thing" in said and "stopped early" in said
