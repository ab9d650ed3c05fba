// @ts-check
// The paintings that are most like one, each with how near it is and why.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { hitCard } from "../../lib/hits.js";
import { say } from "../../lib/language.js";
import { retried } from "../../lib/retry.js";
import { href } from "../../lib/route.js";

/** @import { PaintingDetails, SearchAnswer, SearchHit } from "../../lib/types.js" */

const NEIGHBOURS = 12;

/**
 * A section that fills itself; `found(hits)` is called with what was found.
 * @param {PaintingDetails} painting @param {AbortSignal} signal @param {(hits: SearchHit[]) => void} found
 */
export function neighbours(painting, signal, found) {
  const heading = make("h2", { id: "near" }, say("near.heading")),
    element = make("section", { class: "neighbours", "aria-labelledby": "near" }, heading, grid(blanks()));
  const fill = async () => {
    const body = { id: painting.id, k: NEIGHBOURS };
    /** @type {SearchAnswer} */
    const { hits, weights } = await ask("api/search", { body, signal });
    const all = make("a", { href: href("search", { id: painting.id }) }, say("near.all"));
    /** @param {SearchHit} hit @param {number} at */
    const near = (hit, at) =>
      hitCard(hit, at + 1, { weights, compare: href("compare", { a: painting.id, b: hit.id }) });
    element.replaceChildren(
      make("div", { class: "bar" }, heading, all),
      hits.length ? grid(hits.map(near)) : make("p", { class: "faint" }, say("near.none")),
    );
    found(hits);
  };
  retried(fill, (trouble) => element.replaceChildren(heading, trouble));
  return element;
}

/** @param {HTMLElement[]} cards */
const grid = (cards) => make("div", { class: "grid" }, cards);

const blanks = () =>
  Array.from({ length: NEIGHBOURS }, () => make("span", { class: "card blank", style: { "--aspect": 1 } }));
