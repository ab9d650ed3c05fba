// @ts-check
// The language of the page, and what it says: the one that the visitor chose, else the first of the browser's that
// there is, else English.

import english from "../words/en.js";

/** @typedef {typeof english} Messages */
/** What must be given for a message. @template {keyof Messages} K
 *  @typedef {Messages[K] extends (...values: infer V) => string ? V : []} Values */

export const KEY = "language";

/** The languages there are, by their own names. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch" };

/** The code of the language shown. */
export const language = chosen();

/** @type {Messages} */
const messages = language === "en" ? english : (await import(`../words/${language}.js`)).default;

/** A message in the language of the page. @template {keyof Messages} K @param {K} key @param {Values<K>} values */
export function say(key, ...values) {
  const message = messages[key];
  return typeof message === "string" ? message : /** @type {(...values: any[]) => string} */ (message)(...values);
}

function chosen() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    /* storage may be forbidden: the browser's languages then */
  }
  const wished = [kept ?? "", ...navigator.languages].map((one) => one.slice(0, 2).toLowerCase());
  return wished.find((one) => one in LANGUAGES) ?? "en";
}
