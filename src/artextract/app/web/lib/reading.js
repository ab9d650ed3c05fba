// @ts-check
// What the model takes a painting for, in words and bars, with what is needed to read its confidence rightly.

import { make } from "./dom.js";
import { notKnown, setInWords, share as small, shares } from "./doubt.js";
import { say } from "./language.js";
import { href } from "./route.js";
import { beside, silence } from "./suggestion.js";
import { attributeName, capital, percent } from "./words.js";

/** @import { AttributeReading, HeldOut, ModelFacts, Predictions } from "./types.js" */

const ROOM = 3; // attributes for which a placeholder keeps room
let rows = ROOM; // as many as the model was seen to have

/** The panel while the network runs. */
export function readingPlaceholder() {
  return make(
    "div",
    { class: "readings waiting", role: "status", "aria-label": say("model.looking") },
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
 * "The model takes it for Cubism (62 %, unsure)" and how that stands to the table; `unsaid` is said in place of what
 * the model takes it for.
 * @param {AttributeReading} reading @param {string | null} unsaid
 */
function verdict({ attribute, own, labels, sure }, unsaid) {
  if (unsaid !== null) return [own ? say("model.unknown-only", own.label) : "", unsaid].filter(Boolean).join(" ");
  const best = `${labels[0].label} (${shares(labels)[0]}, ${say(sure ? "doubt.sure" : "doubt.unsure")})`;
  if (!own) return say("model.no-label", attributeName(attribute), best);
  if (own.agrees) return say("model.agrees", best);
  if (own.agrees === null) return say("model.unknown-label", own.label, best);
  const given = small(own.probability ?? 0);
  return say("model.differs", own.label, given, best);
}

/** @param {Predictions} predictions */
function caution({ seen, artist_seen, attributes }) {
  if (seen)
    return make(
      "p",
      { class: "caution" },
      make("strong", {}, say(seen === "same file" ? "model.seen" : "model.seen-nearly")),
    );
  if (artist_seen !== false) return null;
  const measured = attributes.some(({ held_out_new_artists: fresh }) => fresh?.accuracy != null),
    names = attributes.some(({ attribute }) => attribute === "artist");
  return make(
    "p",
    { class: "caution" },
    make("strong", {}, say("model.artist-new")),
    " ",
    [names ? say("model.cannot-name") : null, measured ? say("model.new-artists") : null].filter(Boolean).join(" "),
  );
}

/** @param {AttributeReading} answer @param {Predictions} predictions */
function reading(answer, predictions) {
  const { sets, novelty } = predictions,
    { attribute, labels, own, classes } = answer,
    set = setInWords(sets[attribute]),
    unsaid = !own || own.agrees === null ? silence(predictions, attribute) : null;
  const written = shares(labels);
  const bars = labels.map(({ label, probability }, at) => {
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
            title: say("model.all-of", attributeName(attribute), label),
          },
          label,
        ),
        theirs
          ? make(
              "span",
              {
                class: "mark-own",
                role: "img",
                "aria-label": say("model.as-catalogue"),
                title: say("model.as-catalogue"),
              },
              "✓",
            )
          : null,
      ),
      make(
        "span",
        { class: "part", "aria-hidden": "true" },
        make("span", { style: { width: `${100 * probability}%` } }),
      ),
      make("span", { class: "number" }, written[at]),
    );
  });
  const others = classes - labels.length;
  return make(
    "section",
    { class: "reading", "aria-label": say("model.about", attributeName(attribute)) },
    make(
      "h3",
      {},
      capital(attributeName(attribute)),
      own?.agrees === false ? make("span", { class: "differs" }, say("model.differs-short")) : null,
    ),
    make("p", { class: "verdict" }, verdict(answer, unsaid)),
    unsaid === null && novelty[attribute]?.new ? make("p", { class: "caution" }, notKnown(attribute, classes)) : null,
    unsaid === null
      ? make("ol", { class: "bars" }, bars)
      : make(
          "details",
          { class: "guesses" },
          make("summary", {}, say("model.nearest")),
          make("ol", { class: "bars" }, bars),
        ),
    set && unsaid === null ? make("p", { class: "how" }, `${set}.`) : null,
    make(
      "p",
      { class: "how" },
      [others > 0 ? say("model.others", others, written[labels.length]) : null, howRight(answer)]
        .filter(Boolean)
        .join(" "),
    ),
  );
}

/** How right such answers were, on paintings that the training had not read. @param {AttributeReading} reading */
function howRight({ held_out: all, of_label: one, labels }) {
  if (!all || all.accuracy === null) return say("model.not-measured");
  const named =
    one && one.precision !== null ? say("model.right-label", labels[0].label, one.precision, one.predicted) : "";
  return say("model.right", all.accuracy, all.n, named);
}

/** @param {ModelFacts} model */
const trainedOn = ({ paintings, collection, rights }) => say("model.trained", paintings, collection, rights);

/** What one must know to read the confidence: unfolded by whoever wants it. @param {Predictions} predictions */
function trust({ model, attributes }) {
  const fresh = attributes.some(({ held_out_new_artists: figures }) => figures),
    judged = attributes.some(({ held_out: figures }) => figures);
  /** @param {number | null | undefined} value @param {(value: number) => string} text */
  const figure = (value, text) => (value === null || value === undefined ? "–" : text(value));
  /** @param {HeldOut | null} measured */
  const right = (measured) => figure(measured?.accuracy, (value) => say("model.share-of", value, measured?.n ?? 0));
  const head = [
    "",
    say("model.right-column"),
    fresh ? say("model.right-new") : null,
    say("model.off"),
    say("model.sure-from"),
  ].filter((name) => name !== null);
  const lines = attributes.map(({ attribute, held_out: all, held_out_new_artists: new_, sure_from: from }) => [
    make("th", { scope: "row" }, capital(attributeName(attribute))),
    ...[
      right(all),
      fresh ? right(new_) : null,
      figure(all?.ece, (value) => say("model.points", 100 * value)),
      from === null ? say("model.never") : percent(from),
    ]
      .filter((cell) => cell !== null)
      .map((cell) => make("td", { class: "number" }, cell)),
  ]);
  return make(
    "details",
    { class: "trust" },
    make("summary", {}, say("model.trust")),
    make("p", {}, say("model.trust-about", model.name, model.backbone, model.size, trainedOn(model))),
    make("p", {}, say("model.calibrated")),
    judged
      ? make(
          "div",
          { class: "wide", tabindex: "0", role: "region", "aria-label": say("model.figures") },
          make(
            "table",
            {},
            make("caption", {}, say("model.figures")),
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
      : make("p", {}, say("model.unmeasured")),
  );
}
