// @ts-check
// What colours mean on the map: the column that is asked for, the looks of its values, and the legend.

import { ask } from "../../lib/api.js";
import { tell, toast } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { drawLegend, looksOf } from "../../lib/map_legend.js";
import { isDark } from "../../lib/theme.js";
import { attributeName, capital } from "../../lib/words.js";
import { colourIn } from "./url.js";

/** @import { Scatter } from "../../lib/scatter.js" */
/** @import { Column, MapFacts } from "../../lib/types.js" */
/** @import { MapState } from "./state.js" */
/** @typedef {Pick<Column, "kind" | "values" | "codes" | "numbers">} Coloured */

export class Colours {
  #state;
  #plot;
  #legend;
  #total;
  #reload;
  /** @type {Map<string, Promise<Column>>} */
  #columns = new Map();

  /**
   * `legend` and `total` are filled; `reload` is called for a map of the collection as it is now.
   * @param {MapState} state @param {Scatter} plot
   * @param {{ legend: HTMLElement, total: HTMLElement, reload: () => void }} tools
   */
  constructor(state, plot, { legend, total, reload }) {
    this.#state = state;
    this.#plot = plot;
    this.#legend = legend;
    this.#total = total;
    this.#reload = reload;
  }

  /** What colours hang on, to be compared with before. */
  get asked() {
    const { params, only } = this.#state;
    return JSON.stringify([colourIn(params), params.getAll("value"), only, isDark()]);
  }

  /** The column that the URL names. @param {MapFacts} map @returns {Promise<Coloured>} */
  async column(map) {
    const name = colourIn(this.#state.params);
    if (name === "cluster")
      return { kind: "labels", values: map.clusters.map((cluster) => cluster.name), codes: map.cluster, numbers: [] };
    try {
      let asked = this.#columns.get(name);
      if (!asked) {
        asked = ask(`api/map/column?${new URLSearchParams({ name })}`, { signal: this.#state.signal });
        this.#columns.set(name, asked);
      }
      const found = await asked;
      if (found.index === map.index) return found;
      this.#columns.delete(name);
      toast(say("frame.new-index"), { text: say("map.load-new"), run: this.#reload });
    } catch (error) {
      this.#columns.delete(name);
      tell(error);
    }
    return { kind: "labels", values: [], codes: new Array(map.ids.length).fill(-1), numbers: [] };
  }

  /** Draw the points and the legend by a column. @param {Coloured} column @param {MapFacts} map */
  draw(column, map) {
    const state = this.#state,
      { params, only, change } = state;
    const values = params.getAll("value"),
      byCluster = colourIn(params) === "cluster";
    const looks = looksOf(column, only === null ? values : [only, ...values], isDark(), state.passes);
    state.looks = looks;
    /** @param {number} i */
    const stands = (i) => state.passes(i) && (!only || looks.keyOf(i) === only);
    const faint = state.passing || only ? Uint8Array.from(map.ids, (_, i) => (stands(i) ? 0 : 1)) : null;
    this.#plot.setLooks(looks.looks, looks.of);
    this.#plot.setFaint(faint);
    this.#plot.setNames(byCluster && !only ? clusterNames(map) : []);
    drawLegend(
      this.#legend,
      { title: this.name, ...looks },
      only,
      (key) => change({ only: key }),
      (value) => change({ value: [value, ...values.filter((one) => one !== value)], only: null }),
    );
    const standing = faint ? faint.reduce((sum, one, i) => sum + (state.isPlaced(i) && !one ? 1 : 0), 0) : map.n;
    this.#total.textContent =
      standing === map.n ? say("count.paintings", map.n) : say("map.stand-out", standing, map.n);
    this.#plot.load();
  }

  get name() {
    const name = colourIn(this.#state.params);
    return name === "cluster" ? capital(say("attribute.cluster")) : capital(attributeName(name));
  }

  /** What the column says of a point: "Style: Cubism". @param {number} i */
  valueOf = (i) => (this.#state.looks ? `${this.name}: ${this.#state.looks.textOf(i)}` : "");
}

/** A name where most of its cluster lies: at the median of its places. @param {MapFacts} map */
function clusterNames(map) {
  const at = map.clusters.map(() => ({ x: /** @type {number[]} */ ([]), y: /** @type {number[]} */ ([]) }));
  map.cluster.forEach((number, i) => {
    if (number < 0) return;
    at[number].x.push(Number(map.x[i]));
    at[number].y.push(Number(map.y[i]));
  });
  /** @param {number[]} values */
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return map.clusters.map(({ name }, number) => ({ text: name, x: middle(at[number].x), y: middle(at[number].y) }));
}
