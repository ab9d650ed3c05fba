// @ts-check
// What the parts of the map's page share: the URL, the map that is shown, and what of it stands out.

import { ask } from "../../lib/api.js";
import { go } from "../../lib/route.js";
import { groupName } from "../../lib/words.js";
import { colourIn } from "./url.js";

/** @import { Looks } from "../../lib/map_legend.js" */
/** @import { CollectionFacts, MapFacts, MapOptions, Painting } from "../../lib/types.js" */

export class MapState {
  /** @type {URLSearchParams} */
  params;
  /** The map as it is drawn: where only nearness counts, it is as wide as its sheet. @type {MapFacts | null} */
  map = null;
  /** How much wider it is drawn than the server and the URL have it. */
  stretch = 1;
  /** Whether the map by PCA is shown until the one that was asked for is there. */
  meanwhile = false;
  /** @type {Looks | null} */
  looks = null;
  /** 1 for each painting that passes the filters, null without filters. @type {Uint8Array | null} */
  passing = null;
  /** The paintings that are chosen on the map, by their place in it. @type {number[]} */
  rows = [];
  collection;
  options;
  signal;
  /** @type {Map<string, Painting>} */
  #known = new Map();

  /**
   * @param {URLSearchParams} params @param {MapOptions} options
   * @param {{ collection: CollectionFacts, signal: AbortSignal }} tools
   */
  constructor(params, options, { collection, signal }) {
    this.params = params;
    this.options = options;
    this.collection = collection;
    this.signal = signal;
  }

  /** Go to another state of this view; null takes a parameter away. @param {Record<string, any>} changes */
  change = (changes, quietly = false) => {
    const next = new URLSearchParams(this.params);
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const one of [value].flat())
        if (one !== null && one !== undefined && one !== "") next.append(name, String(one));
    }
    go("map", next, quietly);
  };

  /** The id of a point. @param {number} i */
  idOf = (i) => /** @type {MapFacts} */ (this.map).ids[i];

  /** @param {number} i */
  isPlaced = (i) => this.map?.x[i] !== null;

  /** @param {number} i */
  passes = (i) => this.isPlaced(i) && (!this.passing || this.passing[i] === 1);

  /** The entry of the legend that stands out alone; a link may name a group in another language's quotation marks. */
  get only() {
    const only = this.params.get("only");
    return only !== null && colourIn(this.params) === "cluster" ? groupName(only) : only;
  }

  /** The paintings that are chosen on the map. */
  get chosenIds() {
    return this.rows.map(this.idOf);
  }

  /** What is known of a painting already. @param {string} id */
  known(id) {
    return this.#known.get(id);
  }

  /**
   * What is known of paintings, in the order of the ids; asked for once.
   * @param {string[]} ids @returns {Promise<Painting[]>}
   */
  facts = async (ids) => {
    const missing = [...new Set(ids)].filter((id) => !this.#known.has(id));
    for (let at = 0; at < missing.length; at += 100) {
      const query = new URLSearchParams(missing.slice(at, at + 100).map((id) => ["id", id]));
      /** @type {Painting[]} */
      const paintings = await ask(`api/map/paintings?${query}`, { signal: this.signal });
      for (const painting of paintings) this.#known.set(painting.id, painting);
    }
    return ids.map((id) => this.#known.get(id)).filter((painting) => painting !== undefined);
  };
}
