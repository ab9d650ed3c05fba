// @ts-check
// What the URL of the map says.

import { say } from "../../lib/language.js";
import { weightPairs, weightsIn } from "../../lib/weights.js";

/** @import { MapOptions } from "../../lib/types.js" */

/** @type {Record<string, string>} */
export const NAMES = { tsne: say("map.tsne"), umap: say("map.umap"), pca: say("map.pca"), time: say("map.time") };
/** What the server calls them while it works. @type {Record<string, string>} */
export const CAPTIONS = { tsne: "t-SNE", umap: "UMAP", pca: "PCA", time: "Time" };
const OWN = ["method", "colour", "value", "only", "box", "pictures", "id", "area", "of"];

/** How the map is laid out. @param {URLSearchParams} params @param {MapOptions} options */
export const methodIn = (params, { methods }) => {
  const given = params.get("method");
  return given !== null && methods.includes(given) ? given : methods[0];
};

/** The column that gives the colours, or "cluster". @param {URLSearchParams} params */
export const colourIn = (params) => params.get("colour") ?? "cluster";

/** The mix as the server takes it, "" for the collection's own. @param {URLSearchParams} params */
export const mixIn = (params) =>
  Object.entries(weightsIn(params) ?? {})
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => `${name}=${weight}`)
    .join(",");

/**
 * Numbers with commas between them, null where they are not `least` numbers.
 * @param {URLSearchParams} params @param {string} name @param {number} least
 */
export function numbersIn(params, name, least) {
  const list = (params.get(name) ?? "").split(",").map(Number);
  return params.has(name) && list.length >= least && list.every(Number.isFinite) ? list : null;
}

/** All but the filters. @param {URLSearchParams} params */
export const ownPairs = (params) => [...params].filter(([name]) => OWN.includes(name) || name.startsWith("w."));

/**
 * Another mix of features, null for the collection's own: what changes of the URL.
 * @param {URLSearchParams} params @param {Record<string, number> | null} weights
 */
export function mixChanges(params, weights) {
  const before = [...params.keys()].filter((name) => name.startsWith("w."));
  return {
    ...Object.fromEntries(before.map((name) => [name, null])),
    ...Object.fromEntries(weightPairs(weights)),
    box: null,
    area: null,
    of: null,
  };
}
