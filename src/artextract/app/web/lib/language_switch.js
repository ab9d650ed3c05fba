// @ts-check
// The field in the frame that shows the page in another language.

import { make } from "./dom.js";
import { changeLanguage, language, LANGUAGES, say } from "./language.js";

/** Put the field into `place`. @param {HTMLElement} place */
export function languageSwitch(place) {
  const field = make(
    "select",
    { "aria-label": say("frame.language"), title: say("frame.language"), onchange: () => changeLanguage(field.value) },
    Object.entries(LANGUAGES).map(([code, name]) =>
      make("option", { value: code, lang: code, selected: code === language, "aria-label": name }, code.toUpperCase()),
    ),
  );
  place.replaceChildren(field);
}
