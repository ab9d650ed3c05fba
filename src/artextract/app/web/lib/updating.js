// @ts-check
// The line below the head that says how far the collection is brought up to date with its folder, and what that has
// brought. The server does it where it was started by "open".

import { ask, heard, tellChange } from "./api.js";
import { make, tell, toast } from "./dom.js";
import { AskError } from "./errors.js";
import { pause } from "./job.js";
import { say } from "./language.js";
import { capital, count, spelled } from "./words.js";

/** @import { UpdateAnswer } from "./types.js" */

const EVERY = 1000; // milliseconds between two questions while it is under way
/** @type {Record<string, string>} */
const STEPS = {
  "reading images": "Reading the pictures",
  "looking at changed files": "Reading what has changed",
};
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
    bar = make("progress", { max: 1, "aria-label": "How far the collection is" }),
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
    toast("The folder is looked at again.");
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
    step = STEPS[caption] ?? (feature ? `Looking at the pictures for search by ${feature}` : capital(caption)),
    far = job?.total ? `: ${spelled(job.done)} of ${spelled(job.total)}` : "",
    until = !indexed
      ? say("updating.no-search")
      : searchable < paintings
        ? say("updating.search-of", spelled(searchable), spelled(paintings))
        : say("updating.search-before");
  return `${step || "Looking at the folder"}${far}. ${until}`;
}

/** @param {UpdateAnswer} answer */
function ended({ new: added, changed, gone, skipped }) {
  const parts = [
    added ? `${spelled(added)} new` : "",
    changed ? `${spelled(changed)} changed` : "",
    gone ? `${spelled(gone)} gone` : "",
  ].filter(Boolean);
  const unread = skipped ? ` ${count(skipped, "picture")} could not be read.` : "";
  toast(`The collection is up to date${parts.length ? `: ${parts.join(", ")}` : ""}.${unread}`);
}

/** @param {HTMLElement} element @param {UpdateAnswer} answer */
function failed(element, { job }) {
  const said = [job?.message, job?.hint].filter(Boolean).map((part) => `${capital(String(part))}.`);
  element.hidden = false;
  element.replaceChildren(
    make("p", { role: "alert" }, `The collection could not be brought up to date. ${said.join(" ")}`),
    make("button", { type: "button", class: "button second", onclick: () => update(element) }, "Try again"),
  );
}
