// @ts-check
// The line below the head that says how far the collection is brought up to date with its folder, and what that has
// brought. The server does it where it was started by "open".

import { ask, heard, refused, tellChange } from "./api.js";
import { make, tell, toast } from "./dom.js";
import { AskError } from "./errors.js";
import { pause } from "./job.js";
import { FOREIGN, known, say, sayAround } from "./language.js";
import { capital, featureName } from "./words.js";

/** @import { UpdateAnswer } from "./types.js" */

const EVERY = 1000; // milliseconds between two questions while it is under way
const stay = new AbortController().signal;
let watching = false;

/**
 * Fill `element` for as long as something is under way; it is hidden else.
 * @param {HTMLElement} element
 */
export async function watch(element) {
  if (watching) return;
  watching = true;
  const said = make("span", {}),
    bar = make("progress", { max: 1, "aria-label": say("updating.label") }),
    text = make("p", {}, said);
  element.replaceChildren(text, bar);
  let begun = false,
    underway = false;
  try {
    for (;;) {
      const answer = await asked();
      if (answer === "gone") {
        await pause(2 * EVERY, stay);
        continue;
      }
      const { job } = answer;
      const another = heard(answer.index, true);
      if (!answer.possible || !job) break;
      if (job.state === "failed") return failed(element, answer);
      if (job.state === "done") {
        if (underway && answer.written && !another) tellChange(true); // labels, with the same index
        if (begun || (underway && answer.written)) ended(answer);
        break;
      }
      underway = true;
      begun ||= job.total > 0 || !answer.indexed;
      element.hidden = !begun;
      said.textContent = stepOf(answer);
      if (job.total) bar.value = job.done / job.total;
      else bar.removeAttribute("value");
      await pause(EVERY, stay);
    }
    element.hidden = true;
  } finally {
    watching = false;
  }
}

/** Look at the folder again. @param {HTMLElement} element */
export async function update(element) {
  try {
    await ask("api/updating", { method: "POST" });
    toast(say("updating.again"));
    watch(element);
  } catch (error) {
    tell(error);
  }
}

/** @returns {Promise<UpdateAnswer | "gone">} */
async function asked() {
  try {
    return await ask("api/updating");
  } catch (error) {
    if (error instanceof AskError) return "gone"; // the connection tells
    throw error;
  }
}

/** @param {UpdateAnswer} answer */
function stepOf({ job, indexed, searchable, paintings }) {
  const caption = job?.caption ?? "",
    feature = caption.match(/^computing (.+)$/)?.[1],
    step =
      known("updating-step", caption) ??
      (feature ? say("updating.feature", featureName(feature)) : FOREIGN ? "" : capital(caption)),
    far = job?.total ? say("updating.far", job.done, job.total) : "",
    until = !indexed
      ? say("updating.search-later")
      : searchable < paintings
        ? say("updating.search-of", searchable, paintings)
        : say("updating.search-before");
  return `${step || say("updating.folder")}${far}. ${until}`;
}

/** @param {UpdateAnswer} answer */
function ended({ new: added, changed, gone, skipped }) {
  const parts = [
    added ? say("updating.new", added) : "",
    changed ? say("updating.altered", changed) : "",
    gone ? say("updating.gone", gone) : "",
  ].filter(Boolean);
  const unread = skipped ? ` ${say("updating.unread", skipped)}` : "";
  toast(say("updating.done", parts, unread));
}

/** @param {HTMLElement} element @param {UpdateAnswer} answer */
function failed(element, { job }) {
  const { message, hint, lang } = refused(job ?? { message: "" }, 400);
  const said = [message, hint].filter(Boolean).map((part) => `${capital(part)}.`);
  element.hidden = false;
  element.replaceChildren(
    make("p", { role: "alert" }, sayAround("updating.failed", make("span", { lang }, said.join(" ")))),
    make("button", { type: "button", class: "button second", onclick: () => update(element) }, say("common.try-again")),
  );
}
