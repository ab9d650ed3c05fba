// @ts-check
// The fields of the catalogue, as they were imported, in the order of a museum's label.

import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";
import { correctedNote, pencil } from "./correcting.js";
import { fieldName, readable, shownValue } from "./field.js";

/** @import { CatalogueField } from "../../lib/types.js" */
/** @import { Correcting } from "./correcting.js" */

/**
 * A list of fields, each with its pencil and what was corrected.
 * @param {CatalogueField[]} fields @param {Correcting} correcting
 */
export const fieldList = (fields, correcting) =>
  make(
    "dl",
    { class: "fields" },
    fields.flatMap((field) => [
      make("dt", {}, fieldName(field)),
      make(
        "dd",
        { "data-column": field.column },
        make("span", { class: "value" }, valueOf(field)),
        pencil(field, correcting),
        correctedNote(field, correcting),
      ),
    ]),
  );

/** What a field says now; a class of the collection leads to those that carry it. @param {CatalogueField} field */
export function valueOf(field) {
  const value = shownValue(field);
  if (value === null || value === "")
    return make("span", { class: "faint" }, say(field.kind === "label" ? "field.no-label" : "field.nothing"));
  if (field.kind === "label" && value === field.value)
    return make("a", { href: href("gallery", { [`f.${field.column}`]: value }) }, value);
  return readable(value);
}
