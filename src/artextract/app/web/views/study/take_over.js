// @ts-check
// What raters prefer, taken over: as the mix of one search, or of the whole collection.

import { ask, tellChange } from "../../lib/api.js";
import { make, tell, toast } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { person } from "../../lib/person.js";
import { go } from "../../lib/route.js";
import { weightPairs } from "../../lib/weights.js";

/** @import { PaintingPage, Weights } from "../../lib/types.js" */

/** @param {Weights} weights parts of 1 @param {string} study */
export function takeOver(weights, study) {
  const mix = Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, Math.round(100 * weight)]));
  /** @param {string} text @param {() => Promise<unknown>} run */
  const button = (text, run) =>
    make("button", { type: "button", class: "button second", onclick: () => run().catch(tell) }, text);
  return make(
    "p",
    { class: "take-over" },
    button(say("take-over.search"), async () => {
      const lot = Math.floor(1e6 * Math.random());
      /** @type {PaintingPage} */
      const { paintings } = await ask(`api/paintings?sort=lot:${lot}&limit=1`);
      go("search", [["id", paintings[0].id], ...weightPairs(mix)]);
    }),
    button(say("take-over.default"), async () => {
      const before = await ask("api/mix");
      await ask("api/mix", { body: { weights, study, by: person() } });
      tellChange(true);
      toast(say("take-over.done"), {
        text: say("common.undo"),
        run: () =>
          ask("api/mix", { body: { weights: before.chosen ? before.weights : null, by: person() } })
            .then(() => tellChange(true))
            .catch(tell),
      });
    }),
  );
}
