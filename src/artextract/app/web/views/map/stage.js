// @ts-check
// The canvas of the map with the buttons over it, and the words on its keys.

import { make } from "../../lib/dom.js";

/** @typedef {ReturnType<typeof makeStage>} Stage */

/**
 * The stage. `onmode`, `onzoom` and `onwhole` are called from its buttons.
 * @param {{ onmode: (name: string) => void, onzoom: (factor: number) => void, onwhole: () => void }} tools
 */
export function makeStage({ onmode, onzoom, onwhole }) {
  const canvas = make("canvas", {
    tabindex: 0,
    role: "application",
    "aria-label": "Map",
    "aria-describedby": "map-keys",
  });
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const progress = make("div", { class: "progress", hidden: true });
  /** @param {string} name @param {string} text @param {string} symbol */
  const mode = (name, text, symbol) =>
    button(text, text, symbol, () => onmode(name), { "data-mode": name, "aria-pressed": String(name === "pan") });
  const modes = make(
    "div",
    { class: "modes", role: "group", "aria-label": "What dragging does" },
    mode("pan", "Drag moves the map", "✥"),
    mode("lasso", "Drag draws a lasso around paintings", "◌"),
    mode("rectangle", "Drag draws a rectangle around paintings (or Shift and drag)", "▭"),
  );
  const zooms = make(
    "div",
    { class: "zooms", role: "group", "aria-label": "Zoom" },
    button("Zoom in", "Zoom in (+)", "+", () => onzoom(1.7)),
    button("Zoom out", "Zoom out (−)", "−", () => onzoom(1 / 1.7)),
    button("Show the whole map", "The whole map (0)", "⤢", onwhole),
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
      row(["←", "→", "↑", "↓"], "move the map"),
      row(["+", "−"], "zoom"),
      row(["0"], "the whole map"),
      row(["n", "p"], "to the nearest painting not yet visited, and back"),
      row(["Ctrl", "←"], "to the next painting in that direction; with Alt as well"),
      row(["Enter"], "what is known of it, with links"),
      row(["Space"], "select it, or take it out"),
      row(["Esc"], "give up the lasso, close what is open"),
    ),
    make(
      "p",
      { class: "faint" },
      "Wheel or two fingers zoom, a double click zooms in; drag moves; Shift and drag chooses a rectangle. ",
      "The table of clusters below says in words what the map shows.",
    ),
  ];
}
