// @ts-check
// What colours mean on a map: the looks of points by a column, and the legend, whose entries let only their own stand
// out.

import { make } from "./dom.js";
import { say } from "./language.js";
import { categorical, markPicture, missingMark, MOST, otherMark, ramp, STEPS } from "./scatter_marks.js";
import { spelled, words } from "./words.js";

/** @import { Mark } from "./scatter_marks.js" */
/** @import { Column } from "./types.js" */
/** @typedef {{ key: string, text: string, count: number, mark: Mark }} Entry */
/**
 * @typedef {object} Looks
 * @property {Mark[]} looks
 * @property {Uint8Array} of the look of each point
 * @property {Entry[]} entries
 * @property {string[]} rest values that have no look of their own
 * @property {(i: number) => string} keyOf the entry of a point
 * @property {(i: number) => string} textOf the value of a point
 */

const MISSING = "~missing",
  OTHERS = "~others";
const PARTS = 6;

/**
 * Looks of points by the values of a column. `first`: further values that are to have a look of their own; `counts(i)`
 * tells which points count.
 * @param {Pick<Column, "kind" | "values" | "codes" | "numbers">} column @param {string[]} first @param {boolean} dark
 * @param {(i: number) => boolean} counts @returns {Looks}
 */
export function looksOf(column, first, dark, counts) {
  return column.kind === "numbers" ? ofNumbers(column.numbers, dark, counts) : ofLabels(column, first, dark, counts);
}

/**
 * @param {Pick<Column, "values" | "codes">} column @param {string[]} first @param {boolean} dark
 * @param {(i: number) => boolean} counts @returns {Looks}
 */
function ofLabels({ values, codes }, first, dark, counts) {
  const number = new Array(values.length).fill(0);
  let missing = 0;
  codes.forEach((code, i) => {
    if (!counts(i)) return;
    if (code < 0) missing++;
    else number[code]++;
  });
  // those asked for take the places of the least frequent, so that the others keep their looks
  const wanted = [...new Set(first.map((value) => values.indexOf(value)).filter((code) => code >= MOST))].slice(
    0,
    MOST,
  );
  const shown = [...[...values.keys()].slice(0, MOST - wanted.length), ...wanted];
  const marks = categorical(dark);
  const looks = [missingMark(dark), otherMark(dark), ...marks];
  const lookOf = new Uint8Array(values.length).fill(1);
  shown.forEach((code, rank) => {
    lookOf[code] = rank + 2;
  });
  const hidden = [...values.keys()].filter((code) => lookOf[code] === 1);
  const entries = shown.map((code, rank) => ({
    key: values[code],
    text: values[code],
    count: number[code],
    mark: marks[rank],
  }));
  const others = hidden.reduce((sum, code) => sum + number[code], 0);
  if (hidden.length)
    entries.push({
      key: OTHERS,
      text: hidden.length === 1 ? values[hidden[0]] : say("legend.others", hidden.length),
      count: others,
      mark: otherMark(dark),
    });
  if (codes.includes(-1))
    entries.push({ key: MISSING, text: say("common.not-known"), count: missing, mark: missingMark(dark) });
  return {
    looks,
    of: Uint8Array.from(codes, (code) => (code < 0 ? 0 : lookOf[code])),
    entries,
    rest: hidden.map((code) => values[code]),
    keyOf: (i) => (codes[i] < 0 ? MISSING : lookOf[codes[i]] === 1 ? OTHERS : values[codes[i]]),
    textOf: (i) => (codes[i] < 0 ? say("legend.not-known") : values[codes[i]]),
  };
}

/**
 * The ends of the ramp leave out the outermost hundredth on either side, which would otherwise take most of it.
 * @param {(number | null)[]} numbers @param {boolean} dark @param {(i: number) => boolean} counts @returns {Looks}
 */
function ofNumbers(numbers, dark, counts) {
  const there = numbers.filter((value) => value !== null).sort((a, b) => a - b);
  const low = there[Math.floor((there.length - 1) * 0.01)] ?? 0,
    high = there[Math.ceil((there.length - 1) * 0.99)] ?? 1;
  const size = high - low || 1,
    marks = ramp(dark);
  /** @param {number} value */
  const part = (value) => Math.min(0.999999, Math.max(0, (value - low) / size));
  const number = new Array(PARTS).fill(0);
  let missing = 0;
  numbers.forEach((value, i) => {
    if (!counts(i)) return;
    if (value === null) missing++;
    else number[Math.floor(part(value) * PARTS)]++;
  });
  /** @param {number} step */
  const edge = (step) => Number((low + (size * step) / PARTS).toPrecision(4));
  /** @param {number} step */
  const name = (step) =>
    step === 0
      ? say("legend.below", edge(1))
      : step === PARTS - 1
        ? say("legend.from", edge(step))
        : `${edge(step)} – ${edge(step + 1)}`;
  const entries = number.map((count, step) => ({
    key: `~part${step}`,
    text: name(step),
    count,
    mark: { ...marks[Math.round(((step + 0.5) / PARTS) * (STEPS - 1))], shape: "square" },
  }));
  if (there.length < numbers.length)
    entries.push({ key: MISSING, text: say("common.not-known"), count: missing, mark: missingMark(dark) });
  return {
    looks: [missingMark(dark), ...marks],
    of: Uint8Array.from(numbers, (value) => (value === null ? 0 : 1 + Math.floor(part(value) * STEPS))),
    entries,
    rest: [],
    keyOf: (i) => {
      const value = numbers[i];
      return value === null ? MISSING : `~part${Math.floor(part(value) * PARTS)}`;
    },
    textOf: (i) => (numbers[i] === null ? say("legend.not-known") : String(numbers[i])),
  };
}

/**
 * The legend; `only` is the key of the entry that stands out alone, `choose(key or null)` is called for another,
 * `add(value)` for a value that is to have a look of its own.
 * @param {HTMLElement} place @param {{ title: string, entries: Entry[], rest: string[] }} shown
 * @param {string | null} only @param {(key: string | null) => void} choose @param {(value: string) => void} add
 */
export function drawLegend(place, { title, entries, rest }, only, choose, add) {
  const held = document.activeElement,
    focused = held instanceof HTMLElement && place.contains(held) ? held.dataset.key : null;
  place.replaceChildren(
    make("h2", {}, title),
    make(
      "ul",
      {},
      entries.map(({ key, text, count, mark }) =>
        make(
          "li",
          {},
          make(
            "button",
            {
              type: "button",
              "data-key": key,
              class: only !== null && only !== key ? "back" : "",
              "aria-pressed": String(only === key),
              title: only === key ? say("legend.again") : say("legend.only"),
              onclick: () => choose(only === key ? null : key),
            },
            markPicture(mark),
            make("span", { class: "text" }, text),
            make("span", { class: "number" }, spelled(count)),
          ),
        ),
      ),
    ),
    rest.length > 1
      ? make(
          "select",
          {
            "aria-label": say("legend.add-label"),
            onchange: (/** @type {any} */ event) => add(event.target.value),
          },
          make("option", { value: "" }, say("legend.add")),
          [...rest].sort((a, b) => a.localeCompare(b)).map((value) => make("option", { value }, words(value))),
        )
      : "",
    only !== null
      ? make("button", { type: "button", class: "quiet", onclick: () => choose(null) }, say("legend.again"))
      : "",
  );
  if (focused) [...place.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
}
