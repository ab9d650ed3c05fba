// @ts-check
// The column of a search's page that says what is looked for: the picture, examples, colours, what counts, words and
// filters.

import { later, make } from "../../lib/dom.js";
import { filterPanel } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { paletteBuilder } from "../../lib/palette.js";
import { reachOfWords, seesPictures } from "../../lib/reach.js";
import { ownMix, weightPanel } from "../../lib/weights.js";
import { Examples } from "./examples.js";
import { putOff } from "./putoff.js";
import { Subject } from "./subject.js";

/** @import { ColourShare, Pairs, Weights } from "../../lib/types.js" */
/** @import { SearchState } from "./state.js" */

const TYPED = 350, // milliseconds after which words, colours and sliders are searched by
  COLOURED = 150,
  WEIGHED = 90;

/** @param {Weights | null} weights */
const counts = (weights) => weights === null || Object.values(weights).some((weight) => weight > 0);

export class QueryColumn {
  subject;
  #state;
  #nothingCounts;
  #examples;
  #colours;
  #weights;
  #words;
  #csls = make("input", {
    type: "checkbox",
    onchange: () => {
      const { change, asked } = this.#state;
      change({ metric: this.#csls.checked ? "csls" : null, k: asked.k });
    },
  });
  #measure = make(
    "label",
    {
      class: "measure",
      title: say("search.csls"),
    },
    this.#csls,
    make("span", {}, say("search.fewer-hubs")),
  );
  /** On narrow pages, where the hits come first. */
  #fold = make("button", {
    type: "button",
    class: "button second fold",
    onclick: () => this.#folded(!this.element.classList.contains("folded")),
  });
  /** @type {ReturnType<typeof filterPanel> | null} */
  #filters = null;
  element;

  /**
   * `nothingCounts` is called where all sliders are at 0.
   * @param {SearchState} state @param {{ nothingCounts: () => void }} tools
   */
  constructor(state, { nothingCounts }) {
    this.#state = state;
    this.#nothingCounts = nothingCounts;
    this.#words = this.#wordsField();
    this.subject = new Subject(state, {
      known: () => this.#colours.show(),
      focusWords: () => this.#words.focus(),
    });
    this.#examples = new Examples(state);
    this.#colours = new AskedColours(state, this.subject);
    this.#weights = weightPanel({
      presets: state.collection.presets,
      onchange: (given, quietly) => this.#weighed(given, quietly),
    });
    this.#weights.element.append(this.#measure);
    this.element = make(
      "aside",
      { class: "query", "aria-label": say("search.query") },
      this.subject.element,
      this.subject.suggests.element,
      this.#fold,
      this.#examples.element,
      this.#colours.element,
      this.#weights.element,
      make(
        "label",
        { class: "field words-asked" },
        make("span", {}, say("search.words")),
        this.#words,
        make("small", { class: "faint" }, reachOfWords(state.collection)),
      ),
    );
    this.#folded(true);
  }

  /** Everything as the URL says. @param {URLSearchParams} params */
  show(params) {
    const { asked, change, signal } = this.#state;
    this.subject.show();
    this.#examples.show();
    this.#colours.show();
    if (document.activeElement !== this.#words) this.#words.value = asked.words;
    this.showWeights();
    if (this.#filters) return this.#filters.update(params);
    this.#filters = filterPanel(params, {
      signal,
      onchange: (/** @type {Pairs} */ filters, /** @type {boolean} */ quietly) => change({ filters }, quietly),
    });
    this.element.append(make("section", { class: "among" }, make("h2", {}, say("search.filter")), this.#filters));
  }

  /** What counts: what is asked for, else what counted in what was found, else the collection's own mix. */
  showWeights() {
    const state = this.#state,
      { answer, asked, relevant, collection } = state;
    this.#weights.element.hidden = relevant.length < 2;
    this.#measure.hidden = !asked.main;
    const there = new Set(relevant.map(({ name }) => name));
    const given = Object.entries(asked.weights ?? {}).filter(([name]) => there.has(name));
    this.#weights.update({
      features: relevant,
      weights: given.length ? Object.fromEntries(given) : null,
      mix: answer?.weights ?? ownMix(collection.features),
      missing: state.missing,
      held: state.weighing !== null,
    });
    this.#csls.checked = asked.metric === "csls";
  }

  /** @param {Weights | null} given @param {boolean} quietly */
  #weighed(given, quietly) {
    const state = this.#state;
    state.weighing = quietly ? given : null;
    if (!counts(given)) return this.#nothingCounts();
    if (quietly) this.#weighSoon();
    else state.change({ weights: given, k: state.asked.k });
  }

  #weighSoon = later(WEIGHED, () => {
    // unless all was set to 0, or a mix was chosen, since
    const state = this.#state,
      { weighing, now } = state;
    if (!weighing || !counts(weighing) || !now) return;
    state.weighing = null;
    state.change({ weights: weighing, k: now.k }, true);
  });

  #wordsField() {
    const { change } = this.#state;
    const words = make("input", {
      type: "search",
      name: "words",
      autocomplete: "off",
      placeholder: seesPictures(this.#state.collection) ? say("search.words-semantic") : say("search.words-table"),
      oninput: later(TYPED, () => {
        const { now } = this.#state,
          text = words.value.trim();
        if (now && text !== now.words && (text || now.main || now.colours.length)) change({ words: text }, true);
      }),
    });
    return words;
  }

  /** @param {boolean} on */
  #folded(on) {
    this.element.classList.toggle("folded", on);
    this.#fold.setAttribute("aria-expanded", String(!on));
    this.#fold.textContent = on ? say("search.change") : say("search.to-hits");
  }
}

/** The colours that are asked for, and the offer to begin with those of the picture. */
class AskedColours {
  #state;
  #subject;
  #builder;
  #own = make(
    "button",
    {
      type: "button",
      class: "button second",
      onclick: () => {
        this.#state.change({ colours: this.#state.subject.colours });
        this.element.querySelector("input")?.focus();
      },
    },
    say("search.other-colours"),
  );
  #none = make(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () => {
        this.#state.change({ colours: [] });
        this.#own.focus();
      },
    },
    say("search.no-colours"),
  );
  element;

  /** @param {SearchState} state @param {Subject} subject */
  constructor(state, subject) {
    this.#state = state;
    this.#subject = subject;
    this.#builder = paletteBuilder({
      colours: [],
      onchange: putOff(COLOURED, (/** @type {ColourShare[]} */ colours, /** @type {boolean} */ quietly) =>
        state.change({ colours }, quietly),
      ),
    });
    this.element = make(
      "section",
      { class: "panel asked-colours", "aria-label": say("search.colours") },
      make("h2", {}, say("palette.colours")),
      this.#builder.element,
      this.#none,
    );
  }

  show() {
    const { asked, subject } = this.#state;
    this.element.hidden = !asked.colours.length;
    this.#builder.set(asked.colours);
    this.#none.hidden = !asked.main && !asked.words;
    if (this.#state.has("palette") && !asked.colours.length && subject.colours.length) this.#subject.offer(this.#own);
    else this.#own.remove();
  }
}
