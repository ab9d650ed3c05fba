// @ts-check
// How a painting is cited and linked to, and copying that.

import { openDialog } from "../../lib/dialog.js";
import { make, toast } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";
import { rightsIn, sourceName } from "../../lib/words.js";

/** @import { CollectionFacts, PaintingDetails } from "../../lib/types.js" */

/** @param {PaintingDetails} painting */
export const linkOf = (painting) => new URL(href("painting", { id: painting.id }), location.href).href;

/** @param {PaintingDetails} painting @param {CollectionFacts} collection */
export function citation(painting, collection) {
  const { date, year } = painting.more;
  const head = [painting.artist, painting.title ?? say("cite.untitled"), date ?? year].filter(Boolean).join(", ");
  const rights = rightsIn(painting.rights) || say("common.rights-not-stated"),
    where = say("cite.where", collection.name, painting.id);
  return say("cite.all", head, where, sourceName(painting.source), rights, linkOf(painting));
}

/**
 * To the clipboard; where the browser forbids that, the text is shown to be copied by hand.
 * @param {string} text @param {string} what
 */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("cite.copied", what));
  } catch {
    const field = make("textarea", { rows: "4", cols: "60", readonly: true, "aria-label": what }, text);
    const dialog = make(
      "dialog",
      { class: "to-copy", "aria-label": what },
      make("p", {}, say("cite.by-hand", what)),
      field,
      make("form", { method: "dialog" }, make("button", { class: "button" }, say("common.close"))),
    );
    openDialog(dialog);
    field.select();
  }
}
