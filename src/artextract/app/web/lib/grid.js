// @ts-check
// Very many paintings on one wall: rows of paintings in their own shapes over the whole width, of which only those near
// the window are in the page. The wall has its full height from the beginning, so the scrollbar is true and nothing
// moves when pictures come.

import { make } from "./dom.js";
import { Cells, giveUp } from "./grid/cells.js";
import { Pages } from "./grid/pages.js";
import { Frames } from "./grid/rows.js";
import { sizes } from "./sizes.js";
import { say } from "./language.js";

/** @import { Painting } from "./types.js" */
/** @import { Load } from "./grid/pages.js" */
/** Where one is on the wall. @typedef {{ index: number, offset: number | null, current: number }} Position */
/**
 * @typedef {object} Wall
 * @property {Iterable<number>} aspects width by height of every painting, in order
 * @property {Load} load the paintings from there on
 * @property {(painting: Painting, place: number) => HTMLElement} card the element of one; its first link is what the
 *   arrow keys go to
 * @property {string} [label] what the list is called
 * @property {number} [letters] pixels under each picture
 * @property {Position | null} [at] where to begin
 * @property {(at: Position | null) => void} [onplace] called while one scrolls
 * @property {(event: KeyboardEvent, painting: Painting) => void} [onkey] keys on a painting that the grid has no use
 *   for
 * @property {(error: any) => void} [onerror] what `load` threw
 */

const AROUND = 2; // windows kept in the page above and below the one that is seen

/**
 * The grid: an element to be put on the page, which scrolls with it. It has leave(), position(), goTo(index), which
 * gives it the focus, and stop(), which gives up what is still on its way.
 * @param {Wall} wall
 */
export function virtualGrid(wall) {
  const grid = new Grid(wall);
  return Object.assign(grid.list, {
    stop: () => grid.stop(),
    leave: () => grid.leave(),
    position: () => grid.position(),
    goTo: (/** @type {number} */ index) => grid.goTo(index),
  });
}

class Grid {
  list;
  #frames;
  #cells;
  #pages;
  #at;
  #onplace;
  #onkey;
  #leaving = new AbortController();
  #watch = new ResizeObserver(() => (this.#hanging ? this.#resized() : this.#begin()));
  #hanging = false;
  #lastTop = 0;
  #down = true;
  #frame = 0;
  #saved = 0;

  /** @param {Wall} wall */
  constructor(wall) {
    const { aspects, letters, load, card, label = say("common.paintings"), at = null } = wall,
      { onplace, onkey, onerror = () => {} } = wall;
    this.#at = at;
    this.#onplace = onplace;
    this.#onkey = onkey;
    const list = (this.list = make("div", { class: "wall", role: "list", "aria-label": label, tabindex: -1 }));
    const frames = (this.#frames = new Frames(aspects, letters));
    const pages = (this.#pages = new Pages(frames.total, { load, onerror, there: (from, to) => cells.fill(from, to) }));
    const cells = (this.#cells = new Cells(list, frames, (index) => {
      const painting = pages.at(index);
      return painting ? card(painting, index) : null;
    }));
    this.#listen();
  }

