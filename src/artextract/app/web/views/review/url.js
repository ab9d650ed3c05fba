// @ts-check
// What the URL of the review says.

import { say } from "../../lib/language.js";

/** @type {Record<string, string>} */
export const STATES = {
  open: say("review.open"),
  decided: say("review.decided"),
  skipped: say("review.said-skipped"),
  disagreed: say("review.disagreed"),
  all: say("review.all"),
};
/** @type {Record<string, string>} */
export const ORDERS = {
  suspicion: say("review.by-suspicion"),
  label: say("review.by-label"),
  suggested: say("review.by-suggested"),
};

/**
 * @typedef {object} Asked
 * @property {string} attribute
 * @property {string} state
 * @property {string} order
 * @property {boolean} second also what only others have decided, unseen
 * @property {string | null} at the painting
 */

/** @param {URLSearchParams} params @returns {Asked} */
export function read(params) {
  /** @param {string} name @param {Record<string, string>} among @param {string} otherwise */
  const one = (name, among, otherwise) => {
    const given = params.get(name);
    return given !== null && given in among ? given : otherwise;
  };
  return {
    attribute: params.get("attribute") ?? "",
    state: one("state", STATES, "open"),
    order: one("order", ORDERS, "suspicion"),
    second: params.get("second") === "1",
    at: params.get("at"),
  };
}

/** The parameters of the review, without the painting. @param {Asked} asked */
export const written = ({ attribute, state, order, second }) => ({
  attribute,
  state: state === "open" ? null : state,
  order: order === "suspicion" ? null : order,
  second: second ? 1 : null,
});
