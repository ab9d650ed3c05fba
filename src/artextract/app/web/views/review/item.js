// @ts-check
// One painting of the review: large, beside typical paintings of the two classes in question, with the reasons and what
// was decided.

import { make } from "../../lib/dom.js";
import { locale, say, sayAround } from "../../lib/language.js";
import { caption, imageUrl, nameOf } from "../../lib/names.js";
import { picture } from "../../lib/painting.js";
import { href } from "../../lib/route.js";
import { prose } from "../../lib/said.js";
import { percent } from "../../lib/words.js";

/** @import { Decision, Evidence, Painting, ReviewItem } from "../../lib/types.js" */
/** @typedef {{ blind: boolean, me: string, undo: (decision: Decision) => unknown }} Seen whose decisions are shown */

/** @type {{ size: number, unit: Intl.RelativeTimeFormatUnit }[]} */
const UNITS = [
  { size: 86400, unit: "day" },
  { size: 3600, unit: "hour" },
  { size: 60, unit: "minute" },
];
const LARGER = 2.6; // so many times a small file is enlarged at most

/**
 * The element of an item. `blind` keeps what others than `me` decided out of sight; `undo(decision)` and `enlarge()`
 * are called from its buttons.
 * @param {ReviewItem} item @param {Seen & { enlarge: () => void }} options
 */
export function showItem(item, { blind, me, undo, enlarge }) {
  const { painting, evidence } = item;
  return make(
    "div",
    { class: "case" },
    make(
      "figure",
      { class: "subject" },
      make(
        "button",
        {
          type: "button",
          class: "enlarge",
          onclick: enlarge,
          "aria-label": say("review.enlarge-of", nameOf(painting)),
          title: say("review.enlarge"),
        },
        picture(painting, 1600, {
          class: "large",
          alt: nameOf(painting),
          fetchpriority: "high",
          style: {
            "--aspect": painting.width / painting.height,
            "--widest": `${Math.round(painting.width * LARGER)}px`,
          },
        }),
      ),
      make(
        "figcaption",
        {},
        make("h2", {}, make("a", { href: href("painting", { id: painting.id }) }, nameOf(painting))),
        make("p", { class: "faint" }, caption(painting) || painting.id),
      ),
    ),
    make(
      "div",
      { class: "argument" },
      verdict(item, { blind, me, undo }),
      evidence ? reasons(evidence) : make("p", { class: "faint" }, say("review.not-suspect")),
      evidence
        ? make(
            "div",
            { class: "sides" },
            side("given", say("review.given"), item.label, evidence.label_probability, evidence.like_label),
            side(
              "proposed",
              evidence.suggested ? say("review.suggested") : say("review.next-likely"),
              evidence.compared,
              evidence.suggested_probability,
              evidence.like_suggested,
            ),
          )
        : null,
    ),
  );
}

/** @param {Evidence} evidence */
function reasons(evidence) {
  const [first, ...others] = evidence.reasons.map((text, at) => prose(evidence.facts[at], text));
  return make(
    "div",
    { class: "reasons" },
    make("p", { class: "chance" }, say("review.chance", evidence.chance_wrong)),
    make(
      "div",
      {},
      make("p", { class: "first" }, first),
      others.length
        ? make(
            "ul",
            {},
            others.map((text) => make("li", {}, text)),
          )
        : null,
    ),
  );
}

/**
 * @param {string} kind @param {string} heading @param {string | null} label @param {number | null} probability
 * @param {Painting[]} paintings
 */
function side(kind, heading, label, probability, paintings) {
  return make(
    "section",
    { class: `side ${kind}`, "aria-label": `${heading}: ${label}` },
    make("h3", {}, heading),
    make(
      "p",
      { class: "class" },
      make("span", { class: "what" }, label ?? say("review.none-given")),
      probability === null
        ? null
        : make("span", { class: "number", title: say("review.probability") }, likely(probability)),
    ),
    paintings.length
      ? make(
          "ul",
          { class: "examples" },
          paintings.map((each) =>
            make(
              "li",
              {},
              make(
                "a",
                { href: href("painting", { id: each.id }) },
                make("span", { class: "thumb" }, picture(each, 400)),
                make("span", { class: "unseen" }, say("review.labelled", nameOf(each), label)),
                make("span", { class: "name", "aria-hidden": "true" }, nameOf(each)),
              ),
            ),
          ),
        )
      : make("p", { class: "faint" }, say("review.no-other")),
  );
}

/**
 * What was decided: by whom and when; every opinion where they differ.
 * @param {ReviewItem} item @param {Seen} options
 */
function verdict(item, { blind, me, undo }) {
  const seen = blind
    ? item.opinions.filter((opinion) => opinion.reviewer.toLowerCase() === me.toLowerCase())
    : item.opinions;
  if (!seen.length) return null;
  return make(
    "div",
    { class: `verdict${item.disagreed && !blind ? " disagreed" : ""}` },
    item.disagreed && !blind ? make("p", { class: "what" }, say("review.disagree")) : null,
    make(
      "ul",
      {},
      seen.map((decision) =>
        make(
          "li",
          {},
          make(
            "span",
            {},
            sayAround("review.by", said(decision), make("strong", {}, decision.reviewer)),
            ", ",
            when(decision),
          ),
          decision.note ? make("q", {}, decision.note) : null,
          make("button", { type: "button", class: "quiet", onclick: () => undo(decision) }, say("common.undo")),
        ),
      ),
    ),
  );
}

/** "Cubism kept", "Cubism changed to Realism". @param {Decision} decision @returns {string} */
export function said({ action, old_label: before, new_label: after }) {
  if (action === "accept") return say("review.said-kept", before);
  if (action === "skip") return say("review.said-skipped");
  return after === null ? say("review.said-removed", before) : say("review.said-changed", before, after);
}

/** @param {Decision} decision */
export function when({ time }) {
  const seconds = (Date.parse(time) - Date.now()) / 1000;
  const large = UNITS.find(({ size }) => Math.abs(seconds) >= size);
  const text = large
    ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(seconds / large.size), large.unit)
    : say("review.now");
  return make("time", { datetime: time, title: new Date(time).toLocaleString(locale) }, text);
}

/** @param {number} part */
const likely = (part) =>
  part > 0 && part < 0.01
    ? say("review.under", 0.01)
    : part > 0.99 && part < 1
      ? say("review.over", 0.99)
      : percent(part);

/** Load the pictures of an item before it is shown. @param {ReviewItem} item */
export function preload(item) {
  new Image().src = imageUrl(item.painting.id, 1600);
  for (const { id } of [...(item.evidence?.like_label ?? []), ...(item.evidence?.like_suggested ?? [])])
    new Image().src = imageUrl(id);
}
