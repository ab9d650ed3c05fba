// @ts-check
// Pictures of the visitor's own put into the collection: chosen, or dropped onto the gallery as a folder or as several
// files. They are sent one after the other, each checked by the server; then the collection is brought up to date.

import { ask } from "../../lib/api.js";
import { closeDialog, openDialog } from "../../lib/dialog.js";
import { byId, make, tell, toast } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { say } from "../../lib/language.js";
import { update } from "../../lib/updating.js";
import { capital } from "../../lib/words.js";

/** @import { CollectionFacts } from "../../lib/types.js" */
/** A file with the folders that it was given in. @typedef {{ file: File, name: string }} Named */
/** What has become of files: added, already there, and refused with the reason.
 * @typedef {{ added: number, there: number, refused: string[] }} Outcome */

const PICTURE = /\.(jpe?g|jpe|jfif|a?png|tiff?|webp|gif|bmp|jp[2cfx]|j2[ck]|avifs?|mpo|p[bgpn]m|tga)$/i;
const TOLD = 5; // refused files that are named

/** @param {CollectionFacts} collection */
export function addingButton({ can, name }) {
  return make(
    "button",
    {
      type: "button",
      class: "button second",
      "aria-haspopup": "dialog",
      hidden: !can.update,
      onclick: () => new Adding(name, can.add !== false).open([]),
    },
    say("adding.button"),
  );
}

/**
 * Takes what is dropped onto the gallery, if it is a folder or several files; tells whether it did. One picture is
 * searched with.
 * @param {CollectionFacts} collection @param {DataTransfer | null} given
 */
