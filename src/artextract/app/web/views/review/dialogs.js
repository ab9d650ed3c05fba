// @ts-check
// The dialogs of the review: the reviewer's name, the keys, and the painting over the whole window.

import { closeDialog, openDialog } from "../../lib/dialog.js";
import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { imageUrl, nameOf } from "../../lib/names.js";
import { person, personField } from "../../lib/person.js";

/** @import { Painting } from "../../lib/types.js" */

const KEYS = [
  ["a", say("review.key-accept")],
  ["c", say("review.key-correct")],
  ["e", say("review.key-edit")],
  ["s", say("review.key-skip")],
  ["u", say("review.key-undo")],
  ["←", say("review.key-previous")],
  ["→", say("review.key-next")],
  ["z", say("review.key-enlarge")],
];

/**
 * Ask for the reviewer's name; resolves to it, "" where it is not given. `renamed` is called where it has changed.
 * @param {() => void} renamed @returns {Promise<string>}
 */
export const askName = (renamed) =>
  new Promise((resolve) => {
    const before = person(),
      field = personField(say("review.name"), () => {});
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
      make("h2", { id: "who-title" }, say("review.who")),
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
          make("button", { type: "submit", class: "button" }, say("review.continue")),
          make(
            "button",
            { type: "button", class: "button second", onclick: () => closeDialog(dialog) },
            say("common.cancel"),
          ),
        ),
      ),
    );
    openDialog(dialog);
  });

/** What the keys do, for the dialog of keys. */
export const keysOf = () =>
  make(
    "dl",
    { hidden: true, "data-keys": true },
    KEYS.flatMap(([key, text]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)]),
  );

/** @param {Painting} painting */
export function enlarge(painting) {
  const dialog = make(
    "dialog",
    { class: "review-dialog enlarged", "aria-label": nameOf(painting) },
    make(
      "button",
      { type: "button", class: "whole", onclick: () => closeDialog(dialog), "aria-label": say("common.close") },
      make("img", { src: imageUrl(painting.id, 1600), alt: nameOf(painting) }),
    ),
  );
  openDialog(dialog);
}
