// @ts-check
// Choosing another label from those there are, or a new one.

import { closeDialog, openDialog } from "../../lib/dialog.js";
import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { attributeName } from "../../lib/words.js";

/** @import { LabelFacts } from "../../lib/types.js" */
/** @typedef {{ label: string | null, isNew: boolean, note: string }} Chosen null takes the label away */
/** @typedef {{ label: string | null, isNew?: boolean, text: string, detail: string }} Option */
/**
 * `labels` are { label, paintings }, `given` and `suggested` two of them, or null.
 * @typedef {object} Choice
 * @property {string} attribute
 * @property {string} name the painting's
 * @property {LabelFacts[]} labels
 * @property {string | null} given
 * @property {string | null} suggested
 */

/** @param {string} text */
const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * Ask for a label. Resolves to { label, isNew, note } or null; label null takes it away.
 * @param {Choice} choice @returns {Promise<Chosen | null>}
 */
export function chooseLabel(choice) {
  return new Promise((resolve) => {
    new LabelDialog(choice, resolve).open();
  });
}

/**
 * What is offered for the words that are typed: the labels that have them all, a new label, or none.
 * @param {Choice} choice @param {string} typed @returns {Option[]}
 */
function optionsFor({ labels, given, suggested }, typed) {
  const words = plain(typed).split(" ").filter(Boolean),
    written = typed.trim();
  /** @type {Option[]} */
  const fitting = labels
    .filter(({ label }) => plain(label) !== plain(given ?? "") && words.every((word) => plain(label).includes(word)))
    .sort((a, b) => Number(b.label === suggested) - Number(a.label === suggested))
    .map(({ label, paintings }) => {
      const number = paintings ? say("count.paintings", paintings) : say("review.unused");
      return { label, text: label, detail: label === suggested ? say("review.is-suggested", number) : number };
    });
  const exact = labels.some(({ label }) => plain(label) === plain(typed));
  if (words.length && !exact)
    fitting.push({ label: written, isNew: true, text: say("common.quoted", written), detail: say("review.new") });
  if (given && !words.length) fitting.push({ label: null, text: say("review.no-label"), detail: say("review.take") });
  return fitting;
}

/** The place of no option: none is chosen before something is typed or gone to, so that Enter changes nothing. */
const NOTHING = -1;

/** What the button would do. @param {Option | undefined} option */
const actOf = (option) => {
  if (!option) return say("review.change");
  if (option.label === null) return say("review.remove-label");
  return option.isNew ? say("review.add-label", option.label) : say("review.change-to", option.label);
};

class LabelDialog {
  #choice;
  #resolve;
  /** @type {Option[]} */
  #options = [];
  #at = NOTHING;
  /** Whether a new label was asked about already. */
  #confirmed = false;
  #search = make("input", {
    type: "search",
    id: "label-search",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "label-options",
    "aria-autocomplete": "list",
    autocomplete: "off",
    maxlength: 200,
    oninput: () => {
      this.#at = this.#search.value.trim() ? 0 : NOTHING;
      this.#list();
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
  });
  #choices;
  #note = make("input", {
    type: "text",
    id: "label-note",
    maxlength: 2000,
    placeholder: say("review.why"),
  });
  #warning = make("p", { class: "warning", role: "alert", hidden: true });
  #done = make("button", { type: "submit", class: "button" }, say("review.change"));
  #dialog;

  /** @param {Choice} choice @param {(answer: Chosen | null) => void} resolve */
  constructor(choice, resolve) {
    const { attribute, name, given } = choice;
    this.#choice = choice;
    this.#resolve = resolve;
    this.#choices = make("ul", {
      id: "label-options",
      role: "listbox",
      "aria-label": say("review.labels-of", attributeName(attribute)),
    });
    this.#dialog = make(
      "dialog",
      { class: "review-dialog", "aria-labelledby": "label-title", onclose: () => resolve(null) },
      make("h2", { id: "label-title" }, say("review.another", attributeName(attribute))),
      make("p", { class: "faint" }, name, given ? `, ${say("review.now-given", given)}` : ""),
      this.#form(),
    );
  }

  open() {
    this.#list();
    openDialog(this.#dialog);
    this.#search.focus();
  }

  #form() {
    /** @param {string} id @param {string} text */
    const field = (id, text) => make("label", { class: "field", for: id }, make("span", {}, text));
    const cancel = () => closeDialog(this.#dialog);
    return make(
      "form",
      {
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      field("label-search", say("review.search-label")),
      this.#search,
      this.#choices,
      this.#warning,
      field("label-note", say("review.note")),
      this.#note,
      make(
        "p",
        { class: "buttons" },
        this.#done,
        make("button", { type: "button", class: "button second", onclick: cancel }, say("common.cancel")),
      ),
    );
  }

  #list() {
    this.#options = optionsFor(this.#choice, this.#search.value);
    this.#confirmed = false;
    this.#warning.hidden = true;
    /** @param {number} number */
    const pick = (number) => {
      this.#at = number;
      this.#mark();
      this.#search.focus();
    };
    this.#choices.replaceChildren(
      ...this.#options.map(({ text, detail }, number) =>
        make(
          "li",
          { role: "option", id: `label-${number}`, onclick: () => pick(number) },
          make("span", {}, text),
          make("span", { class: "faint" }, detail),
        ),
      ),
    );
    this.#mark();
  }

  #mark() {
    const at = this.#at,
      option = this.#options[at],
      rows = [...this.#choices.children];
    rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    this.#search.setAttribute("aria-activedescendant", option ? `label-${at}` : "");
    this.#done.disabled = !option;
    this.#done.textContent = actOf(option);
    if (option?.isNew) return;
    this.#confirmed = false;
    this.#warning.hidden = true;
  }

  #submit() {
    const option = this.#options[this.#at];
    if (!option) return;
    if (option.isNew && !this.#confirmed) {
      this.#confirmed = true;
      this.#warning.textContent = say("review.confirm-new", option.label);
      this.#warning.hidden = false;
      this.#done.focus();
      return;
    }
    this.#resolve({ label: option.label, isNew: Boolean(option.isNew), note: this.#note.value.trim() });
    closeDialog(this.#dialog);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key],
      { length } = this.#options;
    if (!step || !length) return;
    event.preventDefault();
    this.#at = this.#at === NOTHING && step < 0 ? length - 1 : (this.#at + step + length) % length;
    this.#mark();
  }
}
