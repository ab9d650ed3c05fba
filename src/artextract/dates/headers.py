"""How columns that hold dates are called in tables of museums, in six languages."""

from __future__ import annotations

from artextract.labels import canonical_key

DATE = """
date, dates, dated, date made, date created, creation date, date of creation, production date, date of production,
dating, display date, displaydate, date display, date text, object date, artwork date, work date, dcterms created,
year, years, year made, year created, year of creation, creation year, production year, completion year,
completitionyear, period of creation, period or date,
datum, datierung, jahr, entstehungsjahr, entstehungszeit, entstehungsdatum, entstehung, zeit, herstellungsdatum,
date de creation, date d execution, datation, annee, annee de creation, epoque, periode,
data, datazione, anno, anno di creazione, data di creazione, cronologia, epoca,
fecha, fecha de creacion, datacion, ano, ano de creacion,
datering, jaar, vervaardigingsjaar, vervaardigingsdatum, ontstaansjaar
"""
FIRST = """
year begin, begin year, beginyear, year start, start year, year from, from year, date begin, begin date, date start,
start date, date from, earliest date, earliest year, date earliest, object begin date, objectbegindate, first year,
jahr von, datum von, datierung von, datierung beginn, annee debut, date debut, anno inizio, anno da, data inizio,
fecha inicio, ano inicio, fecha desde, jaar van, beginjaar, datering begin, datum begin
"""
LAST = """
year end, end year, endyear, year to, to year, date end, end date, date to, latest date, latest year, date latest,
object end date, objectenddate, last year, jahr bis, datum bis, datierung bis, datierung ende, annee fin, date fin,
anno fine, anno a, data fine, fecha fin, ano fin, fecha hasta, jaar tot, eindjaar, datering eind, datum eind
"""


def _keys(names: str) -> frozenset[str | None]:
    return frozenset(canonical_key(name) for name in names.split(","))


_DATE, _FIRST, _LAST = _keys(DATE), _keys(FIRST), _keys(LAST)


def kind_of_column(name: str) -> str | None:
    """ "date", "first" or "last" (the year in which the making began or ended), by the name of a column in any
    spelling; None for all others."""
    key = canonical_key(name)
    return "date" if key in _DATE else "first" if key in _FIRST else "last" if key in _LAST else None
