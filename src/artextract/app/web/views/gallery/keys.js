// @ts-check
// What the keys of the gallery do, to be folded out.

import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";

/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→"], say("gallery.key-step")],
  [["↑", "↓"], say("gallery.key-row")],
  [[say("key.page-up"), say("key.page-down")], say("gallery.key-page")],
  [[say("key.home"), say("key.end")], say("gallery.key-ends")],
  [[say("key.enter")], say("gallery.key-open")],
  [["x"], say("gallery.key-select")],
  [["s"], say("gallery.key-search")],
  [["/"], say("gallery.key-words")],
];

/** @param {AbortSignal} signal */
export function keysPanel(signal) {
  const rows = KEYS.flatMap(([names, text]) => {
    const keys = names.flatMap((name) => [make("kbd", {}, name), " "]);
    return [make("dt", {}, keys), make("dd", {}, text)];
  });
  const summary = make("summary", {}, say("common.keys")),
    element = make("details", { class: "keys" }, summary, make("dl", { class: "panel", "data-keys": true }, rows));
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
