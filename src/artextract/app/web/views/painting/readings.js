// @ts-check
// What the model takes a painting for, as far as it has answered.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { api } from "../../lib/names.js";
import { readingPanel, readingPlaceholder } from "../../lib/reading.js";
import { retried } from "../../lib/retry.js";

/** @import { Predictions } from "../../lib/types.js" */

/**
 * A section that fills itself; `answered(predictions)` is called with the answer.
 * @param {string} id @param {AbortSignal} signal @param {(predictions: Predictions) => void} answered
 */
export function readings(id, signal, answered) {
  const heading = make("h2", { id: "takes" }, say("suggests.heading")),
    element = make("section", { class: "predictions", "aria-labelledby": "takes" });
  const fill = async () => {
    element.replaceChildren(heading, readingPlaceholder());
    /** @type {Predictions} */
    const predictions = await ask(api("predictions", id), { signal });
    element.replaceChildren(heading, readingPanel(predictions));
    answered(predictions);
  };
  retried(fill, (trouble) => element.replaceChildren(heading, trouble));
  return element;
}
