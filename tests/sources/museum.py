"""A museum's server on this machine that can be slow, wrong, cut short, moved, or tired of us; and tables and manifests
that we wrote ourselves."""

import csv
import functools
import io
import json
import re
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from PIL import Image

from artextract.download import Manners
from artextract.sources.iiif import IIIFOptions
from artextract.sources.options import Fetching

QUICK = Manners(rate=1000.0, back_off=0.01, timeout=2.0, tries=4)


@functools.cache
def picture(seed, width=60, height=40, format="JPEG"):
    small = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).save(stream, format)
    return stream.getvalue()


class Museum:
    """``pages`` maps a path to what is answered: bytes, or a function of the handler. ``asked`` lists the paths of all
    requests, ``headers`` and ``times`` (by ``clock``) theirs; ``patterns`` are for the paths that no page has."""

    def __init__(self):
        self.pages, self.asked, self.headers, self.times = {}, [], [], []
        self.patterns = []
        self.clock = time.monotonic
        museum = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                museum.asked.append(self.path)
                museum.headers.append(dict(self.headers))
                museum.times.append(museum.clock())
                page = museum.pages.get(self.path)
                for pattern, answer in museum.patterns if page is None else ():
                    if match := re.fullmatch(pattern, self.path):
                        page = functools.partial(answer, match=match)
                        break
                try:
                    if page is None:
                        self.answer(b"not here", "text/plain", 404)
                    elif callable(page):
                        page(self)
                    else:
                        self.answer(page)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def answer(self, body=b"", kind="image/jpeg", status=200, length=None, **headers):
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.elsewhere = self.url.replace("127.0.0.1", "localhost")
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, path):
        return Counter(self.asked)[path]

    def images_asked(self):
        return [path for path in self.asked if path != "/robots.txt"]

    def json(self, path, document):
        self.pages[path] = lambda handler: handler.answer(json.dumps(document).encode(), "application/json")


OBJECTS = [
    "objectid",
    "uuid",
    "accessioned",
    "accessionnum",
    "locationid",
    "title",
    "displaydate",
    "beginyear",
    "endyear",
    "visualbrowsertimespan",
    "medium",
    "dimensions",
    "inscription",
    "markings",
    "attributioninverted",
    "attribution",
    "provenancetext",
    "creditline",
    "classification",
    "subclassification",
    "visualbrowserclassification",
    "parentid",
    "isvirtual",
    "departmentabbr",
    "portfolio",
    "series",
    "volume",
    "watermarks",
    "lastdetectedmodification",
    "wikidataid",
    "customprinturl",
]
IMAGES = [
    "uuid",
    "iiifurl",
    "iiifthumburl",
    "viewtype",
    "sequence",
    "width",
    "height",
    "maxpixels",
    "openaccess",
    "created",
    "modified",
    "depictstmsobjectid",
    "assistivetext",
]
LINKS = [
    "objectid",
    "constituentid",
    "displayorder",
    "roletype",
    "role",
    "prefix",
    "suffix",
    "displaydate",
    "beginyear",
    "endyear",
    "country",
    "zipcode",
]
PEOPLE = [
    "constituentid",
    "uuid",
    "ulanid",
    "preferreddisplayname",
    "forwarddisplayname",
    "lastname",
    "displaydate",
    "artistofngaobject",
    "beginyear",
    "endyear",
    "visualbrowsertimespan",
    "nationality",
    "visualbrowsernationality",
    "constituenttype",
    "wikidataid",
]
TERMS = ["termid", "objectid", "termtype", "term", "visualbrowsertheme", "visualbrowserstyle"]


