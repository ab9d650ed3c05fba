// @ts-check
// Further examples of what is looked for: paintings that hits should be like, or unlike.

import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { imageUrl } from "../../lib/names.js";
import { EXAMPLES } from "../../lib/selection.js";
import { chooseFile, uploadedImage } from "../../lib/upload.js";
import { FEW, pairs, tokenOf, uploadNamed } from "./url.js";

/** @import { SearchState } from "./state.js" */
/** @typedef {"plus" | "minus"} Kind */

/** @type {[Kind, string][]} */
const GROUPS = [
  ["plus", say("examples.like")],
  ["minus", say("examples.unlike")],
];

export class Examples {
  element = make("div", { class: "examples" });
  #state;

  /** @param {SearchState} state */
  constructor(state) {
    this.#state = state;
  }

  show() {
    const { asked } = this.#state,
      { element } = this;
    element.hidden = !asked.main;
    if (!asked.main) return;
    const held = element.contains(document.activeElement);
    element.replaceChildren(
      ...GROUPS.filter(([kind]) => asked[kind].length).map(([kind, text]) => this.#group(kind, text)),
      ...(asked.plus.length < EXAMPLES && this.#state.collection.can.upload ? [this.#add()] : []),
    );
    if (held) element.querySelector("button")?.focus();
  }

  #add() {
    const { asked } = this.#state;
    const to = (/** @type {string} */ token) => pairs({ ...asked, plus: [...asked.plus, uploadNamed(token)], k: FEW });
    return make("button", { type: "button", class: "quiet", onclick: () => chooseFile(to) }, say("examples.add"));
  }

  /** @param {Kind} kind @param {string} text */
  #group(kind, text) {
    const names = this.#state.asked[kind];
    return make(
      "div",
      { class: `group ${kind}` },
      make("h3", {}, text),
      make(
        "ul",
        {},
        names.map((name, at) => {
          const token = tokenOf(name),
            called = this.#state.titleOf(name);
          const item = make(
            "li",
            {},
            make("img", {
              src: token === null ? imageUrl(name) : uploadedImage(token),
              alt: token === null ? called : say("examples.alt"),
              onerror: () => item.classList.add("gone"),
            }),
            make(
              "button",
              {
                type: "button",
                class: "icon",
                "aria-label": say("examples.remove", at + 1, called),
                title: say("common.remove"),
                onclick: () => this.#state.change({ [kind]: names.filter((other) => other !== name) }),
              },
              make("span", { "aria-hidden": "true" }, "×"),
            ),
          );
          return item;
        }),
      ),
    );
  }
}
