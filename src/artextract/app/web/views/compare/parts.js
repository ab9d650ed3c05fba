// @ts-check
// Of a search by several pictures: what each of them adds to the score of the painting that was found.

import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";
import { dot, weightPairs } from "../../lib/weights.js";
import { capital, featureName, fixed } from "../../lib/words.js";

/** @import { QueryPart } from "../../lib/types.js" */
/** @import { CompareState } from "./state.js" */

const UPLOAD = "upload:";

/** Null where one picture was searched for. @param {CompareState} state */
export function parts(state) {
  const { parts, score } = state.there;
  if (!parts.length) return null;
  const features = Object.keys(parts[0].features);
  /** @param {QueryPart} part */
  const row = (part) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, part.wanted ? say("parts.like") : say("parts.unlike"), " ", alone(state, part)),
      features.map((name) => make("td", { class: "number" }, signed(part.features[name]))),
      make("td", { class: "number" }, signed(part.score)),
    );
  return make(
    "section",
    { class: "parts", "aria-labelledby": "parts-of" },
    make("h3", { id: "parts-of" }, say("parts.heading")),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "col" }, say("parts.picture")),
          features.map((name) => make("th", { scope: "col" }, dot(name), capital(featureName(name)))),
          make("th", { scope: "col" }, say("parts.together")),
        ),
      ),
      make("tbody", {}, parts.map(row)),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row", colspan: features.length + 1 }, say("hit.score")),
          make("td", { class: "number" }, fixed(score, 2)),
        ),
      ),
    ),
    make("p", { class: "faint" }, say("parts.first")),
  );
}

/** A link to the comparison with this picture alone. @param {CompareState} state @param {QueryPart} part */
function alone({ params, mix }, part) {
  const token = part.name.startsWith(UPLOAD) ? part.name.slice(UPLOAD.length) : null;
  const to = href("compare", [
    token === null ? ["a", part.name] : ["upload", token],
    ["b", params.get("b")],
    ...weightPairs(mix),
  ]);
  return make("a", { href: to }, part.title ?? say("parts.yours"));
}

/** @param {number | null} value */
const signed = (value) => (value === null ? "—" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), 2)}`);
