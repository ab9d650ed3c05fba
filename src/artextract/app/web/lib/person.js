// Who is at this browser, for decisions and judgements that carry a name. There are no accounts: the name is what the
// visitor writes.

import { make } from "./dom.js";

const KEY = "person";

export function person() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** A field for the name; `onchange` is called with it. */
export function personField(label, onchange = () => {}) {
  return make(
    "label",
    { class: "field person" },
    make("span", {}, label),
    make("input", {
      type: "text",
      name: "person",
      value: person(),
      maxlength: 80,
      autocomplete: "name",
      required: true,
      onchange: (event) => {
        const name = event.target.value.trim();
        try {
          localStorage.setItem(KEY, name);
        } catch {
          /* asked for again then */
        }
        onchange(name);
      },
    }),
  );
}
