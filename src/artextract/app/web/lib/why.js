// @ts-check
// Why a painting was found: the parts of its likeness in words and numbers, its rights and source, and where one can go
// from it. It opens over the page beside the button, and Escape or a click elsewhere closes it.

import { make } from "./dom.js";
import { say } from "./language.js";
import { nameOf } from "./names.js";
import { counted, dot } from "./weights.js";
import { bandName, capital, featureName, fixed, percent, rightsIn, sourceName } from "./words.js";

/** @import { SearchHit, Weights } from "./types.js" */
/** @typedef {{ name: string, text: string, label: string, run: (hit: SearchHit, rank: number) => unknown }} Act */
/**
 * `weights` as they were used; `compare` is the link to both side by side, null where the query is no single picture;
 * `acts` are the buttons.
 * @typedef {{ weights: Weights, compare?: string | null, acts?: Act[] }} Behind
 */

const MARGIN = 8; // pixels between the panel and the edge of the window

/** @param {SearchHit} hit @param {number} rank @param {Behind} behind */
export function whyButton(hit, rank, behind) {
  const button = make(
    "button",
    {
      type: "button",
      class: "quiet why",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      "aria-label": say("card.why-of", nameOf(hit)),
      onclick: () => open(button, panel(hit, rank, behind)),
    },
    say("card.why"),
  );
  return button;
}

/** @param {HTMLButtonElement} button @param {HTMLElement} shown */
function open(button, shown) {
  button.after(shown);
  shown.showPopover();
  place(shown, button.getBoundingClientRect());
  button.setAttribute("aria-expanded", "true");
  shown.focus({ preventScroll: true });
  shown.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    const held = shown.contains(document.activeElement) || document.activeElement === document.body;
    shown.remove();
    if (held) button.focus({ preventScroll: true });
  });
}

/** Under the button, or over it where there is more room, and within the window. @param {HTMLElement} shown @param {DOMRect} by */
function place(shown, by) {
  const { width, height } = shown.getBoundingClientRect();
  const under = by.bottom + height + MARGIN <= innerHeight || by.top < height + MARGIN;
  const left = Math.max(MARGIN, Math.min(by.left, document.documentElement.clientWidth - width - MARGIN));
  shown.style.left = `${left + scrollX}px`;
  shown.style.top = `${(under ? by.bottom : by.top - height) + scrollY}px`;
}

/** @param {SearchHit} hit @param {number} rank @param {Behind} behind */
function panel(hit, rank, { weights, compare = null, acts = [] }) {
  const element = make(
    "div",
    {
      class: "why-panel",
      popover: "auto",
      role: "dialog",
      tabindex: -1,
      "aria-label": say("card.why-of", nameOf(hit)),
    },
    make("p", { class: "name" }, nameOf(hit)),
    make("p", { class: "made-of" }, madeOf(hit, weights)),
    table(hit, weights),
    make(
      "p",
      { class: "why-acts" },
      acts.map(({ name, text, label, run }) =>
        make(
          "button",
          {
            type: "button",
            class: "button second",
            "data-act": name,
            "aria-label": `${label}: ${nameOf(hit)}`,
            onclick: () => {
              element.hidePopover();
              run(hit, rank);
            },
          },
          text,
        ),
      ),
      compare
        ? make(
            "a",
            { class: "button second", href: compare, "aria-label": say("hit.compare-with", nameOf(hit)) },
            say("hit.compare"),
          )
        : null,
    ),
    make("p", { class: "rights" }, say("card.rights", rightsIn(hit.rights))),
    source(hit),
  );
  return element;
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
  const listed = (list) => list.map(featureName).join(", ");
  return [
    ...for_.map((name) => make("span", {}, dot(name), `${featureName(name)} ${percent(adds(name) / sum)}`)),
    against.length
      ? make("span", {}, for_.length ? say("hit.less", listed(against)) : say("hit.unlike", listed(against)))
      : null,
    missing.length ? make("span", {}, say("hit.lacks", listed(missing))) : null,
  ];
}

/** Every feature by itself. @param {SearchHit} hit @param {Weights} weights */
function table(hit, weights) {
  /** @param {string} name */
  const near = (name) =>
    hit.bands[name] ? bandName(hit.bands[name]) : hit.features[name] === null ? say("hit.missing") : "—";
  /** @param {HTMLElement | string} of @param {string} nearness @param {string} adds @param {...any} mark */
  const row = (of, nearness, adds, ...mark) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, ...mark, of),
      make("td", {}, nearness),
      make("td", { class: "number" }, adds),
    );
  return make(
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
        row(capital(featureName(name)), near(name), fixed(hit.features[name] ?? 0, 2), dot(name)),
      ),
    ),
    make("tfoot", {}, row(say("hit.score"), "", fixed(hit.score, 2))),
  );
}

/** @param {SearchHit} hit */
function source(hit) {
  const link = /^https?:\/\/\S+$/.test(hit.source);
  return make(
    "p",
    { class: "rights" },
    say("hit.source"),
    " ",
    link
      ? make("a", { href: hit.source, rel: "noreferrer noopener", target: "_blank" }, hit.source)
      : sourceName(hit.source),
  );
}
