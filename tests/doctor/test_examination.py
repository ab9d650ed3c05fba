"""Each kind of defect is planted in a sound collection: the doctor finds it, and nothing else, and what can be mended
is mended."""

import json

import numpy as np
import pytest

from artextract.doctor import BEFORE_FIX, examine, fix
from artextract.errors import InputError
from artextract.images import content_hash
from artextract.table import FILE_NAME
from tests.doctor.plants import PLANTS, kinds
from tests.raising import raises


def test_a_sound_collection_has_nothing_but_notes(collection):
    before = (collection / FILE_NAME).read_bytes()
    report = examine(collection)
    assert (
        report.sound
        and report.n_paintings == 48
        and {finding.kind for finding in report.findings} == {"class_untested"}
    )
    assert fix(report).as_dict() == {"dropped": [], "merged": [], "cleared": [], "moved": [], "table_before": None}
    assert (collection / FILE_NAME).read_bytes() == before and not (collection / BEFORE_FIX).exists()


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_what_is_planted_is_found_and_only_that(plant, quick, collection):
    plant(collection)
    report = examine(collection, quick=quick)
    assert kinds(report) == PLANTS[plant]
    assert all(finding.items and finding.message for finding in report.findings)


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_are_all_found_and_mended(seed, collection):
    """Random sets of defects, which touch different rows, so that they do not hide each other."""
    random = np.random.default_rng(seed)
    chosen = [plant for plant in PLANTS if random.random() < 0.6]
    for plant in chosen:
        plant(collection)
    images = {path: content_hash(path) for path in (collection / "images").iterdir()}
    report = examine(collection)
    assert kinds(report) == set().union(*(PLANTS[plant] for plant in chosen))
    fix(report)
    after = examine(collection)
    assert not [finding for finding in after.findings if finding.fixable]
    assert kinds(after) <= {"changed_file", "contradictory_labels_near", "class_not_learnable", "class_small"}
    assert {path: content_hash(path) for path in (collection / "images").iterdir()} == images
    assert fix(after).as_dict()["table_before"] is None


def test_what_is_no_collection(tmp_path):
    with raises(InputError, "not-a-collection"):
        examine(tmp_path)


def test_the_report_is_plain(collection):
    for plant in PLANTS:
        plant(collection)
    document = examine(collection).as_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    severities = [finding["severity"] for finding in document["findings"]]
    assert severities == sorted(severities, key=["error", "warning", "note"].index) and not document["sound"]
    assert all(finding["count"] == len(finding["items"]) for finding in document["findings"])
