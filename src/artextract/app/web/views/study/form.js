// @ts-check
// A new study: what is compared, and how much is asked.

import { ask } from "../../lib/api.js";
import { make, notice } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { JobError, waitFor } from "../../lib/job.js";
import { say } from "../../lib/language.js";
import { go, href } from "../../lib/route.js";
import { bodyOf, mixFields, moreFields, nameField, questionFields } from "./fields.js";

/** @import { CollectionFacts, Job } from "../../lib/types.js" */
/** @import { Body } from "./fields.js" */

/** @param {{ collection: CollectionFacts, signal: AbortSignal }} tools */
export function showForm({ collection, signal }) {
  const state = make("div", { class: "state", "aria-live": "polite" });
  const submit = make("button", { type: "submit", class: "button" }, say("study.create"));
  const form = make(
    "form",
    { class: "new-study", "data-keep": true, onsubmit: send },
    nameField(),
    mixFields(
      collection.features.map(({ name }) => name),
      collection.presets,
    ),
    questionFields(),
    moreFields(Object.keys(collection.labels)),
    make(
      "p",
      { class: "steps" },
      submit,
      make("a", { class: "button second", href: href("study") }, say("common.cancel")),
    ),
    state,
  );

  /** @param {Job} making */
  function showMaking({ state: now, total, done }) {
    const text = now === "waiting" ? say("map.waiting") : say("study.searching"),
      progress = make("progress", { max: total || 1, ...(total ? { value: done } : {}) });
    state.replaceChildren(make("label", { class: "faint" }, text, progress));
  }

  /** @param {SubmitEvent} event */
  async function send(event) {
    event.preventDefault();
    const body = bodyOf(form);
    submit.disabled = true;
    state.replaceChildren(make("p", { class: "faint" }, say("study.drawing")));
    try {
      await makeStudy(body, showMaking, signal);
      go("study", { name: body.name });
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      state.replaceChildren(notice(error));
      submit.disabled = false;
    }
  }

  return {
    element: make(
      "div",
      { class: "narrow" },
      make("p", { class: "way" }, make("a", { href: href("study") }, say("study.studies"))),
      make("h1", { tabindex: -1 }, say("study.new")),
      form,
    ),
  };
}

/** @param {Body} body @param {(job: Job) => void} report @param {AbortSignal} signal */
async function makeStudy(body, report, signal) {
  if (body.kinds.includes("pairwise") && body.mixes.length < 2)
    throw new AskError(say("study.one-mix"), say("study.one-mix-hint"));
  /** @type {Job} */
  const begun = await ask("api/study", { body, signal });
  if (begun.state === "failed") throw new JobError(begun);
  report(begun);
  if (begun.state !== "done") await waitFor(`api/study/${encodeURIComponent(body.name)}/making`, report, signal);
}