  #listen() {
    const { signal } = this.#leaving,
      scrolled = () => this.#scrolled();
    this.#watch.observe(this.list);
    addEventListener("scroll", scrolled, { passive: true, signal });
    addEventListener("resize", scrolled, { signal });
    sizes.addEventListener("change", () => this.#rehang(), { signal });
    this.list.addEventListener("keydown", (event) => this.#pressed(event));
    this.list.addEventListener("focusin", (event) => {
      const cell = event.target instanceof Element ? event.target.closest(".cell") : null;
      if (cell instanceof HTMLElement) this.#cells.stand(Number(cell.dataset.index));
    });
  }

  /** No further pictures and paintings: another list is asked for. */
  stop() {
    this.#pages.stop();
    giveUp(this.list);
  }

  leave() {
    this.#leaving.abort();
    this.#pages.leave();
    giveUp(this.list);
    this.#watch.disconnect();
    clearTimeout(this.#saved);
    cancelAnimationFrame(this.#frame);
  }

  /** The first row that is seen, and how far the page is scrolled beyond its beginning. @returns {Position | null} */
  position() {
    const { rows } = this.#frames,
      { current } = this.#cells;
    if (!rows.tops.length) return null;
    const top = scrollY - this.#above,
      row = this.#frames.rowAt(top + covered());
    return { index: rows.starts[row], offset: scrollY > 0 ? Math.round(top - rows.tops[row]) : null, current };
  }

  /** Go to a painting; where it is not loaded yet, its link has the focus as soon as it is. @param {number} index */
  goTo(index) {
    const cells = this.#cells;
    if (!this.#hanging) this.#begin();
    cells.stand(index);
    this.#reveal(index);
    this.#draw();
    cells.stand(index);
    /** @param {number} tries */
    const look = (tries) => {
      if (cells.current !== index || this.#leaving.signal.aborted) return;
      const link = cells.get(index)?.querySelector("a");
      if (link) link.focus({ preventScroll: true });
      else if (tries) {
        this.list.focus({ preventScroll: true });
        setTimeout(look, 50, tries - 1);
      }
    };
    look(100);
  }

  /** Where the wall begins on the page. */
  get #above() {
    return this.list.getBoundingClientRect().top + scrollY;
  }

  /** The first look at the wall, as soon as it is on the page. */
  #begin() {
    const at = this.#at;
    this.#hang();
    if (at) {
      if (at.current < this.#frames.total) this.#cells.current = at.current;
      this.#scrollTo(at);
    }
    this.#draw();
  }

  #hang() {
    this.#hanging = true;
    this.#frames.hang(this.list);
    this.list.style.height = `${Math.ceil(this.#frames.rows.height)}px`;
    this.#cells.place();
  }

  /** Put what is near the window into the page, take the rest out, and ask for what is missing. */
  #draw() {
    this.#frame = 0;
    const frames = this.#frames,
      { rows, total } = frames;
    if (!this.#hanging || !total || !this.list.isConnected) return;
    const top = scrollY - this.#above,
      window = innerHeight,
      last = rows.tops.length;
    if (scrollY !== this.#lastTop) this.#down = scrollY > this.#lastTop;
    this.#lastTop = scrollY;
    const seen = rows.starts[frames.rowAt(top + window / 2)],
      from = rows.starts[frames.rowAt(top - AROUND * window)],
      to = rows.starts[Math.min(last, frames.rowAt(top + (1 + AROUND) * window) + 1)];
    this.#cells.keep(from, to);
    if (!this.#cells.get(this.#cells.current)) {
      const row = Math.min(last - 1, frames.rowAt(top) + (top > 0 ? 1 : 0));
      this.#cells.stand(Math.min(total - 1, rows.starts[row]));
    }
    this.#pages.want({ from, to, seen, down: this.#down });
  }

  /** Scroll until a painting is seen whole. @param {number} index */
  #reveal(index) {
    const { rows } = this.#frames,
      row = this.#frames.rowOf(index),
      top = this.#above + rows.tops[row],
      tall = rows.highs[row] + this.#frames.letters;
    const first = scrollY + covered() + 16,
      last = scrollY + innerHeight - hides(".tray") - 16;
    if (top < first || tall > last - first) scrollTo({ top: top - covered() - 16, behavior: "instant" });
    else if (top + tall > last) scrollTo({ top: scrollY + top + tall - last, behavior: "instant" });
  }

  /** @param {Position} at */
  #scrollTo({ index, offset }) {
    const { rows, total } = this.#frames;
    if (offset !== null && index < total)
      scrollTo({ top: this.#above + rows.tops[this.#frames.rowOf(index)] + offset, behavior: "instant" });
  }

  #scrolled() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
    clearTimeout(this.#saved);
    this.#saved = setTimeout(() => {
      if (this.#hanging && this.list.isConnected) this.#onplace?.(this.position());
    }, 200);
  }

  #resized() {
    if (this.list.isConnected && this.list.clientWidth !== this.#frames.width) this.#rehang();
  }

  /** The frames have other sizes now; what was seen is seen. */
  #rehang() {
    if (!this.#hanging) return;
    const before = this.position();
    this.#hang();
    if (before) this.#scrollTo(before);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const frames = this.#frames,
      { current } = this.#cells,
      { rows, total } = frames;
    if (event.ctrlKey || event.metaKey || event.altKey || !total) return;
    const row = frames.rowOf(current),
      step = Math.max(1, Math.floor((innerHeight - covered()) / (rows.highs[row] + this.#frames.letters)));
    /** @type {Record<string, () => number>} */
    const moves = {
      ArrowRight: () => Math.min(total - 1, current + 1),
      ArrowLeft: () => Math.max(0, current - 1),
      ArrowDown: () => frames.nearestIn(row + 1, current),
      ArrowUp: () => frames.nearestIn(row - 1, current),
      PageDown: () => frames.nearestIn(Math.min(rows.tops.length - 1, row + step), current),
      PageUp: () => frames.nearestIn(Math.max(0, row - step), current),
      Home: () => 0,
      End: () => total - 1,
    };
    const next = moves[event.key];
    if (next) {
      event.preventDefault();
      this.goTo(next());
    } else {
      const painting = this.#pages.at(current);
      if (painting) this.#onkey?.(event, painting);
    }
  }
}

/** How much of the window a bar of the page hides that stays where it is. @param {string} selector */
const hides = (selector) => {
  const bar = document.querySelector(selector);
  return bar instanceof HTMLElement && ["sticky", "fixed"].includes(getComputedStyle(bar).position)
    ? bar.offsetHeight
    : 0;
};

const covered = () => hides(".top");
