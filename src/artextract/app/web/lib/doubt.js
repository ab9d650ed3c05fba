// @ts-check
// What a model says of a picture and how far it doubts it, in words.

import { say } from "./language.js";
import { attributeName, capital, either, percent, percents } from "./words.js";

/** @import { RankedLabel } from "./types.js" */

/** Attributes whose labels have a word of their own. @type {Record<string, "doubt.style" | "doubt.genre" | "doubt.artist">} */
const PLURALS = { style: "doubt.style", genre: "doubt.genre", artist: "doubt.artist" };
const LONGEST_SET = 4; // labels that are named, of more some are

/** A share in percent that does not break across lines; what is almost nothing is not 0. @param {number} part */
export const share = (part) => (part > 0 && part < 0.005 ? `<\u00a0${percent(0.01)}` : percent(part));

/**
 * The shares of labels of which one is right, and that of all others, which sum to 100 % as they are written.
 * @param {RankedLabel[]} labels @returns {string[]}
 */
export function shares(labels) {
  const parts = labels.map(({ probability }) => probability),
    rest = Math.max(0, 1 - parts.reduce((sum, part) => sum + part, 0)),
    none = percent(0);
  return percents([...parts, rest]).map((text, at) =>
    text === none ? share(Math.min([...parts, rest][at], 0.004)) : text,
  );
}

/** "27 styles"; of an attribute whose plural we do not know "5 labels of school". @param {string} attribute @param {number} n */
export const classesInWords = (attribute, n) =>
  attribute in PLURALS ? say(PLURALS[attribute], n) : say("doubt.classes", n, attributeName(attribute));

/** "Rococo? 48 % (unsure)", of the first of these. @param {RankedLabel[]} labels @param {boolean} unsure */
export const bestInWords = (labels, unsure) =>
  `${labels[0].label}${unsure ? "?" : ""} ${shares(labels)[0]}${unsure ? ` (${say("doubt.unsure")})` : ""}`;

/** In place of guesses where a picture is of no class that the model knows. @param {string} attribute @param {number} n */
export const notKnown = (attribute, n) => say("doubt.not-known", classesInWords(attribute, n));

/** In place of guesses that are of no use. @param {string} attribute @param {number} n */
export const undecided = (attribute, n) => say("doubt.undecided", classesInWords(attribute, n));

/** 0.9 as "9 times in 10". @param {number} coverage */
export function oftenInWords(coverage) {
  for (const times of [10, 20, 100]) {
    const right = coverage * times;
    if (Math.abs(right - Math.round(right)) < 1e-6) return say("doubt.times", Math.round(right), times);
  }
  return say("doubt.cases", share(coverage));
}

/**
 * "Impressionism or Post-Impressionism, 9 times in 10"; "" for a set of one label, which has been said, or none.
 * @param {{ labels: string[], coverage: number } | undefined} set
 */
export function setInWords(set) {
  if (!set || set.labels.length < 2) return "";
  const { labels, coverage } = set,
    others = labels.length - LONGEST_SET;
  const named = others > 1 ? [...labels.slice(0, LONGEST_SET), say("doubt.others", others)] : labels;
  return `${either(named)}, ${oftenInWords(coverage)}`;
}

/** Why an answer for a number is unsure. */
export const FEW_CARRIED = say("doubt.few");

/**
 * "about 1885 (1860 to 1905)", "about 1885? (1860 to 1905)" where the model is unsure.
 * @param {{ median: number, low: number, high: number }} number @param {boolean} unsure
 */
export function numberInWords({ median, low, high }, unsure) {
  const whole = Math.max(...[median, low, high].map(Math.abs)) >= 100;
  /** @param {number} value */
  const plain = (value) => String(whole ? Math.round(value) : Number(value.toPrecision(3)));
  return say("doubt.number", plain(median), unsure, plain(low), plain(high));
}

/** @param {string} name */
export const heading = (name) => capital(attributeName(name));
