// @ts-check
// What a rater is to do, and where a name is given to begin or to go on.

import { ask } from "../../lib/api.js";
import { make, tell } from "../../lib/dom.js";
import { person, personField } from "../../lib/person.js";
import { go, href } from "../../lib/route.js";
import { count } from "../../lib/words.js";

/** @import { Question, StudyBrief } from "../../lib/types.js" */

/** @type {Record<string, string>} */
const ABOUT = {
  pairwise:
    "You see one painting above and two below. Say which of the two is more similar to the one above, " +
    "or that they are equally similar.",
  graded: "You see two paintings. Say how similar the second is to the first, from 0, not similar, to 3, very similar.",
};

/** @param {string} name @param {{ signal: AbortSignal }} tools */
export async function showIntroduction(name, { signal }) {
  /** @type {StudyBrief} */
  const study = await ask(`api/study/${encodeURIComponent(name)}`, { signal });
  const where = make("p", { class: "faint number", "aria-live": "polite" });
  const start = make("button", { type: "submit", class: "button" }, "Begin");
  const named = personField("Your name", lookUp);
  const form = make("form", { class: "begin", onsubmit: begin }, named, start);
  const field = /** @type {HTMLInputElement} */ (named.querySelector("input"));
  field.dataset.focus = "";

  /** @param {string} rater */
  async function lookUp(rater) {
    start.textContent = "Begin";
    if (!rater) {
      where.textContent = "Your name keeps your place: give the same one again to go on later, on any machine.";
      return;
    }
    try {
      /** @type {Question} */
      const { done, total, task } = await ask(
        `api/study/${encodeURIComponent(study.name)}/task?rater=${encodeURIComponent(rater)}`,
        { signal },
      );
      where.textContent =
        task === null
          ? `You have answered all ${count(done, "question")}. Thank you.`
          : done
            ? `You have answered ${done} of ${total} questions, and go on where you stopped.`
            : `${count(total, "question")} for you. You can stop at any time and go on later.`;
      start.textContent = task === null ? "Look again" : done ? "Go on" : "Begin";
    } catch (error) {
      if (!signal.aborted) tell(error);
    }
  }

  /** @param {SubmitEvent} event */
  function begin(event) {
    event.preventDefault();
    field.dispatchEvent(new Event("change"));
    if (person()) go("study", { name: study.name, step: "judge" });
    else field.focus();
  }

  /** @param {string} kind */
  const keys = (kind) =>
    kind === "pairwise"
      ? [
          ["←", "the left one"],
          ["→", "the right one"],
          ["↓ or =", "equally similar"],
        ]
      : [["0 to 3", "the grade"]];
  const element = make(
    "div",
    { class: "narrow" },
    make("p", { class: "way" }, make("a", { href: href("study") }, "Studies")),
    make("h1", { tabindex: -1 }, study.name),
    study.kinds.map((kind) => make("p", { class: "judgement" }, ABOUT[kind])),
    make(
      "p",
      {},
      "Judge by what you see, as you understand similarity: there is no right answer. ",
      "You are not told where a painting comes from, and some questions come twice, to see how firm answers are.",
    ),
    form,
    where,
    make("h2", {}, "Keys"),
    make(
      "dl",
      { class: "keys" },
      [
        ...study.kinds.flatMap(keys),
        ["space", "look closely; arrows change the painting"],
        ["U", "take the last answer back"],
        ["P", "pause"],
      ].flatMap(([key, does]) => [
        make(
          "dt",
          {},
          key.split(/( or | to )/).map((part) => (/^ /.test(part) ? part : make("kbd", {}, part))),
        ),
        make("dd", {}, does),
      ]),
    ),
    make(
      "p",
      {},
      make("a", { class: "faint", href: href("study", { name: study.name, step: "report" }) }, "Report of this study"),
      make("span", { class: "faint" }, " – best looked at after judging"),
    ),
  );
  lookUp(person());
  return { element };
}
