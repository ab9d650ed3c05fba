// @ts-check
// Every sentence of the page, in German.

/** @type {import("../lib/language.js").Messages} */
export default {
  "view.gallery": "Galerie",
  "view.search": "Suche",
  "view.map": "Karte",
  "view.review": "Prüfung",
  "view.study": "Studie",

  // Karten der Gemälde
  "card.size": "Größe",
  "card.size-small": "klein",
  "card.size-medium": "mittel",
  "card.size-large": "groß",
  "card.why": "Warum",
  "card.why-of": (/** @type {string} */ name) => `Warum: ${name}`,
  "card.compare": "Vergleichen",
  "card.compare-with": (/** @type {string} */ name) => `Vergleichen mit ${name}`,
  "card.less-for": (/** @type {string} */ features) => `weniger wegen: ${features}`,
  "card.unlike-in": (/** @type {string} */ features) => `unähnlich in: ${features}`,
  "card.lacks": (/** @type {string} */ features) => `ohne ${features}`,
  "card.missing": "fehlt",
  "card.feature": "Merkmal",
  "card.nearness": "Nähe",
  "card.adds": "Beitrag",
  "card.score": "Summe",
  "card.source": "Quelle:",
  "card.rights": (/** @type {string} */ rights) => `Rechte: ${rights}`,
};
