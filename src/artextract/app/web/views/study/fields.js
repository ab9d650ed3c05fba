// @ts-check
// The fields of the form of a new study, and what they say in the words of the API.

import { make } from "../../lib/dom.js";
import { capital, words } from "../../lib/words.js";

/** @typedef {{ name: string, mixes: any[], kinds: any[], [field: string]: any }} Body */

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
    "Name",
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

/** Which mixes are compared. @param {string[]} features */
export function mixFields(features) {
  const alone = features.length > 1 ? features : [],
    example = features.slice(0, 2).map((name, place) => `${name}=${[1, 0.5][place]}`);
  return make(
    "fieldset",
    {},
    make("legend", {}, "Mixes to compare"),
    make(
      "div",
      { class: "checks" },
      box("mix", "default", "Default mix", true),
      alone.map((name, place) => box("mix", `${name}=1`, `${capital(words(name))} alone`, place === 0)),
    ),
    field(
      "Mixes of your own, one a line",
      make("textarea", {
        name: "own",
        rows: 2,
        placeholder: `mine: ${example.join(", ")}`,
        "aria-describedby": "own-help",
      }),
      "field wide",
    ),
    make(
      "small",
      { id: "own-help", class: "faint" },
      `Weights such as ${example.join(", ")}, with a name and a colon before them if you like.`,
    ),
  );
}

/** What is asked, and how much. */
export const questionFields = () =>
  make(
    "fieldset",
    {},
    make("legend", {}, "Questions"),
    box("kind", "pairwise", "Pairwise: which of two is more similar? Shows which mix people prefer.", true),
    box("kind", "graded", "Graded: how similar is one? Shows how well each mix ranks, but asks much more."),
    make(
      "div",
      { class: "numbers" },
      number("queries", "Queries", 30, 500, "Paintings asked about, chosen at random"),
      number("k", "Hits of each mix", 5, 50, "How deep each list is judged"),
      number("per_rater", "Questions per rater", 40, 10000, "A tenth of them come twice"),
    ),
  );

/** What most studies leave as it is. @param {string[]} labels */
export function moreFields(labels) {
  const columns = labels.map((name) => make("option", { value: name }, words(name)));
  return make(
    "details",
    {},
    make("summary", {}, "More"),
    make(
      "div",
      { class: "numbers" },
      number("pairs", "Pairs per query and two mixes", 1, 50, "Chosen at random from the hits"),
      field(
        "Draw queries evenly from each",
        make("select", { name: "stratify" }, make("option", { value: "" }, "no column, all at random"), columns),
      ),
      field(
        "Only queries with",
        make("input", {
          type: "text",
          name: "where",
          placeholder: labels.length ? `${labels[0]}=…` : "year=1800..1900",
        }),
      ),
      field("Random seed", make("input", { type: "number", name: "seed", value: 0, min: 0, max: 4294967295 })),
    ),
    box("titles", null, "Show titles while judging"),
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
