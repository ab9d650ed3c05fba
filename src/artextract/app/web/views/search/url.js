// @ts-check
// What the URL of a search says, and the body of the search that it asks for.

import { lookOf, lookPairs } from "../../lib/attention.js";
import { filterPairs, filtersOf } from "../../lib/filters.js";
import { coloursIn, coloursOnce, coloursText } from "../../lib/palette.js";
import { weightPairs, weightsIn } from "../../lib/weights.js";

/** @import { Look } from "../../lib/attention.js" */
/** @import { ColourShare, Pairs, Region, SearchRequest, Weights } from "../../lib/types.js" */
/**
 * What is asked for. `main` and the examples are ids or "upload:TOKEN"; the first example stands in for a main picture
 * that is not named.
 * @typedef {object} Asked
 * @property {string | null} main
 * @property {string[]} plus
 * @property {string[]} minus
 * @property {Region | null} region
 * @property {boolean} motif whether the detail is looked for inside other paintings
 * @property {ColourShare[]} colours
 * @property {string} words
 * @property {Weights | null} weights
 * @property {"csls" | null} metric
 * @property {number} k
 * @property {Look} look
 * @property {Pairs} filters
 */

export const FEW = 24,
  MOST = 500;
const UPLOAD = "upload:";

/** The name of an uploaded picture among paintings. @param {string} token */
export const uploadNamed = (token) => UPLOAD + token;

/** The token of an uploaded picture, null for a painting. @param {string} name */
export const tokenOf = (name) => (name.startsWith(UPLOAD) ? name.slice(UPLOAD.length) : null);

/** @param {URLSearchParams} params @returns {Asked} */
export function read(params) {
  const plus = params.getAll("plus").filter(Boolean),
    upload = params.get("upload");
  const main = upload ? uploadNamed(upload) : params.get("id") || plus.shift() || null;
  return {
    main,
    plus: [...new Set(plus)].filter((name) => name !== main),
    minus: main ? [...new Set(params.getAll("minus").filter(Boolean))] : [],
    region: main ? regionIn(params) : null,
    motif: params.get("motif") === "1",
    colours: coloursIn(params.get("colours")),
    words: (params.get("words") ?? "").trim(),
    weights: weightsIn(params),
    metric: params.get("metric") === "csls" ? "csls" : null,
    k: Math.min(MOST, Math.max(1, Number.parseInt(params.get("k") ?? "", 10) || FEW)),
    look: lookOf(params),
    filters: filterPairs(params),
  };
}

/** @param {URLSearchParams} params @returns {Region | null} */
function regionIn(params) {
  const given = (params.get("region") ?? "").split(",").map(Number),
    [left, top, right, bottom] = given;
  const inside = given.length === 4 && given.every((value) => value >= 0 && value <= 1);
  return inside && left < right && top < bottom ? [left, top, right, bottom] : null;
}

/** @param {Asked} asked @returns {Pairs} */
export function pairs({ main, plus, minus, region, motif, colours, words, weights, metric, k, look, filters }) {
  const token = main && tokenOf(main);
  return [
    ...pair("upload", token),
    ...pair("id", token ? null : main),
    ...plus.flatMap((name) => pair("plus", name)),
    ...(main ? minus : []).flatMap((name) => pair("minus", name)),
    ...pair("region", main && region ? region.join(",") : null),
    ...pair("motif", main && region && motif ? "1" : null),
    ...pair("colours", coloursText(colours)),
    ...pair("words", words),
    ...weightPairs(weights),
    ...pair("metric", metric),
    ...pair("k", k === FEW ? null : String(k)),
    ...(main ? lookPairs(look) : []),
    ...filters,
  ];
}

/** Whether only the map over the picture is another. @param {Asked} before @param {Asked} now */
export const onlyLooks = (before, now) =>
  written(before) !== written(now) && written({ ...before, look: now.look }) === written(now);

/** @param {Asked} asked */
const written = (asked) => JSON.stringify(pairs(asked));

/** @param {string} name @param {string | null} value @returns {Pairs} */
const pair = (name, value) => (value ? [[name, value]] : []);

/** The tokens of the uploaded pictures of a search. @param {Asked} asked */
export const uploadsOf = ({ main, plus, minus }) =>
  [main ?? "", ...plus, ...minus].map(tokenOf).filter((token) => token !== null);

/**
 * The same with an upload under another token.
 * @param {Asked} asked @param {string} before @param {string} token @returns {Asked}
 */
export function withUpload(asked, before, token) {
  /** @param {string} one */
  const now = (one) => (tokenOf(one) === before ? uploadNamed(token) : one);
  return { ...asked, main: asked.main && now(asked.main), plus: asked.plus.map(now), minus: asked.minus.map(now) };
}

/**
 * The body of the search; `there` are the features that this kind of query can have.
 * @param {Asked} asked @param {Set<string>} there @returns {SearchRequest}
 */
export function request({ main, plus, minus, region, colours, words, weights, filters, k, metric }, there) {
  const { where, text } = filtersOf(new URLSearchParams(filters));
  const given =
    weights &&
    Object.entries(weights).filter(
      ([name]) => there.has(name) || (!["palette", "words"].includes(name) && main !== null),
    );
  return {
    plus: main ? [main, ...plus] : [],
    minus,
    region,
    colours: coloursOnce(colours),
    words,
    weights: given?.length && there.size > 1 ? Object.fromEntries(given) : null,
    where,
    text,
    k,
    metric,
  };
}
