// A painting that was found: its rank, how near it is, what made it so, and where one can go from it.

import { make } from "./dom.js";
import { nameOf } from "./names.js";
import { card } from "./painting.js";
import { dot, part } from "./weights.js";
import { capital, closeness, percent, percentDown, words } from "./words.js";

/** Percent of a bar's width for a score of 1, which is as near as the nearest hundredth of all pairs. */
const FULL_BAR = 40;

/**
 * `weights` as they were used; `compare` is the link to both side by side, null where the query is no single picture;
 * `acts` are { name, text, label, run(hit, rank) } for the buttons below.
 */
export function hitCard(hit, rank, { weights, compare = null, acts = [] }) {
  return card(hit, {
    rank,
    below: make(
      "div",
      { class: "hit" },
      make("p", { class: "close" }, capital(closeness(hit.closer_than.all))),
      bar(hit, weights),
      make("p", { class: "made-of" }, madeOf(hit, weights)),
      make("p", { class: "rights", title: hit.rights }, hit.rights),
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
          ? make("a", { class: "quiet", href: compare, "aria-label": `Compare with ${nameOf(hit)}` }, "Compare")
          : null,
      ),
      details(hit, weights),
    ),
  });
}

const counted = (weights) => Object.keys(weights).filter((name) => weights[name] > 0);

/** What speaks for the painting, one piece a feature. What speaks against it is said in words. */
function bar(hit, weights) {
  return make(
    "span",
    { class: "stack", "aria-hidden": "true" },
    counted(weights).map((name) =>
      part("i", name, { style: { width: `${FULL_BAR * Math.max(0, hit.features[name] ?? 0)}%` } }),
    ),
  );
}

/** "style 62 %, palette 27 %", the largest first: parts of what speaks for it. */
function madeOf(hit, weights) {
  const names = counted(weights);
  const for_ = names.filter((name) => hit.features[name] > 0).sort((a, b) => hit.features[b] - hit.features[a]);
  const against = names.filter((name) => hit.features[name] !== null && hit.features[name] < 0),
    lacking = names.filter((name) => hit.features[name] === null);
  const sum = for_.reduce((all, name) => all + hit.features[name], 0);
  const told = (list) => list.map((name) => words(name)).join(", ");
  return [
    ...for_.map((name) => make("span", {}, dot(name), `${words(name)} ${percent(hit.features[name] / sum)}`)),
    against.length ? make("span", {}, `${for_.length ? "less for its" : "unlike in"} ${told(against)}`) : null,
    lacking.length ? make("span", {}, `no ${told(lacking)}`) : null,
  ];
}

/** Every feature by itself; made when it is unfolded. */
function details(hit, weights) {
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
          ["Feature", "Closer than", "Adds"].map((text) => make("th", { scope: "col" }, text)),
        ),
      ),
      make(
        "tbody",
        {},
        counted(weights).map((name) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, dot(name), capital(words(name))),
            make(
              "td",
              { class: "number" },
              hit.closer_than[name] === null || hit.closer_than[name] === undefined
                ? hit.features[name] === null
                  ? "lacking"
                  : "—"
                : `${percentDown(hit.closer_than[name])} %`,
            ),
            make("td", { class: "number" }, hit.features[name] === null ? "0" : hit.features[name].toFixed(2)),
          ),
        ),
      ),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row" }, "Score"),
          make("td", {}),
          make("td", { class: "number" }, hit.score.toFixed(2)),
        ),
      ),
    );
  return make(
    "details",
    {
      class: "why",
      ontoggle: (event) => {
        if (event.target.open && !event.target.querySelector("table")) event.target.append(table(), source(hit));
      },
    },
    make("summary", { "aria-label": `In numbers: ${nameOf(hit)}` }, "In numbers"),
  );
}

function source(hit) {
  const link = /^https?:\/\/\S+$/.test(hit.source);
  return make(
    "p",
    { class: "rights" },
    "Source: ",
    link ? make("a", { href: hit.source, rel: "noreferrer noopener", target: "_blank" }, hit.source) : hit.source,
  );
}
