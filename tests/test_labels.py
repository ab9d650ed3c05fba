"""One key per label, whatever the source's spelling."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from artextract.labels import (
    as_written,
    canonical_key,
    display_name,
    folded,
    name_from_slug,
    repair_mojibake,
    unify,
    without_doubt,
)


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
        ("Große Straße", "GROSSE STRASSE", "grosse strasse"),
        ("ประติมากรรม", "ประติมากรรม\u200b"),
        ("ｷｭﾋﾞｽﾞﾑ", "キュビズム"),
        ("한국", "한국"),
        ("Rembrandt?", "Rembrandt (?)", "rembrandt ?"),
        ("Rembrandt, 1606-1669", "Rembrandt (1606–1669)"),
        ("A-", "a\u2212", "A \u2212"),
    ],
)
def test_spellings_of_one_label_share_a_key(spellings):
    assert len({canonical_key(s) for s in spellings}) == 1


def test_different_labels_keep_different_keys():
    assert (
        len({canonical_key(s) for s in ("Cubism", "Analytical_Cubism", "Synthetic Cubism", "Realism", "New_Realism")})
        == 5
    )


@pytest.mark.parametrize(
    "labels",
    [
        ("A+", "A-", "A", "A++", "A*"),
        ("C#", "C++", "C", "C?"),
        ("Rembrandt", "Rembrandt?", "[Rembrandt]"),
        ("-5", "5", "5%", "<5", ">5", "=5"),
        ("★", "★★", "♀", "♂", "🎨", "🖼"),
        ("A|B", "A B", "A=B", "A+B"),
        ("ศิลปะ", "ศลปะ", "ศิลป", "ศิลป์"),
        ("कला", "कल", "किला", "कली"),
        ("かき", "がき", "はは", "ぱぱ"),
        ("شَعر", "شِعر", "شعر"),
        ("שִׁיר", "שׁוּר", "שיר"),
        ("край", "краи"),
    ],
)
def test_signs_and_marks_tell_labels_apart(labels):
    assert len({canonical_key(label) for label in labels}) == len(labels)


def test_text_is_found_without_its_signs():
    assert folded("Portrait of a Man (?), C++") == "portrait_of_a_man_c"
    assert folded("Ukiyoe") == "ukiyo_e" and folded(None) == folded("?!") == ""


def test_what_a_curator_is_not_sure_of():
    assert [without_doubt(text) for text in ("Rembrandt?", "Rembrandt (?)", "[Rembrandt]", "[Rembrandt?]", "?")] == [
        *["Rembrandt"] * 4,
        "?",
    ]


def test_words_stay_as_they_are_written_and_machine_spellings_become_names():
    written = ["Rembrandt", "Rembrandt?", "Rembrandt (?)", "[Rembrandt]", "REMBRANDT", "A-", "A+", "ศิลปะ", "Ukiyo-e"]
    assert as_written(written) == written
    assert as_written(["Art_Nouveau_Modern", "Art Nouveau", "paul-cezanne", "Paul Cézanne", "n/a"]) == [
        *["Art Nouveau"] * 2,
        *["Paul Cézanne"] * 2,
        None,
    ]
    assert as_written(["post_impressionism", "Post_Impressionism"]) == ["Post Impressionism"] * 2
    assert as_written(["e\u0301", " two  words "]) == ["é", "two words"]


@pytest.mark.parametrize(
    "nothing", [None, float("nan"), "", "  ", "Unknown", "unknown-artist", "N/A", "NA", "None", "?", "(??)", "-"]
)
def test_what_says_nothing_is_no_label(nothing):
    assert canonical_key(nothing) is None and display_name(nothing) is None


@given(st.text())
@example("\U0001d1bb")  # a musical sign that falls apart into a sign and its mark
@example("《\u0e38")
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
