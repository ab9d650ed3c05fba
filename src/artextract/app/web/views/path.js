// @ts-check
// A path between two paintings: the chain of small steps from one to the other, and why each is one.
//
//   a=ID, b=ID         where it begins and where it ends
//   w.FEATURE=WEIGHT   the mix; without any the collection's own

import { make, notice } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { waitFor } from "../lib/job.js";
import { say } from "../lib/language.js";
import { nameOf } from "../lib/names.js";
import { card } from "../lib/painting.js";
import { go, href } from "../lib/route.js";
import { prose } from "../lib/said.js";
import { part, weightPairs, weightsIn } from "../lib/weights.js";
import { capital, featureName, fixed, percent } from "../lib/words.js";

/** @import { Fact, Painting, Tools, View, Weights } from "../lib/types.js" */
/** @typedef {{ name: string, contribution: number | null, weight: number, sentence: string }} Reason */
/**
 * @typedef {object} Step
 * @property {number} score
 * @property {number} distance
 * @property {boolean} bridge
 * @property {string} summary
 * @property {Fact | null} facts
 * @property {Reason[]} features
 */
/**
 * @typedef {object} Path
 * @property {Painting[]} stops
 * @property {Step[]} steps
 * @property {Weights} weights
 * @property {number} direct
 * @property {number} paintings
 */

export const title = say("view.path");

const TO_GALLERY = { text: say("common.to-gallery"), run: () => go("gallery") };

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {View} */
export function show(place, params, { signal }) {
  const body = make("div", { class: "path", "aria-live": "polite" });
  place.append(body);
  fill(body, params, signal);
  return { update: (next) => fill(body, next, signal) };
}

/** @param {HTMLElement} body @param {URLSearchParams} params @param {AbortSignal} signal */
async function fill(body, params, signal) {
  const [first, last] = [params.get("a") ?? "", params.get("b") ?? ""];
  if (!first || !last) {
    const message = say("path.two"),
      hint = say("path.two-hint");
    return body.replaceChildren(notice({ message, hint }, TO_GALLERY));
  }
  const weights = weightsIn(params);
  const asked = new URLSearchParams([
    ["first", first],
    ["last", last],
  ]);
  const mix = Object.entries(weights ?? {}).filter(([, weight]) => weight > 0);
  if (mix.length) asked.set("weights", mix.map(([name, weight]) => `${name}=${weight}`).join(","));
  const waiting = make("p", { class: "faint" }, say("path.looking"));
  body.replaceChildren(waiting);
  try {
    /** @type {{ path: Path }} */
    const { path } = await waitFor(
      `api/path?${asked}`,
      ({ done, total }) => {
        waiting.textContent = [say("path.looking"), total ? percent(done / total) : ""].filter(Boolean).join(" ");
      },
      signal,
    );
    body.replaceChildren(...shown(path, weights));
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof AskError)) throw error;
    body.replaceChildren(notice(error, TO_GALLERY));
  }
}

/** @param {Path} path @param {Weights | null} weights */
function shown({ stops, steps, direct, paintings, weights: mix }, weights) {
  const by = Object.entries(mix).map(([name, weight]) => `${featureName(name)} ${percent(weight)}`);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  return [
    make(
      "div",
      { class: "heading" },
      make("h1", {}, say("path.heading", nameOf(first), nameOf(last))),
      make("p", { class: "faint" }, say("path.about", steps.length, paintings, by), " ", say("path.scale", direct)),
    ),
    make(
      "ol",
      { class: "stops" },
      stops.map((painting, at) =>
        make("li", {}, at ? between(steps[at - 1], stops[at - 1], painting, weights) : null, card(painting)),
      ),
    ),
    make(
      "nav",
      { class: "links", "aria-label": say("compare.links") },
      make("a", { class: "button second", href: href("path", back(first, last, weights)) }, say("path.reverse")),
      make("a", { class: "button second", href: href("compare", pair(first, last, weights)) }, say("path.ends")),
    ),
  ];
}

/** @param {Step} step @param {Painting} from @param {Painting} to @param {Weights | null} weights */
function between({ score, bridge, summary, facts, features }, from, to, weights) {
  const counted = features.filter(({ contribution }) => (contribution ?? 0) > 0);
  return make(
    "div",
    { class: "step" },
    make(
      "p",
      { class: "score" },
      make("b", { class: "number" }, fixed(score, 2)),
      " ",
      counted.map(({ name, contribution }) =>
        make(
          "span",
          { class: "bit" },
          part("i", name),
          ` ${capital(featureName(name))} +${fixed(contribution ?? 0, 2)} `,
        ),
      ),
      bridge ? make("span", { class: "faint" }, say("path.bridge")) : null,
    ),
    make("p", { class: "summary" }, prose(facts, summary)),
    make("a", { class: "quiet", href: href("compare", pair(from, to, weights)) }, say("hit.compare")),
  );
}

/** @param {Painting} a @param {Painting} b @param {Weights | null} weights @returns {[string, any][]} */
const pair = (a, b, weights) => [["a", a.id], ["b", b.id], ...weightPairs(weights)];

/** @param {Painting} a @param {Painting} b @param {Weights | null} weights */
const back = (a, b, weights) => pair(b, a, weights);
