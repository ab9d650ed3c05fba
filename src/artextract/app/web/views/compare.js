// @ts-check
// Two pictures side by side, or one laid over the other: what was searched for and what was found, with what the
// features see drawn over both, and why they match.
//
//   a=ID or upload=TOKEN   what was searched for; region=l,t,r,b the part of it
//   plus=..., minus=...    what was wanted and unwanted beside it, as in a search
//   b=ID                   what was found
//   w.FEATURE=WEIGHT       the mix; without any the collection's own
//   overlay=NAME,NAME      what is drawn over both; colour=N only that colour of the palette; strength=PER CENT
//   way=swipe|blend        one over the other; part=PER CENT of the second
//   at=x,y,scale           what is seen; then=x,y,scale of the second where they are not zoomed together
//   from=...               the parameters of the search that this comes from, for the hits before and after
//
// Keys: + - 0 1 and the arrows look closer, [ and ] go to the hit before and after, S swaps, V changes how they hang, O
// shows or hides the overlays.

import { ask } from "../lib/api.js";
import { heldIn, inField, later, make, notice } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { exportButton } from "../lib/export.js";
import { say } from "../lib/language.js";
import { altText, imageUrl } from "../lib/names.js";
import { go, href } from "../lib/route.js";
import { weightPairs } from "../lib/weights.js";
import { inStep } from "../lib/zoom.js";
import { Controls } from "./compare/controls.js";
import { makeFigure, sideName, waiting } from "./compare/figure.js";
import { Overlays } from "./compare/overlays.js";
import { parts } from "./compare/parts.js";
import { closenessOf, keys, labels, reasons } from "./compare/reasons.js";
import { BOTH, CompareState, WAYS } from "./compare/state.js";
import { Steps } from "./compare/steps.js";
import { prose } from "../lib/said.js";

/** @import { Painting, Region, Tools, View } from "../lib/types.js" */
/** @import { Seen } from "../lib/zoom.js" */

export const title = say("view.compare");

const STILL = 250, // milliseconds after which the URL tells what is seen
  LARGE = 1600;
const TO_GALLERY = { text: say("common.to-gallery"), run: () => go("gallery") };

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {View} */
export function show(place, params, { collection, signal }) {
  const page = new ComparePage(place, new CompareState(params, { collection, signal }));
  addEventListener("keydown", (event) => page.pressed(event), { signal });
  page.fill();
  return { update: (next) => page.update(next), leave: () => page.leave() };
}

class ComparePage {
  #state;
  #steps;
  #body = make("div", { class: "body" });
  #identity = "";
  #leaving = new AbortController();
  /** @type {Pair | null} */
  #pair = null;
  #remembered = "regions"; // the overlays that come back with O

