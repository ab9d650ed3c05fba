// @ts-check
// The elements of a wall that are in the page: those near the window, and one that is reached with Tab.

import { make } from "../dom.js";

/** @import { Painting } from "../types.js" */
/** @import { Frames } from "./rows.js" */

export class Cells {
  /** The painting that the keys stand on. */
  current = 0;
  /** By index. @type {Map<number, HTMLElement>} */
  #cells = new Map();
  #list;
  #frames;
  #content;

  /**
   * `content(index)` gives what a cell shows, null while that is not loaded.
   * @param {HTMLElement} list @param {Frames} frames @param {(index: number) => HTMLElement | null} content
   */
  constructor(list, frames, content) {
    this.#list = list;
    this.#frames = frames;
    this.#content = content;
  }

  /** @param {number} index */
  get(index) {
    return this.#cells.get(index);
  }

  /**
   * Have the cells `from`..`to` in the page, and no others but the one that has the focus.
   * @param {number} from @param {number} to
   */
  keep(from, to) {
    const focused = document.activeElement?.closest(".cell");
    for (const [index, cell] of this.#cells) {
      if ((index >= from && index < to) || cell === focused) continue;
      giveUp(cell);
      cell.remove();
      this.#cells.delete(index);
    }
    for (let index = from; index < to; index++) if (!this.#cells.has(index)) this.#cells.set(index, this.#added(index));
  }

  /** Every cell to its frame. */
  place() {
    for (const [index, cell] of this.#cells) this.#place(cell, index);
  }

  /** Show what is loaded now. @param {number} from @param {number} to */
  fill(from, to) {
    for (let index = from; index < to; index++) {
      const cell = this.#cells.get(index);
      if (cell) this.#fill(cell, index);
    }
  }

  /** @param {number} index */
  stand(index) {
    const before = this.get(this.current),
      now = this.get(index);
    this.current = index;
    if (before) reachable(before, false);
    if (now) reachable(now, true);
  }

  /** @param {number} index */
  #added(index) {
    const cell = make("div", {
      class: "cell",
      role: "listitem",
      "aria-setsize": this.#frames.total,
      "aria-posinset": index + 1,
      "data-index": index,
    });
    this.#place(cell, index);
    this.#fill(cell, index);
    const next = [...this.#cells.keys()].filter((other) => other > index); // reading order is the order of the list
    this.#list.insertBefore(cell, this.#cells.get(Math.min(...next)) ?? null);
    return cell;
  }

  /** @param {HTMLElement} cell @param {number} index */
  #place(cell, index) {
    const { left, top, width, high } = this.#frames.box(index);
    Object.assign(cell.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
    cell.style.setProperty("--high", `${high}px`);
  }

  /** @param {HTMLElement} cell @param {number} index */
  #fill(cell, index) {
    const content = this.#content(index);
    cell.replaceChildren(content ?? make("span", { class: "frame waiting" }));
    if (content) reachable(cell, index === this.current);
  }
}

/**
 * A picture that is still on its way is not waited for when its place has gone: others wait for its connection.
 * @param {HTMLElement} within
 */
export function giveUp(within) {
  for (const image of within.querySelectorAll("img")) if (!image.complete) image.removeAttribute("src");
}

/**
 * Only the painting that the keys stand on is reached with Tab, and what belongs to it.
 * @param {HTMLElement} cell @param {boolean} on
 */
function reachable(cell, on) {
  for (const control of cell.querySelectorAll("a, input, button"))
    if (control instanceof HTMLElement) control.tabIndex = on ? 0 : -1;
}
