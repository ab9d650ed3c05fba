// @ts-check
// What the parts of a search's page share: what is asked for, what was found, and the way to ask for something else.

import { known, say } from "../../lib/language.js";
import { go } from "../../lib/route.js";
import { fileName } from "../../lib/upload.js";
import { FEW, pairs, tokenOf } from "./url.js";

/** @import { CollectionFacts, ColourShare, FeatureFacts } from "../../lib/types.js" */
/** @import { SearchAnswer, SearchRequest, Weights } from "../../lib/types.js" */
/** @import { Feature } from "../../lib/weights.js" */
/** @import { Asked } from "./url.js" */

export class SearchState {
  /** What the URL asks for, null where no search is shown. @type {Asked | null} */
  now = null;
  /** What was found for it, and the body of that search. @type {SearchAnswer | null} */
  answer = null;
  /** @type {SearchRequest | null} */
  body = null;
  /** What the sliders say and no search has been asked for yet. @type {Weights | null} */
  weighing = null;
  /** Whether the hits of another query are about to be shown, at the place where they were left. */
  arriving = false;
  /**
   * What is to have the focus once the hits are there: the hit at a place; `still` where the page does not scroll there.
   * @type {{ rank: number, still?: boolean } | null}
   */
  refocus = null;
  /**
   * What the picture is called that is searched with, and its colours.
   * @type {{ name: string, colours: ColourShare[] }}
   */
  subject = { name: "", colours: [] };
  /** Names of paintings that were found. @type {Map<string, string>} */
  titles = new Map();
  collection;
  signal;

  /** @param {{ collection: CollectionFacts, signal: AbortSignal }} tools */
  constructor({ collection, signal }) {
    this.collection = collection;
    this.signal = signal;
  }

  /** What the URL asks for, while a search is shown. @returns {Asked} */
  get asked() {
    if (!this.now) throw new Error("no search is shown");
    return this.now;
  }

  /**
   * Go on from what is shown; another query begins with few hits again. What was put off until the view had been left
   * does nothing.
   * @param {Partial<Asked>} changes
   */
  change = (changes, quietly = false) => {
    if (this.now && !this.signal.aborted) go("search", pairs({ ...this.now, k: FEW, ...changes }), quietly);
  };

  /** Whether a feature is indexed. @param {string} name */
  has(name) {
    return this.collection.features.some((feature) => feature.name === name);
  }

  /** What a painting or an upload is called. @param {string} name */
  titleOf(name) {
    const token = tokenOf(name);
    return this.titles.get(name) ?? (token === null ? name : (fileName(token) ?? say("search.your-picture")));
  }

  /** The features that this kind of query can have. @returns {Feature[]} */
  get relevant() {
    const { main, words, colours } = this.asked,
      { features } = this.collection;
    /** @param {FeatureFacts} feature */
    const fits = ({ name }) =>
      main !== null || (colours.length > 0 && name === "palette") || (words !== "" && name === "semantic");
    return [
      ...features.filter(fits).map(({ name, description }) => ({ name, description })),
      ...(words ? [{ name: "words", description: say("feature-about.words") }] : []),
    ];
  }

  /**
   * Why features say nothing of this query, for those who look and do not run the server.
   * @returns {Record<string, string>}
   */
  get missing() {
    const undescribed = new Set(this.collection.features.filter(({ describes }) => !describes).map(({ name }) => name));
    return Object.fromEntries(
      Object.entries(this.answer?.query.missing ?? {}).map(([feature, reason]) => [
        feature,
        undescribed.has(feature) ? say("search.cannot-describe") : (known("missing", reason) ?? reason),
      ]),
    );
  }

  /** What this search is called, in an export. */
  get name() {
    const { words, region } = this.asked,
      of = this.subject.name
        ? say("search.like", this.subject.name)
        : words
          ? say("common.quoted", words)
          : say("search.by-colours");
    return region ? say("search.detail-of", of) : of;
  }
}
