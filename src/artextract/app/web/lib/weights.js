// @ts-check
// How much each feature counts: sliders, and mixes that are had with one press. In a URL they are w.FEATURE=0..100;
// without any the collection's own mix holds. Old links with numbers up to 1 mean the same mix.

import { make } from "./dom.js";
import { known, say } from "./language.js";
import { capital, featureAbout, featureName, percent } from "./words.js";

/** @import { FeatureFacts, Pairs, Preset, Weights } from "./types.js" */
/** @typedef {{ name: string, description: string }} Feature */
/**
 * @typedef {object} Mix
 * @property {Feature[]} features
 * @property {Weights | null} weights what is asked for, null for the collection's own mix
 * @property {Weights} mix what counts where no weights are asked for
 * @property {Record<string, string>} missing why a feature says nothing of this query
 * @property {boolean} held leaves the sliders where the visitor is just moving them
 */
/** @typedef {{ range: HTMLInputElement, output: HTMLElement, note: HTMLElement, row: HTMLElement }} Row */
/** @typedef {(weights: Weights | null, quietly: boolean) => unknown} OnChange */

const OVERALL = "overall";

/** { feature: 0..100 } of the URL, null where it has none. @param {URLSearchParams} params @returns {Weights | null} */
export function weightsIn(params) {
  const given = [...params]
    .filter(([name]) => name.startsWith("w."))
    .map(([name, value]) => /** @type {const} */ ([name.slice(2), Math.min(100, Math.max(0, Number(value) || 0))]));
  return given.some(([, weight]) => weight > 0) ? Object.fromEntries(given) : null;
}

/** @param {Weights | null} weights @returns {Pairs} */
export const weightPairs = (weights) =>
  Object.entries(weights ?? {})
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => [`w.${name}`, String(weight)]);

/** The collection's own mix. @param {FeatureFacts[]} features @returns {Weights} */
export const ownMix = (features) => Object.fromEntries(features.map(({ name, weight }) => [name, weight]));

/** The features have their colours from here on, wherever they are named. @param {FeatureFacts[]} features */
export function setColours(features) {
  const { style } = document.documentElement;
  for (const { name, colour } of features) {
    if (colour) style.setProperty(`--part-${name}`, `light-dark(${colour.light}, ${colour.dark})`);
    else style.removeProperty(`--part-${name}`);
  }
}

/**
 * Something in a feature's colour; `options` as for `make`.
 * @param {"i" | "span"} tag @param {string} name
 * @param {{ class?: string, style?: Record<string, any>, [option: string]: any }} [options]
 */
export const part = (tag, name, { class: more = "", style = {}, ...options } = {}) =>
  make(tag, {
    class: `hue part-${name}${more && ` ${more}`}`,
    style: { "--part": `var(--part-${name}, var(--part-unnamed))`, ...style },
    ...options,
  });

/** The mark of a feature's colour, beside its name wherever it stands. @param {string} name */
export const dot = (name) => part("i", name, { class: "dot", "aria-hidden": "true" });

/**
 * The panel of a search, which unfolds.
 * @param {{ presets: Preset[], onchange: OnChange }} tools
 */
export function weightPanel(tools) {
  const control = new WeightControl(tools);
  const element = make(
    "details",
    { class: "weights panel", open: innerWidth > 800 },
    make("summary", {}, make("h2", {}, say("weights.heading"))),
    control.presets,
    control.sliders,
  );
  return { element, update: (/** @type {Partial<Mix>} */ next) => control.update(next) };
}

