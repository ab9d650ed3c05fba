// @ts-check
// Correcting a field of the catalogue: the pencil beside it, what was corrected by whom, and taking that back. The
// catalogue itself is not changed: corrections are decisions of the review.

import { ask } from "../../lib/api.js";
import { make, tell } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { newId } from "../../lib/outbox.js";
import { person } from "../../lib/person.js";
import { askName } from "../review/dialogs.js";
import { when } from "../review/item.js";
import { chooseLabel } from "../review/label.js";
import { fieldName, shownValue } from "./field.js";
import { askValue } from "./field_dialog.js";

/** @import { CatalogueField, Decision, LabelFacts } from "../../lib/types.js" */
/**
 * `id` and `name` are the painting's; `changed(column)` is called when a decision on a column was made.
 * @typedef {{ id: string, name: string, may: boolean, changed: (column: string) => unknown }} Correcting
 */

/** The button beside a field; null where it cannot be corrected. @param {CatalogueField} field @param {Correcting} of */
export function pencil(field, of) {
  if (!of.may || !field.kind) return null;
  const text = say("correct.button", fieldName(field));
  const button = make("button", {
    type: "button",
    class: "pencil",
    title: text,
    "aria-label": text,
    onclick: () => correct(field, of).catch(tell),
  });
  button.innerHTML =
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="m2.5 13.5.8-3.2 7.9-7.9 2.4 2.4-7.9 7.9zM9.6 4l2.4 2.4"/></svg>';
  return button;
}

/** What people decided about a field, each with its undo; null where nobody did. @param {CatalogueField} field @param {Correcting} of */
export function correctedNote(field, of) {
  const { decision, opinions, disagreed } = field;
  if (!decision || opinions.every(({ action }) => action === "skip")) return null;
  return make(
    "span",
    { class: `corrected${disagreed ? " disagreed" : ""}` },
    decision.action === "correct" ? make("span", { class: "was" }, say("correct.was", textOf(field.value))) : null,
    opinions.map((one) =>
      make(
        "span",
        { class: "opinion" },
        make("span", {}, saidOf(one), ", ", when(one), " "),
        one.note ? make("q", {}, one.note) : null,
        of.may
          ? make(
              "button",
              { type: "button", class: "quiet", onclick: () => undo(one, field, of).catch(tell) },
              say("common.undo"),
            )
          : null,
      ),
    ),
    disagreed ? make("span", { class: "what" }, say("correct.disagreed")) : null,
  );
}

/** @param {any} value @returns {string | null} */
const textOf = (value) => (value === null ? null : String(value));

/** @param {Decision} decision @returns {string} */
function saidOf({ action, new_label: label, reviewer }) {
  if (action === "accept") return say("correct.kept-by", reviewer);
  if (action === "skip") return say("correct.skipped-by", reviewer);
  return label === null ? say("correct.emptied-by", reviewer) : say("correct.to-by", label, reviewer);
}

/** @param {CatalogueField} field @param {Correcting} of */
async function correct(field, of) {
  const { column, kind } = field;
  /** @type {LabelFacts[]} */
  const labels = await ask(`api/review/labels?attribute=${encodeURIComponent(column)}`);
  if (kind === "label" && !(person() || (await askName(() => {})))) return;
  const given = textOf(field.value),
    chosen =
      kind === "label"
        ? await chooseLabel({ attribute: fieldName(field), name: of.name, labels, given, suggested: null })
        : await askValue({ field, name: of.name, labels, now: textOf(shownValue(field)), given });
  if (!chosen) return;
  const back = chosen.label === given;
  const body = {
    id: newId(),
    painting: of.id,
    attribute: column,
    action: back ? "accept" : "correct",
    reviewer: person(),
    note: chosen.note,
    ...(back ? {} : { label: chosen.label, new: chosen.isNew }),
  };
  await ask("api/review/decisions", { body });
  await of.changed(column);
}

/** @param {Decision} decision @param {CatalogueField} field @param {Correcting} of */
async function undo(decision, field, of) {
  if (!(person() || (await askName(() => {})))) return;
  await ask("api/review/undo", { body: { decision: decision.id, reviewer: person() } });
  await of.changed(field.column);
}
