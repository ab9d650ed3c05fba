// @ts-check
// Blind studies: the list of them, a form for a new one, judging, and the report.
//
//   #/study             the studies, ?new=1 the form
//   #/study?name=NAME   what a rater is to do; &step=judge the questions, &step=report what came of it
//                       (&measure=p@5 which measure of the grades is drawn)

import { ask } from "../lib/api.js";
import { make, notice } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { known, locale, say } from "../lib/language.js";
import { href } from "../lib/route.js";
import { capital, listed } from "../lib/words.js";
import { showForm } from "./study/form.js";
import { showIntroduction } from "./study/introduction.js";
import { showJudging } from "./study/judge.js";
import { showReport } from "./study/report.js";

/** @import { StudyBrief, Tools, View } from "../lib/types.js" */
/**
 * A page of the studies.
 * @typedef {object} Page
 * @property {HTMLElement} element
 * @property {() => void} [leave]
 * @property {() => void} [begin]
 */

export const title = say("view.study");

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { collection, signal }) {
  /** @type {(() => void) | null} */
  let leave = null,
    turn = 0,
    /** @type {string | null} */
    step = null;

  /** @param {URLSearchParams} params */
  async function render(params) {
    const own = ++turn,
      name = params.get("name"),
      at = [name, params.get("step"), params.get("new")].join("\n");
    const moved = step !== null && step !== at;
    step = at;
    leave?.();
    leave = null;
    try {
      const shown = await page(name, params);
      if (own !== turn || signal.aborted) return shown.leave?.();
      leave = shown.leave ?? null;
      place.replaceChildren(shown.element);
      document.title = `${name ? `${name} · ` : ""}${say("view.study")} · ${collection.name} · ArtExtract`;
      const first = shown.element.querySelector("[data-focus]") ?? shown.element.querySelector("h1");
      if (moved) scrollTo({ top: 0, behavior: "instant" });
      if (moved && first instanceof HTMLElement) first.focus();
      shown.begin?.();
    } catch (error) {
      if (isAbort(error) || own !== turn) return;
      if (!(error instanceof AskError)) throw error;
      place.replaceChildren(
        notice(error),
        make("p", { class: "centre" }, make("a", { class: "button second", href: href("study") }, say("study.all"))),
      );
    }
  }

  /** @param {string | null} name @param {URLSearchParams} params @returns {Page | Promise<Page>} */
  function page(name, params) {
    if (!name) return params.get("new") ? showForm({ collection, signal }) : list(signal);
    if (params.get("step") === "judge") return showJudging(name, { signal });
    if (params.get("step") === "report") return showReport(name, params, { signal });
    return showIntroduction(name, { signal });
  }

  await render(params);
  return {
    update: render,
    leave: () => {
      turn++;
      leave?.();
    },
  };
}

/** @param {AbortSignal} signal @returns {Promise<Page>} */
async function list(signal) {
  /** @type {{ studies: StudyBrief[] }} */
  const { studies } = await ask("api/study", { signal });
  const element = make(
    "div",
    { class: "studies" },
    make(
      "header",
      { class: "lead" },
      make("h1", { tabindex: -1 }, say("study.studies")),
      make("p", { class: "faint" }, say("study.about"), ""),
      make("p", {}, make("a", { class: "button", href: href("study", { new: 1 }) }, say("study.new"))),
    ),
    studies.length ? make("ul", { class: "study-list" }, studies.map(entry)) : none(),
  );
  return { element };
}

/** @param {StudyBrief} study */
function entry(study) {
  const questions = Object.values(study.tasks).reduce((sum, n) => sum + n, 0);
  return make(
    "li",
    {},
    make(
      "div",
      {},
      make("h2", {}, make("a", { href: href("study", { name: study.name }) }, study.name)),
      make(
        "p",
        { class: "faint" },
        [
          capital(listed(study.kinds.map((kind) => known("study", kind) ?? kind))),
          say("count.queries", study.queries),
          say("count.questions", questions),
          say("study.made", day(study.made)),
        ].join(" · "),
      ),
      make(
        "p",
        { class: "faint number" },
        study.judgements ? say("study.judged", study.judgements, study.raters) : say("study.none-judged"),
      ),
    ),
    make(
      "p",
      { class: "steps" },
      make(
        "a",
        { class: "button", href: href("study", { name: study.name }), "aria-label": say("study.judge-in", study.name) },
        say("study.judge"),
      ),
      make(
        "a",
        {
          class: "button second",
          href: href("study", { name: study.name, step: "report" }),
          "aria-label": say("study.report-of", study.name),
        },
        say("study.report"),
      ),
    ),
  );
}

function none() {
  return make(
    "div",
    { class: "panel none" },
    make("h2", {}, say("study.none")),
    make("p", {}, say("study.set-up")),
    make(
      "pre",
      { tabindex: 0, "aria-label": say("study.command") },
      'artextract study COLLECTION --new "Which mix" \\\n  --mix default --mix deep=1 --mix palette=1 --queries 30',
    ),
    make("p", { class: "faint" }, say("study.invite")),
  );
}

/** @param {string} time */
const day = (time) => new Date(time).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
