// @ts-check
// What the keys of the gallery do, to be folded out.

import { make } from "../../lib/dom.js";

/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→"], "to the painting before or after"],
  [["↑", "↓"], "to the row above or below"],
  [["Page Up", "Page Down"], "a window on"],
  [["Home", "End"], "to the first or last"],
  [["Enter"], "open"],
  [["x"], "select, or no longer"],
  [["s"], "search for paintings like it"],
  [["/"], "to the field for words"],
];

/** @param {AbortSignal} signal */
export function keysPanel(signal) {
  const rows = KEYS.flatMap(([names, text]) => {
    const keys = names.flatMap((name) => [make("kbd", {}, name), " "]);
    return [make("dt", {}, keys), make("dd", {}, text)];
  });
  const summary = make("summary", {}, "Keys"),
    element = make("details", { class: "keys" }, summary, make("dl", { class: "panel" }, rows));
  document.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Node && !element.contains(event.target)) element.open = false;
    },
    { signal },
  );
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    element.open = false;
    summary.focus();
  });
  return element;
}
