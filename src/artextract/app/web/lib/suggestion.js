// @ts-check
// What the model suggests for a picture that the table knows nothing of: ranked answers, and how far to trust them.

import { make } from "./dom.js";
import { bestInWords, classesInWords, FEW_CARRIED, heading, notKnown } from "./doubt.js";
import { numberInWords, oftenInWords, setInWords, share, shares, undecided } from "./doubt.js";
import { say } from "./language.js";
import { attributeName, capital, listed } from "./words.js";

/** @import { NumberAnswer, RankedLabel, Suggestion } from "./types.js" */

const UNNAMED = "artist"; // where unsure, its guesses are of no use: the painter may be any of thousands

/** The shortest answer: what it is most of all. @param {Suggestion} suggestion */
export function inShort(suggestion) {
  const [first] = Object.keys(suggestion.attributes);
  if (first === undefined) return "";
  return silence(suggestion, first) ?? bestInWords(suggestion.attributes[first], suggestion.unsure.includes(first));
}

/** All that is suggested. @param {Suggestion} suggestion */
export function suggestionPanel(suggestion) {
  const { attributes, numbers, several, unsure } = suggestion;
  return make(
    "div",
    { class: "readings" },
    seen(suggestion),
    Object.keys(attributes).map((name) => answer(suggestion, name)),
    beside(several, numbers, unsure),
    model(suggestion),
  );
}

/**
 * What a model says of attributes that are no single label.
 * @param {Record<string, RankedLabel[]>} several @param {Record<string, NumberAnswer>} numbers
 * @param {string[]} unsure
 */
export const beside = (several, numbers, unsure) => [
  ...Object.entries(several).map(([name, labels]) => part(name, bars(labels, each(labels)))),
  ...Object.entries(numbers).map(([name, number]) =>
    part(
      name,
      make("p", { class: "verdict" }, capital(numberInWords(number, unsure.includes(name)))),
      make(
        "p",
        { class: "how" },
        unsure.includes(name) ? say("model.unsure", FEW_CARRIED) : say("model.between", oftenInWords(number.coverage)),
      ),
    ),
  ),
];

/**
 * What is said in place of an attribute's labels, null where they say something.
 * @param {Pick<Suggestion, "novelty" | "unsure" | "model">} of @param {string} name
 */
export function silence({ novelty, unsure, model: { classes } }, name) {
  if (novelty[name]?.new) return notKnown(name, classes[name]);
  return name === UNNAMED && unsure.includes(name) ? undecided(name, classes[name]) : null;
}

/** @param {Suggestion} suggestion @param {string} name */
function answer(suggestion, name) {
  const labels = suggestion.attributes[name],
    unsaid = silence(suggestion, name);
  if (unsaid !== null)
    return part(
      name,
      make("p", { class: "verdict" }, unsaid),
      make("details", { class: "guesses" }, make("summary", {}, say("model.nearest")), bars(labels, shares(labels))),
    );
  const set = setInWords(suggestion.sets[name]);
  return part(
    name,
    make("p", { class: "verdict" }, bestInWords(labels, suggestion.unsure.includes(name))),
    bars(labels, shares(labels)),
    set ? make("p", { class: "how" }, `${set}.`) : null,
  );
}

/** @param {string} name @param {(HTMLElement | null)[]} content */
const part = (name, ...content) =>
  make(
    "section",
    { class: "reading", "aria-label": say("model.about", attributeName(name)) },
    make("h3", {}, heading(name)),
    content,
  );

/** Of labels of which several can be right, each by itself. @param {RankedLabel[]} labels */
const each = (labels) => labels.map(({ probability }) => share(probability));

/** @param {RankedLabel[]} labels @param {string[]} written */
const bars = (labels, written) =>
  make(
    "ol",
    { class: "bars" },
    labels.map(({ label, probability }, at) =>
      make(
        "li",
        {},
        make("span", { class: "called", title: label }, label),
        make(
          "span",
          { class: "part", "aria-hidden": "true" },
          make("span", { style: { width: `${100 * probability}%` } }),
        ),
        make("span", { class: "number" }, written[at]),
      ),
    ),
  );

/** @param {Suggestion} suggestion */
function seen({ seen: how }) {
  if (!how) return null;
  return make("p", { class: "caution" }, say(how === "same file" ? "model.seen" : "model.seen-nearly"));
}

/** @param {Suggestion} suggestion */
function model({ model: { name, classes, paintings, rights } }) {
  const known = listed(Object.entries(classes).map(([attribute, n]) => classesInWords(attribute, n)));
  return make("p", { class: "how" }, say("model.knows", name, known, paintings, rights));
}
