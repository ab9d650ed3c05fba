"""One key per label, whatever the source's spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.labels import canonical_key, display_name, name_from_slug, repair_mojibake, unify


@pytest.mark.parametrize(
    "spellings",
    [
        ("Vincent van Gogh", "vincent-van-gogh", "Vincent_van_Gogh", "  VINCENT  VAN GOGH "),
        ("Art_Nouveau_Modern", "Art Nouveau", "art-nouveau", "Art Nouveau (Modern)"),
        ("Ukiyo-e", "Ukiyo_e", "ukiyo e"),
        ("Paul Cézanne", "paul-cezanne", "Paul Ce\u0301zanne"),
        ("Naïve Art (Primitivism)", "Naive_Art_Primitivism"),
        ("Eugène Grasset", "eugã¨ne-grasset", "eugene grasset"),
        ("Wojciech Jastrzębowski Łódź", "wojciech-jastrzebowski-lodz"),
        ("Hans Ørsted", "hans-orsted"),
        ("Arnold Böcklin", "arnold-bã¶cklin"),
    ],
)
def test_spellings_of_one_label_share_a_key(spellings):
    assert len({canonical_key(s) for s in spellings}) == 1


def test_different_labels_keep_different_keys():
    assert (
        len({canonical_key(s) for s in ("Cubism", "Analytical_Cubism", "Synthetic Cubism", "Realism", "New_Realism")})
        == 5
    )


@pytest.mark.parametrize("nothing", [None, float("nan"), "", "  ", "Unknown", "unknown-artist", "N/A", "NA", "None"])
def test_what_says_nothing_is_no_label(nothing):
    assert canonical_key(nothing) is None and display_name(nothing) is None


@given(st.text())
def test_the_key_of_a_key_is_itself(text):
    key = canonical_key(text)
    assert key is None or canonical_key(key) == key


@pytest.mark.parametrize("text", ["são paulo", "Ângela", "château", "plain", "mañana", "ã"])
def test_honest_accents_are_left_alone(text):
    assert repair_mojibake(text) == text


def test_names_from_file_names():
    assert name_from_slug("vincent-van-gogh") == "Vincent van Gogh"
    assert name_from_slug("joaquã\xadn-sorolla") == "Joaquín Sorolla"
    assert name_from_slug("") is None


def test_unify_prefers_official_names_then_the_commonest_spelling():
    assert unify(["art-nouveau", "Art Nouveau Modern", None], preferred=["Art_Nouveau"]) == [
        "Art Nouveau",
        "Art Nouveau",
        None,
    ]
    assert unify(["claude monet", "Claude Monet", "Claude Monet"]) == ["Claude Monet"] * 3
    assert unify(["b x", "B X"]) == ["B X"] * 2
