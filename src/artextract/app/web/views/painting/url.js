// @ts-check
// What the URL of a painting says: the list that it was chosen from, and the place that is looked at.

import { filterPairs } from "../../lib/filters.js";

/** @import { Seen } from "../../lib/zoom.js" */

/**
 * The list that the painting was chosen from: the gallery's filters and order.
 * @param {URLSearchParams} params @returns {[string, any][]}
 */
export const listPairs = (params) => {
  const sort = params.get("sort"),
    pairs = filterPairs(params);
  return sort ? [...pairs, ["sort", sort]] : pairs;
};

/** @param {Seen} seen */
export const writtenPlace = ({ x, y, scale }) =>
  scale === 1 ? null : [x.toFixed(3), y.toFixed(3), scale.toFixed(2)].join(",");

/** @param {URLSearchParams} params @returns {Seen} */
export function placeOf(params) {
  const [x, y, scale] = (params.get("at") ?? "").split(",").map(Number);
  return [x, y, scale].every(Number.isFinite) ? { x, y, scale } : { x: 0.5, y: 0.5, scale: 1 };
}
