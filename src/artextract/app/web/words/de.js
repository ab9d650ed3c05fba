// @ts-check
// Every sentence of the page, in German.

/** @type {import("../lib/language.js").Messages} */
export default {
  "view.gallery": "Galerie",
  "view.search": "Suche",
  "view.map": "Karte",
  "view.review": "Prüfung",
  "view.study": "Studie",
};
