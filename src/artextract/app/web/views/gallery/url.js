// @ts-check
// What the URL of the gallery says: the filters of lib/filters.js, and sort=.

import { filterPairs, filterQuery } from "../../lib/filters.js";

/** @import { Pairs } from "../../lib/types.js" */

/** @param {URLSearchParams} params */
export const sortOf = (params) => params.get("sort") ?? "";

/** The query of a list: its filters and its order. @param {URLSearchParams} params */
export const listQuery = (params) => filterQuery(params, [["sort", sortOf(params)]]);

/**
 * The same filters in another order.
 * @param {URLSearchParams} params @param {string} sort @returns {Pairs}
 */
export const sortedBy = (params, sort) => [...filterPairs(params), ["sort", sort]];

export const shuffled = () => `lot:${Math.floor(Math.random() * 1e6)}`;
