// @ts-check
// What the features see, drawn over both pictures, with legends.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { FOREIGN, known, say } from "../../lib/language.js";
import { overlayOf } from "../../lib/overlay.js";
import { capital, colourName } from "../../lib/words.js";
import { BOTH } from "./state.js";
import { inProse } from "../../lib/said.js";

/** @import { Overlay, SharedColour } from "../../lib/types.js" */
/** @import { Figure } from "./figure.js" */
/** @import { CompareState, Which } from "./state.js" */

const SOON = 400; // milliseconds after which the page says that something is being drawn

/** @param {string} name @param {number} colour the one colour of the palette that is shown, 0 for all */
const keyOf = (name, colour) => (name === "palette" ? `palette ${colour}` : name);

/** The overlays of one pair. */
export class Overlays {
  legends = make("div", { class: "legends", role: "status" });
  #state;
  #figures;
  #signal;
  /** By name: what the server drew. @type {Map<string, Promise<Overlay>>} */
  #asked = new Map();
  /** What lies over each picture. @type {Record<Which, Map<string, HTMLElement>>} */
  #drawn = { a: new Map(), b: new Map() };
  #turn = 0;

  /**
   * @param {CompareState} state @param {Record<Which, Figure>} figures
   * @param {AbortSignal} signal aborts with another pair
   */
  constructor(state, figures, signal) {
    this.#state = state;
    this.#figures = figures;
    this.#signal = signal;
  }

  /** Draw these, and nothing else. @param {string[]} names */
  draw(names) {
    const colour = Number(this.#state.params.get("colour")) || 0,
      turn = ++this.#turn,
      wanted = new Set(names.map((name) => keyOf(name, colour)));
    for (const which of BOTH)
      for (const [key, element] of this.#drawn[which])
        if (!wanted.has(key)) {
          element.remove();
          this.#drawn[which].delete(key);
        }
    /** @type {Map<string, HTMLElement>} */
    const legends = new Map();
    /** @param {string} name @param {HTMLElement} legend */
    const tell = (name, legend) => {
      if (turn !== this.#turn) return;
      legends.set(name, legend);
      const inOrder = names.map((one) => legends.get(one)).filter((one) => one !== undefined);
      this.legends.replaceChildren(...inOrder);
    };
    this.legends.replaceChildren();
    for (const name of names) this.#drawOne(name, colour, turn, tell, () => this.draw(names));
  }

  /**
   * @param {string} name @param {number} colour @param {number} turn
   * @param {(name: string, legend: HTMLElement) => void} tell @param {() => void} again
   */
  async #drawOne(name, colour, turn, tell, again) {
    const soon = setTimeout(
      () => tell(name, make("p", { class: "faint" }, say("overlay.drawing", this.#titleOf(name)))),
      SOON,
    );
    try {
      const found = await this.#overlay(name);
      if (this.#signal.aborted || turn !== this.#turn) return;
      for (const which of BOTH) this.#lay(which, found, keyOf(name, colour), colour);
      clearTimeout(soon);
      tell(name, this.#legend(name, found, colour));
    } catch (error) {
      clearTimeout(soon);
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      this.#asked.delete(name);
      if (this.#signal.aborted) return;
      const retry = make("button", { type: "button", class: "quiet", onclick: again }, say("common.try-again"));
      tell(
        name,
        make("p", { class: "trouble" }, say("overlay.failed", this.#titleOf(name), error.message), " ", retry),
      );
    } finally {
      clearTimeout(soon);
    }
  }

  /** @param {Which} which @param {Overlay} found @param {string} key @param {number} colour */
  #lay(which, found, key, colour) {
    const drawing = found[which],
      drawn = this.#drawn[which];
    if (!drawing || drawn.has(key)) return;
    const { width, height } = this.#state.there[which];
    const element = overlayOf(drawing, { width, height, palette: key.startsWith("palette "), colour });
    drawn.set(key, element);
    this.#figures[which].sheet.append(element);
  }

  /** @param {string} name */
  #facts(name) {
    const found = this.#state.there.overlays.find((one) => one.name === name);
    return found ?? { name, title: name, says: "" };
  }

  /** @param {string} name */
  #titleOf(name) {
    return known("overlay", name) ?? this.#facts(name).title;
  }

  /** @param {string} name @returns {Promise<Overlay>} */
  #overlay(name) {
    let asked = this.#asked.get(name);
    if (!asked) {
      const { query, params } = this.#state,
        region = params.get("region");
      const given = new URLSearchParams({
        ...(query.upload ? { upload: query.upload } : { id: String(query.id) }),
        hit: params.get("b") ?? "",
        ...(region ? { region } : {}),
      });
      asked = /** @type {Promise<Overlay>} */ (ask(`api/compare/overlays/${name}?${given}`, { signal: this.#signal }));
      this.#asked.set(name, asked);
    }
    return asked;
  }

  /**
   * What the colours of a drawing mean, and what it says of each picture.
   * @param {string} name @param {Overlay} found @param {number} colour
   */
  #legend(name, found, colour) {
    const key = new Map(BOTH.flatMap((which) => (found[which]?.key ?? []).map(([code, text]) => [text, code])));
    /** @param {"a" | "b"} which */
    const says = (which) => inProse(found[which]?.facts, found[which]?.says ?? "");
    const each = BOTH.filter((which) => found[which]?.says).map(
      (which) => `${say(which === "a" ? "common.first" : "common.second")}: ${says(which)}.`,
    );
    const same = each.length === 2 && found.a?.says === found.b?.says;
    return make(
      "div",
      { class: "legend-of" },
      make(
        "p",
        {},
        make("strong", {}, `${this.#titleOf(name)}. `),
        known("overlay-about", name) ?? this.#facts(name).says,
        " ",
        [...key].map(([text, code]) =>
          make(
            "span",
            { class: "key" },
            make("i", { style: { background: code } }),
            known("overlay-key", text) ?? text,
          ),
        ),
        make("span", { class: "faint" }, same ? `${capital(says("a"))}.` : each.join(" ")),
      ),
      found.trouble ? make("p", { class: "trouble", lang: FOREIGN }, found.trouble) : null,
      name === "palette" ? this.#swatches(found.colours, colour) : null,
    );
  }

  /** @param {SharedColour[]} colours @param {number} colour */
  #swatches(colours, colour) {
    return make(
      "div",
      { class: "swatches", role: "group", "aria-label": say("overlay.one") },
      colours.map(({ hex, name, share_a: one, share_b: other }, at) =>
        make(
          "button",
          {
            type: "button",
            "aria-pressed": String(colour === at + 1),
            "data-colour": at + 1,
            onclick: () => this.#state.change({ colour: colour === at + 1 ? null : at + 1 }),
          },
          make("i", { style: { background: hex } }),
          make("span", { class: "name" }, capital(colourName(name))),
          make("span", { class: "number faint" }, say("overlay.shares", one, other)),
        ),
      ),
    );
  }
}
