// @ts-check
// The fields of the form of a new study, and what they say in the words of the API.

import { make } from "../../lib/dom.js";
import { known, say } from "../../lib/language.js";
import { attributeName, featureName } from "../../lib/words.js";

/** @typedef {{ name: string, mixes: any[], kinds: any[], [field: string]: any }} Body */

/** @import { Preset, Weights } from "../../lib/types.js" */

const NUMBERS = ["queries", "k", "per_rater", "pairs", "seed"];

/** The body of the request for a new study. @param {HTMLFormElement} form @returns {Body} */
export function bodyOf(form) {
  const given = new FormData(form);
  /** @param {string} name */
  const text = (name) => String(given.get(name)).trim();
  const own = text("own")
    .split("\n")
    .map((line) => line.trim());
  return {
    name: text("name"),
    mixes: [...given.getAll("mix"), ...own].filter(Boolean),
    kinds: given.getAll("kind"),
    titles: given.has("titles"),
    stratify: text("stratify") || null,
    where: [text("where")].filter(Boolean),
    ...Object.fromEntries(NUMBERS.map((name) => [name, Number(given.get(name))])),
  };
}

export const nameField = () =>
  field(
    say("groups.name"),
    make("input", {
      type: "text",
      name: "name",
      required: true,
      maxlength: 60,
      autocomplete: "off",
      "data-focus": true,
    }),
    "field wide",
  );

/** Which mixes are compared. @param {string[]} features @param {Preset[]} presets the mixes that have names */
export function mixFields(features, presets) {
  const alone = features.length > 1 ? features : [],
    example = features.slice(0, 2).map((name, place) => `${name}=${[1, 0.5][place]}`);
  return make(
    "fieldset",
    {},
    make("legend", {}, say("study.mixes")),
    make(
      "div",
      { class: "checks" },
      box("mix", "default", say("map.standard"), true),
      presets.map(({ name, weights }) => box("mix", `${name}: ${written(weights)}`, known("preset", name) ?? name)),
      alone.map((name, place) => box("mix", `${name}=1`, say("study.alone", featureName(name)), place === 0)),
    ),
    field(
      say("study.own-mixes"),
      make("textarea", {
        name: "own",
        rows: 2,
        placeholder: `${say("study.own-name")}: ${example.join(", ")}`,
        "aria-describedby": "own-help",
      }),
      "field wide",
    ),
    make("small", { id: "own-help", class: "faint" }, say("study.own-help", example)),
  );
}

/** As the API takes a mix. @param {Weights} weights */
const written = (weights) =>
  Object.entries(weights)
    .map(([name, weight]) => `${name}=${weight / 100}`)
    .join(",");

/** What is asked, and how much. */
export const questionFields = () =>
  make(
    "fieldset",
    {},
    make("legend", {}, say("study.questions")),
    box("kind", "pairwise", say("study.pairwise-about"), true),
    box("kind", "graded", say("study.graded-about")),
    make(
      "div",
      { class: "numbers" },
      number("queries", say("study.queries"), 30, 500, say("study.queries-about")),
      number("k", say("study.hits"), 5, 50, say("study.hits-about")),
      number("per_rater", say("study.per-rater"), 40, 10000, say("study.per-rater-about")),
    ),
  );

/** What most studies leave as it is. @param {string[]} labels */
export function moreFields(labels) {
  const columns = labels.map((name) => make("option", { value: name }, attributeName(name)));
  return make(
    "details",
    {},
    make("summary", {}, say("study.more")),
    make(
      "div",
      { class: "numbers" },
      number("pairs", say("study.pairs"), 1, 50, say("study.pairs-about")),
      field(
        say("study.evenly"),
        make("select", { name: "stratify" }, make("option", { value: "" }, say("study.not-evenly")), columns),
      ),
      field(
        say("study.only"),
        make("input", {
          type: "text",
          name: "where",
          placeholder: labels.length ? `${labels[0]}=…` : "year=1800..1900",
        }),
      ),
      field(say("study.seed"), make("input", { type: "number", name: "seed", value: 0, min: 0, max: 4294967295 })),
    ),
    box("titles", null, say("study.titles")),
  );
}

/** @param {string} text @param {HTMLElement} input */
const field = (text, input, kind = "field") => make("label", { class: kind }, make("span", {}, text), input);

/** @param {string} name @param {string | null} value @param {string} text */
const box = (name, value, text, on = false) =>
  make("label", { class: "check" }, make("input", { type: "checkbox", name, value, ".checked": on }), text);

/** @param {string} name @param {string} label @param {number} value @param {number} most @param {string} hint */
function number(name, label, value, most, hint) {
  const help = `${name}-help`,
    input = make("input", { type: "number", name, value, min: 1, max: most, required: true, "aria-describedby": help });
  return make("div", { class: "hinted" }, field(label, input), make("small", { id: help, class: "faint" }, hint));
}
