// @ts-check
// What the model suggests for the picture that is searched with. It is asked once the hits are there, which it never
// keeps waiting.

import { ask } from "../../lib/api.js";
import { attentionControl } from "../../lib/attention.js";
import { make } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { say } from "../../lib/language.js";
import { attentionOf } from "../../lib/names.js";
import { inShort, suggestionPanel } from "../../lib/suggestion.js";
import { uploadedAttention } from "../../lib/upload.js";
import { tokenOf } from "./url.js";

/** @import { Suggestion } from "../../lib/types.js" */
/** @import { SearchState } from "./state.js" */

const TOP = 3,
  NARROW = "(max-width: 800px)"; // where the hits come below the query

export class Suggests {
  #state;
  #short = make("span", { class: "short" });
  #body = make("div", { class: "body" });
  #status = make("p", { class: "faint status", role: "status" });
  element = make(
    "details",
    { class: "suggests", hidden: true },
    make("summary", {}, make("h2", {}, say("suggests.heading")), this.#short),
    this.#status,
    this.#body,
  );
  /** The picture that is told of, or asked about. @type {string | null} */
  #told = null;
  #asking = new AbortController();
  /** @type {ReturnType<typeof attentionControl> | null} */
  #control = null;

  /** @param {SearchState} state */
  constructor(state) {
    this.#state = state;
    this.element.open = !matchMedia(NARROW).matches;
  }

  /** Another picture is shown, in `over`; null where there is none. @param {HTMLElement | null} over */
  begin(over) {
    this.#asking.abort();
    this.#told = null;
    this.#short.textContent = this.#status.textContent = "";
    this.#body.replaceChildren();
    this.element.hidden = !over || !this.#state.collection.can.predict;
    this.#control = over
      ? attentionControl(over, this.#state.asked.look, (look, quietly) =>
          this.#state.change({ look, k: this.#state.asked.k }, quietly),
        )
      : null;
  }

  /** The map that the URL names. */
  look() {
    this.#control?.set(this.#state.asked.look);
  }

  /** Ask, where that is still to be done. */
  async load() {
    const { main } = this.#state.asked,
      control = this.#control;
    if (!main || !control || this.element.hidden || this.#told === main) return;
    this.#told = main;
    const { signal } = (this.#asking = new AbortController()),
      token = tokenOf(main);
    this.#status.textContent = say("suggests.looking");
    try {
      const body = token === null ? { id: main, top: TOP } : { upload: token, top: TOP };
      /** @type {Suggestion} */
      const found = await ask("api/predict", { body, signal: AbortSignal.any([signal, this.#state.signal]) });
      if (signal.aborted) return;
      this.#status.textContent = "";
      this.#short.textContent = inShort(found);
      this.#body.replaceChildren(control.element, suggestionPanel(found));
      const source = (/** @type {string} */ name) =>
        token === null ? attentionOf(main, name) : uploadedAttention(token, name);
      control.show({ looked: found.looked, geometry: found.model.geometry, source });
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      if (!(error instanceof AskError)) throw error;
      this.#told = null;
      const again = make(
        "button",
        { type: "button", class: "quiet", onclick: () => this.load() },
        say("common.try-again"),
      );
      this.#status.replaceChildren(say("suggests.failed"), " ", again);
    }
  }
}
