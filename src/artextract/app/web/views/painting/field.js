// @ts-check
// A field of the catalogue: what it is called, and what it says.

import { locale, say } from "../../lib/language.js";
import { make } from "../../lib/dom.js";
import { attributeName, capital, words } from "../../lib/words.js";

/** @import { CatalogueField } from "../../lib/types.js" */

const ROLES = /** @type {const} */ (["artist", "title", "date", "medium", "size", "inventory", "credit"]);

/** @param {CatalogueField} field @returns {string} */
export function fieldName({ role, column }) {
  const known = column === "painter" || column === "year" ? undefined : ROLES.find((one) => one === role);
  return known ? say(`field.${known}`) : capital(attributeName(column));
}

/** What holds now: what was corrected, else what the catalogue says. @param {CatalogueField} field */
export const shownValue = ({ value, decision }) => (decision?.action === "correct" ? decision.new_label : value);

/** A value of the table as people read it: addresses as links, lists in a row. @param {any} value */
export function readable(value) {
  if (typeof value === "string" && /^https?:\/\/\S+$/.test(value))
    return make(
      "a",
      { href: value, rel: "noreferrer noopener", target: "_blank" },
      value.replace(/^https?:\/\/(www\.)?/, ""),
    );
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (value !== null && typeof value === "object")
    return Object.entries(value)
      .map(([name, part]) => `${words(name)}: ${part}`)
      .join("; ");
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 6, useGrouping: false }).format(value);
}
