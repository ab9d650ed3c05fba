// @ts-check
// Who is at this browser, for decisions and judgements that carry a name: who signed in, or, where the server has no
// users, what the visitor writes.

import { make } from "./dom.js";

const KEY = "person";

let signedIn = "";

/** @param {string} name */
export function signedInAs(name) {
  signedIn = name;
}

/** Whether the server knows who is here, so that nobody need write a name. */
export const isSignedIn = () => signedIn !== "";

export function person() {
  if (signedIn) return signedIn;
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/**
 * A field for the name; `onchange` is called with it.
 * @param {string} label @param {(name: string) => unknown} [onchange]
 */
export function personField(label, onchange = () => {}) {
  const field = make("input", {
    type: "text",
    name: "person",
    value: person(),
    maxlength: 80,
    autocomplete: "name",
    required: true,
    readonly: signedIn !== "",
    onchange: () => {
      const name = field.value.trim();
      try {
        localStorage.setItem(KEY, name);
      } catch {
        /* asked for again then */
      }
      onchange(name);
    },
  });
  return make("label", { class: "field person" }, make("span", {}, label), field);
}
