// @ts-check
// Every sentence of the page, in English. Another language is one more file with the same keys.
// A message is a text, or a function that puts numbers and names into one.

export default {
  "sign-in.title": "Sign in",
  "sign-in.about": "Those who review and judge sign in. Their names stand with what they decide.",
  "sign-in.name": "Name",
  "sign-in.password": "Password",
  "sign-in.button": "Sign in",
  "sign-in.wrong": "Name and password do not match.",
  "sign-in.as": (/** @type {string} */ name) => `Signed in as ${name}`,
  "sign-in.out": (/** @type {string} */ name) => `${name}: sign out`,

  "updating.no-search": "The gallery can be used now; search opens shortly.",
  "updating.search-of": (/** @type {string} */ some, /** @type {string} */ all) =>
    `Search looks through the first ${some} of ${all} paintings.`,
  "updating.search-before": "Search knows what it knew before.",

  "view.gallery": "Gallery",
  "view.search": "Search",
  "view.map": "Map",
  "view.review": "Review",
  "view.study": "Study",
};
