// @ts-check
// Every sentence of the page, in English. Another language is one more file with the same keys.
// A message is a text, or a function that puts numbers and names into one.

export default {
  "view.gallery": "Gallery",
  "view.search": "Search",
  "view.map": "Map",
  "view.review": "Review",
  "view.study": "Study",
};
