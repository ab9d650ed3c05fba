// @ts-check
// Choosing another label from those there are, or a new one.

import { make } from "../../lib/dom.js";
import { count } from "../../lib/words.js";

/** @import { LabelFacts } from "../../lib/types.js" */
/** @typedef {{ label: string | null, isNew: boolean, note: string }} Chosen null takes the label away */
/** @typedef {{ label: string | null, isNew?: boolean, text: string, beside: string }} Option */

/** @param {string} text */
const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * Ask for a label. Resolves to { label, isNew, note } or null; label null takes it away. `labels` are { label,
 * paintings }, `given` and `suggested` two of them, or null.
 * @param {{ attribute: string, name: string, labels: LabelFacts[], given: string | null, suggested: string | null }} of
 * @returns {Promise<Chosen | null>}
 */
export function chooseLabel({ attribute, name, labels, given, suggested }) {
  return new Promise((resolve) => {
    /** @type {Option[]} */
    let options = [],
      at = 0,
      confirmed = false;
    const search = make("input", {
      type: "search",
      id: "label-search",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "label-options",
      "aria-autocomplete": "list",
      autocomplete: "off",
      maxlength: 200,
      oninput: () => {
        at = 0;
        list();
      },
    });
    const choices = make("ul", { id: "label-options", role: "listbox", "aria-label": `Labels of ${attribute}` });
    const note = make("input", {
      type: "text",
      id: "label-note",
      maxlength: 2000,
      placeholder: "Why, or where it is written",
    });
    const warning = make("p", { class: "warning", role: "alert", hidden: true });
    const done = make("button", { type: "submit", class: "button" }, "Change");
    const dialog = make(
      "dialog",
      { class: "review-dialog", "aria-labelledby": "label-title", onclose: () => dialog.remove() },
      make("h2", { id: "label-title" }, `Another ${attribute}`),
      make("p", { class: "faint" }, name, given ? `, now ${given}` : ""),
      make(
        "form",
        {
          onsubmit: (/** @type {SubmitEvent} */ event) => {
            event.preventDefault();
            submit();
          },
        },
        make(
          "label",
          { class: "field", for: "label-search" },
          make("span", {}, "Search the labels, or write a new one"),
        ),
        search,
        choices,
        warning,
        make("label", { class: "field", for: "label-note" }, make("span", {}, "Note, if you like")),
        note,
        make(
          "p",
          { class: "buttons" },
          done,
          make("button", { type: "button", class: "button second", onclick: () => end(null) }, "Cancel"),
        ),
      ),
    );

    /** @param {Chosen | null} answer */
    function end(answer) {
      dialog.close();
      resolve(answer);
    }

    /** @returns {Option[]} */
    function found() {
      const words = plain(search.value).split(" ").filter(Boolean);
      /** @type {Option[]} */
      const fitting = labels
        .filter(
          ({ label }) => plain(label) !== plain(given ?? "") && words.every((word) => plain(label).includes(word)),
        )
        .sort((a, b) => Number(b.label === suggested) - Number(a.label === suggested))
        .map(({ label, paintings }) => ({
          label,
          text: label,
          beside: [
            label === suggested ? "suggested" : null,
            paintings ? count(paintings, "painting") : "no painting yet",
          ]
            .filter(Boolean)
            .join(", "),
        }));
      const exact = labels.some(({ label }) => plain(label) === plain(search.value));
      if (words.length && !exact)
        fitting.push({
          label: search.value.trim(),
          isNew: true,
          text: `“${search.value.trim()}”`,
          beside: "a new label",
        });
      if (given && !words.length) fitting.push({ label: null, text: "No label", beside: "take it away" });
      return fitting;
    }

    function list() {
      options = found();
      confirmed = false;
      warning.hidden = true;
      choices.replaceChildren(
        ...options.map((option, number) =>
          make(
            "li",
            {
              role: "option",
              id: `label-${number}`,
              onclick: () => {
                at = number;
                mark();
                search.focus();
              },
            },
            make("span", {}, option.text),
            make("span", { class: "faint" }, option.beside),
          ),
        ),
      );
      mark();
    }

    function mark() {
      [...choices.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
      choices.children[at]?.scrollIntoView({ block: "nearest" });
      const option = options[at];
      search.setAttribute("aria-activedescendant", option ? `label-${at}` : "");
      done.disabled = !option;
      done.textContent = !option
        ? "Change"
        : option.label === null
          ? "Take the label away"
          : option.isNew
            ? `Add “${option.label}”`
            : `Change to ${option.label}`;
      if (!option?.isNew) {
        confirmed = false;
        warning.hidden = true;
      }
    }

    function submit() {
      const option = options[at];
      if (!option) return;
      if (option.isNew && !confirmed) {
        confirmed = true;
        warning.textContent =
          `No painting carries “${option.label}” yet. ` + "If it is spelled as you want it, press the button again.";
        warning.hidden = false;
        done.focus();
        return;
      }
      end({ label: option.label, isNew: Boolean(option.isNew), note: note.value.trim() });
    }

    search.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !options.length) return;
      event.preventDefault();
      at = (at + step + options.length) % options.length;
      mark();
    });
    dialog.addEventListener("cancel", () => resolve(null));
    document.body.append(dialog);
    list();
    dialog.showModal();
    search.focus();
  });
}
