// @ts-check
// The list of paintings that is shown: from the URL, else the selection of this browser; and what is known of them.

import { ask } from "../../lib/api.js";
import { known } from "../../lib/language.js";
import { nameOf } from "../../lib/names.js";
import { go } from "../../lib/route.js";
import { fitsInLink, isSelected, joined, selected, setSelection, split } from "../../lib/selection.js";

/** @import { Painting } from "../../lib/types.js" */

const AT_A_TIME = 500; // ids in one question to the server

export class PaintingList {
  /** In order. @type {string[]} */
  ids = [];
  /** Whether the URL holds the list, not this browser. */
  shared = false;
  title = "";
  #signal;
  /** By id, null where the collection has none. @type {Map<string, Painting | null>} */
  #known = new Map();

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  /** As the URL has it. @param {URLSearchParams} params */
  read(params) {
    this.shared = params.has("ids");
    this.ids = this.shared ? split(params.get("ids")) : selected();
    this.title = params.get("title") ?? "";
  }

  /** Make this the list: in the URL where it is short enough, else in this browser. @param {string[]} ids */
  write = (ids, quietly = false) => {
    const inLink = this.shared && fitsInLink(ids) ? joined(ids) : "";
    if (!inLink && (!this.shared || ids.length)) setSelection(ids);
    go("selection", { ids: inLink, title: this.title }, quietly);
  };

  /**
   * What is known of a painting; null where the collection has none, undefined where nobody asked yet.
   * @param {string} id
   */
  known(id) {
    return this.#known.get(id);
  }

  /** What a painting of the list is called. @param {string} id */
  titleOf(id) {
    const painting = this.#known.get(id);
    return painting ? nameOf(painting) : id;
  }

  /** The ids that the collection does not have, as far as is known. */
  get missing() {
    return this.ids.filter((id) => this.#known.get(id) === null);
  }

  /** The list without them. */
  get present() {
    return this.ids.filter((id) => this.#known.get(id) !== null);
  }

  /** Those of them that this browser has not selected. */
  get unselected() {
    return this.present.filter((id) => !isSelected(id));
  }

  /** Those of the first so many of which nothing is known yet. */
  unknown(length = this.ids.length) {
    return this.ids.slice(0, length).filter((id) => !this.#known.has(id));
  }

  /** Ask about paintings. @param {string[]} ids */
  async load(ids) {
    for (let at = 0; at < ids.length; at += AT_A_TIME) {
      const body = { ids: ids.slice(at, at + AT_A_TIME) };
      const { paintings, missing } = await ask("api/selection", { body, signal: this.#signal });
      for (const painting of paintings) this.#known.set(painting.id, painting);
      for (const id of missing) this.#known.set(id, null);
    }
  }
}
