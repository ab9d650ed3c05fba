// @ts-check
// The review: paintings that do not fit their label, one after the other; keep the label, correct it or skip. The URL
// has `attribute`, `state` (open, decided, skipped, disagreed, all), `order` (suspicion, label, suggested), `second`
// (1: also what only others have decided, unseen), `rare` (1: also classes of few paintings), `unlikely` (1: also what is
// doubted but probably right) and `at`, the painting. A decision shows the next painting at once; it is sent behind the page's back (lib/outbox.js) and kept until the server
// has it.

import { inField, make, notice, tell, toast } from "../lib/dom.js";
import { AskError, ignored, isAbort } from "../lib/errors.js";
import { JobError } from "../lib/job.js";
import { say } from "../lib/language.js";
import { openOutbox, outbox, send, waiting } from "../lib/outbox.js";
import { person } from "../lib/person.js";
import { go, href } from "../lib/route.js";
import { attributeName, capital } from "../lib/words.js";
import { Deciding } from "./review/deciding.js";
import { askName, enlarge, keysOf } from "./review/dialogs.js";
import { makeHead } from "./review/head.js";
import { preload, showItem } from "./review/item.js";
import { pastOf } from "./review/past.js";
import { Queue } from "./review/queue.js";
import { read } from "./review/url.js";

/** @import { Job, Tools, View } from "../lib/types.js" */

export const title = say("view.review");

const AHEAD = 3,
  UNSENT = 800; // milliseconds: what is sent at once needs no words
/** @type {Record<string, string>} */
const NONE = {
  decided: say("review.none-decided"),
  skipped: say("review.none-skipped"),
  disagreed: say("review.none-disagreed"),
  all: say("review.none"),
};

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { collection, signal }) {
  openOutbox(collection.name);
  const page = new ReviewPage(place, new Queue(read(params), signal));
  await page.load();
  return { update: (now) => page.update(now), leave: () => page.leave() };
}

class ReviewPage {
  #place;
  #queue;
  #head;
  #deciding;
  /** @type {ReturnType<typeof pastOf> | null} */
  #past = null;
  #stage = make("div", { class: "stage" });
  #unsent = make("p", { class: "unsent", role: "status", hidden: true });
  #spoken = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
  #after = make("div", { class: "afterwards" });
  #timer = 0;
  #loads = 0;

