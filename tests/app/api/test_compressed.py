"""Who takes gzip gets it, and who refuses it does not."""

import pytest

from artextract.app.api.compressed import takes_gzip


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (["gzip"], True),
        (["deflate, gzip;q=0.5"], True),
        (["br", "X-GZIP"], True),
        (["gzip;q=0"], False),
        (["gzip; Q=0.000, identity"], False),
        (["gzip;q=odd"], False),
        (["deflate, br"], False),
        (["*"], False),
        ([], False),
    ],
)
def test_the_header_is_read_as_it_is_defined(accepted, takes):
    assert takes_gzip(accepted) is takes


@pytest.mark.parametrize("path", ["/", "/main.js", "/api/v1/openapi.json"])
def test_files_and_calls_heed_it(client, path):
    packed, plain = (client.get(path, headers={"Accept-Encoding": text}) for text in ("gzip", "deflate, gzip;q=0"))
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.text == plain.text and "accept-encoding" in plain.headers["vary"].lower()
