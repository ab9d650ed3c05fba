// @ts-check
// The named lists of the collection, and those of this browser.

import { make } from "../lib/dom.js";
import { say } from "../lib/language.js";
import { saveListButton } from "../lib/list_dialog.js";
import { allLists, isHere } from "../lib/lists.js";
import { imageUrl } from "../lib/names.js";
import { href } from "../lib/route.js";
import { selected } from "../lib/selection.js";

/** @import { ListBrief, Tools, View } from "../lib/types.js" */

export const title = say("view.lists");

/** @param {HTMLElement} place @param {URLSearchParams} _ @param {Tools} tools @returns {Promise<View>} */
export async function show(place, _, { signal }) {
  const { lists } = await allLists(signal);
  place.append(
    make(
      "div",
      { class: "bar" },
      make("h1", {}, title),
      make("p", { class: "count" }, lists.length ? say("lists.lists", lists.length) : ""),
      selected().length ? saveListButton(selected) : null,
    ),
    lists.length ? make("ul", { class: "lists" }, lists.map(item)) : nothing(),
  );
  return {};
}

/** @param {ListBrief} list */
const item = (list) =>
  make(
    "li",
    {},
    make(
      "a",
      { href: href("list", { id: list.id }) },
      make(
        "span",
        { class: "list-pictures", "aria-hidden": "true" },
        list.first.map((id) =>
          make("img", {
            src: imageUrl(id),
            alt: "",
            loading: "lazy",
            decoding: "async",
            onerror: (/** @type {any} */ event) => event.target.remove(),
          }),
        ),
      ),
      make("span", { class: "name" }, list.name),
    ),
    make(
      "p",
      { class: "faint" },
      [say("lists.paintings", list.n), list.by, isHere(list.id) ? say("lists.here") : null].filter(Boolean).join(" · "),
    ),
    list.note ? make("p", { class: "list-note" }, list.note) : null,
  );

const nothing = () =>
  make(
    "div",
    { class: "notice" },
    make("p", { class: "what" }, say("lists.none")),
    make("p", {}, say("lists.none-hint")),
    make("a", { class: "button", href: href("gallery") }, say("lists.to-gallery")),
  );
