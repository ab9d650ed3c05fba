// @ts-check
// The canvas of the map with the buttons over it, and the words on its keys.

import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";

/** @typedef {ReturnType<typeof makeStage>} Stage */

/**
 * The stage. `onmode`, `onzoom` and `onwhole` are called from its buttons.
 * @param {{ onmode: (name: string) => void, onzoom: (factor: number) => void, onwhole: () => void }} tools
 */
export function makeStage({ onmode, onzoom, onwhole }) {
  const canvas = make("canvas", {
    tabindex: 0,
    role: "application",
    "aria-label": say("view.map"),
    "aria-describedby": "map-keys",
  });
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const progress = make("div", { class: "progress", hidden: true });
  /** @param {string} name @param {string} text @param {string} symbol */
  const mode = (name, text, symbol) =>
    button(text, text, symbol, () => onmode(name), { "data-mode": name, "aria-pressed": String(name === "pan") });
  const modes = make(
    "div",
    { class: "modes", role: "group", "aria-label": say("map.drag") },
    mode("pan", say("map.drag-pan"), "✥"),
    mode("lasso", say("map.drag-lasso"), "◌"),
    mode("rectangle", say("map.drag-rectangle"), "▭"),
  );
  const zooms = make(
    "div",
    { class: "zooms", role: "group", "aria-label": say("zoom.zoom") },
    button(say("map.in"), say("zoom.in"), "+", () => onzoom(1.7)),
    button(say("map.out"), say("zoom.out"), "−", () => onzoom(1 / 1.7)),
    button(say("map.whole"), say("map.whole-title"), "⤢", onwhole),
  );
  const element = make("div", { class: "stage" }, make("div", { class: "paper" }, canvas), modes, zooms, tip, progress);
  return { element, canvas, tip, progress, modes };
}

/**
 * @param {string} name @param {string} title @param {string} symbol @param {() => void} onclick
 * @param {object} [more]
 */
const button = (name, title, symbol, onclick, more = {}) =>
  make(
    "button",
    { type: "button", class: "icon", "aria-label": name, title, onclick, ...more },
    make("span", { "aria-hidden": "true" }, symbol),
  );

/** What keys and gestures do. */
export function keys() {
  /** @param {string[]} key @param {string} text */
  const row = (key, text) => [
    make(
      "dt",
      {},
      key.map((one) => make("kbd", {}, one)),
    ),
    make("dd", {}, text),
  ];
  return [
    make(
      "dl",
      {},
      row(["←", "→", "↑", "↓"], say("map.key-move")),
      row(["+", "−"], say("map.key-zoom")),
      row(["0"], say("map.key-whole")),
      row(["n", "p"], say("map.key-next")),
      row([say("key.ctrl"), "←"], say("map.key-direction")),
      row([say("key.enter")], say("map.key-open")),
      row([say("key.space")], say("gallery.key-select")),
      row([say("key.escape")], say("map.key-escape")),
    ),
    make("p", { class: "faint" }, say("map.gestures"), ""),
  ];
}
