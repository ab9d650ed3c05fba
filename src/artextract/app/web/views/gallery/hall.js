// @ts-check
// The wall of the gallery: loading the list that the URL names and hanging it, with what is said where that fails.

import { ask } from "../../lib/api.js";
import { make, notice, tell } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { LETTERS, OF_RIGHTS } from "../../lib/grid/rows.js";
import { virtualGrid } from "../../lib/grid.js";
import { say } from "../../lib/language.js";
import { card } from "../../lib/painting.js";
import { current, href } from "../../lib/route.js";
import { nothingPasses, otherSpellings } from "./nothing.js";
import { listQuery, sortedBy, sortOf } from "./url.js";

/** @import { Position } from "../../lib/grid.js" */
/** @import { Painting, PaintingPage } from "../../lib/types.js" */
/** @import { Change } from "./nothing.js" */
/** Where the visitor was, as the history keeps it. @typedef {Position & { focused: boolean }} Kept */
/**
 * `counted(total)` is called with the number of paintings, null where that is not known.
 * @typedef {object} Tools
 * @property {Change} change
 * @property {(total: number | null) => void} counted
 * @property {(event: KeyboardEvent, painting: Painting) => void} onkey
 * @property {AbortSignal} signal
 */

const FIRST = 60;

export class Hall {
  element = make("div", { class: "hall" });
  #tools;
  /** @type {ReturnType<typeof virtualGrid> | null} */
  #wall = null;
  /** The query of what hangs, and of what is asked for. @type {string | null} */
  #hung = null;
  /** @type {string | null} */
  #wanted = null;
  #asking = new AbortController();

  /** @param {Tools} tools */
  constructor(tools) {
    this.#tools = tools;
  }

  /** Hang the list of the URL, unless it hangs there already. @param {URLSearchParams} params */
  async show(params) {
    if (listQuery(params) !== this.#wanted) await this.#hang(params, history.state?.gallery ?? null);
  }

  /** Keep where the visitor is in the entry of the history. @param {Position | null | undefined} position */
  remember(position = this.#wall?.position()) {
    const now = current();
    if (!position || now.name !== "gallery" || listQuery(now.params) !== this.#hung) return;
    const focused = Boolean(this.#wall?.contains(document.activeElement));
    history.replaceState({ ...history.state, gallery: { ...position, focused } }, "");
  }

  leave() {
    this.#wall?.leave();
  }

  /** @param {URLSearchParams} params @param {Kept | null} at where the visitor was when it was left */
  async #hang(params, at) {
    const query = (this.#wanted = listQuery(params)),
      asking = (this.#asking = this.#stopped());
    const signal = AbortSignal.any([asking.signal, this.#tools.signal]);
    this.element.setAttribute("aria-busy", "true");
    const early = at?.index ? null : pageOf(query, 0, FIRST, signal);
    early?.catch(() => {}); // its error is shown where it is awaited
    try {
      const layout = await ask(`api/layout?${query}`, { signal });
      this.#wall?.leave();
      this.#hung = query;
      this.#tools.counted(layout.total);
      if (layout.total) this.#put(params, layout, at, early);
      else {
        this.#wall = null;
        this.element.replaceChildren(await nothingPasses(params, this.#tools.change, signal));
      }
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      this.#failed(error, params, at);
    } finally {
      if (!signal.aborted) this.element.removeAttribute("aria-busy");
    }
  }

  /** Nothing of the list before is asked for any more. */
  #stopped() {
    this.#asking.abort();
    this.#wall?.stop();
    return new AbortController();
  }

  /**
   * @param {URLSearchParams} params @param {{ total: number, aspects: number[], rights: boolean }} layout @param {Kept | null} at
   * @param {Promise<PaintingPage> | null} early the first page, where it is asked for already
   */
  #put(params, { total, aspects, rights }, at, early) {
    const query = listQuery(params),
      carried = sortedBy(params, sortOf(params)),
      { onkey } = this.#tools;
    let first = early;
    const wall = (this.#wall = virtualGrid({
      aspects: aspects.map((thousandths) => thousandths / 1000),
      letters: rights ? LETTERS + OF_RIGHTS : LETTERS,
      at,
      label: say("common.paintings"),
      load: async (offset, limit, signal) => {
        const asked = offset === 0 ? first : null;
        first = null;
        return (await (asked ?? pageOf(query, offset, limit, signal))).paintings;
      },
      card: (painting) => card(painting, { to: href("painting", [["id", painting.id], ...carried]) }),
      onplace: (position) => this.remember(position),
      onkey,
      onerror: tell,
    }));
    this.element.replaceChildren(wall);
    if (!at) this.#toTheTop();
    else if (at.focused) wall.goTo(Math.min(at.current, total - 1));
  }

  /** @param {AskError} error @param {URLSearchParams} params @param {Kept | null} at */
  #failed(error, params, at) {
    const { change, counted } = this.#tools;
    this.#wanted = null;
    if (error.status === 0 && this.#wall) return tell(error); // what is on the wall stays there
    this.#wall?.leave();
    this.#wall = this.#hung = null;
    counted(null);
    const refused = error.status === 400;
    const said = notice(
      error,
      refused
        ? { text: say("gallery.clear"), run: () => change([]) }
        : { text: say("common.try-again"), run: () => this.#hang(params, at) },
    );
    const other = refused ? otherSpellings(error, params, change) : null;
    if (other) said.lastElementChild?.before(other);
    this.element.replaceChildren(said);
  }

  #toTheTop() {
    const view = this.element.closest(".view") ?? this.element,
      top = view.getBoundingClientRect().top + scrollY;
    if (scrollY > top) scrollTo({ top: 0, behavior: "instant" });
  }
}

/**
 * @param {string} query @param {number} offset @param {number} limit @param {AbortSignal} signal
 * @returns {Promise<PaintingPage>}
 */
const pageOf = (query, offset, limit, signal) =>
  ask(`api/paintings?${query}&offset=${offset}&limit=${limit}`, { signal });