  /** @param {HTMLElement} place @param {Queue} queue */
  constructor(place, queue) {
    this.#place = place;
    this.#queue = queue;
    this.#head = makeHead(queue, {
      askName: this.#askName,
      second: (on) => this.#secondOpinion(on),
    });
    this.#deciding = new Deciding(queue, {
      askedName: async () => person() || (await this.#askName()),
      speak: (text) => {
        this.#spoken.textContent = text;
      },
      showAt: (id) => this.#showAt(id),
      showEnd: () => this.#showEnd(),
    });
    this.#listen(queue.signal);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    outbox.addEventListener("sent", () => this.#past?.refresh().catch(ignored), { signal });
    outbox.addEventListener("change", () => this.#showUnsent(), { signal });
    /** @param {string} name @param {(detail: any) => void} run */
    const on = (name, run) =>
      outbox.addEventListener(name, (event) => run(/** @type {CustomEvent} */ (event).detail), { signal });
    on("delayed", ({ error }) => {
      if (error.status !== 0) tell(error);
    });
    on("refused", ({ entry, error }) => this.#refused(entry.body, error));
  }

  async load() {
    const queue = this.#queue,
      own = ++this.#loads;
    await send(); // so that the counts of the queue include these decisions
    this.#head.element.replaceChildren(make("h1", {}, say("view.review")));
    this.#place.replaceChildren(this.#head.element, this.#stage);
    try {
      await queue.load((job, attribute) => this.#showJob(job, attribute));
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      this.#failed(error);
      return;
    }
    if (own !== this.#loads) return;
    const { asked, facts, signal } = queue;
    this.#past = pastOf({
      attribute: facts.attribute,
      signal,
      named: queue.named,
      undo: this.#deciding.undo,
      at: (/** @type {string} */ id) => ({ ...queue.wanted, state: "all", at: id }),
    });
    this.#after.replaceChildren(this.#past.place, this.#head.about);
    this.#head.fill();
    this.#place.replaceChildren(
      this.#head.element,
      this.#spoken,
      this.#unsent,
      keysOf(),
      this.#stage,
      this.#deciding.element,
      this.#after,
    );
    this.#showUnsent();
    const { at } = asked;
    if (at && !queue.ids.includes(at)) {
      await queue.fetch([at]);
      if (queue.item(at)) queue.ids = [at, ...queue.ids];
    }
    await this.#showAt(at && (queue.item(at) || queue.ids.includes(at)) ? at : (queue.ids[0] ?? null));
    this.#past.refresh().catch(ignored);
  }

  /** @param {URLSearchParams} params */
  update(params) {
    const queue = this.#queue,
      before = queue.asked,
      asked = (queue.asked = read(params));
    const same =
      before.state === asked.state &&
      before.order === asked.order &&
      before.second === asked.second &&
      before.rare === asked.rare &&
      before.unlikely === asked.unlikely &&
      (!asked.attribute || asked.attribute === before.attribute);
    if (!same) return this.load().catch(this.#failed);
    asked.attribute ||= before.attribute;
    if (asked.at === queue.at) return;
    const ended = queue.ids.length > 0 && queue.at === null && !before.at;
    return this.#showAt(asked.at ?? (ended ? null : (queue.ids[0] ?? null))).catch(this.#failed);
  }

  leave() {
    clearTimeout(this.#timer);
  }

  /** @param {Job} job @param {string} attribute */
  #showJob({ caption, done, total }, attribute) {
    this.#stage.replaceChildren(
      make(
        "div",
        { class: "notice", role: "status" },
        make("p", { class: "what" }, say("review.looking", attributeName(attribute))),
        make("p", {}, caption ? `${say("common.of", done, total)}.` : say("review.waits"), ` ${say("review.once")}`),
        make("progress", { max: total || 1, value: total ? done : null, "aria-label": say("review.progress") }),
      ),
    );
  }

  /** @param {string | null} id */
  async #showAt(id) {
    const queue = this.#queue,
      { asked, ids } = queue;
    queue.at = id;
    if (id === null) return this.#showEnd();
    if (!queue.item(id)) this.#stage.setAttribute("aria-busy", "true");
    await queue.fetch([id]);
    if (queue.at !== id) return;
    this.#stage.removeAttribute("aria-busy");
    const item = queue.item(id);
    if (!item) return this.#showEnd();
    queue.asked.at = id;
    if (new URLSearchParams(location.hash.split("?")[1]).get("at") !== id)
      history.replaceState(null, "", href("review", { ...queue.wanted, at: id }));
    this.#stage.replaceChildren(
      showItem(item, {
        blind: asked.second,
        me: person(),
        undo: this.#deciding.undo,
        enlarge: () => enlarge(item.painting),
      }),
    );
    this.#deciding.element.hidden = false;
    this.#deciding.fill(item);
    this.#head.fillProgress();
    const here = ids.indexOf(id),
      near = [...ids.slice(here + 1, here + 1 + AHEAD), ids[here - 1]];
    queue
      .fetch(near)
      .then(() => {
        for (const next of near.map((one) => queue.item(one ?? null))) if (next) preload(next);
      })
      .catch(ignored);
  }

  #showEnd() {
    const { facts, asked } = this.#queue,
      { counts } = facts,
      { attribute } = asked;
    this.#queue.at = null;
    this.#deciding.element.hidden = true;
    this.#head.fillProgress();
    const all = asked.state === "open";
    const reviewed = counts.all ? say("review.all-done", counts.all) : say("review.none");
    const done = say("review.totals", counts.decided, counts.skipped);
    /** @param {object} params @param {string} text */
    const link = (params, text) => make("a", { class: "button second", href: href("review", params) }, text);
    this.#stage.replaceChildren(
      make(
        "div",
        { class: "notice" },
        make("p", { class: "what" }, all ? reviewed : NONE[asked.state]),
        make("p", {}, all && counts.all ? done : ""),
        all && counts.skipped ? link({ attribute, state: "skipped" }, say("review.to-skipped")) : null,
        all ? null : link({ attribute }, say("review.to-open")),
      ),
    );
  }

  /** @param {boolean} on */
  async #secondOpinion(on) {
    if (on && !(person() || (await this.#askName()))) return this.#head.fill();
    go("review", { ...this.#queue.wanted, second: on ? 1 : null, at: null });
  }

  #askName = () =>
    askName(() => {
      if (this.#queue.asked.second) this.load().catch(this.#failed);
      else this.#head.fill();
    });

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || inField(event))
      return;
    const { at } = this.#queue,
      item = this.#queue.item(at);
    const run = event.key === "z" ? () => item && enlarge(item.painting) : this.#deciding.onKey(event.key);
    if (!run || (at === null && event.key !== "u")) return;
    event.preventDefault();
    run();
  }

  /** The server has not taken a decision. @param {{ painting?: string, id?: string }} body @param {AskError} error */
  #refused({ painting, id }, error) {
    const queue = this.#queue,
      look = () => go("review", { ...queue.wanted, at: painting });
    toast(
      say("review.refused", error.message, capital(error.hint)),
      painting ? { text: say("review.look"), run: look } : null,
    );
    if (!painting || !queue.item(painting)) return;
    queue.takeBack(painting, id);
    this.#head.fillProgress();
    if (painting === queue.at) this.#showAt(painting);
  }

  #showUnsent() {
    clearTimeout(this.#timer);
    if (!waiting().length) {
      this.#unsent.hidden = true;
      return;
    }
    this.#timer = setTimeout(() => {
      const number = waiting().length;
      this.#unsent.textContent = say("review.unsent", number);
      this.#unsent.hidden = !number;
    }, UNSENT);
  }

  #failed = (/** @type {any} */ error) => {
    if (isAbort(error)) return;
    if (!(error instanceof AskError)) throw error;
    this.#stage.replaceChildren(
      notice(error, { text: say("common.try-again"), run: () => this.load().catch(this.#failed) }),
    );
  };
}
