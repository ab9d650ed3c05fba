// @ts-check
// Numbers and names as people read them.

/** @param {number} number */
export const spelled = (number) => number.toLocaleString("en-GB");
/** @param {number} part */
export const percent = (part) => `${Math.round(100 * part)} %`;
/** @param {string} name */
export const words = (name) => name.replaceAll("_", " ");
/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
/** @param {number} number @param {string} one @param {string} [many] */
export const count = (number, one, many = `${one}s`) => `${spelled(number)} ${number === 1 ? one : many}`;

/** How near a band is, as it stands under a picture. */
const NEAR = {
  "same work": "Most likely the same work",
  "very close": "Very close",
  close: "Close",
  related: "Related",
  weak: "Weak likeness",
};

/** @param {string | null | undefined} band */
export const nearness = (band) =>
  band ? (/** @type {Record<string, string>} */ (NEAR)[band] ?? capital(band)) : "Nearness not known";
