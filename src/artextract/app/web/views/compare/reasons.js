// @ts-check
// Why two pictures match, beside them: what each feature adds, the labels that both have, and the keys.

import { make } from "../../lib/dom.js";
import { href } from "../../lib/route.js";
import { dot, part } from "../../lib/weights.js";
import { capital, nearness, words } from "../../lib/words.js";

/** @import { Comparison, Reason, Side } from "../../lib/types.js" */

/** @param {Comparison} pair */
export const closenessOf = ({ band, score }) => (band === null ? `Score ${score.toFixed(2)}` : nearness(band));

/** What each feature adds, the largest first, in numbers and words. @param {Comparison} pair */
export function reasons({ features, score }) {
  const most = Math.max(...features.map(({ contribution }) => Math.abs(contribution ?? 0)), 1e-9);
  /** @param {Reason} reason */
  const row = (reason) =>
    make(
      "tr",
      { class: reason.contribution === null ? "missing" : null },
      make(
        "th",
        { scope: "row" },
        dot(reason.name),
        capital(words(reason.name)),
        make("small", {}, reason.description),
      ),
      make(
        "td",
        { class: "adds" },
        make(
          "span",
          { class: "bar", "aria-hidden": "true" },
          part("span", reason.name, {
            class: (reason.contribution ?? 0) < 0 ? "against" : "",
            style: { width: `${(100 * Math.abs(reason.contribution ?? 0)) / most}%` },
          }),
        ),
        make("span", { class: "number" }, reason.contribution === null ? "nothing" : signed(reason.contribution)),
      ),
      make("td", { class: "near" }, reason.band ?? "—"),
      make(
        "td",
        { class: "sentence" },
        reason.sentence ||
          (reason.name === "deep" ? "A network's numbers have no names; the overlays show where they match." : ""),
      ),
    );
  return make(
    "section",
    { class: "reasons", "aria-labelledby": "reasons-of" },
    make("h3", { id: "reasons-of" }, "What each feature adds"),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "col" }, "Feature"),
          make("th", { scope: "col" }, "Adds"),
          make(
            "th",
            { scope: "col", title: "Among random pairs: related 1 in 100, close 1 in 1,000, very close 1 in 10,000" },
            "Nearness",
          ),
          make("th", { scope: "col" }, "In words"),
        ),
      ),
      make("tbody", {}, features.map(row)),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row" }, "Score"),
          make("td", { class: "number" }, score.toFixed(2)),
          make("td", {}),
          make(
            "td",
            { class: "faint" },
            "0 is the mean pair of this collection, 1 as near as the nearest hundredth of all pairs.",
          ),
        ),
      ),
    ),
  );
}

/** @param {number} value */
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** Labels beside each other; what both have stands out. @param {Comparison} pair */
export function labels({ a, b, same }) {
  const there = b.painting?.labels ?? {};
  const names = Object.keys(there).filter((name) => a.painting?.labels[name] || there[name]);
  if (!names.length) return null;
  /** @param {Side} side @param {string} name */
  const cell = (side, name) => {
    const value = side.painting?.labels[name];
    return make(
      "td",
      {},
      value
        ? make("a", { href: href("gallery", { [`f.${name}`]: value }) }, value)
        : make("span", { class: "faint" }, side.painting ? "not known" : "—"),
    );
  };
  const shared = Object.keys(same);
  return make(
    "section",
    { class: "labels", "aria-labelledby": "labels-of" },
    make("h3", { id: "labels-of" }, "Labels"),
    make(
      "p",
      { class: "faint" },
      !a.painting
        ? "The uploaded picture has none."
        : shared.length
          ? `Both have the same ${listed(shared.map(words))}.`
          : "They share none.",
    ),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make("tr", {}, make("td", {}), make("th", { scope: "col" }, "First"), make("th", { scope: "col" }, "Second")),
      ),
      make(
        "tbody",
        {},
        names.map((name) =>
          make(
            "tr",
            { class: same[name] ? "same" : null },
            make("th", { scope: "row" }, capital(words(name))),
            cell(a, name),
            cell(b, name),
          ),
        ),
      ),
    ),
  );
}

/** @param {string[]} names */
const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

export function keys() {
  const rows = [
    ["+ −", "look closer, step back"],
    ["0", "the whole picture"],
    ["1", "its own pixels"],
    ["← ↑ → ↓", "move"],
    ["[ ]", "hit before, hit after"],
    ["S", "swap"],
    ["V", "side by side, swipe, blend"],
    ["O", "overlays on or off"],
  ];
  return make(
    "p",
    { class: "keys faint" },
    rows.map(([key, text]) => make("span", {}, make("kbd", {}, key), ` ${text}`)),
  );
}
