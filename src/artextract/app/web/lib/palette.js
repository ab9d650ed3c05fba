// @ts-check
// Colours and their shares: the strip that shows them, and the builder that sets them. In a URL they are
// 1b3a5c:60,d9a441:40.

import { make } from "./dom.js";
import { say } from "./language.js";
import { percent } from "./words.js";

/** @import { Colour, ColourShare } from "./types.js" */

const MOST = 8;
const FIRST = ["#1b3a5c", "#d9a441", "#a3352a", "#6a7f4f", "#efe6d5", "#3b2a20", "#8fb3c9", "#7b5ea7"];

/** [["#1b3a5c", 60], ...] of the parameter; what is no colour is left out. @param {string | null} text */
export function coloursIn(text) {
  /** @type {ColourShare[]} */
  const found = [];
  for (const part of (text ?? "").split(",")) {
    const [, code, share = 50] = part.match(/^#?([0-9a-f]{6})(?::(\d+(?:\.\d+)?))?$/i) ?? [];
    if (code && Number(share) > 0) found.push([`#${code.toLowerCase()}`, Number(share)]);
  }
  return found.slice(0, MOST);
}

/** @param {ColourShare[]} colours */
export const coloursText = (colours) => colours.map(([code, share]) => `${code.slice(1)}:${share}`).join(",");

/** What the server answered about a picture's colours. @param {Colour[]} colours */
export const coloursOf = (colours) =>
  colours
    .map(({ hex, proportion }) => /** @type {ColourShare} */ ([hex, Math.max(1, Math.round(100 * proportion))]))
    .slice(0, MOST);

/** With every colour once, as a search takes them. @param {ColourShare[]} colours @returns {ColourShare[]} */
export function coloursOnce(colours) {
  /** @type {Map<string, number>} */
  const shares = new Map();
  for (const [code, share] of colours) shares.set(code, (shares.get(code) ?? 0) + share);
  return [...shares];
}

/** A strip of colours, each as wide as its share. @param {ColourShare[]} colours */
export function strip(colours, label = say("palette.colours")) {
  const all = colours.reduce((sum, [, share]) => sum + share, 0) || 1;
  return make(
    "div",
    {
      class: "palette",
      role: "img",
      "aria-label": `${label}: ${colours.map(([code, share]) => `${code} ${percent(share / all)}`).join(", ")}`,
    },
    colours.map(([code, share]) =>
      make("span", {
        title: `${code}, ${percent(share / all)}`,
        style: { background: code, "flex-grow": Math.max(0.03, share / all) },
      }),
    ),
  );
}

/**
 * The builder. `onchange(colours, quietly)`: `quietly` while a slider or the colour field is being dragged. Gives {
 * element, set(colours), colours() }.
 * @param {{ colours: ColourShare[], onchange: (colours: ColourShare[], quietly: boolean) => void }} tools
 */
export function paletteBuilder({ colours, onchange }) {
  /** @param {ColourShare[]} given @returns {ColourShare[]} */
  const copied = (given) => given.map(([code, share]) => [code, share]);
  let now = copied(colours);
  const shown = make("div", {}),
    rows = make("ul", { class: "colours" });
  const add = make(
    "button",
    {
      type: "button",
      class: "button second",
      onclick: () => {
        const unused = FIRST.find((code) => !now.some(([other]) => other === code)) ?? "#808080";
        now.push([
          unused,
          Math.max(1, Math.round(now.reduce((sum, [, share]) => sum + share, 0) / Math.max(1, now.length)) || 50),
        ]);
        draw();
        onchange(now, false);
        rows.lastElementChild?.querySelector("input")?.focus();
      },
    },
    say("palette.add"),
  );
  const element = make("div", { class: "palette-builder" }, shown, rows, add);

  function draw() {
    rows.replaceChildren(
      ...now.map((pair, place) => {
        const share = make("output", {});
        const code = make("input", {
          type: "color",
          value: pair[0],
          "aria-label": say("palette.colour", place + 1),
          oninput: () => {
            pair[0] = code.value;
            tell();
            onchange(now, true);
          },
          onchange: () => onchange(now, false),
        });
        const range = make("input", {
          type: "range",
          min: 1,
          max: 100,
          value: pair[1],
          "aria-label": say("palette.share", place + 1),
          oninput: () => {
            pair[1] = Number(range.value);
            tell();
            onchange(now, true);
          },
        });
        return make(
          "li",
          {},
          code,
          range,
          share,
          make(
            "button",
            {
              type: "button",
              class: "icon",
              "aria-label": say("palette.remove", place + 1),
              title: say("common.remove"),
              onclick: () => {
                now.splice(place, 1);
                draw();
                onchange(now, false);
                (rows.children[Math.min(place, now.length - 1)]?.querySelector("button") ?? add).focus();
              },
            },
            make("span", { "aria-hidden": "true" }, "×"),
          ),
        );
      }),
    );
    add.hidden = now.length >= MOST;
    tell();
  }

  function tell() {
    const all = now.reduce((sum, [, share]) => sum + share, 0) || 1;
    for (const [place, output] of rows.querySelectorAll("output").entries())
      output.textContent = percent(now[place][1] / all);
    shown.replaceChildren(now.length ? strip(now) : make("p", { class: "faint" }, say("palette.none")));
  }

  draw();
  return {
    element,
    colours: () => now,
    /** @param {ColourShare[]} next */
    set(next) {
      if (coloursText(next) === coloursText(now)) return;
      now = copied(next);
      draw();
    },
  };
}
