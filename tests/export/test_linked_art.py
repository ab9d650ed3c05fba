"""Linked Art against its model: what is known is a fact of the object, what is said is an attribute assignment."""

import json
from dataclasses import replace

import pytest

from artextract.errors import InputError
from artextract.export.linked_art import as_linked_art, collection, one_object
from artextract.export.linked_art_terms import term
from artextract.export.object_types import object_type
from tests.export.linked_art_rules import broken
from tests.export.test_rows import DOUBTED
from tests.raising import raises

CLASSES = {
    "Set",
    "HumanMadeObject",
    "Type",
    "Name",
    "Identifier",
    "LinguisticObject",
    "Production",
    "TimeSpan",
    "Person",
    "VisualItem",
    "DigitalObject",
    "Right",
    "AttributeAssignment",
    "Dimension",
    "MeasurementUnit",
    "Creation",
    "DigitalService",
    "InformationObject",
}
LISTS = {
    "classified_as",
    "identified_by",
    "referred_to_by",
    "carried_out_by",
    "representation",
    "digitally_shown_by",
    "access_point",
    "subject_to",
    "dimension",
    "subject_of",
    "digitally_carried_by",
    "attributed_by",
    "assigned",
    "technique",
    "influenced_by",
    "conforms_to",
    "digitally_available_via",
    "equivalent",
    "member_of",
    "member",
}
SINGLE = {"produced_by", "timespan", "unit", "created_by"}


def everything(node, within=""):
    """Every object of a document, with the property that it stands under."""
    if isinstance(node, dict):
        yield within, node
        for name, value in node.items():
            yield from everything(value, name)
    elif isinstance(node, list):
        for item in node:
            yield from everything(item, within)


def members(listing) -> dict[str, dict]:
    return {member["id"].rsplit("/", 1)[1]: member for member in collection(listing)["member"]}


def test_the_shape_of_a_document(listing):
    document = json.loads(as_linked_art(listing))
    assert (
        document["@context"] == "https://linked.art/ns/v1/linked-art.json"
        and document["type"] == "Set"
        and document["id"] == listing.address
    )
    for within, node in everything(document):
        assert node["type"] in CLASSES
        assert ("content" in node) == (
            node["type"] in ("Name", "Identifier")
            or (node["type"] == "LinguisticObject" and "digitally_carried_by" not in node)
        )
        for name, value in node.items():
            assert value not in (None, "", [], {})
            assert isinstance(value, list) == (name in LISTS), (within, name)
            assert name not in SINGLE or isinstance(value, dict)
        if node["type"] in ("HumanMadeObject", "Set"):
            assert node["id"].startswith("http") and node["_label"]
        if "id" in node and "aat" in node["id"]:
            assert node["id"].startswith("http://vocab.getty.edu/aat/300") and node["type"] in (
                "Type",
                "MeasurementUnit",
            )


def test_what_is_known(listing):
    first = members(listing)["p00"]
    assert first["id"] == "http://localhost:8000/api/linked-art/p00"
    assert first["classified_as"][0]["id"] == "http://vocab.getty.edu/aat/300033618" and [
        kind["_label"] for kind in first["classified_as"][1:]
    ] == ["Cubism", "portrait"]
    assert [(one["type"], one["content"]) for one in first["identified_by"]] == [
        ("Name", "=HYPERLINK(1)"),
        ("Identifier", "p00"),
        ("Identifier", "1990.1"),
    ]
    made = first["produced_by"]
    assert [maker["_label"] for maker in made["carried_out_by"]] == ["Ada"]
    assert made["timespan"]["identified_by"][0]["content"] == "1880/85"
    assert (made["timespan"]["begin_of_the_begin"], made["timespan"]["end_of_the_end"]) == (
        "1880-01-01T00:00:00Z",
        "1885-12-31T23:59:59Z",
    )
    assert [text["content"] for text in first["referred_to_by"]] == ["oil on canvas", "Gift of C"]
    digital = first["representation"][0]["digitally_shown_by"][0]
    assert (
        digital["access_point"][0]["id"] == "https://museum.example/iiif/1/full/max/0/default.jpg"
        and digital["format"] == "image/jpeg"
    )
    assert [(one["classified_as"][0]["_label"], one["value"]) for one in digital["dimension"]] == [
        ("Width", 160),
        ("Height", 120),
    ]
    assert digital["subject_to"][0]["classified_as"][0]["id"] == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert first["subject_of"][0]["digitally_carried_by"][0]["access_point"][0]["id"] == "https://museum.example/1"


