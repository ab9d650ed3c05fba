// @ts-check
// The collection as a map: like paintings lie near each other; coloured by any column, searched by looking, chosen by
// lasso.
//
//   method=tsne|umap|pca|time  how it is laid out
//   w.FEATURE=0..100        the mix of features, the default without
//   colour=cluster|COLUMN   what colours mean
//   value=VALUE             further values that have a colour of their own
//   only=KEY                the entry of the legend that stands out alone
//   box=x0,y0,x1,y1         what is in view
//   pictures=0              dots only
//   id=ID                   the painting that is opened
//   area=x,y,x,y,...        what the lasso holds; of=N a whole cluster
//   and the filters of lib/filters.js

import { ask } from "../lib/api.js";
import { make, tell } from "../lib/dom.js";
import { filterQuery } from "../lib/filters.js";
import { pause } from "../lib/job.js";
import { say } from "../lib/language.js";
import { drawClusters } from "../lib/map_clusters.js";
import { imageUrl } from "../lib/names.js";
import { current } from "../lib/route.js";
import { scatter } from "../lib/scatter.js";
import { isSelected, select, selection } from "../lib/selection.js";
import { groupName } from "../lib/words.js";
import { Choosing } from "./map/choosing.js";
import { Colours } from "./map/colours.js";
import { makeControls } from "./map/controls.js";
import { MapLoading } from "./map/loading.js";
import { keys, makeStage } from "./map/stage.js";
import { MapState } from "./map/state.js";
import { announcer, Opened, Tip } from "./map/telling.js";
import { methodIn, mixIn, NAMES, numbersIn } from "./map/url.js";

/** @import { MapFacts, Tools, View } from "../lib/types.js" */
/** @import { Box } from "../lib/scatter/camera.js" */

export const title = say("view.map");

const FIRST_LOOK = 50; // milliseconds in which a map that is there already is drawn with the page
/** @type {Record<string, string>} */
const READING = {
  tsne: say("map.read-tsne"),
  umap: say("map.read-umap"),
  time: say("map.read-time"),
  pca: say("map.read-pca"),
};

/** @param {HTMLElement} place @param {URLSearchParams} first @param {Tools} tools @returns {Promise<View>} */
export async function show(place, first, { collection, signal }) {
  const state = new MapState(first, await ask("api/map/options", { signal }), { collection, signal });
  const page = new MapPage(place, state);
  await Promise.race([page.update(first), pause(FIRST_LOOK, signal).catch(() => {})]);
  return { update: (params) => page.update(params), leave: () => page.leave() };
}

/** The page: its parts, and what a change of the URL brings about. */
class MapPage {
  #state;
  #stage;
  #plot;
  #colours;
  #choosing;
  #opened;
  #loading;
  #controls;
  #reading = make("p", { class: "reading" });
  #clusters = make("section", { class: "clusters", "aria-label": say("groups.label") });
  /** The map that was asked for last. */
  #wanted = "";
  /**
   * What is drawn now, so that only what has changed is done again.
   * @type {{ [part: string]: string | null | undefined }}
   */
  #drawn = {};

