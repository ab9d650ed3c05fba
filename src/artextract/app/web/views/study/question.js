// @ts-check
// One question on the page: the pictures, the answers that can be given, and the thanks after the last.

import { make } from "../../lib/dom.js";
import { known, say } from "../../lib/language.js";
import { imageUrl } from "../../lib/names.js";
import { href } from "../../lib/route.js";
import { capital } from "../../lib/words.js";

/** @import { Question } from "../../lib/types.js" */
/** @typedef {"left" | "query" | "right"} Place */
/** @typedef {string | number} Given an answer: a side or a grade */
/**
 * What its buttons do.
 * @typedef {object} Acts
 * @property {(given: Given) => void} answer
 * @property {(place: Place) => void} zoom
 * @property {() => void} undo
 * @property {() => void} pause
 */

/** @type {Record<string, string>} */
const SYMBOLS = { ArrowLeft: "←", ArrowRight: "→", ArrowDown: "↓" };
/** @type {[Given, string, string][]} */
const SIDES = [
  ["left", "ArrowLeft", say("study.left")],
  ["equal", "ArrowDown", say("study.equal")],
  ["right", "ArrowRight", say("study.right")],
];
/** @type {Place[]} */
const PLACES = ["left", "query", "right"];
/** @type {Record<Place, string>} */
const CALLED = {
  query: say("study.query-painting"),
  left: say("study.left-painting"),
  right: say("study.right-painting"),
};

/** A question with its pictures and answers. @param {Question} question @param {Acts} acts */
export function asking(question, acts) {
  const pairwise = question.kind === "pairwise",
    asked = pairwise ? say("study.ask-pair") : say("study.ask-grade");
  /** @type {[Given, string, string][]} */
  const grades = question.grades.map((text, grade) => [
    grade,
    String(grade),
    capital(known("grade", String(grade)) ?? text),
  ]);
  const answers = (pairwise ? SIDES : grades).map(([given, key, text]) =>
    make(
      "button",
      {
        type: "button",
        class: "button second",
        "data-answer": given,
        onclick: () => acts.answer(given),
        "aria-keyshortcuts": key.length > 1 ? key : null,
      },
      make("kbd", { "aria-hidden": "true" }, SYMBOLS[key] ?? key),
      text,
    ),
  );
  return make(
    "section",
    { class: `question ${question.kind}`, "aria-label": say("study.question", question.done + 1, question.total) },
    progress(question, acts),
    hung(question, "query", acts),
    make("h1", { class: "asked", tabindex: -1, "data-focus": true }, asked),
    hung(question, "left", acts),
    pairwise ? hung(question, "right", acts) : null,
    make("div", { class: "answers", role: "group", "aria-label": asked }, answers),
  );
}

/** @param {Question} question @param {Acts} acts */
function progress({ done, total }, { undo, pause }) {
  return make(
    "div",
    { class: "line" },
    make("progress", { max: total, value: done, "aria-label": say("study.progress") }),
    make("span", { class: "faint number" }, say("common.of", done + 1, total)),
    make(
      "button",
      { type: "button", class: "quiet", disabled: done === 0, onclick: undo, "aria-keyshortcuts": "u" },
      say("common.undo"),
    ),
    make("button", { type: "button", class: "quiet", onclick: pause, "aria-keyshortcuts": "p" }, say("study.pause")),
  );
}

/** One of its pictures. @param {Question} question @param {Place} place @param {Acts} acts */
function hung(question, place, { zoom }) {
  const shown = question[place],
    name = called(place, question.kind);
  if (!shown) return null;
  const image = make("img", {
    src: imageUrl(shown.id, 1600),
    alt: name,
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
      { type: "button", class: "closer", "aria-label": say("study.closer", name), onclick: () => zoom(place) },
      image,
    ),
    shown.title ? make("figcaption", {}, shown.title) : null,
  );
}

/** The page after the last question. @param {Question} question @param {string} study @param {() => void} undo */
export function thanks({ done }, study, undo) {
  return make(
    "section",
    { class: "thanks" },
    make("h1", { tabindex: -1, "data-focus": true }, done ? say("study.thanks") : say("study.nothing")),
    make("p", {}, done ? say("study.thanks-all", done) : say("study.gone")),
    make(
      "p",
      { class: "steps" },
      make("a", { class: "button", href: href("study", { name: study, step: "report" }) }, say("study.see-report")),
      make("a", { class: "button second", href: href("study") }, say("study.all")),
      done ? make("button", { type: "button", class: "quiet", onclick: undo }, say("study.take-back")) : null,
    ),
  );
}

/** @param {Place} place @param {string | null} kind */
const called = (place, kind) => (kind === "graded" && place === "left" ? say("study.graded-painting") : CALLED[place]);

/** Its pictures, for a close look. @param {Question} question */
export function pictures(question) {
  return PLACES.flatMap((place) => {
    const shown = question[place];
    return shown ? [{ place, url: imageUrl(shown.id, 1600), text: called(place, question.kind) }] : [];
  });
}
