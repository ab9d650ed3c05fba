"""Words that stand beside artists' names in the data of museums, folded by ``fold``: no accents, lower case.

English, German, French, Italian, Spanish and Dutch, in which most museums write; of other languages the commonest."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = str.maketrans("’‘ʼ´`", "'''''")


def fold(text: str) -> str:
    """Lower case without accents, letter by letter, so that positions stay those of ``text``."""
    return "".join(unicodedata.normalize("NFD", letter)[0].casefold()[:1] for letter in text.translate(_APOSTROPHES))


BEFORE = {
    "workshop of": (
        "workshop of, studio of, atelier of, shop of, assistant of, assistants of, werkstatt des, werkstatt der,"
        " werkstatt von, werkstatt, atelier des, atelier von, atelier de, atelier du, atelier d', bottega di,"
        " bottega del, bottega dei, taller de, taller del, obrador de, atelier van, werkplaats van"
    ),
    "circle of": (
        "circle of, close to, associate of, umkreis des, umkreis der, umkreis von, umkreis, umfeld des, umfeld von,"
        " kreis des, kreis um, entourage de, entourage du, entourage d', cercle de, cercle du, cercle d', cerchia di,"
        " cerchia del, ambito di, circulo de, circulo del, entorno de, omgeving van, kring van"
    ),
    "follower of": (
        "follower of, followers of, nachfolger des, nachfolger der, nachfolger von, nachfolger, nachfolge des,"
        " nachfolge von, nachfolge, suiveur de, suiveur du, suiveur d', seguace di, seguace del, seguidor de,"
        " seguidor del, navolger van, navolging van"
    ),
    "school of": (
        "school of, schule des, schule der, schule von, schule, ecole de, ecole du, ecole d', scuola di, scuola del,"
        " escuela de, escuela del, school van"
    ),
    "style of": "style of, in the style of, stil des, stil von, im stil des, im stil von, estilo de, stijl van",
    "manner of": (
        "manner of, in the manner of, art des, in der art des, in der art von, nach art des, maniere de, maniere du,"
        " a la maniere de, dans le gout de, gout de, maniera di, alla maniera di, manera de, a la manera de,"
        " manier van, in de manier van, trant van"
    ),
    "after": (
        "after, copy after, copies after, copy of, copyist of, copyist after, reproduction after, kopie nach,"
        " kopie von, nach, d'apres, copie d'apres, copie de, copie d', copia da, copia di, copia de, copia del, segun,"
        " kopie naar, naar"
    ),
    "imitator of": (
        "imitator of, imitators of, imitation of, nachahmer des, nachahmer von, nachahmer, imitateur de,"
        " imitateur d', imitatore di, imitador de, imitator van, navolger in de stijl van"
    ),
    "pupil of": (
        "pupil of, student of, schuler des, schuler der, schuler von, eleve de, eleve d', allievo di, discipulo de,"
        " leerling van"
    ),
    "attributed to": (
        "attributed to, formerly attributed to, tentatively attributed to, ascribed to, formerly ascribed to,"
        " attrib. to, attr. to, attributed, formerly, possibly by, probably by, perhaps by, possibly, probably,"
        " perhaps,"
        " zugeschrieben an, zugeschrieben, zugeschr., zuschreibung an, vermutlich, wohl, wahrscheinlich, ehemals,"
        " fruher, attribue a, attribuee a, attribue au, attribuito a, attribuita a, attr. a, atribuido a,"
        " atribuida a, toegeschreven aan, peut-etre, probablement, mogelijk, waarschijnlijk"
    ),
}
"""Qualifier in English -> what is written before the name for it. None of them says that the artist made the work."""
AFTER = {
    "workshop of": (
        "workshop, studio, shop, werkstatt, atelier, bottega, taller, werkplaats, assistant, workshop assistant"
    ),
    "circle of": "circle, umkreis, umfeld, kreis, entourage, cercle, cerchia, ambito, circulo, omgeving, kring",
    "follower of": "follower, followers, nachfolger, nachfolge, suiveur, seguace, seguidor, navolger, navolging",
    "school of": "school, schule, ecole, scuola, escuela",
    "style of": "style, stil, stijl, estilo",
    "manner of": "manner, maniere, maniera, manera, manier, art",
    "after": "copy, copyist, kopie, copie, copia, nach ihm, kopist",
    "imitator of": "imitator, imitation, nachahmer, imitateur, imitatore, imitador",
    "pupil of": "pupil, student, schuler, eleve, allievo, discipulo, leerling",
    "attributed to": (
        "attributed, attrib., attr., attribution, zugeschrieben, zuschreibung, attribue, attribuee, attribuito,"
        " attribuita, atribuido, atribuida, toegeschreven"
    ),
    "and workshop": (
        "and workshop, & workshop, and studio, and assistants, and assistant, and workshop assistants, und werkstatt,"
        " u. werkstatt, und schuler, et atelier, e bottega, e aiuti, y taller, en atelier, en werkplaats, or workshop,"
        " and follower, or follower"
    ),
}
"""Qualifier -> what is written after the name, in parentheses or after a comma, besides the forms of ``BEFORE``."""
MAKERS = (
    "artist, artists, artist/maker, artist / maker, painter, painters, maker, makers, creator, creators,"
    " author, master,"
    " draftsman, draughtsman, engraver, etcher, printmaker, sculptor, photographer, illustrator, designer, kunstler,"
    " kunstlerin, maler, malerin, urheber, zeichner, stecher, bildhauer, artiste, peintre, auteur, createur,"
    " dessinateur, graveur, sculpteur, artista, pittore, pittrice, autore, scultore, pintor, pintora, autor, autora,"
    " escultor, kunstenaar, schilder, vervaardiger, tekenaar, beeldhouwer"
)
OTHERS = (
    "publisher, printer, sitter, donor, owner, former owner, collector, subject, depicted, patron,"
    " commissioner, seller,"
    " dedicatee, editor, lender, conservator, verleger, drucker, herausgeber, stifter, dargestellt,"
    " dargestellte person,"
    " besitzer, sammler, auftraggeber, editeur, imprimeur, modele, donateur, proprietaire, commanditaire, editore,"
    " stampatore, committente, donatore, editor, impresor, retratado, donante, uitgever, drukker, geportretteerde,"
    " schenker, eigenaar, opdrachtgever"
)
"""Roles of people who had to do with a work, but did not make it."""
UNKNOWN = (
    "unknown unidentified anonymous anon unattributed unrecorded uncredited not known identified recorded"
    " stated various"
    " unbekannt unbekannter unbekannte unbekannten anonym anonymer anonyme verschiedene nicht bekannt inconnu inconnue"
    " onbekend onbekende anoniem anonieme ignoto ignota ignoti anonimo anonima sconosciuto sconosciuta desconocido"
    " desconocida nn n n.n none ukjent okand ukendt tuntematon nieznany nieznana neznamy neznama ismeretlen neznan"
    " неизвестныи неизвестен неизвестная 佚名 不详 不詳 作者不詳 作者不详 未詳"
)
GENERIC = (
    "artist artists painter painters maker master hand author creator workshop school century c centuries early late"
    " mid half of the in a an or and by active first second third quarter kunstler kunstlerin maler meister"
    " hand urheber"
    " schule jahrhundert jh artiste peintre maitre auteur ecole siecle artista pittore maestro autore scuola secolo"
    " pintor autor escuela siglo kunstenaar schilder meester vervaardiger maker school eeuw de la du des di da der die"
    " th st nd rd e er"
)
NATIONALITIES = (
    "afghan african albanian algerian american argentine argentinian armenian asian australian austrian azerbaijani"
    " bavarian belarusian belgian bengali bohemian bolivian bosnian brazilian british bulgarian burmese byzantine"
    " cambodian canadian catalan chilean chinese colombian cornish costa croatian cuban cypriot czech danish dutch"
    " ecuadorian egyptian english estonian ethiopian european filipino finnish flemish french frisian georgian german"
    " ghanaian greek guatemalan haitian hungarian icelandic indian indonesian iranian iraqi irish israeli italian"
    " jamaican japanese javanese jewish kenyan korean latvian lebanese lithuanian luxembourgish macedonian malaysian"
    " maltese mexican moldovan mongolian moroccan nepalese netherlandish new nigerian north northern norwegian ottoman"
    " pakistani palestinian paraguayan persian peruvian polish portuguese prussian puerto rican romanian russian"
    " salvadoran saxon scottish senegalese serbian sicilian silesian slovak slovene slovenian south southern east"
    " eastern west western spanish swedish swiss syrian taiwanese thai tibetan tunisian turkish tyrolean ukrainian"
    " uruguayan venezuelan vietnamese welsh zealand florentine venetian sienese umbrian lombard bolognese neapolitan"
    " genoese ferrarese milanese piedmontese tuscan emilian veronese paduan"
    " deutsch deutsche deutscher franzosisch franzosischer italienisch italienischer niederlandisch niederlandischer"
    " hollandisch hollandischer flamisch flamischer spanisch spanischer englisch englischer osterreichisch"
    " osterreichischer schweizerisch russisch russischer amerikanisch altdeutsch"
    " francais francaise italien italienne flamand flamande hollandais hollandaise neerlandais neerlandaise allemand"
    " allemande espagnol espagnole anglais anglaise americain americaine autrichien russe suisse belge"
    " italiano italiana francese fiammingo fiamminga olandese tedesco tedesca spagnolo spagnola inglese fiorentino"
    " veneziano veneto lombardo napoletano romano senese"
    " espanol espanola frances francesa holandes holandesa flamenco flamenca aleman alemana italiano ingles"
    " nederlands nederlandse hollands hollandse vlaams vlaamse duits duitse franse italiaans italiaanse spaans spaanse"
    " engels engelse amerikaans"
)
LIFE = (
    "born died active fl flourished b d ca c circa about dates unknown geb geboren gest gestorben tatig nachgewiesen"
    " ne nee mort morte actif active nato nata morto attivo attiva nacido nacida fallecido activo geboren overleden"
    " werkzaam actief"
)
GENERATIONS = (
    "jr, jr., sr, sr., ii, iii, iv, the elder, the younger, der altere, der jungere, d. a., d. j., d.a., d.j., d. ä.,"
    " l'ancien, le jeune, le vieux, il vecchio, il giovane, el viejo, el joven, el mozo, de oude, de jonge, pere, fils,"
    " i, van oude"
)
PARTICLES = "van von der den de da di del della dei du des la le el af ter ten y e do dos das zu vom zum"


def phrases(text: str) -> list[str]:
    """The phrases of a list, longest first, so that the first that fits says the most."""
    return sorted({phrase.strip() for phrase in text.split(",") if phrase.strip()}, key=len, reverse=True)
