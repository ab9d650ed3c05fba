// @ts-check
// A close look at the paintings of a question: one at a time over the whole window, arrows change it, a press or +
// enlarges it.

import { closeDialog, openDialog } from "../../lib/dialog.js";
import { inField, make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";

/** @typedef {{ place: string, url: string, text: string }} Picture */

/**
 * { set(pictures), show(place), close(), open() }; `pictures` are [{ place, url, text }] from left to right.
 * @param {HTMLElement} home
 */
export function closeLook(home) {
  /** @type {Picture[]} */
  let pictures = [],
    at = 0;
  const image = make("img", { alt: "" });
  const frame = make(
    "div",
    {
      class: "over",
      tabindex: 0,
      role: "group",
      "aria-label": say("study.zoom"),
      onclick: (/** @type {MouseEvent} */ event) => enlarge(event),
    },
    image,
  );
  const name = make("p", { "aria-live": "polite" });
  const dialog = make(
    "dialog",
    { class: "close-look", "aria-label": say("study.close-look"), onkeydown: onKey },
    make(
      "div",
      { class: "line" },
      name,
      make(
        "button",
        { type: "button", class: "icon", "aria-label": say("walk.previous"), onclick: () => turn(-1) },
        "←",
      ),
      make("button", { type: "button", class: "icon", "aria-label": say("walk.next"), onclick: () => turn(1) }, "→"),
      make(
        "button",
        { type: "button", class: "button second", onclick: () => closeDialog(dialog) },
        say("common.close"),
      ),
    ),
    frame,
  );

  function put() {
    frame.classList.remove("large");
    image.src = pictures[at].url;
    image.alt = pictures[at].text;
    name.textContent = pictures[at].text;
  }

  /** @param {number} by */
  function turn(by) {
    at = (at + by + pictures.length) % pictures.length;
    put();
  }

  /** Twice the size, with what was pressed in the middle; and back. @param {MouseEvent} [event] */
  function enlarge(event) {
    const box = image.getBoundingClientRect();
    const [x, y] = event
      ? [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
      : [0.5, 0.5];
    frame.classList.toggle("large");
    frame.scrollTo(x * frame.scrollWidth - frame.clientWidth / 2, y * frame.scrollHeight - frame.clientHeight / 2);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (inField(event, "button") && (event.key === " " || event.key === "Enter")) return;
    const large = frame.classList.contains("large");
    if (event.key === " ") closeDialog(dialog);
    else if (event.key === "+" || event.key === "Enter") enlarge();
    else if (event.key === "-" && large) enlarge();
    else if (!large && event.key === "ArrowLeft") turn(-1);
    else if (!large && event.key === "ArrowRight") turn(1);
    else return;
    event.preventDefault();
  }

  return {
    /** @param {Picture[]} given */
    set: (given) => {
      pictures = given;
    },
    /** @param {string} place */
    show(place) {
      if (!pictures.length) return;
      at = Math.max(
        0,
        pictures.findIndex((picture) => picture.place === place),
      );
      put();
      openDialog(dialog, home);
      frame.focus();
    },
    close: () => closeDialog(dialog),
    open: () => dialog.open,
  };
}
