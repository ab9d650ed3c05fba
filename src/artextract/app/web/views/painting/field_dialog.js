// @ts-check
// Asking what a field should say, and why.

import { closeDialog, openDialog } from "../../lib/dialog.js";
import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { personField } from "../../lib/person.js";
import { fieldName } from "./field.js";

/** @import { CatalogueField, LabelFacts } from "../../lib/types.js" */
/**
 * `labels` are what other paintings have there, `now` is what holds, `given` what the catalogue says.
 * @typedef {{ field: CatalogueField, name: string, labels: LabelFacts[], now: string | null, given: string | null }} Asked
 */

const LONG = 60;

/**
 * Resolves to what was written, label null where the field is to be empty; to null where nothing was.
 * @param {Asked} asked @returns {Promise<{ label: string | null, isNew: boolean, note: string } | null>}
 */
export const askValue = ({ field, name, labels, now, given }) =>
  new Promise((resolve) => {
    const called = fieldName(field),
      long = field.kind === "text" && (now?.length ?? 0) > LONG;
    const value = long
      ? make("textarea", { rows: "4", ".value": now ?? "" })
      : make("input", { type: "text", list: "field-values", autocomplete: "off", ".value": now ?? "" });
    if (field.kind !== "text") value.inputMode = "decimal";
    const note = make("input", { type: "text", maxlength: 2000 });
    const dialog = make(
      "dialog",
      { class: "review-dialog field-dialog", "aria-labelledby": "field-title", onclose: () => resolve(null) },
      make("h2", { id: "field-title" }, say("correct.title", called)),
      make("p", { class: "faint" }, name, ". ", given ? say("correct.says", given) : say("correct.says-nothing")),
      make(
        "form",
        {
          onsubmit: (/** @type {SubmitEvent} */ event) => {
            event.preventDefault();
            who.querySelector("input")?.dispatchEvent(new Event("change"));
            const text = value.value.trim();
            if (text !== (now ?? "")) resolve({ label: text || null, isNew: true, note: note.value.trim() });
            closeDialog(dialog);
          },
        },
        make("label", { class: "field" }, make("span", {}, say("correct.should-be")), value),
        make(
          "datalist",
          { id: "field-values" },
          labels.map(({ label }) => make("option", { value: label })),
        ),
        make("p", { class: "faint" }, say("correct.empty")),
        make("label", { class: "field" }, make("span", {}, say("correct.why")), note),
        make(
          "p",
          { class: "buttons" },
          make("button", { type: "submit", class: "button" }, say("correct.keep")),
          make(
            "button",
            { type: "button", class: "button second", onclick: () => closeDialog(dialog) },
            say("common.cancel"),
          ),
        ),
      ),
    );
    const who = personField(say("correct.who"));
    dialog.querySelector(".buttons")?.before(who);
    openDialog(dialog);
    value.focus();
    if ("select" in value) value.select();
  });
