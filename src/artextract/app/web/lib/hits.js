// @ts-check
// A painting that was found: its rank, how near it is, what made it so, and where one can go from it.

import { make } from "./dom.js";
import { say } from "./language.js";
import { nameOf } from "./names.js";
import { card } from "./painting.js";
import { dot, part } from "./weights.js";
import { bandName, capital, featureName, fixed, nearness, percent, rightsIn } from "./words.js";

/** @import { SearchHit, Weights } from "./types.js" */
/** @typedef {{ name: string, text: string, label: string, run: (hit: SearchHit, rank: number) => unknown }} Act */

/** Percent of a bar's width for a score of 1, which is as near as the nearest hundredth of all pairs. */
const FULL_BAR = 40;

/**
 * `weights` as they were used; `compare` is the link to both side by side, null where the query is no single picture;
 * `acts` are { name, text, label, run(hit, rank) } for the buttons below.
 * @param {SearchHit} hit @param {number} rank
 * @param {{ weights: Weights, compare?: string | null, acts?: Act[] }} options
 */
export function hitCard(hit, rank, { weights, compare = null, acts = [] }) {
  return card(hit, {
    rank,
    below: make(
      "div",
      { class: "hit" },
      make("p", { class: "close" }, nearness(hit.band)),
      bar(hit, weights),
      make("p", { class: "made-of" }, madeOf(hit, weights)),
      make("p", { class: "rights", title: rightsIn(hit.rights) }, rightsIn(hit.rights)),
      make(
        "div",
        { class: "hit-acts" },
        acts.map(({ name, text, label, run }) =>
          make(
            "button",
            {
              type: "button",
              class: "quiet",
              "data-act": name,
              "aria-label": `${label}: ${nameOf(hit)}`,
              onclick: () => run(hit, rank),
            },
            text,
          ),
        ),
        compare
          ? make(
              "a",
              { class: "quiet", href: compare, "aria-label": say("hit.compare-with", nameOf(hit)) },
              say("hit.compare"),
            )
          : null,
      ),
      details(hit, weights),
    ),
  });
}

/** @param {Weights} weights */
const counted = (weights) => Object.keys(weights).filter((name) => weights[name] > 0);

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

/**
 * "style 62 %, palette 27 %", the largest first: parts of what speaks for it.
 * @param {SearchHit} hit @param {Weights} weights
 */
function madeOf(hit, weights) {
  const names = counted(weights);
  /** What a feature adds, 0 where it says nothing. @param {string} name */
  const adds = (name) => hit.features[name] ?? 0;
  const for_ = names.filter((name) => adds(name) > 0).sort((a, b) => adds(b) - adds(a));
  const against = names.filter((name) => adds(name) < 0),
    missing = names.filter((name) => hit.features[name] === null);
  const sum = for_.reduce((all, name) => all + adds(name), 0);
  /** @param {string[]} list */
  const named = (list) => list.map(featureName).join(", ");
  return [
    ...for_.map((name) => make("span", {}, dot(name), `${featureName(name)} ${percent(adds(name) / sum)}`)),
    against.length
      ? make("span", {}, for_.length ? say("hit.less", named(against)) : say("hit.unlike", named(against)))
      : null,
    missing.length ? make("span", {}, say("hit.lacks", named(missing))) : null,
  ];
}

/** Every feature by itself; made when it is unfolded. @param {SearchHit} hit @param {Weights} weights */
function details(hit, weights) {
  /** @param {string} name */
  const near = (name) =>
    hit.bands[name] ? bandName(hit.bands[name]) : hit.features[name] === null ? say("hit.missing") : "—";
  const table = () =>
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          [say("hit.feature"), say("hit.nearness"), say("hit.adds")].map((text) => make("th", { scope: "col" }, text)),
        ),
      ),
      make(
        "tbody",
        {},
        counted(weights).map((name) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, dot(name), capital(featureName(name))),
            make("td", {}, near(name)),
            make("td", { class: "number" }, fixed(hit.features[name] ?? 0, 2)),
          ),
        ),
      ),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row" }, say("hit.score")),
          make("td", {}),
          make("td", { class: "number" }, fixed(hit.score, 2)),
        ),
      ),
    );
  const element = make(
    "details",
    {
      class: "why",
      ontoggle: () => {
        if (element.open && !element.querySelector("table")) element.append(table(), source(hit));
      },
    },
    make("summary", { "aria-label": say("hit.numbers-of", nameOf(hit)) }, say("hit.numbers")),
  );
  return element;
}

/** @param {SearchHit} hit */
function source(hit) {
  const link = /^https?:\/\/\S+$/.test(hit.source);
  return make(
    "p",
    { class: "rights" },
    say("hit.source"),
    " ",
    link ? make("a", { href: hit.source, rel: "noreferrer noopener", target: "_blank" }, hit.source) : hit.source,
  );
}