  /** @param {HTMLElement} place @param {CompareState} state */
  constructor(place, state) {
    this.#state = state;
    this.#steps = new Steps(state);
    place.append(this.#steps.element, this.#body);
  }

  /** @param {URLSearchParams} params */
  update(params) {
    this.#state.params = params;
    if (this.#state.identity !== this.#identity) return this.fill();
    this.#steps.draw();
    if (!this.#state.pair) return;
    this.#pair?.arrange();
    this.#pair?.restore();
  }

  leave() {
    this.#leaving.abort();
    this.#pair?.destroy();
  }

  /** Load the pair that the URL names. */
  async fill() {
    const state = this.#state,
      body = this.#body;
    this.#leaving.abort();
    const own = (this.#leaving = new AbortController());
    this.#identity = state.identity;
    if (!state.isPair) {
      state.pair = null;
      const message = say("compare.two"),
        hint = say("compare.two-hint");
      return body.replaceChildren(notice({ message, hint }, TO_GALLERY));
    }
    this.#steps.draw();
    this.#steps.load(own.signal);
    if (state.pair) body.classList.add("changing");
    else body.replaceChildren(waiting(state));
    try {
      const { query, examples, region, params, mix } = state;
      const answer = await ask("api/compare", {
        body: { ...query, ...examples, region, hit: params.get("b"), weights: mix, metric: state.metric },
        signal: own.signal,
      });
      if (state.signal.aborted) return;
      state.pair = answer;
      this.#build(own.signal);
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      state.pair = null;
      const again = { text: say("common.try-again"), run: () => this.fill() };
      body.replaceChildren(notice(error, error.status === 404 ? TO_GALLERY : again));
    } finally {
      if (own === this.#leaving) body.classList.remove("changing");
    }
  }

  /** @param {AbortSignal} signal */
  #build(signal) {
    const body = this.#body,
      held = heldIn(body)?.textContent ?? null;
    this.#pair?.destroy();
    this.#pair = new Pair(this.#state, signal, (name) => this.#toggle(name));
    document.title = `${this.#pair.name} · ArtExtract`;
    body.replaceChildren(...this.#pair.parts());
    if (held !== null)
      [...body.querySelectorAll("button")].find((one) => one.textContent === held)?.focus({ preventScroll: true });
    this.#pair.restore();
    this.#pair.arrange();
  }

  /** @param {string} name */
  #toggle(name) {
    const now = this.#state.overlays,
      next = (now.includes(name) ? now.filter((one) => one !== name) : [...now, name]).join(",");
    if (next) this.#remembered = next;
    this.#state.change({ overlay: next, colour: null });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || inField(event, "input:not([type=checkbox]), select, textarea"))
      return;
    if (event.key === "[") return this.#steps.go("prev");
    if (event.key === "]") return this.#steps.go("next");
    const state = this.#state,
      pair = this.#pair,
      key = event.key.toLowerCase();
    if (!state.pair || !pair) return;
    if (key === "s") return pair.swap();
    if (key === "v" && pair.controls.hasWays) {
      const names = Object.keys(WAYS),
        next = names[(names.indexOf(state.way) + 1) % names.length];
      return state.change({ way: next === "side" ? null : next, part: null });
    }
    if (key === "o" && state.pair.overlays.length)
      return state.change({ overlay: state.overlays.length ? null : this.#remembered, colour: null });
    pair.zoomKey(event);
  }
}

/** The page of one pair. */
class Pair {
  controls;
  name;
  #state;
  #figures;
  #overlays;
  #pictures;
  #step;

  /**
   * @param {CompareState} state @param {AbortSignal} signal aborts with another pair
   * @param {(name: string) => void} toggle
   */
  constructor(state, signal, toggle) {
    this.#state = state;
    const { a, b } = state.there;
    this.name = say("compare.heading", sideName(a), sideName(b));
    this.#figures = { a: makeFigure(state, "a"), b: makeFigure(state, "b") };
    this.#overlays = new Overlays(state, this.#figures, signal);
    this.#pictures = make("div", { class: "pictures" }, this.#figures.a.element, this.#figures.b.element);
    this.#step = inStep(this.#figures.a.zoom, this.#figures.b.zoom);
    this.controls = new Controls(state, this.#zooms, {
      toggle,
      apart: (together) => {
        this.#step(together);
        state.change({ ...this.#places(), apart: together ? null : "1" }, true);
      },
    });
    const remember = later(STILL, () => {
      if (!state.signal.aborted) state.change(this.#places(), true);
    });
    for (const zoom of this.#zooms) zoom.addEventListener("change", remember);
  }

  get #zooms() {
    return BOTH.map((which) => this.#figures[which].zoom);
  }

  destroy() {
    for (const zoom of this.#zooms) zoom.destroy();
  }

  parts() {
    const pair = this.#state.there;
    return [
      make("div", { class: "heading" }, make("h1", {}, this.name), make("p", { class: "near-by" }, closenessOf(pair))),
      this.controls.element,
      this.#pictures,
      make("div", { class: "legend" }, this.#overlays.legends, this.controls.strong),
      make(
        "section",
        { class: "why", "aria-labelledby": "why-of" },
        make("h2", { id: "why-of" }, say("compare.why")),
        make("p", { class: "summary" }, prose(pair.facts, pair.summary)),
      ),
      make(
        "div",
        { class: "columns" },
        make("div", {}, parts(this.#state), reasons(pair)),
        make("div", { class: "aside" }, labels(pair), this.#regions(), this.#links()),
      ),
      keys(),
    ];
  }

  /** Controls, overlays and the way they hang as the URL says. */
  arrange() {
    const state = this.#state,
      hanging = state.canLay ? state.way : "side",
      laid = hanging !== "side";
    const { part, power } = this.controls.arrange(hanging);
    this.#layOver(hanging, part);
    this.#pictures.style.setProperty("--strength", String(power / 100));
    this.#pictures.classList.toggle("laid", laid);
    this.#overlays.draw(laid ? [] : state.overlays);
  }

  /** The second over the first, in the frame of the first. @param {string} hanging @param {number} part per cent */
  #layOver(hanging, part) {
    const { sheet } = this.#figures.a,
      { painting } = this.#state.there.b;
    let over = sheet.querySelector(".laid-over");
    if (hanging === "side" || !painting) return over?.remove();
    if (!over) {
      over = make(
        "div",
        { class: "laid-over" },
        make("img", { src: imageUrl(painting.id, LARGE), alt: say("compare.over", altText(painting)) }),
        make("span", { class: "edge" }),
      );
      sheet.append(over);
    }
    const picture = over.querySelector("img"),
      edge = over.querySelector("span");
    if (!picture || !edge) return;
    picture.style.clipPath = hanging === "swipe" ? `inset(0 0 0 ${part}%)` : "none";
    picture.style.opacity = String(hanging === "blend" ? part / 100 : 1);
    edge.hidden = hanging !== "swipe";
    edge.style.left = `${part}%`;
  }

  /** What is seen of both, as the URL has it. */
  #places() {
    const { a, b } = this.#figures;
    return { at: written(a.zoom.view), then: this.controls.together.checked ? null : written(b.zoom.view) };
  }

  /** See what the URL says. */
  restore() {
    const { params } = this.#state,
      { a, b } = this.#figures,
      apart = params.get("apart") === "1";
    this.controls.together.checked = !apart;
    this.#step(!apart);
    const now = this.#places();
    if (params.get("at") !== now.at) a.zoom.look(readPlace(params.get("at")), apart);
    if (apart && params.get("then") !== now.then) b.zoom.look(readPlace(params.get("then")), true);
    else if (!apart) b.zoom.look(a.zoom.view, true);
  }

  /** @param {KeyboardEvent} event */
  zoomKey(event) {
    const { zoom } = this.#figures.a;
    if (!event.key.startsWith("Arrow") || zoom.view.scale > 1) zoom.key(event);
  }

  #regions() {
    const { regions } = this.#state.there;
    if (!regions.length) return null;
    return make(
      "section",
      { class: "regions", "aria-labelledby": "regions-of" },
      make("h3", { id: "regions-of" }, say("compare.regions")),
      make(
        "ol",
        {},
        regions.map(({ number, a, b, similarity }) =>
          make(
            "li",
            {},
            make(
              "button",
              { type: "button", class: "quiet", onclick: () => this.#closer(a, b) },
              say("compare.closer", number),
            ),
            " ",
            make(
              "span",
              { class: "faint number", title: say("compare.cosine") },
              say("compare.similarity", similarity),
            ),
          ),
        ),
      ),
    );
  }

  /** Both regions large, each on its own picture. @param {Region} a @param {Region} b */
  #closer(a, b) {
    const { change, overlays } = this.#state;
    this.controls.together.checked = false;
    this.#step(false);
    this.#figures.a.zoom.reach(a);
    this.#figures.b.zoom.reach(b);
    const overlay = [...new Set(["regions", ...overlays])].join(",");
    change({ ...this.#places(), apart: "1", way: null, overlay });
    this.#pictures.scrollIntoView({ block: "nearest" });
  }

  #links() {
    const { query, mix, there } = this.#state;
    const swap = make(
      "button",
      {
        type: "button",
        class: "button second",
        onclick: () => this.swap(),
        title: say("compare.swap-title"),
      },
      say("compare.swap"),
    );
    return make(
      "nav",
      { class: "links", "aria-label": say("compare.links") },
      query.id ? swap : null,
      make(
        "a",
        { class: "button second", href: href("search", [["id", there.b.painting?.id], ...weightPairs(mix)]) },
        say("compare.search"),
      ),
      query.id && there.b.painting
        ? make(
            "a",
            {
              class: "button second",
              href: href("path", [["a", query.id], ["b", there.b.painting.id], ...weightPairs(mix)]),
              title: say("compare.path-title"),
            },
            say("compare.path"),
          )
        : null,
      exportButton(() => this.#exported()),
    );
  }

  /** The paintings of the pair with their matching regions, to be exported. */
  #exported() {
    const { there } = this.#state;
    /** @type {["a" | "b", Painting][]} */
    const sides = [];
    for (const which of BOTH) {
      const { painting } = there[which];
      if (painting) sides.push([which, painting]);
    }
    return {
      ids: sides.map(([, { id }]) => id),
      title: this.name,
      regions: there.regions.flatMap((region) =>
        sides.map(([which, { id }]) => ({ id, box: region[which], text: say("compare.region", region.number) })),
      ),
    };
  }

  swap() {
    const { query, params, change } = this.#state;
    if (!query.id) return;
    change({
      a: params.get("b"),
      b: query.id,
      plus: null,
      minus: null,
      region: null,
      at: params.get("then") ?? params.get("at"),
      then: params.get("apart") ? params.get("at") : null,
    });
  }
}

/** @param {Seen} seen */
const written = ({ x, y, scale }) => (scale <= 1.001 ? null : [x.toFixed(4), y.toFixed(4), scale.toFixed(3)].join(","));

/** @param {string | null} text @returns {Seen} */
const readPlace = (text) => {
  const [x, y, scale] = (text ?? "").split(",").map(Number);
  return Number.isFinite(scale) ? { x, y, scale } : { x: 0.5, y: 0.5, scale: 1 };
};
