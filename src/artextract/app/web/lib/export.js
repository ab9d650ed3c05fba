// Taking paintings out: the button that every list has.

import { make } from "./dom.js";

/** A button that exports what `what()` gives when it is pressed: { ids }, { search: the body of a search } or { where, text }, each with a `title`. */
export function exportButton(what) {
  return make("button", { type: "button", class: "button second", hidden: true, onclick: () => what() }, "Export…");
}
