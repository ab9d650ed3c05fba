// @ts-check
// Deciding: the label is right, is corrected, or is left for later; undoing, and the step to the next painting.

import { make, toast } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { nameOf } from "../../lib/names.js";
import { newId, post } from "../../lib/outbox.js";
import { person } from "../../lib/person.js";
import { go } from "../../lib/route.js";
import { ignored } from "../../lib/errors.js";
import { said } from "./item.js";
import { chooseLabel } from "./label.js";

/** @import { Decision, ReviewItem } from "../../lib/types.js" */
/** @import { Queue } from "./queue.js" */
/** @typedef {"accept" | "correct" | "skip"} Action */

export class Deciding {
  #queue;
  #tools;
  #buttons = {
    accept: button("a", say("review.accept"), () => this.decide("accept")),
    correct: button("c", say("review.correct"), () => this.correct()),
    edit: button("e", say("review.edit"), () => this.edit()),
    skip: button("s", say("review.skip"), () => this.decide("skip")),
    undo: button("u", say("common.undo"), () => this.undoLast()),
  };
  element = make(
    "div",
    { class: "actions", role: "group", "aria-label": say("review.decide") },
    ...Object.values(this.#buttons),
  );

  /**
   * `askedName` resolves to the reviewer's name, "" where it is not given; `speak` is read aloud; `showAt` and `showEnd`
   * show a painting and the end of the list.
   * @param {Queue} queue
   * @param {{ askedName: () => Promise<string>, speak: (text: string) => void, showAt: (id: string | null) => unknown,
   *   showEnd: () => void }} tools
   */
  constructor(queue, tools) {
    this.#queue = queue;
    this.#tools = tools;
  }

  /** The buttons say what they would do. @param {ReviewItem} item */
  fill({ label, evidence }) {
    const { accept, correct, undo } = this.#buttons,
      suggested = evidence?.suggested;
    rename(accept, label ? say("review.accept-label", label) : "");
    accept.hidden = !label;
    rename(correct, suggested ? say("review.correct-to", suggested) : "");
    correct.hidden = !suggested;
    undo.hidden = !this.#queue.mine.length;
  }

  /** @param {string} key @returns {(() => unknown) | undefined} what a key does */
  onKey(key) {
    /** @type {Record<string, () => unknown>} */
    const acts = {
      a: () => !this.#buttons.accept.hidden && this.decide("accept"),
      c: () => this.correct(),
      e: () => this.edit(),
      s: () => this.decide("skip"),
      u: () => this.undoLast(),
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
    };
    return acts[key];
  }

  /**
   * @param {Action} action @param {string | null} [label] null takes the label away
   * @param {{ isNew?: boolean, note?: string }} [options]
   */
  async decide(action, label = null, { isNew = false, note = "" } = {}) {
    const queue = this.#queue,
      { at } = queue,
      item = queue.item(at);
    if (at === null || !item || (action === "accept" && !item.label) || !(await this.#tools.askedName())) return;
    const body = {
      id: newId(),
      painting: at,
      attribute: queue.facts.attribute,
      action,
      reviewer: person(),
      note,
      ...(action === "correct" ? { label, new: isNew } : {}),
    };
    const made = queue.decide(item, body);
    post("decide", body);
    this.step(1, true, `${said(made)}.`);
  }

  correct() {
    const suggested = this.#queue.item(this.#queue.at)?.evidence?.suggested;
    if (suggested) this.decide("correct", suggested);
    else toast(say("review.no-suggestion"));
  }

  async edit() {
    const queue = this.#queue,
      { facts } = queue,
      item = queue.item(queue.at);
    if (!item) return;
    const chosen = await chooseLabel({
      attribute: facts.attribute,
      name: nameOf(item.painting),
      labels: facts.labels,
      given: item.label,
      suggested: item.evidence?.suggested ?? null,
    });
    if (!chosen || queue.at !== item.painting.id) return;
    if (chosen.isNew && chosen.label !== null) facts.labels.push({ label: chosen.label, paintings: 0 });
    await this.decide("correct", chosen.label, chosen);
  }

  undoLast() {
    const last = this.#queue.mine.at(-1);
    if (last) this.undo(last);
    else toast(say("review.no-undo"));
  }

  /** @param {Decision} decision */
  undo = async (decision) => {
    if (!(await this.#tools.askedName())) return;
    const queue = this.#queue,
      { painting, id } = decision;
    await queue.fetch([painting]).catch(ignored);
    queue.takeBack(painting, id);
    post("undo", { decision: id, reviewer: person() });
    this.#tools.speak(say("review.undone", said(decision)));
    if (!queue.ids.includes(painting)) queue.ids.unshift(painting);
    if (painting === queue.at) this.#tools.showAt(painting);
    else go("review", { ...queue.wanted, at: painting });
  };

  /** To the painting `by` places on; after a decision to the next that waits for one. @param {number} by */
  step(by, decided = false, spoken = "") {
    const queue = this.#queue,
      { ids, asked, at } = queue,
      { speak, showAt, showEnd } = this.#tools;
    const here = at === null ? -1 : ids.indexOf(at);
    /** @type {string | null} */
    let next = ids[here + by] ?? null;
    if (decided && asked.state === "open")
      next = ids.slice(here + 1).find(queue.isOpen) ?? ids.slice(0, Math.max(here, 0)).find(queue.isOpen) ?? null;
    else if (next === null) {
      if (decided) showAt(at);
      else toast(by > 0 ? say("review.last") : say("review.first"));
      speak(spoken);
      return;
    }
    speak([spoken, nextIs(queue.item(next))].join(" "));
    if (next === null) {
      asked.at = null;
      go("review", queue.wanted);
      showEnd();
    } else go("review", { ...queue.wanted, at: next });
  }
}

/** @param {ReviewItem | undefined} item */
const nextIs = (item) => {
  if (!item) return "";
  const suggested = item.evidence?.suggested ? say("review.next-suggested", item.evidence.suggested) : "";
  return say("review.next", nameOf(item.painting), item.label, suggested);
};

/** A button with its key. @param {string} key @param {string} text @param {() => unknown} run */
const button = (key, text, run) =>
  make(
    "button",
    {
      type: "button",
      class: `button${key === "c" || key === "a" ? "" : " second"}`,
      "data-key": key,
      "aria-keyshortcuts": key,
      onclick: run,
    },
    make("span", {}, text),
    make("kbd", { "aria-hidden": "true" }, key),
  );

/** @param {HTMLElement} element @param {string} text */
const rename = (element, text) => {
  if (element.firstElementChild) element.firstElementChild.textContent = text;
};
