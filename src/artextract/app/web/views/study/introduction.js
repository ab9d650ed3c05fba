// @ts-check
// What a rater is to do, and where a name is given to begin or to go on.

import { ask } from "../../lib/api.js";
import { make, tell } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { person, personField } from "../../lib/person.js";
import { go, href } from "../../lib/route.js";

/** @import { Question, StudyBrief } from "../../lib/types.js" */

/** @type {Record<string, string>} */
const ABOUT = {
  pairwise: say("study.intro-pairwise"),
  graded: say("study.intro-graded"),
};

/** @param {string} name @param {{ signal: AbortSignal }} tools */
export async function showIntroduction(name, { signal }) {
  /** @type {StudyBrief} */
  const study = await ask(`api/study/${encodeURIComponent(name)}`, { signal });
  const where = make("p", { class: "faint number", "aria-live": "polite" });
  const start = make("button", { type: "submit", class: "button" }, say("study.begin"));
  const named = personField(say("study.your-name"), lookUp);
  const form = make("form", { class: "begin", onsubmit: begin }, named, start);
  const field = /** @type {HTMLInputElement} */ (named.querySelector("input"));
  field.dataset.focus = "";

  /** @param {string} rater */
  async function lookUp(rater) {
    start.textContent = say("study.begin");
    if (!rater) {
      where.textContent = say("study.name-about");
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
          ? say("study.answered-all", done)
          : done
            ? say("study.answered", done, total)
            : say("study.for-you", total);
      start.textContent = task === null ? say("study.look-again") : done ? say("review.continue") : say("study.begin");
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
          ["←", say("study.key-left")],
          ["→", say("study.key-right")],
          [`↓ ${say("study.key-or")} =`, say("study.key-equal")],
        ]
      : [[`0 ${say("study.key-to")} 3`, say("study.key-grade")]];
  const element = make(
    "div",
    { class: "narrow" },
    make("p", { class: "way" }, make("a", { href: href("study") }, say("study.studies"))),
    make("h1", { tabindex: -1 }, study.name),
    study.kinds.map((kind) => make("p", { class: "judgement" }, ABOUT[kind])),
    make("p", {}, say("study.judge-about"), ""),
    form,
    where,
    make("h2", {}, say("common.keys")),
    make(
      "dl",
      { class: "keys", "data-keys": true },
      [
        ...study.kinds.flatMap(keys),
        [say("key.space"), say("study.key-look")],
        ["U", say("study.key-undo")],
        ["P", say("study.key-pause")],
      ].flatMap(([key, does]) => [
        make(
          "dt",
          {},
          key.split(/( \p{L}+ )/u).map((part) => (/^ /.test(part) ? part : make("kbd", {}, part))),
        ),
        make("dd", {}, does),
      ]),
    ),
    make(
      "p",
      {},
      make(
        "a",
        { class: "faint", href: href("study", { name: study.name, step: "report" }) },
        say("study.report-this"),
      ),
      make("span", { class: "faint" }, ` – ${say("study.report-later")}`),
    ),
  );
  lookUp(person());
  return { element };
}
