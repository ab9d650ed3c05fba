// @ts-check
// The page of a search: the query on the left, the hits on the right.

import { make } from "../../lib/dom.js";
import { keepPlace } from "../../lib/place.js";
import { Hits } from "./hits.js";
import { Motif } from "./motif.js";
import { QueryColumn } from "./query.js";
import { SearchState } from "./state.js";
import { onlyLooks } from "./url.js";

/** @import { AskError } from "../../lib/errors.js" */
/** @import { Action, Tools } from "../../lib/types.js" */
/** @import { Asked } from "./url.js" */

/** @param {Tools} tools */
export function workPage({ collection, signal }) {
  const state = new SearchState({ collection, signal });
  const toPlace = keepPlace(signal, () => Boolean(state.now && state.answer && !state.arriving));
  const hits = new Hits(state, () => {
    column.showWeights();
    column.subject.suggests.load();
    if (!state.arriving) return;
    state.arriving = false;
    toPlace();
  });
  const column = new QueryColumn(state, { nothingCounts: hits.nothingCounts });
  const element = make("div", { class: "work" }, column.element, hits.element);
  const motif = new Motif(signal);
  hits.element.prepend(motif.element);
  const forget = () => {
    state.answer = state.body = null;
  };
  return {
    element,
    /** @param {AskError} error @param {Action | null} [action] */
    tell: (error, action) => hits.tell(error, action),
    /** @param {string | null} file */
    waiting(file) {
      if (!element.hidden) hits.waiting(file);
    },
    stop() {
      hits.stop();
      motif.show(null);
      state.now = null;
      forget();
      column.subject.forget();
    },
    /** @param {number} step */
    move: (step) => hits.move(step),
    /** @param {string} kind */
    act: (kind) => hits.act(kind),
    /** @param {Asked} next @param {URLSearchParams} params */
    update(next, params) {
      const before = state.now,
        another = before !== null && before.main !== next.main;
      state.now = next;
      if (before && state.answer && onlyLooks(before, next)) return column.subject.suggests.look();
      if (before === null || another) {
        forget();
        state.arriving = true;
        if (another) hits.clear();
      }
      column.show(params);
      hits.headed();
      motif.show(next);
      return hits.search();
    },
  };
}