/** Sliders and presets; `onchange` is called with what they say, "quietly" while a slider moves; all may be 0. */
export class WeightControl {
  presets = make("div", { class: "presets", role: "group", "aria-label": say("weights.mixes") });
  sliders = make("div", { class: "sliders" });
  #named;
  #onchange;
  #shown = "";
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Mix} */
  #now = { features: [], weights: null, mix: {}, missing: {}, held: false };

  /** @param {{ presets: Preset[], onchange: OnChange }} tools */
  constructor({ presets, onchange }) {
    this.#named = presets;
    this.#onchange = onchange;
  }

  /** What the sliders say. @returns {Weights} */
  get weights() {
    return Object.fromEntries([...this.#rows].map(([name, { range }]) => [name, Number(range.value)]));
  }

  /** @param {Partial<Mix>} next */
  update(next) {
    const now = (this.#now = { ...this.#now, ...next });
    const names = String(now.features.map(({ name }) => name));
    if (this.#shown !== names) {
      this.#shown = names;
      this.#build();
    }
    const weights = scaled(now.weights ?? now.mix);
    for (const { name, description } of now.features) {
      const { range, row, note } = /** @type {Row} */ (this.#rows.get(name)),
        value = weights[name] ?? 0,
        reason = now.missing[name];
      if (!now.held && Number(range.value) !== value) range.value = String(value);
      row.classList.toggle("missing", Boolean(reason));
      note.textContent = reason ? say("weights.nothing", reason) : featureAbout(name, description);
    }
    this.#drawPresets(weights);
    this.#shares();
  }

  #build() {
    this.#rows = new Map();
    this.sliders.replaceChildren(
      ...this.#now.features.map(({ name }) => {
        const id = `w-${name}`;
        const range = make("input", {
          type: "range",
          min: 0,
          max: 100,
          step: 1,
          id,
          name: `w.${name}`,
          "aria-describedby": `about-${name}`,
          oninput: () => {
            this.#shares();
            this.#onchange(this.weights, true);
          },
        });
        const output = make("output", { for: id }),
          note = make("small", { id: `about-${name}` }),
          label = make("label", { for: id }, dot(name), capital(featureName(name)));
        const row = make("div", { class: "slider" }, label, output, range, note);
        this.#rows.set(name, { range, output, note, row });
        return row;
      }),
    );
  }

  /** The presets that this query can have: of each what is there, and only where anything of it is. */
  #offered() {
    const { features, missing } = this.#now,
      there = features.filter(({ name }) => !missing[name]).map(({ name }) => name);
    const mixes = this.#named
      .map(({ name, about, weights }) => {
        const left = Object.entries(weights).filter(([feature]) => there.includes(feature));
        const whole = left.length === Object.keys(weights).length;
        return { name, about, mix: /** @type {Weights | null} */ (Object.fromEntries(left)), n: left.length, whole };
      })
      // of several features one that is left alone is another mix
      .filter(({ n, whole }) => n > 1 || (n === 1 && whole));
    return [{ name: OVERALL, about: "", mix: null }, ...mixes];
  }

  /** @param {Weights} weights */
  #drawPresets(weights) {
    const mixes = this.#offered(),
      buttons = /** @type {HTMLCollectionOf<HTMLButtonElement>} */ (this.presets.children);
    if ([...buttons].map((one) => one.name).join() !== mixes.map(({ name }) => name).join()) {
      const held = [...buttons].find((one) => one === document.activeElement)?.name;
      this.presets.replaceChildren(
        ...mixes.map(({ name, about, mix }) =>
          make(
            "button",
            {
              type: "button",
              class: "button second",
              name,
              title: known("preset-about", name) ?? about,
              onclick: () => this.#onchange(mix && scaled(mix), false),
            },
            known("preset", name) ?? capital(name),
          ),
        ),
      );
      [...buttons].find((one) => one.name === held)?.focus();
    }
    const own = this.#now.weights === null;
    for (const [place, { mix }] of mixes.entries())
      buttons[place].setAttribute("aria-pressed", String(mix ? !own && alike(weights, mix) : own));
    this.presets.hidden = mixes.length < 2 || this.#now.features.length < 2;
  }

  #shares() {
    const { missing } = this.#now;
    const sum = [...this.#rows]
      .filter(([name]) => !missing[name])
      .reduce((all, [, { range }]) => all + Number(range.value), 0);
    for (const [name, { range, output }] of this.#rows) {
      const share = missing[name] || !sum ? 0 : Number(range.value) / sum;
      output.textContent = percent(share);
      range.setAttribute("aria-valuetext", percent(share));
    }
  }
}

/** In whole numbers up to 100; those up to 1 are parts. @param {Weights} weights @returns {Weights} */
function scaled(weights) {
  const most = Math.max(...Object.values(weights), 0);
  const times = most > 0 && most <= 1 ? 100 : 1;
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, Math.round(weight * times)]));
}

/** @param {Weights} one @param {Weights} other */
function alike(one, other) {
  /** @param {Weights} weights @returns {(name: string) => number} */
  const shares = (weights) => {
    const sum = Object.values(weights).reduce((all, weight) => all + weight, 0) || 1;
    return (name) => (weights[name] ?? 0) / sum;
  };
  const a = shares(one),
    b = shares(other);
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (name) => Math.abs(a(name) - b(name)) < 0.005,
  );
}
