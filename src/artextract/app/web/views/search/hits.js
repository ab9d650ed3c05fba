// @ts-check
// The hits of a search: asking for them, showing them, and what is said where there are none.

import { ask } from "../../lib/api.js";
import { make, notice, toast } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { exportButton } from "../../lib/export.js";
import { hitCard } from "../../lib/hits.js";
import { say, sayAround } from "../../lib/language.js";
import { nameOf } from "../../lib/names.js";
import { go, href } from "../../lib/route.js";
import { EXAMPLES } from "../../lib/selection.js";
import { chooseFile, uploadAgain } from "../../lib/upload.js";
import { sizeSlider } from "../../lib/sizes.js";
import { weightPairs } from "../../lib/weights.js";
import { bandName, capital, featureName, spelled } from "../../lib/words.js";
import { MOST, pairs, request, tokenOf, uploadsOf, withUpload } from "./url.js";

/** @import { Act } from "../../lib/why.js" */
/** @import { Action, BandFacts, SearchAnswer, SearchHit, SearchRequest } from "../../lib/types.js" */
/** @import { SearchState } from "./state.js" */

const STEP = 48,
  SLOW = 200; // milliseconds after which the page says that a search takes its time

/** Errors that come from filters, by their codes. */
const FILTERS = /filter|label|column|value|word|year|number/;

