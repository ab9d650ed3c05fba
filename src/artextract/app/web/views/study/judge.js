// The questions, one after the other, by keyboard, mouse or finger. Nothing on the page tells what found a painting.

import { ask } from "../../lib/api.js";
import { make, tell } from "../../lib/dom.js";
import { imageUrl } from "../../lib/names.js";
import { person } from "../../lib/person.js";
import { go, href } from "../../lib/route.js";
import { capital } from "../../lib/words.js";
import { closeLook } from "./zoom.js";

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "equal", "=": "equal" };
const CALLED = {
  query: "The painting asked about",
  left: "The painting on the left",
  right: "The painting on the right",
};

export async function showJudging(name, { signal }) {
  const rater = person(),
    api = `api/study/${encodeURIComponent(name)}`;
  if (!rater) {
    go("study", { name }, true);
    return { element: make("div") };
  }
  const element = make("div", { class: "judging" });
  const zoom = closeLook(element);
  let question = await ask(`${api}/task?rater=${encodeURIComponent(rater)}`, { signal });
  let busy = true,
    since = 0;

  /** Put a question on the page once its pictures are there, so that nobody judges half of it. */
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
    page.querySelector("[data-focus]").focus({ preventScroll: true });
    busy = false;
    since = performance.now();
  }

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

  function answer(given) {
    if (question.task === null) return;
    const pressed = element.querySelector(`[data-answer="${given}"]`);
    if (!pressed) return;
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

  function onKey(event) {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      zoom.open() ||
      event.target.closest?.("input, textarea, select, dialog")
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
    else if (event.key === " " && question.task !== null && !event.target.closest?.("button, a")) zoom.show("query");
    else if (event.key.toLowerCase() === "u") undo();
    else if (event.key.toLowerCase() === "p") pause();
    else return;
    event.preventDefault();
  }

  function asking(next) {
    const pairwise = next.kind === "pairwise";
    const asked = pairwise ? "Which is more similar to the painting above?" : "How similar are these two paintings?";
    const hang = (place) =>
      make(
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
          make("img", {
            src: imageUrl(next[place].id, 1600),
            alt: called(place, next.kind),
            width: next[place].width,
            height: next[place].height,
            decoding: "async",
            onerror: (event) => event.target.parentElement.classList.add("lost"),
          }),
        ),
        next[place].title ? make("figcaption", {}, next[place].title) : null,
      );
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
        make("kbd", { "aria-hidden": "true" }, { ArrowLeft: "←", ArrowRight: "→", ArrowDown: "↓" }[key] ?? key),
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

const called = (place, kind) => (kind === "graded" && place === "left" ? "The painting to be graded" : CALLED[place]);

function pictures(question) {
  return ["left", "query", "right"]
    .filter((place) => question[place])
    .map((place) => ({ place, url: imageUrl(question[place].id, 1600), text: called(place, question.kind) }));
}
