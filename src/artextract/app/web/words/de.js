// @ts-check
// Every sentence of the page, in German.

/** @type {import("../lib/language.js").Messages} */
export default {
  "sign-in.title": "Anmelden",
  "sign-in.about": "Wer prüft und urteilt, meldet sich an. Der Name steht bei jeder Entscheidung.",
  "sign-in.name": "Name",
  "sign-in.password": "Passwort",
  "sign-in.button": "Anmelden",
  "sign-in.wrong": "Name und Passwort passen nicht zusammen.",
  "sign-in.as": (/** @type {string} */ name) => `Angemeldet als ${name}`,
  "sign-in.out": (/** @type {string} */ name) => `${name}: abmelden`,

  "updating.no-search": "Die Galerie ist bereits zugänglich; die Suche öffnet in Kürze.",
  "updating.search-of": (/** @type {string} */ some, /** @type {string} */ all) =>
    `Die Suche umfasst die ersten ${some} von ${all} Gemälden.`,
  "updating.search-before": "Die Suche kennt den bisherigen Stand.",

  "view.gallery": "Galerie",
  "view.search": "Suche",
  "view.map": "Karte",
  "view.review": "Prüfung",
  "view.study": "Studie",
};
