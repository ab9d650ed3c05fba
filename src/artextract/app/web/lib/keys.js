// @ts-check
// Keys that hold in every view: "/" goes to the search, "?" tells what the keys do. A view marks what tells of its own
// keys with data-keys.

import { closeDialog, openDialog } from "./dialog.js";
import { byId, inField, make } from "./dom.js";
import { say } from "./language.js";
import { current, go } from "./route.js";

const LATEST = 5000; // milliseconds in which a view that is asked for is expected

/** Listen from now on. */
export function listenForKeys() {
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || ctrlKey || metaKey || altKey || inField(event)) return;
    if (document.querySelector("dialog[open]") || !(key === "/" || key === "?")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (key === "/") toSearch();
    else showKeys();
  });
}

/** To the field of this view for words, else to that of the search, once it is there. */
function toSearch() {
  if (selected()) return;
  if (current().name !== "search") go("search");
  const watch = new MutationObserver(() => selected() && watch.disconnect());
  watch.observe(byId("main"), { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), LATEST);
}

/** Whether the view has a field for words; it has the focus then. */
function selected() {
  const field = [...document.querySelectorAll("main input[type=search]")].find((one) => one.checkVisibility());
  if (field instanceof HTMLInputElement) field.select();
  return field !== undefined;
}

/** A dialog with the keys of this view and of all. */
export function showKeys() {
  const close = make("button", { type: "button", class: "button", onclick: () => closeDialog(dialog) });
  const dialog = make(
    "dialog",
    { class: "all-keys", "aria-labelledby": "all-keys-title" },
    make("h2", { id: "all-keys-title" }, say("common.keys")),
    [...document.querySelectorAll("main [data-keys]")].map((own) => {
      const copy = /** @type {HTMLElement} */ (own.cloneNode(true));
      copy.hidden = false;
      copy.removeAttribute("id");
      copy.removeAttribute("class");
      copy.removeAttribute("data-keys");
      return copy;
    }),
    make(
      "dl",
      {},
      make("dt", {}, make("kbd", {}, "/")),
      make("dd", {}, say("keys.search")),
      make("dt", {}, make("kbd", {}, "?")),
      make("dd", {}, say("review.key-keys")),
    ),
    make("p", { class: "does" }, close),
  );
  close.textContent = say("common.close");
  openDialog(dialog);
}
