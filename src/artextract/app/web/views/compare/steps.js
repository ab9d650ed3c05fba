// @ts-check
// The hits before and after this one, in the search that this comes from.

import { ask } from "../../lib/api.js";
import { heldIn, make } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";

/** @import { SearchHit } from "../../lib/types.js" */
/** @import { CompareState } from "./state.js" */

const HITS = 100;
const OWN = ["b", "at", "then", "apart"]; // what does not hold for another hit

export class Steps {
  element = make("nav", { class: "path", "aria-label": say("compare.steps") });
  #state;
  /** @type {string[] | null} */
  #hits = null;
  /** The search that they are the hits of. @type {string | null} */
  #of = null;

  /** @param {CompareState} state */
  constructor(state) {
    this.#state = state;
  }

  /** Go to the hit before or after. @param {"prev" | "next"} rel */
  go(rel) {
    this.#link(rel)?.click();
  }

  /** @param {string} rel @returns {HTMLAnchorElement | null} */
  #link(rel) {
    return this.element.querySelector(`[rel=${rel}][href]`);
  }

  /** The links, as the URL says. */
  draw() {
    const { params } = this.#state,
      from = params.get("from"),
      hits = this.#hits ?? [],
      at = hits.indexOf(params.get("b") ?? "");
    const held = heldIn(this.element),
      rel = held instanceof HTMLAnchorElement ? held.rel : null;
    this.element.replaceChildren(
      ...(from === null
        ? []
        : [make("a", { class: "back", href: href("search", new URLSearchParams(from)) }, say("compare.all"))]),
      ...(at < 0
        ? []
        : [
            this.#step(hits[at - 1], `← ${say("compare.previous")}`, "prev", "["),
            make("span", { class: "count number", role: "status" }, say("compare.nth", at + 1, hits.length)),
            this.#step(hits[at + 1], `${say("compare.next")} →`, "next", "]"),
          ]),
    );
    if (rel) this.#link(rel)?.focus();
  }

  /** @param {string | undefined} target @param {string} text @param {string} rel @param {string} key */
  #step(target, text, rel, key) {
    const kept = [...this.#state.params].filter(([name]) => !OWN.includes(name));
    return make(
      "a",
      {
        class: "step",
        rel,
        "aria-keyshortcuts": key,
        title: say(rel === "prev" ? "compare.previous-key" : "compare.next-key", key),
        href: target ? href("compare", [...kept, ["b", target]]) : null,
        "aria-disabled": target ? null : "true",
        role: target ? null : "link",
      },
      text,
    );
  }

  /** Load the hits; what goes wrong here leaves only these links out. @param {AbortSignal} signal */
  async load(signal) {
    const { search, params } = this.#state,
      key = JSON.stringify(search);
    if (this.#of === key) return;
    const shown = Number(new URLSearchParams(params.get("from") ?? "").get("k")) || 0;
    try {
      /** @type {{ hits: SearchHit[] }} */
      const { hits } = await ask("api/search", { body: { ...search, k: Math.max(HITS, shown) }, signal });
      this.#of = key;
      this.#hits = hits.map(({ id }) => id);
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      this.#hits = this.#of = null;
    }
    this.draw();
  }
}
