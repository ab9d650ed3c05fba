// @ts-check
// The language of the page, which early.js has chosen, and what the page says in it.

import { unturned } from "./foreign.js";

/** @typedef {typeof import("../words/en.js").default} Messages */
/** What must be given for a message. @template {keyof Messages} K
 *  @typedef {Messages[K] extends (...values: infer V) => string ? V : []} Values */

/** Under which name early.js finds the language that was chosen. */
const KEY = "language";

/** The languages there are, by their own names. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch" };

/** How each writes its numbers and dates. @type {Record<string, string>} */
const LOCALES = { en: "en-GB", de: "de-DE" };

/** The code of the language shown. */
export const language = document.documentElement.lang;
export const locale = LOCALES[language];

/** @type {Messages} */
const messages = (await import(`../words/${language}.js`)).default;

/** A message in the language of the page. @template {keyof Messages} K @param {K} key @param {Values<K>} values */
export function say(key, ...values) {
  const message = messages[key];
  if (typeof message === "string") return message;
  return unturned(/** @type {(...values: any[]) => string} */ (message)(...values));
}

/**
 * A message around elements, which stand where their values would: its texts and the elements, in order.
 * @template {keyof Messages} K @param {K} key @param {...any} values @returns {(Node | string)[]}
 */
export function sayAround(key, ...values) {
  const message = /** @type {(...values: any[]) => string} */ (messages[key]);
  const text = message(...values.map((value, at) => (value instanceof Node ? `\0${at}\0` : value)));
  return text.split("\0").map((piece, at) => (at % 2 ? values[Number(piece)] : piece));
}

/**
 * What this page calls something that the server names; null where it knows no word for it.
 * @param {string} prefix of the key @param {string} name @param {...any} values
 * @returns {string | null}
 */
export function known(prefix, name, ...values) {
  const message = /** @type {Record<string, unknown>} */ (messages)[`${prefix}.${name}`];
  if (typeof message === "function" && values.length) return message(...values);
  return typeof message === "string" && message ? message : null;
}

/** For what the server tells and this page has no words for: it is English. */
export const FOREIGN = language === "en" ? null : "en";

/** Show the page in another language: everything is said anew. @param {string} code */
export function changeLanguage(code) {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    /* the browser's languages are read then */
  }
  location.reload();
}

/** Fill in the elements that stand in a document from the beginning: data-say is their text, data-say-label their name. */
export function sayStatic() {
  document.documentElement.style.setProperty("--lost", JSON.stringify(say("frame.lost-picture")));
  for (const element of document.querySelectorAll("[data-say], [data-say-label]"))
    if (element instanceof HTMLElement) {
      const { say: text, sayLabel: label } = element.dataset;
      if (text) element.textContent = say(/** @type {any} */ (text));
      if (label) element.setAttribute("aria-label", say(/** @type {any} */ (label)));
    }
}
