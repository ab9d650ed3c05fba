// @ts-check
// What a model says of a picture and how far it doubts it, in words.

import { capital, percent, spelled, words } from "./words.js";

/** @import { RankedLabel } from "./types.js" */

/** @type {Record<string, string>} */
const PLURALS = { style: "styles", genre: "genres", artist: "painters" };
const LONGEST_SET = 4; // labels that are named, of more some are

/** A share in percent that does not break across lines; what is almost nothing is not 0. @param {number} part */
export const share = (part) => (part > 0 && part < 0.005 ? "< 1 %" : percent(part)).replaceAll(" %", "\u00a0%");

/** "27 styles"; of an attribute whose plural we do not know "5 labels of school". @param {string} attribute @param {number} n */
export const classesInWords = (attribute, n) =>
  attribute in PLURALS ? `${spelled(n)} ${PLURALS[attribute]}` : `${spelled(n)} labels of ${words(attribute)}`;

/** "Rococo? 48 % (unsure)". @param {RankedLabel} best @param {boolean} unsure */
export const bestInWords = ({ label, probability }, unsure) =>
  `${label}${unsure ? "?" : ""} ${share(probability)}${unsure ? " (unsure)" : ""}`;

/** In place of guesses where a picture is of no class that the model knows. @param {string} attribute @param {number} n */
export const notKnown = (attribute, n) => `Not one of the ${classesInWords(attribute, n)} I know, most likely.`;

/** In place of guesses that are of no use. @param {string} attribute @param {number} n */
export const undecided = (attribute, n) =>
  `One of the ${classesInWords(attribute, n)} I know or another, I cannot tell.`;

/** 0.9 as "9 times in 10". @param {number} coverage */
export function oftenInWords(coverage) {
  for (const times of [10, 20, 100]) {
    const right = coverage * times;
    if (Math.abs(right - Math.round(right)) < 1e-6) return `${Math.round(right)} times in ${times}`;
  }
  return `in ${share(coverage)} of cases`;
}

/**
 * "Impressionism or Post-Impressionism, 9 times in 10"; "" for a set of one label, which has been said, or none.
 * @param {{ labels: string[], coverage: number } | undefined} set
 */
export function setInWords(set) {
  if (!set || set.labels.length < 2) return "";
  const { labels, coverage } = set,
    others = labels.length - LONGEST_SET;
  const named = others > 1 ? [...labels.slice(0, LONGEST_SET), `one of ${others} others`] : labels;
  return `${named.slice(0, -1).join(", ")} or ${named.at(-1)}, ${oftenInWords(coverage)}`;
}

/** Why an answer for a number is unsure. */
export const FEW_CARRIED = "few paintings of such kinds that the model learned from have one";

/**
 * "about 1885 (1860 to 1905)", "about 1885? (1860 to 1905)" where the model is unsure.
 * @param {{ median: number, low: number, high: number }} number @param {boolean} unsure
 */
export function numberInWords({ median, low, high }, unsure) {
  const whole = Math.max(...[median, low, high].map(Math.abs)) >= 100;
  /** @param {number} value */
  const plain = (value) => String(whole ? Math.round(value) : Number(value.toPrecision(3)));
  return `about ${plain(median)}${unsure ? "?" : ""} (${plain(low)} to ${plain(high)})`;
}

/** "a, b and c" @param {string[]} parts */
export const listed = (parts) =>
  parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "");

/** @param {string} name */
export const heading = (name) => capital(words(name));
