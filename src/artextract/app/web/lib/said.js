// @ts-check
// What the server says in sentences, said in the language of the page from what they are made of. A sentence that the
// page has no words for stands in English, and marked so.

import { make } from "./dom.js";
import { FOREIGN, known } from "./language.js";
import { attributeName, bandName, colourName, featureName } from "./words.js";

/** @import { Fact } from "./types.js" */

/** @param {string} words */
const seen = (words) => known("seen", words) ?? words;

/** What names are called, by what the value is. @type {Record<string, (name: string) => string>} */
const NAMES = {
  feature: featureName,
  band: bandName,
  attribute: attributeName,
  colour: colourName,
  side: seen,
  place: seen,
  across: seen,
  hung: seen,
  gathered: seen,
  line: seen,
  lines: seen,
  marks: seen,
  width: seen,
  course: seen,
  surface: seen,
  stance: seen,
  its: seen,
  subject: seen,
};

/** A sentence in the language of the page; null where it has no words for it. @param {Fact} fact @returns {string | null} */
function told({ code, values }) {
  return known("said", code, ...Object.entries(values).map(([name, value]) => written(name, value)));
}

/** @param {string} name @param {any} value @returns {any} */
function written(name, value) {
  if (Array.isArray(value)) return value.map((one) => written(name, one));
  if (value && typeof value === "object") return told(value) ?? value.text;
  return typeof value === "string" && name in NAMES ? NAMES[name](value) : value;
}

/**
 * What a sentence of the server says; `text` is it in English.
 * @param {Fact | null | undefined} fact @param {string} text @returns {(string | HTMLElement)[]}
 */
export function prose(fact, text) {
  if (!text) return [];
  if (fact?.code === "sentences")
    return fact.values.parts.flatMap((/** @type {Fact | string} */ part, /** @type {number} */ at) => [
      at ? " " : "",
      ...(typeof part === "string" ? prose(null, part) : prose(part, part.text)),
    ]);
  const said = fact ? told(fact) : null;
  return [said ?? (FOREIGN ? make("span", { lang: FOREIGN }, text) : text)];
}

/** The same as a text alone. @param {Fact | null | undefined} fact @param {string} text */
export const inProse = (fact, text) => (fact && told(fact)) ?? text;
