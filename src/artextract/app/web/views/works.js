// @ts-check
// Pictures that show one work, to be decided on, and details that several paintings share.
//
// show=motifs   repeated motifs; without it duplicates and versions
// state=        open (without it), decided, different or all
// page=N        which page of groups

import { ask } from "../lib/api.js";
import { make, notice } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { waitFor } from "../lib/job.js";
import { known, say } from "../lib/language.js";
import { isSignedIn, personField } from "../lib/person.js";
import { href } from "../lib/route.js";
import { duplicateGroup, motifGroup } from "./works/groups.js";

/** @import { CollectionFacts, DuplicatesPage, Job, MotifsPage, Tools, View } from "../lib/types.js" */
/** @typedef {DuplicatesPage | MotifsPage} Page */

export const title = say("view.works");

const AT_ONCE = 12; // groups of a page
const STATES = /** @type {const} */ (["open", "decided", "different", "all"]);

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { collection, signal }) {
  const page = new WorksPage(place, collection, signal);
  await page.update(params);
  return { update: (next) => page.update(next) };
}

class WorksPage {
  #collection;
  #signal;
  #asking = new AbortController();
  #params = new URLSearchParams();
  #head = make("div", { class: "bar" });
  #body = make("div", { class: "works-body" });

  /** @param {HTMLElement} place @param {CollectionFacts} collection @param {AbortSignal} signal */
  constructor(place, collection, signal) {
    this.#collection = collection;
    this.#signal = signal;
    place.replaceChildren(this.#head, this.#body);
  }

  /** @param {URLSearchParams} params */
  async update(params) {
    const another = this.#params.toString() !== params.toString();
    this.#params = params;
    if (another) scrollTo(0, 0);
    await this.#load(false);
  }

  get #motifs() {
    return this.#params.get("show") === "motifs";
  }

  /** @param {boolean} start */
  async #load(start) {
    this.#asking.abort();
    this.#asking = new AbortController();
    const signal = AbortSignal.any([this.#asking.signal, this.#signal]);
    const kind = this.#motifs ? "motifs" : "duplicates",
      offset = AT_ONCE * (this.#page - 1);
    const query = {
      offset,
      limit: AT_ONCE,
      state: this.#state,
      ...(start ? { start } : {}),
    };
    const path = `api/works/${kind}?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, `${value}`]))}`;
    try {
      if (this.#motifs && !this.#collection.can.motifs) return this.#unprepared();
      /** @type {Page} */
      const found = await waitFor(
        path,
        (job) => this.#progress(job),
        signal,
        ({ job }) => job,
      );
      if (found.done) this.#show(found);
      else this.#offer();
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      this.#headed(null);
      this.#body.replaceChildren(notice(error, { text: say("works.try-again"), run: () => this.#load(start) }));
    }
  }

  get #state() {
    return STATES.find((state) => state === this.#params.get("state")) ?? "open";
  }

  get #page() {
    return Math.max(1, Math.round(Number(this.#params.get("page")) || 1));
  }

  /** @param {Page | null} found */
  #headed(found) {
    const { state: _, page: __, ...rest } = Object.fromEntries(this.#params);
    /** @param {string} text @param {boolean} on @param {Record<string, any>} params */
    const choice = (text, on, params) =>
      make("a", { class: "button second", href: href("works", params), "aria-current": on ? "true" : null }, text);
    const kinds = make(
      "div",
      { class: "choices", role: "group" },
      choice(say("works.duplicates"), !this.#motifs, {}),
      choice(say("works.motifs"), this.#motifs, { show: "motifs" }),
    );
    const counts = found?.counts;
    const states = counts
      ? make(
          "div",
          { class: "choices", role: "group" },
          STATES.map((state) =>
            choice(say(`works.${state}`, counts[state] ?? 0), state === this.#state, {
              ...rest,
              state: state === "open" ? null : state,
            }),
          ),
        )
      : null;
    this.#head.replaceChildren(
      make("h1", {}, title),
      kinds,
      ...(states ? [states] : []),
      ...(states && this.#collection.can.decide && !isSignedIn() ? [personField(say("works.name"))] : []),
    );
  }

  /** @param {Page} found */
  #show(found) {
    this.#headed(found);
    const changed = this.#collection.can.decide ? () => this.#load(false) : null;
    const groups =
      "compared" in found
        ? found.groups.map((group) => duplicateGroup(group, changed))
        : found.groups.map((group) => motifGroup(group, changed));
    const pages = Math.ceil(found.total / AT_ONCE);
    const none = say(this.#motifs && !found.counts.all && !found.counts.different ? "works.no-motifs" : "works.none");
    this.#body.replaceChildren(
      ...(groups.length ? groups : [make("p", { class: "notice" }, none)]),
      ...(pages > 1 ? [this.#pages(pages)] : []),
    );
  }

  /** @param {number} pages */
  #pages(pages) {
    const now = this.#page;
    /** @param {number} page @param {string} text */
    const link = (page, text) =>
      page < 1 || page > pages
        ? null
        : make(
            "a",
            { class: "button second", href: href("works", { ...Object.fromEntries(this.#params), page }) },
            text,
          );
    return make(
      "nav",
      { class: "works-pages", "aria-label": say("works.pages") },
      link(now - 1, say("works.before")),
      make("span", { class: "faint" }, say("works.page", now, pages)),
      link(now + 1, say("works.after")),
    );
  }

  /** Nobody has looked yet. */
  #offer() {
    this.#headed(null);
    this.#body.replaceChildren(
      make(
        "div",
        { class: "notice" },
        make("p", { class: "what" }, say(this.#motifs ? "works.motifs-not-yet" : "works.not-yet")),
        ...(this.#collection.can.decide
          ? [
              make("p", {}, say("works.takes", this.#collection.n)),
              make("button", { type: "button", class: "button", onclick: () => this.#load(true) }, say("works.look")),
            ]
          : []),
      ),
    );
  }

  #unprepared() {
    this.#headed(null);
    this.#body.replaceChildren(
      make(
        "div",
        { class: "notice" },
        make("p", { class: "what" }, say("works.unprepared")),
        make("p", {}, say("reach.how"), " ", make("code", {}, "artextract index COLLECTION --motifs")),
      ),
    );
  }

  /** @param {Job} job */
  #progress({ caption, done, total }) {
    if (!this.#head.children.length) this.#headed(null);
    const bar = total > 1 ? { max: total, value: done } : {};
    this.#body.replaceChildren(
      make(
        "div",
        { class: "notice" },
        make("p", { role: "status" }, say("works.looking", known("works-step", caption) ?? caption, done, total)),
        make("progress", { ...bar, "aria-label": say("works.progress") }),
        make("p", {}, say("works.kept")),
      ),
    );
  }
}
