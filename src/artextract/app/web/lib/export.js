// @ts-check
// Taking paintings out: the button that every list has, and the dialog in which the form of the file is chosen.

import { ask } from "./api.js";
import { closeDialog, openDialog } from "./dialog.js";
import { make, notice, toast } from "./dom.js";
import { AskError, isAbort } from "./errors.js";
import { known, say } from "./language.js";

/** @import { ExportFacts, FormatFacts, Region, SearchRequest } from "./types.js" */
/** A detail that goes out with its painting. @typedef {{ id: string, box: Region, text: string }} Detail */
/**
 * What is exported: `ids`, or a `search`, or what `where`, `text` and `sort` give.
 * @typedef {object} Exported
 * @property {string} title
 * @property {string[]} [ids]
 * @property {SearchRequest} [search]
 * @property {string[]} [where]
 * @property {string} [text]
 * @property {string} [sort]
 * @property {number | null} [total] how many paintings, where that is known
 * @property {Detail[]} [regions]
 */
/** @typedef {{ format?: string, predictions?: boolean, decisions?: boolean }} Choice */

const KEY = "export";
/** The answer of GET api/export; asked for again after an error. @type {Promise<ExportFacts> | null} */
let facts = null;

/**
 * A button that exports what `what()` gives, also as a promise, when it is pressed: { ids }, { search: the body of a
 * search } or { where, text, sort }, each with a `title`, and, where they are known, `total` (how many paintings) and
 * `regions` ([{ id, box: [left, top, right, bottom] as fractions, text }]). Null exports nothing.
 * @param {() => Exported | null | undefined | Promise<Exported | null | undefined>} what @param {string} [text]
 * @param {Record<string, any>} [options]
 */
export function exportButton(what, text = say("common.export"), options = {}) {
  return make(
    "button",
    {
      type: "button",
      class: "button second",
      "aria-haspopup": "dialog",
      ...options,
      onclick: async () => {
        const given = await what();
        if (given) await exportDialog(given);
      },
    },
    text,
  );
}

/** The dialog; what is chosen in it is remembered for the next time. @param {Exported} given */
async function exportDialog(given) {
  const dialog = make("dialog", { class: "export", "aria-labelledby": "export-title" });
  const leaving = new AbortController();
  dialog.addEventListener("close", () => leaving.abort());
  dialog.append(
    make("h2", { id: "export-title" }, say("export.title")),
    make("p", { class: "faint" }, say("export.moment")),
  );
  openDialog(dialog);
  try {
    facts ??= /** @type {Promise<ExportFacts>} */ (ask("api/export"));
    fill(dialog, given, await facts, leaving.signal);
  } catch (error) {
    facts = null;
    if (isAbort(error)) return;
    if (!(error instanceof AskError)) throw error;
    dialog.replaceChildren(
      make("h2", { id: "export-title" }, say("export.title")),
      notice(error, { text: say("common.close"), run: () => closeDialog(dialog) }),
    );
  }
}

/** @param {HTMLDialogElement} dialog @param {Exported} given @param {ExportFacts} facts @param {AbortSignal} signal */
function fill(dialog, given, { formats, predictions, decisions }, signal) {
  const remembered = recall();
  const total = given.total ?? given.ids?.length ?? given.search?.k;
  /** @param {FormatFacts} format */
  const usable = (format) => total === undefined || total <= format.most;
  const first = formats.find((format) => format.name === remembered.format && usable(format)) ?? formats.find(usable);
  const name = make("input", { type: "text", name: "title", maxlength: 200, ".value": given.title ?? "" });
  const message = make("div", { class: "message", role: "status" });
  const send = make("button", { class: "button", value: "export" }, say("export.download"));
  const withPredictions = box(
    "predictions",
    say("export.predictions"),
    say("export.predictions-about"),
    remembered.predictions,
  );
  const withDecisions = box("decisions", say("export.decisions"), say("export.decisions-about"), remembered.decisions);

  const also = make(
    "fieldset",
    { class: "extras" },
    make("legend", {}, say("export.also")),
    withPredictions.element,
    withDecisions.element,
  );

  const form = make(
    "form",
    {
      method: "dialog",
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        run();
      },
    },
    make("h2", { id: "export-title" }, total === undefined ? say("export.title") : say("export.title-n", total)),
    make(
      "fieldset",
      { onchange: extras },
      make("legend", {}, say("export.format")),
      formats.map((format) =>
        make(
          "label",
          { class: `format${usable(format) ? "" : " off"}` },
          make("input", {
            type: "radio",
            name: "format",
            value: format.name,
            ".checked": format === first,
            disabled: !usable(format),
            autofocus: format === first,
          }),
          make(
            "span",
            {},
            make("span", { class: "what" }, known("export-format", format.name) ?? format.title),
            " ",
            make("span", { class: "faint suffix" }, format.extension),
            make(
              "span",
              { class: "about" },
              usable(format)
                ? (known("export-format-about", format.name) ?? format.about)
                : say("export.most", format.most),
            ),
          ),
        ),
      ),
    ),
    make("label", { class: "field" }, make("span", {}, say("export.name")), name),
    also,
    make("p", { class: "faint" }, say("export.rights")),
    message,
    make(
      "div",
      { class: "ends" },
      make(
        "button",
        { type: "button", class: "button second", onclick: () => closeDialog(dialog) },
        say("common.cancel"),
      ),
      send,
    ),
  );

  const there = { predictions, decisions };
  /** @param {"predictions" | "decisions"} what */
  const offered = (what) => Boolean(there[what] && chosen()?.takes.includes(what));
  const chosen = () => {
    const name = new FormData(form).get("format");
    return formats.find((format) => format.name === name);
  };
  function extras() {
    withPredictions.element.hidden = !offered("predictions");
    withDecisions.element.hidden = !offered("decisions");
    also.hidden = withPredictions.element.hidden && withDecisions.element.hidden;
    send.disabled = !chosen();
  }

  async function run() {
    const format = chosen();
    if (!format) return;
    const choice = {
      format: format.name,
      predictions: offered("predictions") && withPredictions.input.checked,
      decisions: offered("decisions") && withDecisions.input.checked,
    };
    remember({ ...remembered, ...choice });
    const { ids, search, where, text, sort, regions } = given;
    const list = ids ? { ids } : search ? { search } : { where, text, sort };
    send.disabled = true;
    message.replaceChildren(make("p", { class: "faint" }, say("export.writing")));
    try {
      const file = await ask("api/export", {
        body: { ...choice, title: name.value.trim(), regions, ...list },
        signal,
        blob: true,
      });
      save(file.blob, file.name);
      closeDialog(dialog);
      toast(say("export.done", file.name));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      message.replaceChildren(notice(error));
    } finally {
      send.disabled = false;
    }
  }

  dialog.replaceChildren(form);
  extras();
  const begin = form.querySelector("input[name=format]:checked");
  if (begin instanceof HTMLElement) begin.focus();
}

/** @param {string} name @param {string} text @param {string} about @param {boolean | undefined} checked */
function box(name, text, about, checked) {
  const input = make("input", { type: "checkbox", name, ".checked": checked !== false });
  const words = make("span", {}, make("span", { class: "what" }, text), make("span", { class: "about" }, about));
  return { input, element: make("label", { class: "format" }, input, words) };
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // a browser may begin to read it only later
}

/** @returns {Choice} */
function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** @param {Choice} choice */
function remember(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    /* chosen again next time then */
  }
}
