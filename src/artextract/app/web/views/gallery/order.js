// @ts-check
// The order in which the gallery hangs.

import { make } from "../../lib/dom.js";
import { filtersOf } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { attributeName, capital } from "../../lib/words.js";
import { shuffled, sortOf } from "./url.js";

/** @import { CollectionFacts } from "../../lib/types.js" */

const PLAIN = ["", say("order.plain")];
const RANDOM = "random"; // the choice; the URL has lot:NUMBER

/** The field of orders, and the button that shuffles anew. */
export class Order {
  #collection;
  #field;
  again;
  element;

  /** @param {CollectionFacts} collection @param {(sort: string) => void} onchange */
  constructor(collection, onchange) {
    this.#collection = collection;
    const field = (this.#field = make("select", {
      name: "sort",
      onchange: () => onchange(field.value === RANDOM ? shuffled() : field.value),
    }));
    this.again = make(
      "button",
      { type: "button", class: "quiet", onclick: () => onchange(shuffled()) },
      say("order.again"),
    );
    this.element = make("label", { class: "order" }, make("span", {}, say("order.order")), field);
  }

  /** @param {URLSearchParams} params */
  show(params) {
    const sort = sortOf(params),
      { text } = filtersOf(params);
    const begin = text
      ? [
          ["", say("gallery.best")],
          ["collection", PLAIN[1]],
        ]
      : [PLAIN];
    const options = [
      ...begin,
      ...this.#collection.sorts.map((name) => [name, called(name, this.#collection)]),
      [RANDOM, say("order.random")],
    ];
    const chosen = choiceOf(sort, Boolean(text));
    this.#field.replaceChildren(
      ...options.map(([value, name]) => make("option", { value, ".selected": value === chosen }, name)),
    );
    this.again.hidden = chosen !== RANDOM;
  }
}

/** @param {string} sort @param {boolean} hasText */
function choiceOf(sort, hasText) {
  if (sort.startsWith("lot:")) return RANDOM;
  return sort === "relevance" || (sort === "collection" && !hasText) ? "" : sort;
}

/** What an order is called: "Title", "Year, lowest first". @param {string} sort @param {CollectionFacts} collection */
function called(sort, { numbers }) {
  const column = sort.replace(/^-/, "");
  if (!numbers.includes(column)) return capital(attributeName(column));
  const time = /year|date/i.test(column);
  const first = sort.startsWith("-") ? (time ? "latest" : "highest") : time ? "earliest" : "lowest";
  return say(`order.${first}`, capital(attributeName(column)));
}
