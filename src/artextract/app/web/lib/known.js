// @ts-check
// What is known of paintings that are named by their ids alone.

import { ask } from "./api.js";
import { nameOf } from "./names.js";

/** @import { Painting } from "./types.js" */

const AT_A_TIME = 500; // ids in one question to the server

export class KnownPaintings {
  #signal;
  /** By id, null where the collection has none. @type {Map<string, Painting | null>} */
  #known = new Map();

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  /**
   * What is known of a painting; null where the collection has none, undefined where nobody asked yet.
   * @param {string} id
   */
  known(id) {
    return this.#known.get(id);
  }

  /** What a painting is called. @param {string} id */
  titleOf(id) {
    const painting = this.#known.get(id);
    return painting ? nameOf(painting) : id;
  }

  /** Those of which nothing is known yet. @param {string[]} ids */
  unknownOf(ids) {
    return ids.filter((id) => !this.#known.has(id));
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
