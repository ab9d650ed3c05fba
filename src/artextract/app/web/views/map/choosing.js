// @ts-check
// Choosing paintings on the map: by a lasso, a rectangle or a whole cluster.

import { toast } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { drawChosen, markChosen } from "../../lib/map_chosen.js";
import { isSelected, select } from "../../lib/selection.js";
import { numbersIn } from "./url.js";

/** @import { Scatter } from "../../lib/scatter.js" */
/** @import { Corner } from "../../lib/scatter/scene.js" */
/** @import { MapFacts } from "../../lib/types.js" */
/** @import { MapState } from "./state.js" */

const CORNERS = 36; // of an area, as the URL has it

export class Choosing {
  #state;
  #plot;
  #place;

  /** @param {MapState} state @param {Scatter} plot @param {HTMLElement} place where what is chosen is shown */
  constructor(state, plot, place) {
    this.#state = state;
    this.#plot = plot;
    this.#place = place;
  }

  /**
   * All in an area, null to give the area up.
   * @param {Corner[] | null} polygon @returns {boolean} whether one is chosen
   */
  takeArea(polygon) {
    const { change } = this.#state;
    if (!polygon) {
      change({ area: null, of: null });
      return false;
    }
    const step = Math.max(1, polygon.length / CORNERS);
    const corners = Array.from(
      { length: Math.min(polygon.length, CORNERS) },
      (_, at) => polygon[Math.floor(at * step)],
    );
    const { stretch } = this.#state;
    const area = corners.flatMap(([x, y]) => [(x / stretch).toFixed(4), y.toFixed(4)]);
    change({ area: area.join(","), of: null });
    this.#takeAll((n) => (n ? say("map.area-added", n) : say("map.area-none")));
    return true;
  }

  /** All of a cluster. @param {number} number */
  takeCluster(number) {
    this.#state.change({ of: number, area: null });
    this.#takeAll((n) => say("map.group-added", n, this.#state.map?.clusters[number].name));
    this.#place.scrollIntoView({ block: "nearest" });
  }

  /** `said(n)` tells how many were added. @param {(n: number) => string} said */
  #takeAll(said) {
    const ids = this.#state.chosenIds,
      added = ids.filter((id) => !isSelected(id));
    select(added);
    toast(said(ids.length), added.length ? { text: say("common.undo"), run: () => select(added, false) } : null);
  }

  /** Show the paintings in the area or the cluster that the URL names, and pass the filters. @param {MapFacts} map */
  apply(map) {
    const state = this.#state,
      { params, meanwhile, passes, facts, signal } = state;
    const numbers = meanwhile ? null : numbersIn(params, "area", 6),
      cluster = meanwhile || !params.get("of") ? null : map.clusters[Number(params.get("of"))],
      { only } = state;
    const polygon =
      numbers &&
      Array.from(
        { length: numbers.length >> 1 },
        (_, at) => /** @type {Corner} */ ([numbers[2 * at] * state.stretch, numbers[2 * at + 1]]),
      );
    this.#plot.setArea(polygon);
    this.#place.hidden = !polygon && !cluster;
    state.rows = [];
    if (polygon)
      state.rows = this.#plot.inside(polygon).filter((i) => passes(i) && (!only || state.looks?.keyOf(i) === only));
    else if (cluster)
      state.rows = [...map.cluster.keys()].filter((i) => map.cluster[i] === cluster.number && passes(i));
    if (this.#place.hidden) {
      this.#place.replaceChildren();
      return;
    }
    drawChosen(this.#place, {
      ids: state.chosenIds,
      title: cluster && !polygon ? cluster.name : say("map.chosen"),
      facts,
      signal,
      close: () => state.change({ area: null, of: null }),
    });
  }

  /** Mark the paintings that are in the selection. */
  markPicked = () => {
    const { map, chosenIds } = this.#state;
    if (!map) return;
    this.#plot.setPicked(Uint8Array.from(map.ids, (id) => (isSelected(id) ? 1 : 0)));
    if (!this.#place.hidden) markChosen(this.#place, chosenIds);
  };
}
