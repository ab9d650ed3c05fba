// @ts-check
// Why two pictures match, beside them: what each feature adds, the labels that both have, and the keys.

import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";
import { prose } from "../../lib/said.js";
import { dot, part } from "../../lib/weights.js";
import {
  attributeName,
  bandName,
  capital,
  featureAbout,
  featureName,
  fixed,
  listed,
  nearness,
} from "../../lib/words.js";

/** @import { Comparison, Reason, Side } from "../../lib/types.js" */

/** @param {Comparison} pair */
export const closenessOf = ({ band, score }) => (band === null ? say("compare.score", score) : nearness(band));

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
        capital(featureName(reason.name)),
        make("small", {}, featureAbout(reason.name, reason.description)),
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
        make(
          "span",
          { class: "number" },
          reason.contribution === null ? say("compare.nothing") : signed(reason.contribution),
        ),
      ),
      make("td", { class: "near", "data-label": say("hit.nearness") }, reason.band ? bandName(reason.band) : "—"),
      make(
        "td",
        { class: "sentence" },
        reason.sentence ? prose(reason.facts, reason.sentence) : reason.name === "deep" ? say("compare.network") : null,
      ),
    );
  return make(
    "section",
    { class: "reasons", "aria-labelledby": "reasons-of" },
    make("h3", { id: "reasons-of" }, say("compare.features")),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "col" }, say("hit.feature")),
          make("th", { scope: "col" }, say("hit.adds")),
          make("th", { scope: "col", title: say("compare.bands") }, say("hit.nearness")),
          make("th", { scope: "col" }, say("compare.in-words")),
        ),
      ),
      make("tbody", {}, features.map(row)),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row" }, say("hit.score")),
          make("td", { class: "number" }, fixed(score, 2)),
          make("td", {}),
          make("td", { class: "faint" }, say("compare.scale")),
        ),
      ),
    ),
  );
}

/** @param {number} value */
const signed = (value) => `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), 2)}`;

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
        : make("span", { class: "faint" }, side.painting ? say("legend.not-known") : "—"),
    );
  };
  const shared = Object.keys(same);
  return make(
    "section",
    { class: "labels", "aria-labelledby": "labels-of" },
    make("h3", { id: "labels-of" }, say("compare.labels")),
    make(
      "p",
      { class: "faint" },
      !a.painting
        ? say("compare.upload")
        : shared.length
          ? say("compare.same", listed(shared.map(attributeName)))
          : say("compare.none-shared"),
    ),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("td", {}),
          make("th", { scope: "col" }, say("common.first")),
          make("th", { scope: "col" }, say("common.second")),
        ),
      ),
      make(
        "tbody",
        {},
        names.map((name) =>
          make(
            "tr",
            { class: same[name] ? "same" : null },
            make("th", { scope: "row" }, capital(attributeName(name))),
            cell(a, name),
            cell(b, name),
          ),
        ),
      ),
    ),
  );
}

export function keys() {
  const rows = [
    ["+ −", say("compare.key-zoom")],
    ["0", say("compare.key-whole")],
    ["1", say("compare.key-own")],
    ["← ↑ → ↓", say("compare.key-move")],
    ["[ ]", say("compare.key-hits")],
    ["S", say("compare.key-swap")],
    ["V", say("compare.key-ways")],
    ["O", say("compare.key-overlays")],
  ];
  return make(
    "p",
    { class: "keys faint", "data-keys": true },
    rows.map(([key, text]) => make("span", {}, make("kbd", {}, key), ` ${text}`)),
  );
}
