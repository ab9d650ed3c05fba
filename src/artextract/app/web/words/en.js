// @ts-check
// Every sentence of the page, in English. Another language is one more file with the same keys.
// A message is a text, or a function that puts numbers and names into one.

export default {
  "view.gallery": "Gallery",
  "view.search": "Search",
  "view.map": "Map",
  "view.review": "Review",
  "view.study": "Study",

  // cards of paintings
  "card.size": "Size",
  "card.size-small": "small",
  "card.size-medium": "medium",
  "card.size-large": "large",
  "card.why": "Why",
  "card.why-of": (/** @type {string} */ name) => `Why: ${name}`,
  "card.compare": "Compare",
  "card.compare-with": (/** @type {string} */ name) => `Compare with ${name}`,
  "card.less-for": (/** @type {string} */ features) => `less for its ${features}`,
  "card.unlike-in": (/** @type {string} */ features) => `unlike in ${features}`,
  "card.lacks": (/** @type {string} */ features) => `no ${features}`,
  "card.missing": "missing",
  "card.feature": "Feature",
  "card.nearness": "Nearness",
  "card.adds": "Adds",
  "card.score": "Score",
  "card.source": "Source:",
  "card.rights": (/** @type {string} */ rights) => `Rights: ${rights}`,
};
