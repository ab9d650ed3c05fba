"""A listing of five painted pictures whose table has what museums tell, and some that is awkward."""

from datetime import UTC, datetime

import pytest

from artextract.export import Listing, Place, Region
from artextract.table import Paintings, read_paintings
from tests.conftest import paint, write_collection

MADE = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def paintings(tmp_path_factory) -> Paintings:
    folder = write_collection(
        tmp_path_factory.mktemp("export") / "Wing A",
        [paint("blue", "bands", seed) for seed in range(5)],
        style=["Cubism", None, "Baroque", "Cubism", None],
        artist=["Ada", "Bo", None, "Ada", None],
        genre=["portrait", None, None, "still life", None],
        year=[1880, 1881, None, 44, None],
        year_end=[1885, None, None, None, None],
        date=["1880/85", None, "late", None, None],
        medium=["oil on canvas", None, None, None, None],
        credit=["Gift of C", None, None, None, None],
        accession=["1990.1", None, None, None, None],
        url=["https://museum.example/1", "javascript:alert(1)", None, None, None],
        image_url=["https://museum.example/iiif/1/full/max/0/default.jpg", None, None, "file:///etc/passwd", None],
        title=["=HYPERLINK(1)", "<b>Bold</b>", "Kähler, “Öl”", None, "-"],
        rights=[
            "CC0",
            "open access (CC0); courtesy of a museum",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            "not stated; the user's own files",
            "CC BY",
        ],
    )
    return read_paintings(folder)


@pytest.fixture
def listing(paintings) -> Listing:
    decision = {"attribute": "style", "reviewer": "Eve", "time": "2024-05-01T10:00:00.000+00:00", "note": ""}
    return Listing(
        "Five pictures",
        paintings,
        "Paintings of the collection: year=40..1890.",
        predictions={"p01": {"style": ("Cubism", 0.61237), "artist": ("Ada", 0.3)}, "p00": {"style": ("Cubism", 1.0)}},
        model="starter (abc123)",
        decisions=[
            {
                "id": "p00",
                "action": "correct",
                "old": "Cubism",
                "new": "Orphism",
                **decision,
                "note": "see the letter of 1912",
            },
            {"id": "p02", "action": "accept", "old": "Baroque", "new": None, **decision},
            {"id": "p03", "action": "correct", "old": "Ada", "new": None, **decision, "attribute": "artist"},
            {"id": "p04", "action": "skip", "old": None, "new": None, **decision},
        ],
        regions=[
            Region("p00", (0.1, 0.2, 0.5, 0.6), "1: like the sky"),
            Region("p01", (0.999, 0.999, 1.0, 1.0), "a corner"),
        ],
        collection="Wing A",
        place=Place("http://localhost:8000"),
        address="http://localhost:8000/api/iiif/manifest?ids=p00",
        made=MADE,
    )


HITS = {
    "p00": {
        "rank": 1,
        "score": 0.9,
        "features": {"deep": 0.6, "palette": 0.3},
        "closer_than": {"deep": 1.0, "palette": 0.75, "all": 1.0},
        "band": "close",
    },
    "p01": {
        "rank": 2,
        "score": -0.1,
        "features": {"deep": -0.1, "palette": None},
        "closer_than": {"deep": 0.5, "palette": None, "all": 0.5},
        "band": "weak",
    },
}
