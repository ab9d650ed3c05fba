"""Every parser that sees text of strangers takes four times as long for a text four times as long, whatever stands in
it: no pattern goes back and forth over what it has read."""

import time
import zlib
from argparse import ArgumentTypeError
from contextlib import suppress
from email.message import Message

import pytest
from PIL import Image

from artextract import spelling
from artextract.app import uploads
from artextract.app.api import guards, review
from artextract.app.commands import fetch
from artextract.download import addresses, answers, robots
from artextract.errors import ArtExtractError, ImageError
from artextract.export import formats, rights
from artextract.images import decode, parts
from artextract.labels import canonical_key, display_name, name_from_slug, repair_mojibake
from artextract.search.asking import filters, query, terms, weights
from artextract.search.lists import order
from artextract.sources import attribution, huggingface_shards, ids, iiif, nga_artists, wikiart
from artextract.sources.presentation import selectors
from artextract.sources.presentation.text import links
from artextract.sources.presentation.text import text as iiif_text
from tests.raising import raises

SMALL = 3000
MOST = 10
"""Linear work takes 4 times as long for 4 times the text, quadratic 16 times."""


def headers(text: str) -> Message:
    message = Message()
    message["X-Robots-Tag"] = " ".join(text.split("\n"))
    return message


def as_bytes(head: bytes, read):
    return lambda text: read(head + text.encode("latin-1", "replace"))


def card(text: str):
    return huggingface_shards.card_head(lambda name: "---\n" + text)


PARSERS = {
    "a filter": lambda text: filters._parts(text[: filters.LONGEST]),
    "a region": query.parse_region,
    "colours": query.parse_colours,
    "weights": weights.parse_weights,
    "words": terms.parse,
    "words of a table": terms.canonical_text,
    "spelling": lambda text: spelling.alike(text, [text, text + "x", "monet"]),
    "a label's key": canonical_key,
    "a label": display_name,
    "a slug": name_from_slug,
    "mojibake": repair_mojibake,
    "an order": order._letters,
    "a date": iiif.years_of,
    "a IIIF label": lambda text: iiif_text({"en": [text]}),
    "an address": iiif._tail,
    "a cell of the NGA": nga_artists.clean,
    "an artist": attribution.read_artist,
    "an outline": selectors.outline,
    "a fragment": selectors.of_fragment,
    "links": links,
    "a line of WikiArt": wikiart._row,
    "a dataset's card": card,
    "a file's name": ids._slug,
    "robots.txt": robots.read_rules,
    "a rule": lambda text: robots.Rules(((False, "/" + text),)).allows("http://museum.example/" + text),
    "headers": lambda text: robots.opt_out(headers(text)),
    "a date to wait for": lambda text: answers.retry_after(text, 0.0),
    "a host": addresses.host_of,
    "rights": rights.licence,
    "an export's name": lambda text: formats.file_name(text, formats.FORMATS["csv"]),
    "a table's name": lambda text: review._download("", text),
    "years": fetch._years,
    "a Host header": guards._host_name,
    "no picture": as_bytes(b"", uploads._kind),
    "what hides in a JPEG": as_bytes(b"\xff\xd8\xff", uploads._other_file),
    "parts of a JPEG": as_bytes(b"\xff\xd8", parts._too_many),
    "the end of a JPEG": as_bytes(b"\xff\xd8\xff", uploads._end),
    "the end of a PNG": as_bytes(b"\x89PNG\r\n\x1a\n", uploads._end),
    "the end of a GIF": as_bytes(b"GIF89a\1\0\1\0\0\0\0", uploads._end),
}
UNITS = (
    *(
        " ",
        "a",
        "a ",
        "1",
        "1 ",
        "-",
        ".",
        "..",
        "=",
        ",",
        "a,",
        "a=",
        '"',
        '"a ',
        "|",
        "~",
        "_",
        "_a ",
        "*a",
        "%",
        "\n",
    ),
    *(
        "\0",
        "\xff",
        "\xff\xd8",
        "ã",
        "ã¨",
        "\u0301",
        "'s",
        "[",
        "<a",
        "<br ",
        "</p",
        "&",
        "&#",
        "1st-",
        "17th ",
        "1500-",
    ),
    *(
        "\n---",
        "User-agent: *\n",
        "Disallow: /*a*a\n",
        "noai,",
        "a:",
        "https://",
        "CC BY ",
        "PK\x05\x06",
        "MZ",
        "<!doctype ",
    ),
)


def seconds(parse, text: str) -> float:
    begun = time.thread_time()
    with suppress(ArtExtractError, ArgumentTypeError):
        parse(text)
    return time.thread_time() - begun


def grows(parse, unit: str, end: str) -> float:
    """How many times longer four times the text takes; short times, where the clock is coarse, count as equal."""
    for small in (SMALL // 8, SMALL):  # what grows with the cube is seen before it takes minutes
        texts = [unit * (size // len(unit)) + end for size in (small, 4 * small)]
        for _ in range(4):  # what else runs on this machine may hold one measurement up, not four
            long = seconds(parse, texts[1])
            if long < MOST * 5e-4 or long < MOST * (short := seconds(parse, texts[0])):
                break
        else:
            return long / max(short, 5e-4)
    return 1.0


@pytest.mark.parametrize("name", PARSERS)
def test_no_text_takes_more_than_its_length(name):
    slow = {
        (unit, end): ratio
        for unit in UNITS
        for end in ("", "\0!")
        if (ratio := grows(PARSERS[name], unit, end)) >= MOST
    }
    assert not slow


def test_many_names_before_many_rules():
    def text(size: int) -> str:
        return "User-agent: artextract\n" * size + "Disallow: /a\n" * size

    assert seconds(robots.read_rules, text(4000)) < MOST * seconds(robots.read_rules, text(1000))
    assert robots.read_rules(text(3)).rules == ((False, "/a"),) * 3


def test_the_list_in_an_archive_is_not_read():
    entry = b"PK\x01\x02" + bytes(42)
    for count, found in ((1, True), (50_000, True), (0, False)):
        size = count * len(entry)
        end = b"PK\x05\x06" + bytes(8) + size.to_bytes(4, "little") + bytes(6)
        assert uploads._is_zip(b"\xff\xd8\xff" + entry * count + end) is found


@pytest.mark.parametrize(
    "name, head, part",
    [
        ("JPEG", 2, b"\xff\xe1\0\x0aExif\0\0ab"),
        ("PNG", 33, b"\0\0\0\3tEXta\0b" + zlib.crc32(b"tEXta\0b").to_bytes(4, "big")),
        ("GIF", 0, b"\x21\xfe\1x\0"),
    ],
)
def test_a_picture_of_very_many_parts_is_refused_before_it_is_decoded(name, head, part, tmp_path):
    file = tmp_path / "a"
    Image.new("P" if name == "GIF" else "RGB", (64, 64)).save(file, name)
    whole = file.read_bytes()
    head = head or 13 + parts.gif_colours(whole[10])
    some, many = (whole[:head] + part * count + whole[head:] for count in (20, parts.MOST_PARTS + 1))
    assert uploads.read_upload(some, 10**6).width == 64
    with raises(ArtExtractError, "too-many-parts"):
        uploads.read_upload(many, 10**6)
    file.write_bytes(many)
    for source in (file, many):
        with raises(ImageError, "too-many-parts"):
            decode(source)
    largest = whole[:head] + part * (parts.MOST_PARTS // 2 - 20) + whole[head:]  # of a GIF each counts twice
    file.write_bytes(largest)
    assert not parts.has_too_many_parts(file) and not parts.has_too_many_parts(largest)