export function takeDrop({ can, name }, given) {
  const entries = [...(given?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  const files = [...(given?.files ?? [])],
    folders = entries.some((entry) => entry?.isDirectory);
  if (!folders && (files.length < 2 || !can.add)) return false;
  if (!can.add) {
    toast(can.update ? say("adding.not-folder") : say("adding.not-served"));
    return true;
  }
  const named = folders ? filesOf(entries) : Promise.resolve(files.map((file) => ({ file, name: file.name })));
  named.then((found) => new Adding(name, true).open(found)).catch(tell);
  return true;
}

class Adding {
  #collection;
  #can;
  /** @type {Named[]} */
  #files = [];
  #leaving = new AbortController();
  #said = make("p", { role: "status" });
  #bar = make("progress", { max: 1, hidden: true, "aria-label": say("adding.progress") });
  #send = make(
    "button",
    { type: "button", class: "button", hidden: true, onclick: () => this.#run() },
    say("adding.add"),
  );
  #choices = make("p", { class: "choices" });
  #dialog = make("dialog", { class: "adding", "aria-labelledby": "adding-title" });

  /** @param {string} collection its name @param {boolean} can whether pictures can be added */
  constructor(collection, can) {
    this.#collection = collection;
    this.#can = can;
  }

  /** @param {Named[]} files */
  open(files) {
    const look = make(
        "button",
        { type: "button", class: "button second", onclick: () => this.#look() },
        say("adding.check"),
      ),
      close = make(
        "button",
        { type: "button", class: "quiet", onclick: () => closeDialog(this.#dialog) },
        say("common.close"),
      );
    this.#choices.append(
      this.#field(say("adding.choose"), {}),
      this.#field(say("adding.choose-folder"), { webkitdirectory: true }),
    );
    this.#choices.hidden = !this.#can;
    this.#dialog.addEventListener("close", () => this.#leaving.abort());
    this.#dialog.replaceChildren(
      make("h2", { id: "adding-title" }, say("adding.heading", this.#collection)),
      make("p", { class: "faint" }, this.#can ? say("adding.about") : say("adding.not-folder")),
      this.#choices,
      this.#said,
      this.#bar,
      make("p", { class: "does" }, this.#send, close),
      make("p", { class: "faint" }, say("adding.folder"), " ", look),
    );
    openDialog(this.#dialog);
    if (files.length) this.#take(files);
  }

  /** A button that opens the browser's own dialog. @param {string} text @param {Record<string, boolean>} options */
  #field(text, options) {
    const field = make("input", {
      type: "file",
      class: "unseen",
      multiple: true,
      tabindex: -1,
      "aria-label": text,
      ...options,
      onchange: () =>
        this.#take([...(field.files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name }))),
    });
    return make(
      "span",
      {},
      make("button", { type: "button", class: "button second", onclick: () => field.click() }, text),
      field,
    );
  }

  /** @param {Named[]} files */
  #take(files) {
    this.#files = files.filter(({ name }) => PICTURE.test(name));
    const others = files.length - this.#files.length;
    this.#said.textContent = others ? say("adding.others", others) : "";
    this.#send.textContent = say("adding.add-n", this.#files.length);
    this.#send.hidden = !this.#files.length;
    if (!this.#send.hidden) this.#send.focus();
  }

  async #run() {
    this.#send.hidden = this.#choices.hidden = true;
    this.#bar.hidden = false;
    /** @type {Outcome} */
    const outcome = { added: 0, there: 0, refused: [] };
    try {
      for (const [number, { file, name }] of this.#files.entries()) {
        this.#said.textContent = say("adding.sent", number, this.#files.length);
        this.#bar.value = number / this.#files.length;
        await this.#one(file, name, outcome);
      }
      closeDialog(this.#dialog);
    } catch (error) {
      if (!isAbort(error) && !(error instanceof AskError)) throw error;
      if (!isAbort(error)) this.#stopped(error);
    }
    if (outcome.added) update(byId("updating"));
    tellOutcome(outcome);
  }

  /** @param {File} file @param {string} name @param {Outcome} outcome */
  async #one(file, name, outcome) {
    try {
      const path = `api/added?name=${encodeURIComponent(name)}`;
      /** @type {{ added: string | null }} */
      const { added } = await ask(path, { file, signal: this.#leaving.signal });
      if (added === null) outcome.there++;
      else outcome.added++;
    } catch (error) {
      if (!(error instanceof AskError) || error.status === 0 || error.status === 403) throw error;
      outcome.refused.push(`${name}: ${error.message}`);
    }
  }

  /** @param {AskError} error */
  #stopped(error) {
    this.#bar.hidden = true;
    this.#said.textContent = [error.message, error.hint]
      .filter(Boolean)
      .map((part) => `${capital(part)}.`)
      .join(" ");
  }

  #look() {
    closeDialog(this.#dialog);
    update(byId("updating"));
  }
}

/** @param {Outcome} outcome */
function tellOutcome({ added, there, refused }) {
  const more = refused.length > TOLD ? `, ${say("common.more", refused.length - TOLD)}` : "";
  const said = [
    added ? say("adding.added", added) : "",
    there ? say("adding.there", there) : "",
    refused.length ? say("adding.refused", refused.length, `${refused.slice(0, TOLD).join("; ")}${more}`) : "",
  ].filter(Boolean);
  if (said.length) toast(said.join(" "));
}

/** All files below what was dropped. @param {(FileSystemEntry | undefined)[]} entries @returns {Promise<Named[]>} */
async function filesOf(entries) {
  /** @type {Named[]} */
  const found = [];
  const waiting = entries.filter((entry) => entry !== undefined);
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    if (entry.isDirectory) waiting.push(...(await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry))));
    else found.push(await fileOf(/** @type {FileSystemFileEntry} */ (entry)));
  }
  return found;
}

/** @param {FileSystemFileEntry} entry @returns {Promise<Named>} */
const fileOf = (entry) =>
  new Promise((done, failed) => entry.file((file) => done({ file, name: entry.fullPath.slice(1) }), failed));

/** A reader gives some at a time, and none at the end. @param {FileSystemDirectoryEntry} entry */
async function childrenOf(entry) {
  const reader = entry.createReader(),
    /** @type {FileSystemEntry[]} */
    found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    found.push(...some);
  }
}