export class Hits {
  running = false;
  #state;
  #shown;
  #heading = make("h1", {}, say("hits.heading"));
  #counted = make("p", { class: "count", role: "status" });
  #message = make("div", { class: "message" });
  #notes = make("ul", { class: "notes", hidden: true });
  #grid = make("div", { class: "grid" });
  #near = make("p", { class: "faint nearness" });
  #more = make(
    "button",
    { type: "button", class: "button second", hidden: true, onclick: () => this.#askMore() },
    say("hits.more"),
  );
  #out = exportButton(() => this.#exported(), say("common.export"), { hidden: true });
  #asking = new AbortController();
  #turn = 0;
  #triedAgain = 0;
  element = make(
    "section",
    { class: "hits", "aria-label": say("hits.label") },
    make("div", { class: "bar" }, this.#heading, this.#counted, sizeSlider(), this.#out),
    this.#message,
    this.#notes,
    this.#grid,
    make("div", { class: "more" }, this.#more),
    this.#near,
    keys(),
  );

  /** `shown` is called once hits are on the page. @param {SearchState} state @param {() => void} shown */
  constructor(state, shown) {
    this.#state = state;
    this.#shown = shown;
  }

  /** @param {{ message: string, hint: string }} error @param {Action | null} [action] */
  tell(error, action) {
    this.#message.replaceChildren(notice(error, action));
    this.#message.scrollIntoView({ block: "nearest" });
  }

  /** All sliders are at 0. */
  nothingCounts = () => {
    this.#giveUp();
    this.#stale(true);
    const error = { message: say("hits.no-weight"), hint: say("hits.no-weight-hint") };
    this.#message.replaceChildren(notice(error));
  };

  /** A file is looked at, null where none is any more. @param {string | null} file */
  waiting(file) {
    if (file === null && this.running) return;
    this.#stale(file !== null);
    if (file !== null) {
      this.#message.replaceChildren();
      this.#counted.textContent = say("search.looking-at", file || say("search.your-picture"));
    } else if (this.#state.answer) this.#tellCount(this.#state.answer);
  }

  /** No search is shown any more. */
  stop() {
    this.#giveUp();
    this.#grid.replaceChildren();
    this.#message.replaceChildren();
    this.#counted.textContent = "";
  }

  /** Another picture is searched with. */
  clear() {
    this.#grid.replaceChildren();
    scrollTo(0, 0);
  }

  /** Go to the hit `step` places on. @param {number} step */
  move(step) {
    /** @type {HTMLElement[]} */
    const links = [...this.#grid.querySelectorAll("a.hang")].filter((link) => link instanceof HTMLElement);
    const own = document.activeElement?.closest(".card")?.querySelector("a.hang"),
      at = links.findIndex((link) => link === own);
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  }

  /** Do with the hit that has the focus what a button behind "Why" does. @param {string} kind */
  act(kind) {
    const card = document.activeElement?.closest(".card"),
      at = [...this.#grid.children].findIndex((one) => one === card),
      hit = this.#state.answer?.hits[at];
    if (hit)
      this.#acts()
        .find(({ name }) => name === kind)
        ?.run(hit, at + 1);
  }

  /** What the hits are. */
  headed() {
    const { main, region, words: said, colours } = this.#state.asked;
    this.#heading.textContent = region
      ? say("hits.detail")
      : main
        ? say("hits.heading")
        : !said
          ? say("hits.colours")
          : `${say("common.quoted", said)}${colours.length ? ` ${say("hits.words-colours")}` : ""}`;
    if (!main) document.title = `${said || say("begin.palette")} · ArtExtract`;
  }

  async search() {
    const state = this.#state;
    this.#asking.abort();
    this.#asking = new AbortController();
    const own = ++this.#turn,
      body = request(state.asked, new Set(state.relevant.map(({ name }) => name)));
    this.running = true;
    this.#stale(true);
    const slow = setTimeout(() => {
      if (own === this.#turn && !state.answer) this.#counted.textContent = say("hits.searching");
    }, SLOW);
    try {
      const signal = AbortSignal.any([state.signal, this.#asking.signal]);
      /** @type {SearchAnswer} */
      const found = await ask("api/search", { body, signal });
      if (own !== this.#turn) return;
      this.#message.replaceChildren();
      this.#show(found, body);
    } catch (error) {
      if (isAbort(error) || own !== this.#turn) return;
      if (!(error instanceof AskError)) throw error;
      if (error.status === 404 && (await this.#sentAgain(own))) return;
      if (own !== this.#turn) return;
      this.#notes.hidden = true;
      this.#counted.textContent = state.answer ? say("hits.before") : "";
      this.#message.replaceChildren(notice(error, this.#remedy(error)));
    } finally {
      clearTimeout(slow);
      if (own === this.#turn) {
        this.running = false;
        this.#grid.removeAttribute("aria-busy");
      }
    }
  }

  #giveUp() {
    this.#asking.abort();
    this.#turn++;
    this.running = false;
  }

  /** @param {boolean} on */
  #stale(on) {
    this.#grid.classList.toggle("stale", on);
    if (on) this.#grid.setAttribute("aria-busy", "true");
    else this.#grid.removeAttribute("aria-busy");
  }

  /** @param {SearchAnswer} found @param {SearchRequest} body */
  #show(found, body) {
    const state = this.#state,
      { asked } = state,
      before = state.answer?.hits ?? [];
    const longer =
      state.body !== null &&
      JSON.stringify({ ...body, k: 0 }) === JSON.stringify({ ...state.body, k: 0 }) &&
      found.hits.length >= before.length &&
      before.every((hit, at) => hit.id === found.hits[at].id && hit.score === found.hits[at].score) &&
      this.#grid.children.length === before.length;
    state.answer = found;
    state.body = body;
    this.#stale(false);
    for (const hit of found.hits) state.titles.set(hit.id, nameOf(hit));
    const kept = longer ? before.length : 0,
      added = found.hits.slice(kept).map((hit, at) => this.#card(hit, kept + at + 1, found.weights));
    if (longer) this.#grid.append(...added);
    else this.#grid.replaceChildren(...added);
    this.#tellCount(found);
    if (!found.hits.length) this.#tellNone();
    this.#more.hidden = found.hits.length < asked.k || found.hits.length >= Math.min(MOST, found.n_candidates);
    this.#out.hidden = !found.hits.length;
    this.#showNotes(found);
    this.#shown();
    this.#refocus();
  }

  /** @param {SearchHit} hit @param {number} rank @param {Record<string, number>} weights */
  #card(hit, rank, weights) {
    return hitCard(hit, rank, { weights, compare: this.#compareLink(hit), acts: this.#acts() });
  }

  /** @param {SearchAnswer} answer */
  #tellCount({ hits, n_candidates, exact }) {
    this.#counted.textContent = hits.length
      ? say(exact ? "hits.count" : "hits.count-approximate", hits.length, n_candidates)
      : "";
  }

  #tellNone() {
    const { filters } = this.#state.asked;
    const hint = filters.length ? say("hits.remove-filter") : say("hits.try-other");
    this.#message.replaceChildren(
      notice({ message: say("hits.none"), hint }, filters.length ? this.#withoutFilters : null),
    );
  }

  #withoutFilters = { text: say("hits.without-filters"), run: () => this.#state.change({ filters: [] }) };

  /** What was asked to count and does not. @param {SearchAnswer} found */
  #showNotes({ n_candidates, note, bands, hits, query }) {
    const { asked, missing } = this.#state;
    const silent = Object.entries(missing).filter(([name]) => asked.main && (asked.weights?.[name] ?? 0) > 0);
    const few = n_candidates < asked.k && n_candidates > 0 && asked.filters.length > 0;
    const framed = asked.main !== null && tokenOf(asked.main) !== null && !asked.region; // a photograph, it may be
    const far = [say(hits[0]?.band === "related" ? "hits.far-related" : "hits.far"), framed ? say("hits.framed") : ""];
    this.#notes.replaceChildren(
      ...(note ? [make("li", { class: "far" }, far.join(" ").trim())] : []),
      ...Object.entries(query.dropped).map(([word, near]) => make("li", {}, say("hits.dropped", word, near))),
      ...silent.map(([name, reason]) => make("li", {}, say("hits.silent", capital(featureName(name)), reason))),
      ...(few ? [make("li", {}, say("hits.all"))] : []),
    );
    this.#notes.hidden = !this.#notes.children.length;
    this.#near.textContent = hits.length ? meaning(bands) : "";
  }

  /** The focus is where it was wanted once the hits are there. */
  #refocus() {
    const { refocus } = this.#state,
      { children } = this.#grid;
    if (!refocus) return;
    this.#state.refocus = null;
    const link = children[Math.min(refocus.rank, children.length - 1)]?.querySelector("a");
    link?.focus({ preventScroll: Boolean(refocus.still) });
  }

  #askMore() {
    const { answer, asked, change } = this.#state;
    this.#state.refocus = { rank: answer?.hits.length ?? 0 };
    change({ k: Math.min(MOST, asked.k + STEP) }, true);
  }

  #exported() {
    const { body, answer, name } = this.#state;
    return body && answer?.hits.length ? { search: body, title: name, total: answer.hits.length } : null;
  }

  /** @returns {Act[]} */
  #acts() {
    const state = this.#state;
    /** @param {"plus" | "minus"} kind @param {string} text @returns {Act["run"]} */
    const add = (kind, text) => (hit, rank) => {
      const before = state.asked;
      if (before.plus.length + before.minus.length >= EXAMPLES) return toast(say("hits.too-many", EXAMPLES));
      state.refocus = { rank: rank - 1, still: true };
      state.change(before.main ? { [kind]: [...before[kind], hit.id] } : { main: hit.id });
      toast(`${text}: ${nameOf(hit)}.`, { text: say("common.undo"), run: () => go("search", pairs(before)) });
    };
    const wanted = {
      name: "plus",
      text: `+ ${say("hits.plus")}`,
      label: say("hits.more-like"),
      run: add("plus", say("hits.more-like")),
    };
    const unwanted = {
      name: "minus",
      text: `− ${say("hits.minus")}`,
      label: say("hits.less-like"),
      run: add("minus", say("hits.less-like")),
    };
    return state.asked.main ? [wanted, unwanted] : [wanted];
  }

  /** @param {SearchHit} hit */
  #compareLink(hit) {
    const { asked } = this.#state,
      { main, plus, minus, region, weights } = asked;
    if (!main) return null;
    const token = tokenOf(main);
    return href("compare", [
      token === null ? ["a", main] : ["upload", token],
      ...plus.map((name) => ["plus", name]),
      ...minus.map((name) => ["minus", name]),
      ["b", hit.id],
      ["region", region?.join(",")],
      ...weightPairs(weights),
      ["from", new URLSearchParams(pairs(asked)).toString()],
    ]);
  }

  /** What can be done about an error. @param {AskError} error @returns {Action | null} */
  #remedy({ status, code }) {
    const { asked, change } = this.#state,
      [upload] = uploadsOf(asked);
    if (status === 404 && upload !== undefined) {
      const to = (/** @type {string} */ token) => pairs(withUpload(this.#state.asked, upload, token));
      return { text: say("hits.file-again"), run: () => chooseFile(to) };
    }
    if (status === 0 || status >= 500) return { text: say("common.try-again"), run: () => this.search() };
    if (asked.filters.length && FILTERS.test(code)) return this.#withoutFilters;
    if (status === 400 && asked.weights) return { text: say("hits.default-mix"), run: () => change({ weights: null }) };
    if (status === 400 && asked.region) return { text: say("search.whole"), run: () => change({ region: null }) };
    return status === 404 ? { text: say("hits.anew"), run: () => go("search") } : null;
  }

  /**
   * Give the server again the pictures that it has forgotten, where this page still has the files; the URL then names
   * them as they are called now.
   * @param {number} own
   */
  async #sentAgain(own) {
    const state = this.#state;
    /** @type {[string, string | null][]} */
    const again = [];
    try {
      for (const token of new Set(uploadsOf(state.asked))) again.push([token, await uploadAgain(token, state.signal)]);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      return false;
    }
    if (own !== this.#turn || !again.length) return false;
    let next = state.asked;
    for (const [before, now] of again) {
      if (now === null) return false;
      next = withUpload(next, before, now);
    }
    if (again.every(([before, now]) => before === now)) {
      // the same server had pushed them out for newer ones
      if (own === this.#triedAgain) return false;
      this.#triedAgain = this.#turn + 1;
      this.search();
      return true;
    }
    state.now = next;
    go("search", pairs(next), true);
    return true;
  }
}

/** What the bands mean, and what chance would put into them. @param {Record<string, BandFacts>} bands */
function meaning(bands) {
  const rare = Object.entries({ related: 100, close: 1_000, "very close": 10_000 }).filter(([name]) => bands[name]);
  if (!rare.length) return "";
  const told = rare.map(([name, pairs]) => say("hits.rare", bandName(name), pairs, amount(bands[name].by_chance)));
  return say("hits.meaning", told);
}

/** @param {number} number */
const amount = (number) => spelled(number >= 10 ? Math.round(number) : Number(number.toPrecision(1)));

function keys() {
  const key = (/** @type {string} */ text) => make("kbd", {}, text);
  const [shift, escape] = [key(say("key.shift")), key(say("key.escape"))];
  return make(
    "p",
    { class: "faint keys", "data-keys": true },
    sayAround("hits.keys", key("j"), key("k"), key("+"), key("−"), shift, escape),
  );
}
