"""Whether an object is a painting, a print, a drawing or something else, by what a museum writes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.labels import canonical_key

COLUMNS = ("classification", "object_type", "type", "work_type", "objekttyp", "gattung")
"""Columns that name the kind of object."""
MATERIALS = ("medium", "technique", "material")
"""Columns that tell of it by what it is made of, and how."""

_KINDS = {
    "Lithograph": "lithograph lithographs lithography lithographie lithografie litografia lithograaf litho",
    "Photograph": (
        "photograph photographs photography photographie fotografie fotografia foto photo daguerreotype albumen"
        " cyanotype tintype"
    ),
    "Print": (
        "print prints printmaking engraving engravings etching etchings woodcut woodcuts linocut drypoint aquatint"
        " mezzotint screenprint serigraph monotype druckgraphik druckgrafik kupferstich radierung holzschnitt"
        " siebdruck estampe estampes gravure gravures burin grabado grabados aguafuerte xilografia stampa stampe"
        " incisione acquaforte prent prenten ets gravura"
    ),
    "Drawing": (
        "drawing drawings sketch zeichnung zeichnungen handzeichnung dessin dessins dibujo dibujos disegno disegni"
        " tekening tekeningen desenho"
    ),
    "Miniature": "miniature miniatures miniatur miniaturen miniatura miniatuur",
    "Tapestry": "tapestry tapestries bildteppich tapisserie tapiz arazzo wandtapijt",
    "Mosaic": "mosaic mosaics mosaik mosaique mosaico mozaiek",
    "Sculpture": "sculpture sculptures statue statuette relief skulptur plastik escultura scultura beeld",
    "Painting": (
        "painting paintings gemalde malerei peinture peintures tableau pintura pinturas dipinto dipinti pittura"
        " schilderij schilderijen oil tempera fresco acrylic gouache ol huile oleo olio olieverf"
    ),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_MATERIALS = {
    "Drawing": (
        "graphite chalk charcoal pencil crayon silverpoint ink pen bleistift kreide kohle feder fusain crayons sanguine"
        " lapiz carboncillo matita carboncino potlood krijt"
    ),
}
"""Of materials, these make a drawing where nothing else is said."""
_KIND_OF_MATERIAL = _KIND_OF | {word: kind for kind, words in _MATERIALS.items() for word in words.split()}


def object_type(record: Mapping[str, Any]) -> str:
    """The name of the type, one of the keys of ``linked_art_parts.AAT``; "Painting" where nothing says otherwise.

    The first word that is known decides, in the column that names the kind before those that name materials, so that
    "oil over graphite" is a painting and "graphite, heightened with oil" is a drawing."""
    for columns, words in ((COLUMNS, _KIND_OF), (MATERIALS, _KIND_OF_MATERIAL)):
        for column in columns:
            value = record.get(column)
            for part in value if isinstance(value, (list, tuple)) else [value]:
                for word in (canonical_key(str(part)) or "").split("_") if part else ():
                    if word in words:
                        return words[word]
    return "Painting"
