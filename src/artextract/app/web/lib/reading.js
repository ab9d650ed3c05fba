// @ts-check
// What the model takes a painting for, in words and bars, with what is needed to read its confidence rightly.

import { make } from "./dom.js";
import { notKnown, setInWords, share as small } from "./doubt.js";
import { href } from "./route.js";
import { beside } from "./suggestion.js";
import { capital, count, percent, spelled, words } from "./words.js";

/** @import { AttributeReading, HeldOut, ModelFacts, Predictions } from "./types.js" */

const ROOM = 3; // attributes for which a placeholder keeps room
let rows = ROOM; // as many as the model was seen to have

/** The panel while the network runs. */
export function readingPlaceholder() {
  return make(
    "div",
    { class: "readings waiting", role: "status", "aria-label": "The model looks at the painting" },
    Array.from({ length: rows }, () =>
      make(
        "div",
        { class: "reading" },
        Array.from({ length: 7 }, () => make("span", { class: "blank" })),
      ),
    ),
  );
}

/** The panel for the answer of GET /api/predictions. @param {Predictions} predictions */
export function readingPanel(predictions) {
  rows = predictions.attributes.length;
  return make(
    "div",
    { class: "readings" },
    caution(predictions),
    predictions.attributes.map((answer) => reading(answer, predictions)),
    beside(predictions.several, predictions.numbers, predictions.unsure),
    trust(predictions),
  );
}

/**
 * "The model takes it for Cubism (62 %, unsure)" and how that stands to the table.
 * @param {AttributeReading} reading
 */
function verdict({ attribute, own, labels, sure }) {
  const best = `${labels[0].label} (${small(labels[0].probability)}, ${sure ? "sure" : "unsure"})`;
  if (!own) return `No ${words(attribute)} is known; the model takes it for ${best}.`;
  if (own.agrees) return `The model agrees with the table: ${best}.`;
  if (own.agrees === null)
    return `The table says ${own.label}, which is none of this model’s classes. It takes it for ${best}.`;
  const given = small(own.probability ?? 0);
  return `The table says ${own.label}, to which the model gives ${given}. It takes it for ${best}.`;
}

/** @param {Predictions} predictions */
function caution({ seen, artist_seen, attributes }) {
  if (seen) {
    const same = seen === "same file" ? "this painting" : "nearly the same picture";
    return make(
      "p",
      { class: "caution" },
      make("strong", {}, `The model has seen ${same} in training, `),
      "so its confidence says little here.",
    );
  }
  if (artist_seen !== false) return null;
  const measured = attributes.some(({ held_out_new_artists: fresh }) => fresh?.accuracy != null),
    names = attributes.some(({ attribute }) => attribute === "artist");
  return make(
    "p",
    { class: "caution" },
    make("strong", {}, "The model has seen no painting by this artist in training. "),
    [
      names ? "It cannot name the artist." : null,
      measured ? "How right it is on such paintings stands at the end." : null,
    ]
      .filter(Boolean)
      .join(" "),
  );
}

/** @param {AttributeReading} answer @param {Predictions} of */
function reading(answer, { sets, novelty }) {
  const { attribute, labels, own, classes } = answer,
    set = setInWords(sets[attribute]);
  const bars = labels.map(({ label, probability }) => {
    const theirs = own?.agrees ? label === labels[0].label : own?.agrees === false && label === own.label;
    return make(
      "li",
      { class: theirs ? "own" : null },
      make(
        "span",
        { class: "called" },
        make(
          "a",
          {
            href: href("gallery", { [`f.${attribute}`]: label }),
            title: `All of the collection with ${words(attribute)} ${label}`,
          },
          label,
        ),
        theirs
          ? make(
              "span",
              { class: "mark-own", role: "img", "aria-label": "as in the table", title: "as in the table" },
              "✓",
            )
          : null,
      ),
      make(
        "span",
        { class: "part", "aria-hidden": "true" },
        make("span", { style: { width: `${100 * probability}%` } }),
      ),
      make("span", { class: "number" }, small(probability)),
    );
  });
  const rest = Math.max(0, 1 - labels.reduce((sum, { probability }) => sum + probability, 0)),
    others = classes - labels.length;
  return make(
    "section",
    { class: "reading", "aria-label": `What the model says of the ${words(attribute)}` },
    make(
      "h3",
      {},
      capital(words(attribute)),
      own?.agrees === false ? make("span", { class: "differs" }, "differs from the table") : null,
    ),
    make("p", { class: "verdict" }, verdict(answer)),
    novelty[attribute]?.new ? make("p", { class: "caution" }, notKnown(attribute, classes)) : null,
    make("ol", { class: "bars" }, bars),
    set ? make("p", { class: "how" }, `${set}.`) : null,
    make(
      "p",
      { class: "how" },
      [others > 0 ? `${count(others, "other")} together ${small(rest)}.` : null, howRight(answer)]
        .filter(Boolean)
        .join(" "),
    ),
  );
}

