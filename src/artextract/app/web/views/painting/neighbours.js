// @ts-check
// The paintings that are most like one, each with what it shares with it.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { card } from "../../lib/painting.js";
import { retried } from "../../lib/retry.js";
import { href } from "../../lib/route.js";
import { capital, featureName, nearness } from "../../lib/words.js";

/** @import { PaintingDetails, SearchHit } from "../../lib/types.js" */

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
    /** @type {{ hits: SearchHit[] }} */
    const { hits } = await ask("api/search", { body, signal });
    const all = make("a", { href: href("search", { id: painting.id }) }, say("near.all"));
    element.replaceChildren(
      make("div", { class: "bar" }, heading, all),
      hits.length ? grid(hits.map((hit) => neighbour(painting, hit))) : make("p", { class: "faint" }, say("near.none")),
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

/** @param {PaintingDetails} painting @param {SearchHit} hit */
function neighbour(painting, hit) {
  const shared = Object.entries(hit.labels)
    .filter(([name, value]) => value && value === painting.labels[name])
    .map(([name, value]) => (name === "artist" ? say("near.artist") : value));
  const { all: _, ...parts } = hit.closer_than;
  const [nearest] = Object.entries(parts)
    .filter(([, closer]) => closer !== null)
    .sort(([, a], [, b]) => Number(b) - Number(a));
  const text = [
    shared.length ? say("near.shares", shared) : null,
    nearest ? say("near.by", featureName(nearest[0])) : null,
  ]
    .filter(Boolean)
    .join("; ");
  return card(hit, {
    below: make(
      "p",
      { class: "shares" },
      [nearness(hit.band), text]
        .filter(Boolean)
        .map((said) => `${capital(said)}.`)
        .join(" "),
    ),
  });
}
