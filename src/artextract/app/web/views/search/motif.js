// @ts-check
// Where the detail that is searched with is found again: small pictures with a rectangle in each.

import { ask } from "../../lib/api.js";
import { make, notice } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { filtersOf } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { altText, caption, imageUrl, nameOf } from "../../lib/names.js";
import { href } from "../../lib/route.js";
import { percent } from "../../lib/words.js";
import { tokenOf } from "./url.js";

/** @import { MotifAnswer, MotifHit } from "../../lib/types.js" */
/** @import { Asked } from "./url.js" */

export class Motif {
  element = make("section", { class: "motif", "aria-label": say("motif.label"), hidden: true });
  #signal;
  #shown = "";

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  /** @param {Asked | null} asked null where nothing is searched for */
  async show(asked) {
    const wanted = asked?.motif && asked.main && asked.region ? body(asked) : null,
      key = JSON.stringify(wanted);
    this.element.hidden = !wanted;
    if (key === this.#shown) return;
    this.#shown = key;
    if (!wanted) return;
    const status = make("p", { role: "status" }, say("motif.looking"));
    this.element.replaceChildren(make("h2", {}, say("motif.heading")), status);
    try {
      /** @type {MotifAnswer} */
      const answer = await ask("api/motifs", { body: wanted, signal: this.#signal });
      if (key !== this.#shown) return;
      status.textContent = answer.found
        ? say("motif.found", answer.n_candidates)
        : say("motif.not-found", answer.n_candidates);
      this.element.append(make("ul", {}, answer.hits.map(found)));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      if (key === this.#shown) status.replaceWith(notice(error));
    }
  }
}

/** @param {MotifHit} hit */
function found(hit) {
  const [left, top, right, bottom] = hit.found_at.map((value) => 100 * value);
  const style = {
    left: `${left}%`,
    top: `${top}%`,
    width: `${right - left}%`,
    height: `${bottom - top}%`,
  };
  return make(
    "li",
    {},
    make(
      "a",
      { href: href("search", { id: hit.id, region: hit.found_at.join(",") }), title: caption(hit) },
      make(
        "span",
        { class: "marked" },
        make("img", { src: imageUrl(hit.id, 400), alt: altText(hit), width: hit.width, height: hit.height }),
        make("i", { style, "aria-hidden": "true" }),
      ),
      make("span", {}, nameOf(hit)),
    ),
    make("span", { class: "faint" }, `${percent(hit.probability)}${hit.mirrored ? `, ${say("motif.mirrored")}` : ""}`),
  );
}

/** @param {Asked} asked */
function body({ main, region, filters }) {
  const token = tokenOf(main ?? "");
  return {
    ...(token === null ? { id: main } : { upload: token }),
    region,
    ...filtersOf(new URLSearchParams(filters)),
  };
}
