// @ts-check
// What stands over the cards of a list: what can be done with it, and what is to be known of it.

import { heldIn, make, toast } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";
import { EXAMPLES, fitsInLink, furtherLinks, select } from "../../lib/selection.js";

/** @import { PaintingList } from "./list.js" */
/** @typedef {{ exporting: HTMLElement, copy: () => void, clear: () => void }} Acts */

/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→", "↑", "↓"], say("selection.key-go")],
  [[`${say("key.shift")} ←`, `${say("key.shift")} →`], say("selection.key-move")],
  [[`${say("key.shift")} ${say("key.home")}`, `${say("key.shift")} ${say("key.end")}`], say("selection.key-ends")],
  [[say("key.delete")], say("selection.key-remove")],
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
    toast(say("selection.added", unselected.length));
  };
  return [
    exporting,
    ...furtherLinks(present),
    fitsInLink(ids) ? button(say("facts.copy-link"), copy) : null,
    shared && unselected.length ? button(say("selection.add"), add) : null,
    unselected.length < present.length ? button(say("select.clear"), clear, "quiet") : null,
  ].filter((one) => one !== null);
}

/** @param {PaintingList} list @returns {HTMLElement[]} */
export function notesOf({ ids, missing, present, shared, write }) {
  if (!ids.length) return [nothingSelected()];
  /** @type {HTMLElement[]} */
  const notes = [];
  if (missing.length) {
    notes.push(
      make(
        "p",
        {},
        say("selection.missing", missing.length),
        " ",
        make(
          "button",
          { type: "button", class: "quiet", onclick: () => write(present) },
          say("selection.remove-missing", missing.length),
        ),
      ),
    );
  }
  /** @param {string} text */
  const faint = (text) => notes.push(make("p", { class: "faint" }, text));
  if (!shared && !fitsInLink(ids)) faint(say("selection.long"));
  if (ids.length > EXAMPLES) faint(say("selection.examples", EXAMPLES));
  return notes;
}

const nothingSelected = () =>
  make(
    "div",
    { class: "notice" },
    make("p", { class: "what" }, say("selection.empty")),
    make("p", {}, say("selection.empty-about"), ""),
    make("a", { class: "button", href: href("gallery") }, say("common.to-gallery")),
  );

export const keysLine = () =>
  make(
    "p",
    { class: "faint selection-keys", "data-keys": true },
    say("selection.keys"),
    " ",
    KEYS.flatMap(([held, does], at) => [at ? "; " : "", ...held.flatMap((key) => [make("kbd", {}, key), " "]), does]),
  );
