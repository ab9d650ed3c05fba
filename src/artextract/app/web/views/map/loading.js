// @ts-check
// Waiting for a map: it is asked for until it is there; meanwhile the one by PCA, which comes first, is shown.

import { ask } from "../../lib/api.js";
import { make, notice, tell } from "../../lib/dom.js";
import { AskError } from "../../lib/errors.js";
import { waitFor } from "../../lib/job.js";
import { say } from "../../lib/language.js";
import { CAPTIONS, methodIn, mixIn, NAMES } from "./url.js";

/** @import { Job, MapAnswer, MapFacts } from "../../lib/types.js" */
/** @import { Stage } from "./stage.js" */
/** @import { MapState } from "./state.js" */

const FIRST = "pca";

export class MapLoading {
  #state;
  #stage;
  #use;
  #loading = new AbortController();

  /** @param {MapState} state @param {Stage} stage @param {(map: MapFacts, meanwhile: boolean) => Promise<void>} use */
  constructor(state, stage, use) {
    this.#state = state;
    this.#stage = stage;
    this.#use = use;
  }

  stop() {
    this.#loading.abort();
  }

  /** Load the map that the URL names. */
  async load() {
    this.stop();
    this.#loading = new AbortController();
    const { signal } = this.#loading,
      { params, options } = this.#state;
    const wish = methodIn(params, options),
      weights = mixIn(params);
    /** @param {string} method */
    const path = (method) => `api/map?${new URLSearchParams({ method, weights })}`;
    let early = wish !== FIRST;
    this.#stage.element.classList.add("waiting");
    /** @param {Job} job @param {number} seconds */
    const report = async (job, seconds) => {
      this.#showProgress(job, wish, seconds);
      if (!early || !job.caption.includes(CAPTIONS[wish])) return;
      /** @type {MapAnswer} */
      const before = await ask(path(FIRST), { signal });
      if (before.state !== "done" || !before.map) return;
      early = false;
      await this.#use(before.map, true);
      this.#showProgress(job, wish, seconds);
    };
    try {
      /** @type {MapAnswer} */
      const { map } = await waitFor(path(wish), report, signal);
      if (map) await this.#use(map, false);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AskError)) throw error;
      this.#failed(error);
    }
  }

  /** @param {Job} job @param {string} wish @param {number} seconds */
  #showProgress({ state, done, total }, wish, seconds) {
    const { progress } = this.#stage,
      { map, meanwhile } = this.#state;
    const waits = state === "waiting" && seconds > 2;
    progress.hidden = false;
    progress.className = `progress${map && meanwhile ? " small" : ""}`;
    const text = waits ? say("map.waiting") : say("map.computing", NAMES[wish]);
    const bar = total > 1 ? { max: total, value: done } : {};
    progress.replaceChildren(
      make(
        "p",
        { role: "status" },
        text,
        total > 1 ? ` (${say("common.of", done, total)})` : "",
        make("span", { class: "faint number", "aria-hidden": "true" }, `  ${Math.round(seconds)} s`),
      ),
      make("progress", { ...bar, "aria-label": say("map.progress") }),
      make("p", { class: "faint" }, map && meanwhile ? say("map.meanwhile") : say("map.kept")),
    );
  }

  /** @param {AskError} error */
  #failed(error) {
    const { element, progress } = this.#stage;
    element.classList.remove("waiting");
    progress.hidden = false;
    progress.className = `progress failed${this.#state.map ? " small" : ""}`;
    progress.replaceChildren(notice(error, { text: say("common.try-again"), run: () => this.#again() }));
  }

  async #again() {
    const { params, options, signal } = this.#state;
    try {
      await ask("api/map/again", { body: { method: methodIn(params, options), weights: mixIn(params) }, signal });
      await this.load();
    } catch (error) {
      tell(error);
    }
  }
}
