// @ts-check
// The paintings of a wall, asked for in pages: those that are seen first, those that were scrolled past no longer.

import { AskError, isAbort } from "../errors.js";

/** @import { Painting } from "../types.js" */
/** @typedef {{ paintings: Painting[] | null, leaving: AbortController }} Page */
/** @typedef {(offset: number, limit: number, signal: AbortSignal) => Promise<Painting[]>} Load */
/**
 * What of the wall is in the page: `from`..`to`, `seen` in the middle of the window, scrolled `down` or up.
 * @typedef {{ from: number, to: number, seen: number, down: boolean }} Span
 */

const PAGE = 60; // paintings asked for at once
const PAUSE = 90; // milliseconds between two times of asking while one scrolls
const TOO_OFTEN = 429, // what a server for everybody answers who asks for very much
  LATER = 1500; // milliseconds until it is asked again

export class Pages {
  /** @type {Map<number, Page>} */
  #pages = new Map();
  #total;
  #load;
  #there;
  #onerror;
  #leaving = new AbortController();
  #timer = 0;
  #asked = 0;
  /** What was wanted last. @type {Span | null} */
  #span = null;

  /**
   * `there(from, to)` is called when these paintings have been loaded, `onerror` with what `load` threw.
   * @param {number} total
   * @param {{ load: Load, there: (from: number, to: number) => void, onerror: (error: any) => void }} tools
   */
  constructor(total, { load, there, onerror }) {
    this.#total = total;
    this.#load = load;
    this.#there = there;
    this.#onerror = onerror;
  }

  /** The painting at a place, undefined where it is not loaded yet. @param {number} index */
  at(index) {
    return this.#pages.get(Math.floor(index / PAGE))?.paintings?.[index % PAGE];
  }

  /** Ask for what is missing there, not too often. @param {Span} span */
  want(span) {
    clearTimeout(this.#timer);
    const wait = this.#asked + PAUSE - performance.now();
    if (wait <= 0) this.#askFor(span);
    else this.#timer = setTimeout(() => this.#askFor(span), wait);
  }

  /** Nothing that is still on its way is wanted any more. */
  stop() {
    clearTimeout(this.#timer);
    for (const { paintings, leaving } of this.#pages.values()) if (!paintings) leaving.abort();
  }

  leave() {
    clearTimeout(this.#timer);
    this.#leaving.abort();
  }

  /** @param {Span} span */
  #askFor(span) {
    const { from, to, seen, down } = span;
    this.#asked = performance.now();
    this.#span = span;
    if (!this.#total) return;
    const first = Math.floor(from / PAGE),
      last = Math.floor(Math.max(from, to - 1) / PAGE),
      end = Math.floor((this.#total - 1) / PAGE);
    const ahead = down ? Math.min(end, last + 1) : Math.max(0, first - 1);
    for (const [page, { paintings, leaving }] of this.#pages) {
      if (!paintings && (page < Math.min(first, ahead) || page > Math.max(last, ahead))) {
        leaving.abort();
        this.#pages.delete(page);
      }
    }
    const middle = Math.floor(seen / PAGE);
    const wanted = [];
    for (let page = first; page <= last; page++) wanted.push(page);
    wanted.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
    for (const page of new Set([...wanted, ahead])) if (!this.#pages.has(page)) this.#ask(page);
  }

  /** @param {number} page */
  async #ask(page) {
    /** @type {Page} */
    const entry = { paintings: null, leaving: new AbortController() };
    this.#pages.set(page, entry);
    try {
      const signal = AbortSignal.any([entry.leaving.signal, this.#leaving.signal]);
      entry.paintings = await this.#load(page * PAGE, PAGE, signal);
      this.#there(page * PAGE, Math.min(this.#total, (page + 1) * PAGE));
    } catch (error) {
      if (this.#pages.get(page) === entry) this.#pages.delete(page);
      if (isAbort(error)) return;
      if (!(error instanceof AskError && error.status === TOO_OFTEN)) return this.#onerror(error);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#span && this.#askFor(this.#span), LATER);
    }
  }
}
