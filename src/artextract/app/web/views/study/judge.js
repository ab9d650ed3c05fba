// @ts-check
// The questions, one after the other, by keyboard, mouse or finger. Nothing on the page tells what found a painting.

import { ask } from "../../lib/api.js";
import { inField, make, tell } from "../../lib/dom.js";
import { imageUrl } from "../../lib/names.js";
import { person } from "../../lib/person.js";
import { go, href } from "../../lib/route.js";
import { capital } from "../../lib/words.js";
import { closeLook } from "./zoom.js";

/** @import { Question } from "../../lib/types.js" */
/** @typedef {"left" | "query" | "right"} Place */
/** @typedef {string | number} Given an answer: a side or a grade */
/** @type {Record<string, string>} */
const SYMBOLS = { ArrowLeft: "←", ArrowRight: "→", ArrowDown: "↓" };
/** @type {Place[]} */
const PLACES = ["left", "query", "right"];

/** @type {Record<string, string>} */
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "equal", "=": "equal" };
/** @type {Record<Place, string>} */
const CALLED = {
  query: "The painting asked about",
  left: "The painting on the left",
  right: "The painting on the right",
};

/** @param {string} name @param {{ signal: AbortSignal }} tools */
export async function showJudging(name, { signal }) {
  const rater = person(),
    api = `api/study/${encodeURIComponent(name)}`;
  if (!rater) {
    go("study", { name }, true);
    return { element: make("div") };
  }
  const element = make("div", { class: "judging" });
  const zoom = closeLook(element);
  /** @type {Question} */
  let question = await ask(`${api}/task?rater=${encodeURIComponent(rater)}`, { signal });
  let busy = true,
    since = 0;

  /**
   * Put a question on the page once its pictures are there, so that nobody judges half of it.
   * @param {Question} next
   */
  async function put(next) {
    busy = true;
    element.setAttribute("aria-busy", "true");
    const page = next.task === null ? thanks(next) : asking(next);
    await Promise.all([...page.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
    if (signal.aborted) return;
    question = next;
    zoom.set(pictures(next));
    element.replaceChildren(page);
    element.removeAttribute("aria-busy");
    const first = page.querySelector("[data-focus]");
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
    busy = false;
    since = performance.now();
  }

  /** @param {string} path @param {object} body @param {Element} [pressed] */
  async function send(path, body, pressed) {
    if (busy) return;
    busy = true;
    pressed?.setAttribute("aria-pressed", "true");
    try {
      await put(await ask(`${api}/${path}`, { body: { rater, ...body }, signal }));
    } catch (error) {
      if (error.status === 409)
        return put(await ask(`${api}/task?rater=${encodeURIComponent(rater)}`, { signal })).catch(tell);
      pressed?.removeAttribute("aria-pressed");
      busy = false;
      tell(error);
    }
  }

  /** @param {Given} given */
  function answer(given) {
    if (question.task === null) return;
    const pressed = element.querySelector(`[data-answer="${given}"]`);
    if (!pressed || !question.left) return;
    send(
      "judgements",
      {
        task: question.task,
        answer: given,
        left: question.left.id,
        milliseconds: Math.min(2 ** 31 - 1, Math.round(performance.now() - since)),
      },
      pressed,
    );
  }

  const undo = () => (question.done || question.task === null ? send("undo", {}) : undefined);
  const pause = () => go("study", { name });

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      zoom.open() ||
      inField(event, "input, textarea, select, dialog")
    )
      return;
    const grade = /^[0-3]$/.test(event.key) && question.kind === "graded" ? Number(event.key) : null;
    const side = question.kind === "pairwise" ? ARROWS[event.key] : undefined;
    if (event.repeat) {
      if (side || event.key === " ") event.preventDefault();
      return;
    } // a key held down is one answer
    if (side) answer(side);
    else if (grade !== null) answer(grade);
    else if (event.key === " " && question.task !== null && !inField(event, "button, a")) zoom.show("query");
    else if (event.key.toLowerCase() === "u") undo();
    else if (event.key.toLowerCase() === "p") pause();
    else return;
    event.preventDefault();
  }

  /** @param {Question} next */
  function asking(next) {
    const pairwise = next.kind === "pairwise";
    const asked = pairwise ? "Which is more similar to the painting above?" : "How similar are these two paintings?";
    /** @param {Place} place */
    const hang = (place) => {
      const shown = next[place];
      if (!shown) return null;
      const image = make("img", {
        src: imageUrl(shown.id, 1600),
        alt: called(place, next.kind),
        width: shown.width,
        height: shown.height,
        decoding: "async",
        onerror: () => image.parentElement?.classList.add("lost"),
      });
      return make(
        "figure",
        { class: `hung ${place}` },
        make(
          "button",
          {
            type: "button",
            class: "closer",
            "aria-label": `${called(place, next.kind)}: look closely`,
            onclick: () => zoom.show(place),
          },
          image,
        ),
        shown.title ? make("figcaption", {}, shown.title) : null,
      );
    };
    /** @param {Given} given @param {string} key @param {string} text */
    const button = (given, key, text) =>
      make(
        "button",
        {
          type: "button",
          class: "button second",
          "data-answer": given,
          onclick: () => answer(given),
          "aria-keyshortcuts": key.length > 1 ? key : null,
        },
        make("kbd", { "aria-hidden": "true" }, SYMBOLS[key] ?? key),
        text,
      );
    const answers = pairwise
      ? [
          button("left", "ArrowLeft", "Left"),
          button("equal", "ArrowDown", "Equal"),
          button("right", "ArrowRight", "Right"),
        ]
      : next.grades.map((text, grade) => button(grade, String(grade), capital(text)));
    return make(
      "section",
      { class: `question ${next.kind}`, "aria-label": `Question ${next.done + 1} of ${next.total}` },
      make(
        "div",
        { class: "line" },
        make("progress", { max: next.total, value: next.done, "aria-label": "Progress" }),
        make("span", { class: "faint number" }, `${next.done + 1} of ${next.total}`),
        make(
          "button",
          { type: "button", class: "quiet", disabled: next.done === 0, onclick: undo, "aria-keyshortcuts": "u" },
          "Undo",
        ),
        make("button", { type: "button", class: "quiet", onclick: pause, "aria-keyshortcuts": "p" }, "Pause"),
      ),
      hang("query"),
      make("h1", { class: "asked", tabindex: -1, "data-focus": true }, asked),
      hang("left"),
      pairwise ? hang("right") : null,
      make("div", { class: "answers", role: "group", "aria-label": asked }, answers),
    );
  }

  /** @param {Question} next */
  function thanks({ done }) {
    return make(
      "section",
      { class: "thanks" },
      make("h1", { tabindex: -1, "data-focus": true }, done ? "Thank you" : "There is nothing to judge"),
      make(
        "p",
        {},
        done
          ? `You have answered all ${done} questions that were meant for you. Your judgements are kept.`
          : "The paintings of this study are no longer in the collection.",
      ),
      make(
        "p",
        { class: "steps" },
        make("a", { class: "button", href: href("study", { name, step: "report" }) }, "See the report"),
        make("a", { class: "button second", href: href("study") }, "All studies"),
        done ? make("button", { type: "button", class: "quiet", onclick: undo }, "Take the last answer back") : null,
      ),
    );
  }

  addEventListener("keydown", onKey);
  return {
    element,
    leave: () => {
      removeEventListener("keydown", onKey);
      zoom.close();
    },
    begin: () => put(question).catch(tell),
  };
}

/** @param {Place} place @param {string | null} kind */
const called = (place, kind) => (kind === "graded" && place === "left" ? "The painting to be graded" : CALLED[place]);

/** @param {Question} question */
function pictures(question) {
  return PLACES.flatMap((place) => {
    const shown = question[place];
    return shown ? [{ place, url: imageUrl(shown.id, 1600), text: called(place, question.kind) }] : [];
  });
}