def test_dates(listing):
    found = {name: (member.get("produced_by") or {}).get("timespan") for name, member in members(listing).items()}
    assert found["p01"]["begin_of_the_begin"][:4] == found["p01"]["end_of_the_end"][:4] == "1881"
    assert (
        found["p02"] == {"type": "TimeSpan", "identified_by": found["p02"]["identified_by"]}
        and found["p02"]["identified_by"][0]["content"] == "late"
    )
    assert found["p03"]["begin_of_the_begin"] == "0044-01-01T00:00:00Z" and found["p04"] is None
    before_christ = replace(listing.paintings, frame=listing.paintings.frame.assign(year=-430, year_end=None))
    assert (
        members(replace(listing, paintings=before_christ))["p00"]["produced_by"]["timespan"]["begin_of_the_begin"]
        == "-0430-01-01T00:00:00Z"
    )


def test_an_open_end_is_left_out(listing):
    frame = listing.paintings.frame.assign(
        date=["before 1500", "after 1950", "c. 1503–1506", None, "1890"],
        year=[None, 1950, 1503, float("inf"), 1890],
        year_end=[1500, None, 1506, None, None],
    )
    found = members(replace(listing, paintings=replace(listing.paintings, frame=frame)))
    spans = {name: (member.get("produced_by") or {}).get("timespan", {}) for name, member in found.items()}
    ends = {name: (span.get("begin_of_the_begin"), span.get("end_of_the_end")) for name, span in spans.items()}
    assert ends == {
        "p00": (None, "1500-12-31T23:59:59Z"),
        "p01": ("1950-01-01T00:00:00Z", None),
        "p02": ("1503-01-01T00:00:00Z", "1506-12-31T23:59:59Z"),
        "p03": (None, None),
        "p04": ("1890-01-01T00:00:00Z", "1890-12-31T23:59:59Z"),
    }
    assert spans["p02"]["identified_by"][0]["content"] == "c. 1503–1506", "the words of the museum"


def test_a_prediction_is_never_reported_as_a_fact(listing):
    second = members(listing)["p01"]
    assert [kind["_label"] for kind in second["classified_as"]] == ["Painting"], "no style is known"
    (style,) = second["attributed_by"]
    assert (style["type"], style["assigned_property"], style["assigned"][0]["_label"]) == (
        "AttributeAssignment",
        "classified_as",
        "Cubism",
    )
    assert style["influenced_by"][0]["_label"] == "starter (abc123)" and "carried_out_by" not in style
    assert (
        "probability 0.6124" in style["referred_to_by"][0]["content"]
        and "not a fact" in style["referred_to_by"][0]["content"]
    )
    made = second["produced_by"]
    assert [maker["_label"] for maker in made["carried_out_by"]] == ["Bo"], "as recorded"
    assert (
        made["attributed_by"][0]["assigned_property"] == "carried_out_by"
        and made["attributed_by"][0]["assigned"][0]["_label"] == "Ada"
    )


def test_a_decision_is_by_a_person_at_a_time(listing):
    corrected = members(listing)["p00"]["attributed_by"][-1]
    assert corrected["carried_out_by"][0]["_label"] == "Eve" and corrected["assigned"][0]["_label"] == "Orphism"
    assert corrected["timespan"]["begin_of_the_begin"] == "2024-05-01T10:00:00.000Z"
    taken_away = members(listing)["p03"]["produced_by"]["attributed_by"][0]
    assert "assigned" not in taken_away and taken_away["_label"] == "The artist is not Ada."
    assert "attributed_by" not in members(listing)["p04"]


@pytest.mark.parametrize(
    ("attribute", "where", "kind", "content"),
    [
        ("title", "identified_by", "Name", "On the Seine"),
        ("year_end", "referred_to_by", "LinguisticObject", "Year end: On the Seine"),
    ],
)
def test_a_corrected_field_that_is_no_label_is_no_type(listing, attribute, where, kind, content):
    decision = {"id": "p04", "action": "correct", "attribute": attribute, "old": None, "new": "On the Seine"}
    decision |= {"reviewer": "Eve", "time": "2024-05-01T10:00:00.000+00:00", "note": ""}
    made = members(replace(listing, decisions=[decision]))["p04"]["attributed_by"][0]
    assert made["assigned_property"] == where
    assert (made["assigned"][0]["type"], made["assigned"][0]["content"]) == (kind, content)
    assert broken(made, "AttributeAssignment") == []


def test_a_document_of_one(listing):
    alone = one_object(replace(listing, paintings=listing.paintings.rows([4]), address=None))
    assert (
        alone["@context"]
        and alone["type"] == "HumanMadeObject"
        and "produced_by" not in alone
        and "member_of" not in alone
    )


def test_the_title_of_the_list_is_on_one_line_where_it_is_a_label(listing):
    document = collection(replace(listing, title="Boats\nand\u202e harbours"))
    assert (
        document["_label"] == "Boats and harbours"
        and document["member"][0]["member_of"][0]["_label"] == "Boats and harbours"
    )
    assert document["identified_by"][0]["content"] == "Boats\nand\u202e harbours"


def test_no_address_is_refused(listing):
    with raises(InputError, "address-needed"):
        collection(replace(listing, place=None))


