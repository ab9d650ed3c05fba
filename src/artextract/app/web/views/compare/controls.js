// @ts-check
// The controls over the two pictures: how they hang, whether they zoom together, and what is drawn over both.

import { make } from "../../lib/dom.js";
import { known, say } from "../../lib/language.js";
import { zoomButtons } from "../../lib/zoom.js";
import { STRENGTH, WAYS } from "./state.js";

/** @import { Zoom } from "../../lib/zoom.js" */
/** @import { CompareState } from "./state.js" */

/** Overlays that are lines, which have no strength. */
const LINES = ["regions", "pose", "face"];

/** @param {number} least @param {number} value @param {number} most */
const between = (least, value, most) => Math.min(most, Math.max(least, value));

export class Controls {
  #state;
  #ways;
  #toggles;
  #amount;
  #strength;
  #drawnOver;
  #laid;
  #laidFrom = make("span", {});
  #laidTo = make("span", {});
  #both;
  /** Zoom together. */
  together;
  /** The strength of what is drawn, beside the legends. */
  strong;
  element;

  /**
   * `apart(on)` is called when the visitor wants both zoomed together or not, `toggle(name)` for an overlay.
   * @param {CompareState} state @param {Zoom[]} zooms
   * @param {{ apart: (together: boolean) => void, toggle: (name: string) => void }} tools
   */
  constructor(state, zooms, { apart, toggle }) {
    const { change, there } = state;
    this.#state = state;
    this.#ways = Object.entries(WAYS).map(([name, text]) =>
      make(
        "button",
        {
          type: "button",
          class: "button second",
          "data-way": name,
          onclick: () => change({ way: name === "side" ? null : name, part: null }),
        },
        text,
      ),
    );
    this.#toggles = there.overlays.map(({ name, title, says }) =>
      make(
        "button",
        {
          type: "button",
          class: "drawn",
          "data-overlay": name,
          title: known("overlay-about", name) ?? says,
          onclick: () => toggle(name),
        },
        known("overlay", name) ?? title,
      ),
    );
    const together = (this.together = make("input", { type: "checkbox", onchange: () => apart(together.checked) }));
    const amount = (this.#amount = make("input", {
      type: "range",
      min: 0,
      max: 100,
      step: 1,
      oninput: () => change({ part: amount.value }, true),
    }));
    const strength = (this.#strength = make("input", {
      type: "range",
      min: 10,
      max: 100,
      step: 1,
      oninput: () => change({ strength: Number(strength.value) === STRENGTH ? null : strength.value }, true),
    }));
    this.#drawnOver = make(
      "div",
      { class: "over", role: "group", "aria-label": say("compare.drawn") },
      make("span", { class: "faint" }, say("compare.draw")),
      this.#toggles,
    );
    this.strong = make("label", { class: "strength" }, make("span", {}, say("look.strength")), strength);
    this.#laid = make("label", { class: "amount" }, this.#laidFrom, amount, this.#laidTo);
    this.#both = make("label", { class: "together" }, together, ` ${say("compare.together")}`);
    this.element = make(
      "div",
      { class: "controls" },
      make(
        "div",
        { class: "row" },
        state.canLay
          ? make("div", { class: "ways", role: "group", "aria-label": say("compare.hang") }, this.#ways)
          : null,
        this.#laid,
        make("div", { class: "zooming" }, this.#both, zoomButtons(zooms)),
      ),
      this.#toggles.length ? this.#drawnOver : null,
    );
  }

  /** Whether the visitor can choose how they hang. */
  get hasWays() {
    return this.#ways.some((button) => button.isConnected);
  }

  /**
   * The controls as the URL says. Gives { part, power }: how much of the second, and the strength, in per cent.
   * @param {string} hanging
   */
  arrange(hanging) {
    const { params, overlays } = this.#state,
      laid = hanging !== "side",
      swipe = hanging === "swipe";
    for (const button of this.#ways) button.setAttribute("aria-pressed", String(button.dataset.way === hanging));
    for (const button of this.#toggles)
      button.setAttribute("aria-pressed", String(overlays.includes(button.dataset.overlay ?? "")));
    this.#laid.hidden = !laid;
    this.#laidFrom.textContent = swipe ? say("common.second") : say("common.first");
    this.#laidTo.textContent = swipe ? say("common.first") : say("common.second");
    this.#amount.setAttribute("aria-label", swipe ? say("compare.swipe-label") : say("compare.blend-label"));
    this.#both.hidden = laid;
    this.#drawnOver.hidden = laid;
    const part = between(0, Number(params.get("part") ?? 50), 100),
      power = between(10, Number(params.get("strength") ?? STRENGTH) || STRENGTH, 100);
    if (Number(this.#amount.value) !== part) this.#amount.value = String(part);
    if (Number(this.#strength.value) !== power) this.#strength.value = String(power);
    this.strong.hidden = laid || overlays.every((name) => LINES.includes(name));
    return { part, power };
  }
}
