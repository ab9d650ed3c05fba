// @ts-check
// What the gallery says where no painting passes the filters, and where its words occur nowhere.

import { ask } from "../../lib/api.js";
import { make, notice } from "../../lib/dom.js";
import { filterPairs, filterQuery, filtersOf, filtersSet } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { sortOf } from "./url.js";

/** @import { AskError } from "../../lib/errors.js" */
/** @import { Pairs } from "../../lib/types.js" */
/** @typedef {(pairs: Pairs) => void} Change shows another list */

/**
 * Nothing passes: what to take away, and what would be left then.
 * @param {URLSearchParams} params @param {Change} change @param {AbortSignal} signal
 */
export async function nothingPasses(params, change, signal) {
  const columns = Map.groupBy(filtersSet(params), ({ column }) => column);
  if (!columns.size)
    return notice({
      message: say("gallery.empty"),
      hint: say("gallery.empty-hint"),
    });
  const { without } = await ask(`api/facets?${filterQuery(params)}`, { signal });
  const ways = [...columns]
    .map(([column, set]) => ({
      name: set.map(({ name }) => name).join(` ${say("gallery.or")} `),
      left: without[column.toLowerCase()] ?? 0,
      pairs: /** @type {Pairs} */ ([
        ...filterPairs(params).filter(([name]) => ![column, `f.${column}`, `r.${column}`].includes(name)),
        ["sort", sortOf(params)],
      ]),
    }))
    .filter(({ left }) => left)
    .sort((one, other) => other.left - one.left);
  const offers = ways.map(({ name, left, pairs }) =>
    make(
      "li",
      {},
      make(
        "button",
        { type: "button", class: "button second", onclick: () => change(pairs) },
        say("gallery.without", name),
      ),
      make("span", { class: "faint" }, ` ${say("count.paintings", left)}`),
    ),
  );
  return make(
    "div",
    { class: "notice nothing", role: "alert" },
    make("p", { class: "what" }, say("gallery.none")),
    make("p", {}, ways.length ? say("gallery.remove-one") : say("gallery.no-pair")),
    make("ul", {}, offers),
    make("button", { type: "button", class: "quiet", onclick: () => change([]) }, say("gallery.clear")),
  );
}

/**
 * For words that occur nowhere: those that the server offers instead; null where the error is another.
 * @param {AskError} error @param {URLSearchParams} params @param {Change} change
 */
export function otherSpellings({ message, hint }, params, change) {
  const { text } = filtersOf(params),
    wrong = message.match(/^'(.+)' occurs nowhere/)?.[1],
    near = hint.match(/^words like it: (.+)$/)?.[1];
  if (!near || !wrong || !text.includes(wrong)) return null;
  /** @param {string} word @returns {Pairs} */
  const instead = (word) => [
    ...filterPairs(params).map(
      ([name, value]) => /** @type {[string, any]} */ ([name, name === "text" ? value.replace(wrong, word) : value]),
    ),
    ["sort", sortOf(params)],
  ];
  const offers = near
    .split(", ")
    .map((word) =>
      make("button", { type: "button", class: "button second", onclick: () => change(instead(word)) }, word),
    );
  return make("p", { class: "instead" }, offers);
}