def write_tables(folder, objects=(), images=(), links=(), people=(), terms=()):
    """CSV files with the columns of the data set, rows as dicts; what a row does not say is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "objects": (OBJECTS, objects),
        "published_images": (IMAGES, images),
        "objects_constituents": (LINKS, links),
    }
    for name, (columns, rows) in (tables | {"constituents": (PEOPLE, people), "objects_terms": (TERMS, terms)}).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def image_server(museum):
    """Answers ``/iiif/NAME/full/!S,S/0/default.jpg`` with a picture of that longer side, another one for each name."""

    def answer(handler, match):
        side = int(match[2])
        handler.answer(picture(sum(map(ord, match[1])), side, side * 2 // 3))

    museum.patterns.append((r"/iiif/([\w-]+)/full/!(\d+),\d+/0/default\.jpg", answer))


def nga_tables(museum, folder):
    """Paintings 1..8 by two artists and an unknown one, a print (20), a virtual object (30), a painting without image
    (40)."""
    objects, images, links, terms = [], [], [], []
    for number in range(1, 9):
        objects.append(
            {
                "objectid": number,
                "accessionnum": f"1937.1.{number}",
                "title": f"The _Harbour_ {number}",
                "displaydate": f"c. {1860 + number}",
                "beginyear": 1858 + number,
                "endyear": 1862 + number,
                "medium": "oil on canvas",
                "attribution": "Anna Meer",
                "creditline": "Gift of Nobody",
                "classification": "Painting",
                "isvirtual": 0,
                "series": "Harbours" if number < 3 else "",
                "parentid": 30 if number < 3 else "",
            }
        )
        images.append(
            {
                "uuid": f"uuid-{number}",
                "iiifurl": f"{museum.url}/iiif/img{number}",
                "viewtype": "primary",
                "sequence": 0,
                "width": 3000,
                "height": 2000,
                "maxpixels": 64 if number == 2 else "",
                "openaccess": 0 if number == 2 else 1,
                "depictstmsobjectid": number,
                "assistivetext": f"A harbour, {number} boats.",
            }
        )
        person = 100 + (number % 3)
        links.append(
            {"objectid": number, "constituentid": person, "displayorder": 1, "roletype": "artist", "role": "painter"}
        )
        links.append(
            {"objectid": number, "constituentid": 200, "displayorder": 3, "roletype": "donor", "role": "donor"}
        )
        terms.append(
            {"termid": 1, "objectid": number, "termtype": "School", "term": "French" if number % 2 else "Dutch"}
        )
        terms.append(
            {
                "termid": 2,
                "objectid": number,
                "termtype": "Style",
                "term": "Impressionist",
                "visualbrowserstyle": "Impressionism",
            }
        )
        terms.append(
            {
                "termid": 3,
                "objectid": number,
                "termtype": "Theme",
                "term": "Harbours",
                "visualbrowsertheme": "landscape",
            }
        )
        terms.append({"termid": 4, "objectid": number, "termtype": "Keyword", "term": "boats, small"})
    images.append(
        {
            "uuid": "alter-1b",
            "iiifurl": f"{museum.url}/iiif/img1b",
            "viewtype": "alternate",
            "sequence": 2,
            "width": 900,
            "height": 600,
            "openaccess": 1,
            "depictstmsobjectid": 1,
        }
    )
    images.append(
        {
            "uuid": "alter-1a",
            "iiifurl": f"{museum.url}/iiif/img1a",
            "viewtype": "alternate",
            "sequence": 1,
            "width": 900,
            "height": 600,
            "openaccess": 1,
            "depictstmsobjectid": 1,
        }
    )
    links.append(
        {"objectid": 1, "constituentid": 101, "displayorder": 2, "roletype": "artist", "role": "related artist"}
    )
    terms.append({"termid": 5, "objectid": 1, "termtype": "School", "term": "Paris"})
    objects.append({"objectid": 20, "title": "A print", "classification": "Print", "isvirtual": 0})
    images.append(
        {
            "uuid": "u20",
            "iiifurl": f"{museum.url}/iiif/img20",
            "viewtype": "primary",
            "width": 300,
            "height": 200,
            "openaccess": 1,
            "depictstmsobjectid": 20,
        }
    )
    objects.append({"objectid": 30, "title": "The Harbours, a set", "classification": "Painting", "isvirtual": 1})
    images.append(
        {
            "uuid": "u30",
            "iiifurl": f"{museum.url}/iiif/img30",
            "viewtype": "primary",
            "width": 300,
            "height": 200,
            "openaccess": 1,
            "depictstmsobjectid": 30,
        }
    )
    objects.append({"objectid": 40, "title": "Not photographed", "classification": "Painting", "isvirtual": 0})
    people = [
        {
            "constituentid": 100,
            "forwarddisplayname": "Anna Meer",
            "preferreddisplayname": "Meer, Anna",
            "lastname": "Meer",
            "nationality": "Dutch",
            "constituenttype": "individual",
        },
        {
            "constituentid": 101,
            "forwarddisplayname": "Jean Rive",
            "preferreddisplayname": "Rive, Jean",
            "lastname": "Rive",
            "nationality": "French",
            "constituenttype": "individual",
        },
        {
            "constituentid": 102,
            "forwarddisplayname": "French 19th Century",
            "preferreddisplayname": "French 19th Century",
            "nationality": "French",
            "constituenttype": "anonymous",
        },
        {
            "constituentid": 200,
            "forwarddisplayname": "Nobody",
            "preferreddisplayname": "Nobody",
            "constituenttype": "individual",
        },
    ]
    image_server(museum)
    return write_tables(folder, objects, images, links, people, terms)


def nga_example(museum, folder):
    return {"csv": nga_tables(museum, folder), "fetching": Fetching(side=48, manners=QUICK, hosts=("127.0.0.1",))}


def service_2(
    museum, name, width=600, height=400, profile="http://iiif.io/api/image/2/level2.json", limits=None, **more
):
    """An image service of version 2 at ``/img/NAME`` that gives any width; its description is at
    ``/img/NAME/info.json``."""
    base = f"{museum.url}/img/{name}"
    info = {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": base,
        "protocol": "http://iiif.io/api/image",
        "width": width,
        "height": height,
    }
    museum.json(f"/img/{name}/info.json", info | {"profile": [profile] + ([limits] if limits else [])} | more)
    if not any("/img/" in pattern for pattern, _ in museum.patterns):

        def answer(handler, match):
            wide = int(match[2])
            handler.answer(picture(sum(map(ord, match[1])), wide, max(16, wide * 2 // 3)))

        museum.patterns.append((r"/img/([\w-]+)/full/(\d+),(?:\d+)?/0/default\.jpg", answer))
    return base


def manifest_3(museum, name, canvases=1, metadata=None, **more):
    """A manifest of version 3 at ``/m/NAME/manifest.json`` over services of version 2."""
    items = []
    for number in range(1, canvases + 1):
        base = service_2(museum, f"{name}-{number}")
        body = {
            "id": f"{base}/full/max/0/default.jpg",
            "type": "Image",
            "format": "image/jpeg",
            "service": [{"@id": base, "@type": "ImageService2", "profile": "level2"}],
        }
        note = {
            "id": f"{base}/note",
            "type": "Annotation",
            "motivation": "painting",
            "body": body,
            "target": f"{base}/canvas",
        }
        items.append(
            {
                "id": f"{museum.url}/m/{name}/canvas/{number}",
                "type": "Canvas",
                "label": {"none": [f"view {number}"]},
                "height": 400,
                "width": 600,
                "thumbnail": [{"id": f"{museum.url}/thumb.jpg", "type": "Image"}],
                "items": [{"id": f"{base}/page", "type": "AnnotationPage", "items": [note]}],
            }
        )
    pairs = [{"label": {"en": [label]}, "value": {"none": [value]}} for label, value in (metadata or {}).items()]
    document = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{museum.url}/m/{name}/manifest.json",
        "type": "Manifest",
    }
    document |= {"label": {"fr": [f"Le {name}"], "en": [f"The {name}"]}, "metadata": pairs, "items": items} | more
    museum.json(f"/m/{name}/manifest.json", document)
    return document


def iiif_example(museum, limit=None):
    parts = [
        manifest_3(
            museum,
            f"work{n}",
            metadata={"Artist": f"Painter {n % 3}", "Style": "Cubism", "Date": "c. 1910-12"},
            rights="http://rights.example/cc0",
        )
        for n in range(8)
    ]
    references = [{"id": part["id"], "type": "Manifest", "label": part["label"]} for part in parts]
    museum.json(
        "/collection.json",
        {
            "@context": "http://iiif.io/api/presentation/3/context.json",
            "id": f"{museum.url}/collection.json",
            "type": "Collection",
            "items": references,
        },
    )
    return {
        "addresses": f"{museum.url}/collection.json",
        "options": IIIFOptions(limit=limit),
        "fetching": Fetching(side=48, manners=QUICK),
    }