def with_columns(listing, **columns):
    frame = listing.paintings.frame.assign(**columns)
    return replace(listing, paintings=replace(listing.paintings, frame=frame))


def test_every_object_follows_the_rules_of_the_model(listing):
    awkward = 'Ada\nLovelace\x00\u202e \ud800"<b>'
    rich = with_columns(
        listing,
        classification=["Print", None, "Drawing", None, None],
        ulan=["500115588", "x", None, None, None],
        wikidata=["Q1", "javascript:1", None, None, None],
        artist_wikidata=["Q2", None, None, None, None],
        dimensions=["20 x 30 cm", None, None, None, None],
        manifest=["https://museum.example/m.json", None, None, None, None],
    )
    said = {"style": (awkward, 0.2, True), "artist": (awkward, 0.2, True)}
    for one in (listing, rich, replace(rich, predictions={"p04": said}, address=None, model=awkward)):
        document = json.loads(as_linked_art(one))
        assert broken(document, "Set") == [] and len(document["member"]) == 5
        assert all(member["member_of"][0]["id"] == document["id"] for member in document["member"])
        assert broken(one_object(replace(one, paintings=one.paintings.rows([0]))), "HumanMadeObject") == []


def test_what_objects_refer_to_follows_them_too(listing):
    shapes = {"person": "Person", "software": "Software", "type": "Type", "attribute": "Type", "certainty": "Type"}
    for kind, shape in shapes.items():
        document = term(listing.place, kind, "ada\n & <b>", "style")
        assert broken(document, shape) == [] and document["_label"].casefold().endswith("ada\n & <b>")


def test_the_rules_find_what_is_wrong(listing):
    good = members(listing)["p01"]
    for path, value in (
        (("_label",), None),
        (("classified_as", 0, "id"), None),
        (("produced_by", "carried_out_by", 0, "id"), None),
        (("produced_by", "carried_out_by", 0, "identified_by"), []),
        (("attributed_by", 0, "technique"), None),
        (("classified_as",), {}),
        (("id",), "p01"),
    ):
        document = json.loads(json.dumps(good))
        place = document
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        assert broken(document, "HumanMadeObject"), path


def test_known_identities_and_services(listing):
    rich = with_columns(listing, ulan="500115588", wikidata="Q12418", artist_wikidata="Q762")
    first = members(rich)["p00"]
    assert first["equivalent"] == [{"id": "http://www.wikidata.org/entity/Q12418", "type": "HumanMadeObject"}]
    assert [one["id"] for one in first["produced_by"]["carried_out_by"][0]["equivalent"]] == [
        "http://vocab.getty.edu/ulan/500115588",
        "http://www.wikidata.org/entity/Q762",
    ]
    service = first["representation"][0]["digitally_shown_by"][0]["digitally_available_via"][0]
    assert service["access_point"] == [{"id": "https://museum.example/iiif/1", "type": "DigitalObject"}]


def test_unsure_travels(listing):
    doubtful = replace(listing, predictions={"p01": {"style": ("Cubism", 0.2, True), "artist": ("Ada", 0.9, False)}})
    second = members(doubtful)["p01"]
    (style,), (artist,) = second["attributed_by"], second["produced_by"]["attributed_by"]
    assert "The model is unsure" in [kind["_label"] for kind in style["classified_as"]]
    assert "unsure" in style["referred_to_by"][0]["content"] and "unsure" not in json.dumps(artist)


def test_novelty_and_sets_travel(listing):
    second = members(replace(listing, predictions=DOUBTED))["p01"]
    (style,), (artist,) = second["attributed_by"], second["produced_by"]["attributed_by"]
    kinds = {kind["_label"]: kind.get("id") for kind in style["classified_as"]}
    assert kinds["It seems new to the model"].endswith("new") and "it seems new to it" in style["_label"]
    assert "one of: Cubism or Fauvism" in style["referred_to_by"][0]["content"]
    assert "seems new" not in json.dumps(artist)


@pytest.mark.parametrize(
    "columns, kind",
    [
        ({}, "Painting"),
        ({"classification": "Print"}, "Print"),
        ({"classification": "Druckgraphik", "medium": "oil"}, "Print"),
        ({"classification": "Index of American Design", "medium": "graphite on paper"}, "Drawing"),
        ({"medium": "oil over graphite"}, "Painting"),
        ({"medium": "Lithographie"}, "Lithograph"),
        ({"medium": "Öl auf Leinwand"}, "Painting"),
        ({"medium": "Bleistift, Kreide"}, "Drawing"),
        ({"medium": ["etching", "drypoint"]}, "Print"),
        ({"medium": "albumen print"}, "Photograph"),
        ({"classification": "Gemälde"}, "Painting"),
        ({"medium": "unknown to us"}, "Painting"),
    ],
)
def test_prints_and_drawings_are_no_paintings(columns, kind):
    assert object_type(columns) == kind
