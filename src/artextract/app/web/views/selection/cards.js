// @ts-check
// The paintings of the list as cards, which are put in order by dragging, by buttons and by keys.

import { heldIn, make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { nameOf } from "../../lib/names.js";
import { card } from "../../lib/painting.js";

/** @import { Painting } from "../../lib/types.js" */
/**
 * `move(id, step)` and `remove(id)` change the list; `drop(id, target, after)` puts one before or after another.
 * @typedef {object} Tools
 * @property {(id: string, step: number) => void} move
 * @property {(id: string) => void} remove
 * @property {(id: string, target: string, after: boolean) => void} drop
 */

const DRAGGED = "text/x-painting";

export class Cards {
  element = make("div", {
    class: "grid selection-grid",
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
  });
  #tools;

  /** @param {Tools} tools */
  constructor(tools) {
    this.#tools = tools;
  }

  /** Lay the cards out; those that are there already only change their place. @param {Painting[]} paintings */
  lay(paintings) {
    const grid = this.element,
      there = new Map([...grid.children].map((one) => [idOf(one), one])),
      cards = paintings.map((painting) => there.get(painting.id) ?? this.#cardOf(painting)),
      held = heldIn(grid),
      same = cards.findIndex((one, at) => one !== grid.children[at]);
    if (same === grid.children.length)
      grid.append(...cards.slice(same)); // only more of them
    else if (same >= 0 || cards.length < grid.children.length) grid.replaceChildren(...cards);
    if (held?.isConnected && held !== document.activeElement) held.focus({ preventScroll: true });
  }

  /** @param {number} at */
  show(at) {
    this.element.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /**
   * For when the card at a place has been taken out: a function that gives what is to have the focus then; null where
   * no card has it now.
   * @param {number} at
   */
  after(at) {
    if (!heldIn(this.element)) return null;
    const { children } = this.element,
      next = children[at + 1] ?? children[at - 1];
    return () => (next?.isConnected ? linkIn(next) : null);
  }

  /** @param {Painting} painting */
  #cardOf(painting) {
    const { move, remove } = this.#tools,
      { id } = painting;
    /** @param {string} text @param {string} label @param {() => void} run */
    const act = (text, label, run) =>
      make(
        "button",
        { type: "button", class: "icon", "aria-label": `${label}: ${nameOf(painting)}`, title: label, onclick: run },
        make("span", { "aria-hidden": "true" }, text),
      );
    const made = card(painting, {
      below: make(
        "div",
        { class: "order" },
        act("←", say("selection.earlier"), () => move(id, -1)),
        act("→", say("selection.later"), () => move(id, 1)),
        act("×", say("common.remove"), () => remove(id)),
      ),
    });
    this.#makeDraggable(made, id);
    return made;
  }

  /** @param {HTMLElement} made @param {string} id */
  #makeDraggable(made, id) {
    // the card is dragged, not its picture, which the page would take for a file
    for (const one of made.querySelectorAll("a, img")) if (one instanceof HTMLElement) one.draggable = false;
    made.draggable = true;
    made.addEventListener("dragstart", ({ dataTransfer }) => {
      dataTransfer?.setData(DRAGGED, id);
      if (dataTransfer) dataTransfer.effectAllowed = "move";
      made.classList.add("dragged");
    });
    made.addEventListener("dragend", () => {
      made.classList.remove("dragged");
      this.#mark(null);
    });
    made.addEventListener("dragover", (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes(DRAGGED)) return;
      event.preventDefault();
      this.#mark(made, event.clientX > made.getBoundingClientRect().left + made.clientWidth / 2 ? "after" : "before");
    });
    made.addEventListener("drop", (event) => {
      const dragged = event.dataTransfer?.getData(DRAGGED);
      if (!dragged || dragged === id) return;
      event.preventDefault();
      event.stopPropagation();
      this.#tools.drop(dragged, id, made.dataset.drop === "after");
    });
  }

  /** Show where what is dragged would go. @param {HTMLElement | null} target @param {string} [side] */
  #mark(target, side) {
    for (const one of this.element.children) if (one !== target && one instanceof HTMLElement) delete one.dataset.drop;
    if (target) target.dataset.drop = side;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const from = event.target instanceof Element ? event.target.closest(".card") : null,
      id = idOf(from);
    if (!from || !id || event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    const step = event.shiftKey ? steps[event.key] : undefined,
      next = event.shiftKey ? null : this.#neighbour(from, event.key);
    if (step === undefined && !next && event.key !== "Delete") return;
    event.preventDefault();
    if (step !== undefined) this.#tools.move(id, step);
    else if (next) linkIn(next)?.focus();
    else this.#tools.remove(id);
  }

  /**
   * The card that an arrow key leads to; up and down to the one that hangs nearest.
   * @param {Element} from @param {string} key @returns {Element | null}
   */
  #neighbour(from, key) {
    if (key === "ArrowLeft") return from.previousElementSibling;
    if (key === "ArrowRight") return from.nextElementSibling;
    if (key !== "ArrowUp" && key !== "ArrowDown") return null;
    const sign = key === "ArrowUp" ? -1 : 1,
      own = from.getBoundingClientRect(),
      middle = own.left + own.width / 2;
    /** @type {{ card: Element, down: number, aside: number } | null} */
    let best = null;
    for (const card of this.element.children) {
      const box = card.getBoundingClientRect(),
        down = sign * (box.top - own.top),
        aside = Math.abs(box.left + box.width / 2 - middle);
      if (down > 10 && (!best || down < best.down - 10 || (down < best.down + 10 && aside < best.aside)))
        best = { card, down, aside };
    }
    return best?.card ?? null;
  }
}

/** The painting of a card. @param {Element | null} card */
const idOf = (card) => (card instanceof HTMLElement ? card.dataset.id : undefined);

/** @param {Element} card @returns {HTMLElement | null} */
const linkIn = (card) => card.querySelector("a.hang");
