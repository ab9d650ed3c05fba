// @ts-check
// The way through the list that a painting was chosen from: back to it, the painting before, the next one.

import { ask } from "../../lib/api.js";
import { lookOf, lookPairs } from "../../lib/attention.js";
import { inField, make } from "../../lib/dom.js";
import { isAbort } from "../../lib/errors.js";
import { filterQuery } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { api, imageUrl } from "../../lib/names.js";
import { href } from "../../lib/route.js";
import { listPairs } from "./url.js";

/** @import { Place } from "../../lib/types.js" */

export class Path {
  #back = make("a", { class: "back" });
  #number = make("span", { class: "count number", role: "status" });
  #previous = step(`← ${say("walk.previous-short")}`, "prev", "ArrowLeft");
  #next = step(`${say("walk.next-short")} →`, "next", "ArrowRight");
  /** @type {Place | null} */
  #place = null;
  element = make(
    "nav",
    { class: "path", "aria-label": say("common.paintings") },
    this.#back,
    this.#previous,
    this.#number,
    this.#next,
  );

  /** @param {AbortSignal} signal */
  constructor(signal) {
    addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  /** The links as the URL says. @param {URLSearchParams} params */
  link(params) {
    const list = listPairs(params),
      carried = [...list, ...lookPairs(lookOf(params))];
    this.#back.href = href("gallery", list);
    this.#back.textContent = list.length ? say("walk.back") : say("view.gallery");
    lead(this.#previous, this.#place?.previous, carried);
    lead(this.#next, this.#place?.next, carried);
  }

  /**
   * Ask where the painting is in the list; `now()` gives the parameters as they are then.
   * @param {() => URLSearchParams} now @param {AbortSignal} signal
   */
  async load(now, signal) {
    const params = now(),
      sort = params.get("sort"),
      query = filterQuery(params, sort ? [["sort", sort]] : []);
    try {
      /** @type {Place | null} */
      const found = await ask(`${api("places", params.get("id") ?? "")}?${query}`, { signal, absent: true });
      this.#place = found;
      if (!found)
        this.#number.textContent = ""; // the view itself says what is wrong
      else this.#number.textContent = found.number ? say("common.of", found.number, found.total) : say("walk.outside");
      for (const target of [found?.previous, found?.next]) if (target) new Image().src = imageUrl(target, 400);
    } catch (error) {
      if (isAbort(error)) return;
      this.#place = null;
      this.#number.textContent = ""; // the view itself says what is wrong
    }
    this.link(now());
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const link = { ArrowLeft: this.#previous, ArrowRight: this.#next }[event.key];
    if (!link?.hasAttribute("href") || document.querySelector("dialog[open]") || inField(event)) return;
    event.preventDefault();
    link.click();
  }
}

/** @param {string} text @param {string} name @param {string} key */
const step = (text, name, key) =>
  make(
    "a",
    {
      class: "step",
      rel: name,
      "aria-keyshortcuts": key,
      title: `${say(name === "prev" ? "walk.previous" : "walk.next")} (${key === "ArrowLeft" ? "←" : "→"})`,
    },
    text,
  );

/** @param {HTMLAnchorElement} link @param {string | null | undefined} target @param {[string, any][]} carried */
function lead(link, target, carried) {
  if (target) link.href = href("painting", [["id", target], ...carried]);
  else link.removeAttribute("href");
  for (const [name, value] of Object.entries({ role: "link", "aria-disabled": "true" }))
    if (target) link.removeAttribute(name);
    else link.setAttribute(name, value);
}
