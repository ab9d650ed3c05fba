// @ts-check
// The paintings of the review and what is decided of them, with decisions that the server does not know yet.

import { ask } from "../../lib/api.js";
import { waitFor } from "../../lib/job.js";
import { nameOf } from "../../lib/names.js";
import { waiting } from "../../lib/outbox.js";
import { person } from "../../lib/person.js";
import { written } from "./url.js";

/** @import { Decision, DecisionRequest, Job, QueueFacts, ReviewItem, ReviewPage } from "../../lib/types.js" */
/** @import { Asked } from "./url.js" */
/** @typedef {ReviewPage & { about: QueueFacts }} Facts what the server tells of the queue once it is there */
/** @typedef {DecisionRequest & { id: string }} Made a decision of this browser */

/** @param {string} one @param {string} other */
const sameName = (one, other) => one.toLowerCase() === other.toLowerCase();

export class Queue {
  /** @type {Asked} */
  asked;
  /** The painting on the page, null at the end. @type {string | null} */
  at = null;
  /** @type {string[]} */
  ids = [];
  /** Decisions of this visit that were not undone, the latest last. @type {Decision[]} */
  mine = [];
  signal;
  /** @type {Facts | null} */
  #facts = null;
  /** @type {Map<string, ReviewItem>} */
  #items = new Map();

  /** @param {Asked} asked @param {AbortSignal} signal */
  constructor(asked, signal) {
    this.asked = asked;
    this.signal = signal;
  }

  /** What the server answered about the queue. @returns {Facts} */
  get facts() {
    if (!this.#facts) throw new Error("the queue is not there yet");
    return this.#facts;
  }

  /** The parameters of the review. */
  get wanted() {
    return written(this.asked);
  }

  /** @param {string | null} id */
  item(id) {
    return id === null ? undefined : this.#items.get(id);
  }

  /**
   * Ask for the queue until its suspects are found. @param {(job: Job, attribute: string) => void} report
   */
  async load(report) {
    /** @type {Facts} */
    const facts = await waitFor(
      `api/review?${new URLSearchParams(this.#query)}`,
      (job, _, answer) => report(job, answer.attribute),
      this.signal,
      (answer) => answer.job,
    );
    this.#facts = facts;
    this.asked.attribute = facts.attribute;
    this.ids = facts.ids;
    this.#items.clear();
    this.#keep(facts.items);
  }

  /** Load items that are not known yet. @param {(string | null | undefined)[]} some */
  async fetch(some) {
    const missing = some.filter((id) => typeof id === "string" && id !== "" && !this.#items.has(id)).map(String);
    if (!missing.length) return;
    const query = new URLSearchParams([...this.#query, ...missing.map((id) => ["id", id])]);
    this.#keep((await ask(`api/review?${query}`, { signal: this.signal })).items);
  }

  /** The names of paintings by id. @param {string[]} some */
  named = async (some) => {
    await this.fetch([...new Set(some)]);
    return (/** @type {string} */ id) => {
      const item = this.#items.get(id);
      return item ? nameOf(item.painting) : id;
    };
  };

  get #query() {
    const { attribute, state, order, second, rare, unlikely } = this.asked;
    return Object.entries({
      attribute,
      state,
      order,
      reviewer: second ? person() : "",
      rare: rare ? "true" : "",
      unlikely: unlikely ? "true" : "",
    }).filter(([, value]) => value);
  }

  /** Remember items; what the server does not know yet of them stays on top. @param {ReviewItem[]} items */
  #keep(items) {
    for (const item of items) {
      for (const { kind, body } of waiting())
        if (kind === "decide" && body.painting === item.painting.id && body.attribute === this.facts.attribute)
          record(item, optimistic(item, body));
      this.#items.set(item.painting.id, item);
    }
  }

  /** Which lists an item stands in. @param {ReviewItem} item */
  #statesOf({ decision, disagreed, opinions }) {
    const own = opinions.some(({ reviewer }) => sameName(reviewer, person()));
    return [
      ...(!decision || (this.asked.second && !own) ? ["open"] : []),
      ...(decision ? [decision.action === "skip" ? "skipped" : "decided"] : []),
      ...(disagreed ? ["disagreed"] : []),
    ];
  }

  /** Whether a painting waits for a decision, as far as one knows. @param {string} id */
  isOpen = (id) => {
    const item = this.#items.get(id);
    return !item || this.#statesOf(item).includes("open");
  };

  /** Change an item and the counts with it. @param {ReviewItem} item @param {() => void} change */
  #move(item, change) {
    const { counts } = this.facts;
    for (const state of this.#statesOf(item)) counts[state]--;
    change();
    for (const state of this.#statesOf(item)) counts[state]++;
  }

  /** A decision is made. @param {ReviewItem} item @param {Made} body @returns {Decision} */
  decide(item, body) {
    const made = optimistic(item, body);
    this.#move(item, () => record(item, made));
    this.mine.push(made);
    return made;
  }

  /** A decision is taken back. @param {string} painting @param {string | undefined} id */
  takeBack(painting, id) {
    const item = this.#items.get(painting),
      index = this.mine.findIndex((made) => made.id === id);
    if (index >= 0) this.mine.splice(index, 1);
    if (!item) return;
    this.#move(item, () => {
      item.opinions = item.opinions.filter((opinion) => opinion.id !== id);
      settle(item);
    });
  }
}

/** The decision as the server will tell it. @param {ReviewItem} item @param {Made} made @returns {Decision} */
const optimistic = (item, { id, painting, attribute, action, label = null, reviewer, note = "" }) => ({
  id,
  painting,
  attribute,
  action,
  old_label: item.label,
  new_label: action === "correct" ? label : null,
  suggested: item.evidence?.suggested ?? null,
  reviewer,
  note,
  time: new Date().toISOString(),
  undone_by: null,
  undone_at: null,
});

/** @param {ReviewItem} item @param {Decision} made */
function record(item, made) {
  const others = item.opinions.filter(({ reviewer }) => !sameName(reviewer, made.reviewer));
  item.opinions =
    made.action === "skip" && others.some(({ action }) => action !== "skip")
      ? others
      : [made, ...others.filter(({ action }) => action !== "skip")];
  settle(item);
}

/** @param {ReviewItem} item */
function settle(item) {
  const labels = item.opinions
    .filter(({ action }) => action !== "skip")
    .map((each) => (each.action === "correct" ? each.new_label : each.old_label));
  item.decision = item.opinions[0] ?? null;
  item.disagreed = new Set(labels).size > 1;
}
