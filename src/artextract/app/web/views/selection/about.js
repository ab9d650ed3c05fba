// @ts-check
// What stands over the cards of a list: what can be done with it, and what is to be known of it.

import { heldIn, make, toast } from "../../lib/dom.js";
import { href } from "../../lib/route.js";
import { saveListButton } from "../../lib/list_dialog.js";
import { EXAMPLES, fitsInLink, furtherLinks, select } from "../../lib/selection.js";
import { count } from "../../lib/words.js";

/** @import { PaintingList } from "./list.js" */
/** @typedef {{ exporting: HTMLElement, copy: () => void, clear: () => void }} Acts */

/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→", "↑", "↓"], "go to another"],
  [["Shift ←", "Shift →"], "move it"],
  [["Shift Home", "Shift End"], "move it to the front, to the end"],
  [["Delete"], "take it off the list"],
];

/** The buttons, of which the one that had the focus keeps it. @param {HTMLElement} place @param {HTMLElement[]} now */
export function putActs(place, now) {
  const held = heldIn(place)?.textContent ?? null;
  place.replaceChildren(...now);
  for (const one of held ? now : []) if (one.textContent === held) one.focus();
}

/** @param {PaintingList} list @param {Acts} tools @returns {HTMLElement[]} */
export function actsOf({ ids, present, unselected, shared }, { exporting, copy, clear }) {
  if (!ids.length) return [];
  /** @param {string} text @param {() => void} run @param {string} [kind] */
  const button = (text, run, kind = "button second") =>
    make("button", { type: "button", class: kind, onclick: run }, text);
  const add = () => {
    select(unselected);
    toast(`${count(unselected.length, "painting")} added to your selection.`);
  };
  return [
    saveListButton(() => present),
    exporting,
    ...furtherLinks(present),
    fitsInLink(ids) ? button("Copy link", copy) : null,
    shared && unselected.length ? button("Add to my selection", add) : null,
    unselected.length < present.length ? button("Clear", clear, "quiet") : null,
  ].filter((one) => one !== null);
}

/** @param {PaintingList} list @returns {HTMLElement[]} */
export function notesOf({ ids, missing, present, shared, write }) {
  if (!ids.length) return [nothingSelected()];
  /** @type {HTMLElement[]} */
  const notes = [];
  if (missing.length) {
    const one = missing.length === 1;
    notes.push(
      make(
        "p",
        {},
        `${count(missing.length, "painting")} of this list ${one ? "is" : "are"} not in this collection. `,
        make(
          "button",
          { type: "button", class: "quiet", onclick: () => write(present) },
          one ? "Take it off" : "Take them off",
        ),
      ),
    );
  }
  /** @param {string} text */
  const faint = (text) => notes.push(make("p", { class: "faint" }, text));
  if (!shared && !fitsInLink(ids))
    faint("This list is too long for a link: it is kept in this browser only. Export it to pass it on.");
  if (ids.length > EXAMPLES) faint(`A search takes up to ${EXAMPLES} paintings as examples.`);
  return notes;
}

const nothingSelected = () =>
  make(
    "div",
    { class: "notice" },
    make("p", { class: "what" }, "Nothing is selected."),
    make(
      "p",
      {},
      "Tick the box on a painting in the gallery, in search results or on the map; ",
      "the paintings wait here, to be compared, searched by or exported.",
    ),
    make("a", { class: "button", href: href("gallery") }, "Go to the gallery"),
  );

export const keysLine = () =>
  make(
    "p",
    { class: "faint selection-keys" },
    "Keys on a painting: ",
    KEYS.flatMap(([held, does], at) => [at ? "; " : "", ...held.flatMap((key) => [make("kbd", {}, key), " "]), does]),
  );
