// @ts-check
// What the parts of the comparison share: the URL, what the server answered about the pair, and what the URL asks for.

import { filtersOf } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { coloursIn, coloursOnce } from "../../lib/palette.js";
import { go } from "../../lib/route.js";
import { weightPairs, weightsIn } from "../../lib/weights.js";

/** @import { CollectionFacts, Comparison, Region, Weights } from "../../lib/types.js" */
/** @typedef {"a" | "b"} Which the picture searched for, and the one found */

/** @type {Which[]} */
export const BOTH = ["a", "b"];
/** @type {Record<string, string>} */
export const WAYS = { side: say("compare.side"), swipe: say("compare.swipe"), blend: say("compare.blend") };
export const STRENGTH = 85;
const PAIR = ["a", "upload", "plus", "minus", "b", "region"]; // with the weights, what another explanation belongs to

export class CompareState {
  /** @type {URLSearchParams} */
  params;
  /** What the server answered about this pair. @type {Comparison | null} */
  pair = null;
  collection;
  signal;

  /** @param {URLSearchParams} params @param {{ collection: CollectionFacts, signal: AbortSignal }} tools */
  constructor(params, { collection, signal }) {
    this.params = params;
    this.collection = collection;
    this.signal = signal;
  }

  /** Go to another state of this view; null takes a parameter away. @param {Record<string, any>} changes */
  change = (changes, quietly = false) => {
    const next = new URLSearchParams(this.params);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, String(value));
    }
    go("compare", next, quietly);
  };

  /** The answer about the pair, once it is there. @returns {Comparison} */
  get there() {
    if (!this.pair) throw new Error("the pair is not there yet");
    return this.pair;
  }

  /** What makes this pair another one. */
  get identity() {
    return JSON.stringify([
      PAIR.map((name) => this.params.getAll(name)),
      weightPairs(weightsIn(this.params)),
      this.metric,
    ]);
  }

  /** Whether two pictures are named. */
  get isPair() {
    const { params } = this;
    return Boolean((params.get("a") || params.get("upload")) && params.get("b"));
  }

  /** The picture that was searched for. @returns {{ id?: string | null, upload?: string | null }} */
  get query() {
    const upload = this.params.get("upload");
    return upload ? { upload } : { id: this.params.get("a") };
  }

  /** What was wanted and unwanted beside it: ids or "upload:TOKEN". */
  get examples() {
    return { plus: this.params.getAll("plus"), minus: this.params.getAll("minus") };
  }

  get region() {
    return regionIn(this.params);
  }

  /** The mix that is asked for, null for the collection's own. */
  get mix() {
    return this.#mixIn(this.params);
  }

  /** The overlays that are drawn. */
  get overlays() {
    const there = this.pair?.overlays ?? [];
    return (this.params.get("overlay") ?? "").split(",").filter((name) => there.some((one) => one.name === name));
  }

  /** How the pictures hang. */
  get way() {
    const given = this.params.get("way") ?? "";
    return given in WAYS ? given : "side";
  }

  /** Whether both can be laid over each other. */
  get canLay() {
    return !this.there.a.trouble && !this.there.b.trouble;
  }

  /** How the search that this comes from compared, null where it was not asked for anything. */
  get metric() {
    return metricIn(new URLSearchParams(this.params.get("from") ?? ""));
  }

  /** The body of the search that this comes from; without one, of the search by the first. */
  get search() {
    const from = this.params.get("from");
    return from === null
      ? { ...this.query, ...this.examples, region: this.region, weights: this.mix }
      : this.#searchOf(new URLSearchParams(from));
  }

  /** The body of a search for the parameters of the view "search". @param {URLSearchParams} from */
  #searchOf(from) {
    const { where, text } = filtersOf(from),
      said = from.get("words")?.trim() ?? "";
    return {
      id: from.get("upload") ? null : from.get("id"),
      upload: from.get("upload"),
      plus: from.getAll("plus"),
      minus: from.getAll("minus"),
      region: regionIn(from),
      words: said,
      colours: coloursOnce(coloursIn(from.get("colours"))),
      weights: this.#mixIn(from, said ? ["words"] : []),
      where,
      text,
      metric: metricIn(from),
    };
  }

  /**
   * The weights of features that there are, and of `more`.
   * @param {URLSearchParams} params @param {string[]} [more] @returns {Weights | null}
   */
  #mixIn(params, more = []) {
    const known = [...this.collection.features.map(({ name }) => name), ...more];
    const there = Object.entries(weightsIn(params) ?? {}).filter(([name]) => known.includes(name));
    return there.some(([, weight]) => weight > 0) ? Object.fromEntries(there) : null;
  }
}

/** @param {URLSearchParams} params */
const regionIn = (params) => /** @type {Region | null} */ (params.get("region")?.split(",").map(Number) ?? null);

/** @param {URLSearchParams} params @returns {"csls" | null} */
const metricIn = (params) => (params.get("metric") === "csls" ? "csls" : null);
