// @ts-check
// The dialogs of the review: the reviewer's name, the keys, and the painting over the whole window.

import { closeDialog, openDialog } from "../../lib/dialog.js";
import { make } from "../../lib/dom.js";
import { imageUrl, nameOf } from "../../lib/names.js";
import { person, personField } from "../../lib/person.js";

/** @import { Painting } from "../../lib/types.js" */

const KEYS = [
  ["a", "the label is right"],
  ["c", "correct it to the suggested one"],
  ["e", "choose another label"],
  ["s", "skip"],
  ["u", "undo the last decision"],
  ["←", "the painting before"],
  ["→", "the next painting"],
  ["z", "enlarge the painting"],
  ["?", "these keys"],
];

/**
 * Ask for the reviewer's name; resolves to it, "" where it is not given. `renamed` is called where it has changed.
 * @param {() => void} renamed @returns {Promise<string>}
 */
export const askName = (renamed) =>
  new Promise((resolve) => {
    const before = person(),
      field = personField("Your name, which is kept with each decision", () => {});
    const dialog = make(
      "dialog",
      {
        class: "review-dialog",
        "aria-labelledby": "who-title",
        onclose: () => {
          resolve(person());
          if (person() !== before) renamed();
        },
      },
      make("h2", { id: "who-title" }, "Who is reviewing?"),
      make(
        "form",
        {
          onsubmit: (/** @type {SubmitEvent} */ event) => {
            event.preventDefault();
            field.querySelector("input")?.dispatchEvent(new Event("change"));
            if (person()) closeDialog(dialog);
          },
        },
        field,
        make(
          "p",
          { class: "buttons" },
          make("button", { type: "submit", class: "button" }, "Go on"),
          make("button", { type: "button", class: "button second", onclick: () => closeDialog(dialog) }, "Cancel"),
        ),
      ),
    );
    openDialog(dialog);
  });

export function showKeys() {
  const dialog = make(
    "dialog",
    { class: "review-dialog", "aria-labelledby": "keys-title" },
    make("h2", { id: "keys-title" }, "Keys"),
    make(
      "dl",
      {},
      KEYS.flatMap(([key, text]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)]),
    ),
    make(
      "p",
      { class: "buttons" },
      make("button", { type: "button", class: "button", onclick: () => closeDialog(dialog) }, "Close"),
    ),
  );
  openDialog(dialog);
}

/** @param {Painting} painting */
export function enlarge(painting) {
  const dialog = make(
    "dialog",
    { class: "review-dialog enlarged", "aria-label": nameOf(painting) },
    make(
      "button",
      { type: "button", class: "whole", onclick: () => closeDialog(dialog), "aria-label": "Close" },
      make("img", { src: imageUrl(painting.id, 1600), alt: nameOf(painting) }),
    ),
  );
  openDialog(dialog);
}