/** How right such answers were, on paintings that the training had not read. @param {AttributeReading} reading */
function howRight({ held_out: all, of_label: one, labels }) {
  if (!all || all.accuracy === null) return "How often the model is right has not been measured.";
  const named =
    one && one.precision !== null
      ? `, and where it said ${labels[0].label}, for ${percent(one.precision)} of ${spelled(one.predicted)}`
      : "";
  return unbroken(
    `It was right for ${percent(all.accuracy)} of ${spelled(all.n)} paintings not read in training${named}.`,
  );
}

/** @param {ModelFacts} model */
const trainedOn = ({ paintings, collection, rights }) =>
  `${count(paintings, "painting")} of “${collection}”${rights.length ? ` (${rights.join("; ")})` : ""}`;

/** What one must know to read the confidence: unfolded by whoever wants it. @param {Predictions} predictions */
function trust({ model, attributes }) {
  const fresh = attributes.some(({ held_out_new_artists: figures }) => figures),
    judged = attributes.some(({ held_out: figures }) => figures);
  /** @param {number | null | undefined} value @param {(value: number) => string} text */
  const figure = (value, text) => (value === null || value === undefined ? "–" : text(value));
  /** @param {HeldOut | null} measured */
  const right = (measured) =>
    figure(measured?.accuracy, (value) => `${percent(value)} of ${spelled(measured?.n ?? 0)}`);
  const head = ["", "right", fresh ? "right on artists new to it" : null, "confidence off by", "sure from"].filter(
    (name) => name !== null,
  );
  const lines = attributes.map(({ attribute, held_out: all, held_out_new_artists: new_, sure_from: from }) => [
    make("th", { scope: "row" }, capital(words(attribute))),
    ...[
      right(all),
      fresh ? right(new_) : null,
      figure(all?.ece, (value) => `${(100 * value).toFixed(1)} points`),
      from === null ? "never" : percent(from),
    ]
      .filter((cell) => cell !== null)
      .map((cell) => make("td", { class: "number" }, unbroken(cell))),
  ]);
  return make(
    "details",
    { class: "trust" },
    make("summary", {}, "How far to trust these figures"),
    make(
      "p",
      {},
      `The model “${model.name}” is ${model.backbone} with a trained network behind it, `,
      `which reads the whole picture at ${model.size} × ${model.size} pixels. `,
      `It was trained and validated on ${trainedOn(model)}, and knows no classes but theirs.`,
    ),
    make(
      "p",
      {},
      unbroken(
        "The percentages are calibrated: of many answers given at 60 %, about 60 % are right, " +
          "on paintings like those of its training. " +
          "“Sure” is an answer at least as probable as those that were right three times in four on validation; " +
          "all others are “unsure”.",
      ),
    ),
    judged
      ? make(
          "div",
          { class: "wide", tabindex: "0", role: "region", "aria-label": "Figures on paintings not read in training" },
          make(
            "table",
            {},
            make("caption", {}, "On paintings that the training had not read"),
            make(
              "thead",
              {},
              make(
                "tr",
                {},
                head.map((name) => (name ? make("th", { scope: "col" }, name) : make("td", {}))),
              ),
            ),
            make(
              "tbody",
              {},
              lines.map((cells) => make("tr", {}, cells)),
            ),
          ),
        )
      : make(
          "p",
          {},
          "How often it is right on paintings not read in training has not been measured; ",
          "“artextract evaluate” does that.",
        ),
  );
}

/** @param {string} text */
const unbroken = (text) => text.replaceAll(" %", "\u00a0%");