  /** @param {HTMLElement} place @param {MapState} state */
  constructor(place, state) {
    this.#state = state;
    const { signal } = state;
    const said = make("div", { class: "unseen", role: "status", "aria-live": "polite" }),
      total = make("p", { class: "count", role: "status" }),
      opened = make("section", { class: "opened", "aria-label": say("view.painting"), hidden: true }),
      legend = make("section", { class: "legend", "aria-label": say("map.legend") }),
      chosen = make("section", { class: "chosen", "aria-label": say("map.chosen"), hidden: true });
    const stage = (this.#stage = makeStage({
      onmode: (name) => this.#setMode(name),
      onzoom: (factor) => plot.zoomBy(factor),
      onwhole: () => plot.reset(),
    }));
    this.#controls = makeControls(state);
    place.replaceChildren(
      make("div", { class: "bar" }, make("h1", {}, say("view.map")), total, this.#controls.ways),
      this.#controls.element,
      make("div", { class: "sheet" }, stage.element, opened, legend),
      this.#reading,
      make(
        "details",
        { class: "fold keys" },
        make("summary", {}, say("map.keys")),
        make("div", { id: "map-keys", "data-keys": true }, keys()),
      ),
      said,
      chosen,
      this.#clusters,
    );
    const plot = (this.#plot = this.#scatter());
    this.#loading = new MapLoading(state, stage, (map, meanwhile) => this.#use(map, meanwhile));
    const reload = () => void this.#loading.load().catch(tell);
    this.#colours = new Colours(state, plot, { legend, total, reload });
    this.#choosing = new Choosing(state, plot, chosen);
    this.#opened = new Opened(state, plot, stage.canvas, this.#colours, opened);
    this.#tip = new Tip(state, stage, this.#colours);
    this.#announce = announcer(state, this.#colours, said);
    selection.addEventListener("change", this.#choosing.markPicked, { signal });
    addEventListener("themechange", this.#repaint, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#repaint, { signal });
    signal.addEventListener("abort", () => this.#loading.stop());
    Object.assign(place, { plot }); // for whoever looks at the page from its console, and for its tests
  }

  /** @type {Tip} */
  #tip;
  /** @type {(i: number) => Promise<void>} */
  #announce;

  #scatter() {
    const state = this.#state;
    return scatter(this.#stage.canvas, {
      url: (i) => imageUrl(state.idOf(i)),
      hover: (i, at) => this.#tip.show(i, at),
      open: (i) => this.#opened.open(i, () => this.#redraw("id")),
      pick: (i) => {
        const id = state.idOf(i);
        select([id], !isSelected(id));
        this.#announce(i);
      },
      focus: (i, at) => {
        this.#tip?.show(i, at);
        if (i >= 0) this.#announce(i);
      },
      area: (polygon) => {
        if (!state.meanwhile && this.#choosing.takeArea(polygon)) this.#setMode("pan");
      },
      view: (box) => {
        if (state.meanwhile || current().name !== "map") return;
        const text = box ? box.map((value, at) => (at % 2 ? value : value / state.stretch).toFixed(4)).join(",") : null;
        if (text !== state.params.get("box")) state.change({ box: text }, true);
      },
    });
  }

  /** @param {URLSearchParams} params */
  async update(params) {
    const state = this.#state;
    state.params = params;
    this.#controls.update();
    try {
      const wanted = JSON.stringify([methodIn(params, state.options), mixIn(params)]);
      if (wanted !== this.#wanted) {
        this.#wanted = wanted;
        await this.#loading.load();
      } else await this.#apply();
    } catch (error) {
      tell(error);
    }
  }

  leave() {
    this.#loading.stop();
    this.#plot.leave();
  }

  /** A map has come. @param {MapFacts} map @param {boolean} meanwhile */
  async #use(map, meanwhile) {
    const state = this.#state,
      { element, canvas, progress } = this.#stage;
    const { clientWidth, clientHeight } = element;
    state.stretch =
      map.method === "pca" ? 1 : Math.min(2.4, Math.max(0.6, clientWidth / Math.max(1, clientHeight))) || 1;
    map = {
      ...map,
      x: map.x.map((x) => x && x * state.stretch),
      clusters: map.clusters.map((cluster) => ({ ...cluster, name: groupName(cluster.name) })),
    };
    state.map = map;
    state.meanwhile = meanwhile;
    this.#drawn = {};
    element.classList.remove("waiting");
    if (!meanwhile) progress.hidden = true;
    this.#plot.setBox(null);
    this.#plot.setPoints(map.x, map.y);
    this.#plot.setYears(map.years ?? null);
    canvas.setAttribute("aria-label", say("map.label", map.n, NAMES[map.method]));
    this.#reading.textContent = howToRead(map);
    this.#choosing.markPicked();
    drawClusters(this.#clusters, map, {
      facts: state.facts,
      take: (number) => this.#choosing.takeCluster(number),
      alone: (name) => {
        state.change({ colour: null, value: null, only: name });
        canvas.scrollIntoView({ block: "center" });
      },
    });
    await this.#apply();
  }

  /** Bring what is drawn in line with the URL; only what has changed is done again. */
  async #apply() {
    const state = this.#state,
      drawn = this.#drawn,
      { map } = state;
    if (!map) return;
    const filtered = filterQuery(state.params);
    if (drawn.filtered !== filtered) {
      drawn.filtered = filtered;
      state.passing = filtered ? await this.#passing(filtered, map) : null;
      if (state.map !== map) return;
      drawn.colour = drawn.area = undefined;
    }
    const colour = this.#colours.asked;
    if (drawn.colour !== colour) {
      drawn.colour = colour;
      const column = await this.#colours.column(map);
      if (state.map !== map) return;
      this.#colours.draw(column, map);
    }
    const { params, meanwhile } = state;
    this.#plot.setPictures(params.get("pictures") !== "0");
    if (!meanwhile && drawn.box !== params.get("box")) {
      drawn.box = params.get("box");
      this.#look(numbersIn(params, "box", 4));
    }
    const area = meanwhile ? "" : `${params.get("area")} ${params.get("of")} ${params.get("only")}`;
    if (drawn.area !== area) {
      drawn.area = area;
      this.#choosing.apply(map);
    }
    if (drawn.id !== params.get("id")) {
      drawn.id = params.get("id");
      await this.#opened.tell(drawn.id);
    }
  }

  /** See a box, null for the whole map. @param {number[] | null} numbers */
  #look(numbers) {
    if (!numbers) return this.#plot.setBox(null);
    const { stretch } = this.#state,
      [x0, y0, x1, y1] = numbers,
      box = /** @type {Box} */ ([x0 * stretch, y0, x1 * stretch, y1]);
    if (this.#plot.box().some((value, at) => Math.abs(value - box[at]) > 2e-4)) this.#plot.setBox(box);
  }

  /**
   * Which paintings pass the filters, null where that is not known.
   * @param {string} filtered @param {MapFacts} map
   */
  async #passing(filtered, map) {
    try {
      const found = await ask(`api/map/passing?${filtered}`, { signal: this.#state.signal });
      const pass = new Uint8Array(map.ids.length);
      for (const row of found.rows) pass[row] = 1;
      return pass;
    } catch (error) {
      tell(error);
      return null;
    }
  }

  /** Do one part again. @param {"id" | "colour"} part */
  #redraw(part) {
    this.#drawn[part] = undefined;
    this.#apply().catch(tell);
  }

  #repaint = () => this.#redraw("colour");

  /** @param {string} name */
  #setMode(name) {
    this.#plot.setMode(name);
    for (const button of this.#stage.modes.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.mode === name));
  }
}

/** What one may read from a map, and what not. @param {MapFacts} map */
const howToRead = (map) =>
  [
    READING[map.method],
    map.explained === null ? "" : say("map.variance", map.explained),
    map.fitted < map.n ? say("map.placed", map.fitted) : "",
    map.skipped ? say("map.skipped", map.skipped) : "",
  ]
    .filter(Boolean)
    .join(" ");
