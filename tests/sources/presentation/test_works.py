"""Which manifests hold many works, and which views of one."""

import pytest

from artextract.sources.presentation.works import are_ours, are_works


def canvases(*labels):
    return [{"id": f"http://x/c/{number}", "label": label and {"none": [label]}} for number, label in enumerate(labels)]


@pytest.mark.parametrize(
    "labels, works",
    [
        (["The Harbour", "Self-Portrait", "Still Life with Apples"], True),
        (["Sunflowers (F454)", "Irises (F608)"], True),
        (["Rembrandt - The Syndics", "Rembrandt - The Night Watch"], True),
        (["富嶽三十六景", "凱風快晴"], True),
        (["The Open Book", "The Front Room"], True),
        (["p. 1", "p. 2"], False),
        (["view 1", "view 2"], False),
        (["1r", "1v", "2r"], False),
        (["[1]", "[2]"], False),
        (["i", "ii", "iii", "iv"], False),
        (["Front cover", "Title page", "Page 1"], False),
        (["Recto", "Verso"], False),
        (["Vorderseite", "Rückseite"], False),
        (["Seite 1", "Seite 2"], False),
        (["Codex Vaticanus 1", "Codex Vaticanus 2"], False),
        (["The Set, front", "The Set, detail of the sky"], False),
        (["Overall", "Detail of the hand", "Detail of the head"], False),
        (["Head of a girl, verso", "Head of a girl"], False),
        (["DSC_0001.jpg", "DSC_0002.jpg"], False),
        (["SK-A-1_01.tif", "SK-A-1_02.tif"], False),
        (["The Harbour", "The Harbour"], False),
        (["The Harbour", None], False),
        ([None, None], False),
        (["The Harbour"], False),
        ([], False),
    ],
)
def test_names_make_works(labels, works):
    assert are_works({"label": "The Set"}, canvases(*labels)) == works


def test_books_are_no_works():
    named = canvases("The Harbour", "Self-Portrait")
    assert not are_works({"behavior": ["paged"]}, named) and are_works({"behavior": ["individuals"]}, named)
    assert not are_works({"viewingHint": "paged"}, named)
    assert not are_works({"sequences": [{"viewingHint": "continuous"}]}, named)


def test_our_own_exports_are_known():
    made = [{"label": {"en": ["Made"]}, "value": {"none": ["2026-11-27 by ArtExtract 1.0"]}}]
    assert are_ours({"metadata": made}, canvases("a", "b")) and not are_ours({}, canvases("a", "b"))
    assert are_ours({}, [{"id": "https://m.example/api/iiif/canvas/a-1"}]) and not are_ours({}, [])
