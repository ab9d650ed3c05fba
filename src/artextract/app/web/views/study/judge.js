// @ts-check
// The questions, one after the other, by keyboard, mouse or finger. Nothing on the page tells what found a painting.

import { ask } from "../../lib/api.js";
import { inField, make, tell } from "../../lib/dom.js";
import { person } from "../../lib/person.js";
import { go } from "../../lib/route.js";
import { asking, pictures, thanks } from "./question.js";
import { closeLook } from "./zoom.js";

/** @import { Question } from "../../lib/types.js" */
/** @import { Given } from "./question.js" */

/** @type {Record<string, string>} */
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "equal", "=": "equal" };

/** @param {string} name @param {{ signal: AbortSignal }} tools */
export async function showJudging(name, { signal }) {
  const rater = person();
  if (!rater) {
    go("study", { name }, true);
    return { element: make("div") };
  }
  const judging = new Judging(name, rater, signal),
    first = await judging.ask();
  judging.listen();
  return {
    element: judging.element,
    leave: () => judging.leave(),
    begin: () => judging.put(first).catch(tell),
  };
}

class Judging {
  element = make("div", { class: "judging" });
  #study;
  #rater;
  #api;
  #signal;
  #zoom = closeLook(this.element);
  /** The question that is on the page. @type {Question | null} */
  #question = null;
  #busy = true;
  #since = 0;
  #onKey = (/** @type {KeyboardEvent} */ event) => this.#pressed(event);

  /** @param {string} study @param {string} rater @param {AbortSignal} signal */
  constructor(study, rater, signal) {
    this.#study = study;
    this.#rater = rater;
    this.#api = `api/study/${encodeURIComponent(study)}`;
    this.#signal = signal;
  }

  listen() {
    addEventListener("keydown", this.#onKey);
  }

  leave() {
    removeEventListener("keydown", this.#onKey);
    this.#zoom.close();
  }

  /** What this person is asked next. @returns {Promise<Question>} */
  ask() {
    return ask(`${this.#api}/task?rater=${encodeURIComponent(this.#rater)}`, { signal: this.#signal });
  }

  /**
   * Put a question on the page once its pictures are there, so that nobody judges half of it.
   * @param {Question} next
   */
  async put(next) {
    this.#busy = true;
    this.element.setAttribute("aria-busy", "true");
    const undo = () => this.#undo();
    const page =
      next.task === null
        ? thanks(next, this.#study, undo)
        : asking(next, {
            answer: (given) => this.#answer(given),
            zoom: this.#zoom.show,
            undo,
            pause: () => this.#pause(),
          });
    await Promise.all([...page.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
    if (this.#signal.aborted) return;
    this.#question = next;
    this.#zoom.set(pictures(next));
    this.element.replaceChildren(page);
    this.element.removeAttribute("aria-busy");
    const first = page.querySelector("[data-focus]");
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
    this.#busy = false;
    this.#since = performance.now();
  }

  /** @param {string} path @param {object} body @param {Element} [pressed] */
  async #send(path, body, pressed) {
    if (this.#busy) return;
    this.#busy = true;
    pressed?.setAttribute("aria-pressed", "true");
    try {
      const signal = this.#signal;
      await this.put(await ask(`${this.#api}/${path}`, { body: { rater: this.#rater, ...body }, signal }));
    } catch (error) {
      if (error.status === 409) return this.put(await this.ask()).catch(tell);
      pressed?.removeAttribute("aria-pressed");
      this.#busy = false;
      tell(error);
    }
  }

  /** @param {Given} given */
  #answer(given) {
    const question = this.#question,
      pressed = this.element.querySelector(`[data-answer="${given}"]`);
    if (!question || question.task === null || !question.left || !pressed) return;
    const milliseconds = Math.min(2 ** 31 - 1, Math.round(performance.now() - this.#since));
    this.#send("judgements", { task: question.task, answer: given, left: question.left.id, milliseconds }, pressed);
  }

  #undo() {
    const question = this.#question;
    if (question && (question.done || question.task === null)) this.#send("undo", {});
  }

  #pause() {
    go("study", { name: this.#study });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { ctrlKey, metaKey, altKey, key, repeat } = event;
    if (ctrlKey || metaKey || altKey || this.#zoom.open() || inField(event, "input, textarea, select, dialog")) return;
    const kind = this.#question?.kind,
      grade = /^[0-3]$/.test(key) && kind === "graded" ? Number(key) : null,
      side = kind === "pairwise" ? ARROWS[key] : undefined;
    if (repeat) {
      if (side || key === " ") event.preventDefault();
      return;
    } // a key held down is one answer
    const asked = this.#question !== null && this.#question.task !== null;
    if (side) this.#answer(side);
    else if (grade !== null) this.#answer(grade);
    else if (key === " " && asked && !inField(event, "button, a")) this.#zoom.show("query");
    else if (key.toLowerCase() === "u") this.#undo();
    else if (key.toLowerCase() === "p") this.#pause();
    else return;
    event.preventDefault();
  }
}
