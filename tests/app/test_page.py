"""What the files of a page are sent as; the folder is written by hand."""

import gzip
import json
import re

import pytest

from artextract.app.page import PageFiles

DOCUMENT = """<head>
  <link rel="stylesheet" href="{{files}}a.css" />
  <link rel="stylesheet" href="{{files}}css/b.css" />
  <script type="application/json" id="files">
    {}
  </script>
  <script src="{{files}}main.js" type="module"></script>
  <link rel="modulepreload" href="{{files}}main.js" />
</head>
"""


@pytest.fixture
def folder(tmp_path):
    files = {
        "index.html": DOCUMENT,
        "a.css": "a {}",
        "css/b.css": "b {}",
        "main.js": 'import { one } from "./lib/one.js";\nawait import(`./views/${one}.js`);',
        "lib/one.js": "export const one = 1;",
        "lib/two.js": 'import {\n  one\n} from "./one.js";\nexport { three } from "../three.js";',
        "three.js": "export const three = 3;",
        "views/hall.js": 'import { two } from "../lib/two.js";',
        "words/en.js": "export default {};",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_document_names_all_that_it_needs(folder):
    page = PageFiles(folder)
    text = page.document("index.html")
    base = f"files/{page.version}/"
    assert re.findall('href="(.+?)"', text) == [f"{base}index.css", f"{base}main.js", f"{base}lib/one.js"]
    listed = json.loads(re.search(r'id="files">(.+?)</script>', text)[1])
    assert listed == {
        "base": base,
        "words": ["en"],
        "views": {"hall": ["views/hall.js", "lib/two.js", "three.js"]},
    }
    assert f'src="/art/{base}main.js"' in page.document("index.html", "/art/")


def test_style_sheets_are_one_file(folder):
    page = PageFiles(folder)
    assert page.file("index.css") == gzip.decompress(page.packed("index.css")) == b"a {}\nb {}"
    assert page.file("css/b.css") == b"b {}" and page.file("c.css") is page.packed("../main.js") is None
    assert page.file("index.html") is page.document("main.js") is None


def test_any_change_makes_another_version(folder):
    before = PageFiles(folder)
    assert PageFiles(folder).version == before.version
    (folder / "three.js").write_text("export const three = 4;")
    assert PageFiles(folder).version != before.version
