// @ts-check
// A painting that was found, as it hangs among the others: its rank, what made it like the query, and how near it is.
// All that can be said of it beyond that is behind "Why".

import { make } from "./dom.js";
import { card } from "./painting.js";
import { counted, part } from "./weights.js";
import { whyButton } from "./why.js";
import { nearness } from "./words.js";

/** @import { SearchHit, Weights } from "./types.js" */
/** @import { Behind } from "./why.js" */

/** Percent of a bar's width for a score of 1, which is as near as the nearest hundredth of all pairs. */
const FULL_BAR = 40;

/** @param {SearchHit} hit @param {number} rank @param {Behind} behind */
export function hitCard(hit, rank, behind) {
  return card(hit, {
    rank,
    below: make(
      "div",
      { class: "hit" },
      bar(hit, behind.weights),
      make("p", { class: "close" }, make("span", {}, hit.band ? nearness(hit.band) : ""), whyButton(hit, rank, behind)),
    ),
  });
}

/**
 * What speaks for the painting, one piece a feature. What speaks against it is said in words.
 * @param {SearchHit} hit @param {Weights} weights
 */
function bar(hit, weights) {
  return make(
    "span",
    { class: "stack", "aria-hidden": "true" },
    counted(weights).map((name) =>
      part("i", name, { style: { width: `${FULL_BAR * Math.max(0, hit.features[name] ?? 0)}%` } }),
    ),
  );
}
