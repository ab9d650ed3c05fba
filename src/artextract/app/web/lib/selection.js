// @ts-check
// The paintings that the visitor has picked, kept in this browser, and the tray that shows them.

import { byId, heldIn, make, toast } from "./dom.js";
import { exportButton } from "./export.js";
import { say, sayAround } from "./language.js";
import { imageUrl, nameOf } from "./names.js";
import { href } from "./route.js";
import { spelled } from "./words.js";

/** @import { Painting } from "./types.js" */

const KEY = `selection ${location.pathname}`;
const IN_URL = 150; // more ids than these make a link too long to be sent
export const EXAMPLES = 20; // with more examples than these a search is like nothing in particular
const THUMBNAILS = 8;
export const selection = new EventTarget(); // "change" when it has changed

/** @type {Set<string>} */
let ids = new Set(read());

export const selected = () => [...ids];
/** @param {string} id */
export const isSelected = (id) => ids.has(id);

/** @param {Iterable<string>} more @param {boolean} [on] */
export function select(more, on = true) {
  for (const id of more)
    if (on) ids.add(id);
    else ids.delete(id);
  changed();
}

function clearSelection() {
  ids = new Set();
  changed();
}

/** Put exactly these in the selection, in this order. @param {string[]} all */
export function setSelection(all) {
  ids = new Set(all);
  changed();
}

/** A box on a painting's card. @param {Painting} painting */
export function selectBox(painting) {
  return make(
    "label",
    { class: "pick", title: say("select.select") },
    make("input", {
      type: "checkbox",
      ".checked": ids.has(painting.id),
      "data-pick": painting.id,
      "aria-label": say("select.of", nameOf(painting)),
      onchange: (/** @type {any} */ event) => select([painting.id], event.target.checked),
    }),
  );
}

/** Whether a link can hold these paintings; longer lists stand only in this browser. @param {string[]} list */
export const fitsInLink = (list) => list.length <= IN_URL;

/**
 * Ids as the one text of the parameter `ids`, and back. Commas stand between them, so those inside an id are escaped.
 * @param {string[]} list
 */
export const joined = (list) => list.map((id) => id.replace(/[%,]/g, encodeURIComponent)).join(",");
/** @param {string | null} text */
export const split = (text) => [
  ...new Set(
    (text ?? "")
      .split(",")
      .filter(Boolean)
      .map((id) => {
        try {
          return decodeURIComponent(id);
        } catch {
          return id;
        }
      }),
  ),
];

/**
 * The page that shows a list of paintings; a list too long for a link is shown from this browser's selection.
 * @param {string[]} list @param {string} [title]
 */
export const selectionLink = (list, title = "") =>
  href("selection", { ids: fitsInLink(list) ? joined(list) : "", title });

/** Links that take a list further: to be compared, or searched by. @param {string[]} list */
export function furtherLinks(list) {
  /** @param {string} text @param {string} to */
  const link = (text, to) => make("a", { class: "button second", href: to }, text);
  return [
    list.length === 2 ? link(say("hit.compare"), href("compare", { a: list[0], b: list[1] })) : null,
    list.length > 0 && list.length <= EXAMPLES
      ? link(
          say("select.search"),
          href(
            "search",
            list.map((id) => ["plus", id]),
          ),
        )
      : null,
  ];
}

/** Empty the selection; it can be had back for as long as the message stands. */
function clearWithUndo() {
  const before = selected();
  clearSelection();
  toast(say("select.cleared", before.length), { text: say("common.undo"), run: () => setSelection(before) });
}

/** The bar at the foot of the page, there while anything is selected. @param {HTMLElement} place */
export function showTray(place) {
  const show = () => {
    const list = selected();
    const held = heldIn(place)?.textContent ?? null;
    place.hidden = list.length === 0;
    document.body.classList.toggle("with-tray", list.length > 0);
    if (list.length === 0) {
      if (held !== null) byId("main").focus(); // the button that was pressed is gone
      return place.replaceChildren();
    }
    place.replaceChildren(
      make(
        "p",
        { class: "tray-count", role: "status" },
        sayAround("select.selected", make("strong", { class: "number" }, spelled(list.length)), list.length),
      ),
      make(
        "span",
        { class: "tray-pictures", "aria-hidden": "true" },
        list.slice(-THUMBNAILS).map((id) =>
          make("img", {
            src: imageUrl(id),
            alt: "",
            loading: "lazy",
            decoding: "async",
            onerror: (/** @type {any} */ event) => event.target.remove(),
          }),
        ),
      ),
      make(
        "span",
        { class: "tray-acts" },
        make("a", { class: "button", href: selectionLink(list) }, say("select.show")),
        exportButton(() => ({ ids: selected(), title: say("frame.selection") })),
        furtherLinks(list),
        make("button", { type: "button", class: "quiet", onclick: clearWithUndo }, say("select.clear")),
      ),
    );
    if (held === null) return;
    for (const one of place.querySelectorAll("a, button"))
      if (one.textContent === held && one instanceof HTMLElement) return one.focus();
  };
  selection.addEventListener("change", show);
  show();
}

/** @returns {string[]} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]") ?? [];
  } catch {
    return [];
  }
}

function changed() {
  try {
    localStorage.setItem(KEY, JSON.stringify([...ids]));
  } catch {
    /* it holds for this page then */
  }
  announce();
}

function announce() {
  for (const box of document.querySelectorAll("input"))
    if (box.dataset.pick !== undefined) box.checked = ids.has(box.dataset.pick);
  selection.dispatchEvent(new Event("change"));
}

addEventListener("storage", (event) => {
  // picked in another tab
  if (event.key !== KEY) return;
  ids = new Set(read());
  announce();
});
