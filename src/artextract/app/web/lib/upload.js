// @ts-check
// A picture of the visitor's own, from a file, a drop or the clipboard, in any view; it leads to the search. The files
// stay in this page's memory, so that a server that has forgotten a picture, or was started anew, is given it again.

import { ask } from "./api.js";
import { wayIn } from "./closed.js";
import { byId, toast } from "./dom.js";
import { AskError, isAbort } from "./errors.js";
import { say } from "./language.js";
import { current, go } from "./route.js";

/** @import { Action, UploadFacts, UploadLimits } from "./types.js" */
/** @typedef {(token: string) => [string, any][]} To the parameters of the search with an upload */

const KEPT = /^(w\..+|f\..+|r\..+|text|metric|words)$/; // parameters of a search that hold for another picture as well

/** "busy" and "idle" while a picture is described; "failed" with the error as `detail`: cancelled by who tells it. */
export const uploads = new EventTarget();

/** By token. @type {Map<string, { file: File, facts: UploadFacts }>} */
const files = new Map();
/** @type {Promise<UploadLimits> | null} */
let limits = null;
/** @type {AbortController | null} */
let asking = null;
/** @type {To} */
let wanted = replacing;
/** @type {() => AskError | null} */
let closedWhy = () => null;
const field = () => /** @type {HTMLInputElement} */ (byId("file"));

/** The name of the file behind a token, null where this page does not have it. @param {string} token */
export const fileName = (token) => files.get(token)?.file.name || null;
/** @param {string} token */
export const uploadedImage = (token) => `api/uploads/${encodeURIComponent(token)}/image`;
/** The map of where the network looked. @param {string} token @param {string} attribute */
export const uploadedAttention = (token, attribute) =>
  `api/uploads/${encodeURIComponent(token)}/attention?attribute=${encodeURIComponent(attribute)}`;

/**
 * What the server answered about an upload: { upload, width, height, colours }.
 * @param {string} token @param {AbortSignal} [signal] @returns {Promise<UploadFacts>}
 */
export async function uploadFacts(token, signal) {
  return files.get(token)?.facts ?? ask(`api/uploads/${encodeURIComponent(token)}`, { signal });
}

/**
 * Open the browser's dialog for a file. `to(token)` gives the parameters of the search with it; without, it takes the
 * place of what was searched with, and weights and filters stay.
 * @param {To} [to]
 */
export function chooseFile(to = replacing) {
  wanted = to;
  field().click();
}

/** @type {To} */
function replacing(token) {
  const { name, params } = current();
  return [["upload", token], ...(name === "search" ? [...params].filter(([key]) => KEPT.test(key)) : [])];
}

/**
 * Search with a file; another one that is given meanwhile takes its place.
 * @param {File | undefined} file @param {To} [to]
 */
async function upload(file, to = replacing) {
  if (!file) return;
  const closed = closedWhy();
  if (closed) return toast(closed.message, wayIn(closed));
  asking?.abort();
  const own = (asking = new AbortController());
  document.body.classList.add("uploading");
  uploads.dispatchEvent(new CustomEvent("busy", { detail: file.name }));
  try {
    const facts = await send(file, own.signal);
    go("search", to(facts.upload));
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof AskError)) throw error;
    if (uploads.dispatchEvent(new CustomEvent("failed", { detail: error, cancelable: true }))) {
      const again = { text: say("upload.another"), run: () => chooseFile(to) };
      toast([error.message, error.hint].filter(Boolean).map(sentence).join(" "), again, error.lang);
    }
  } finally {
    if (own === asking) {
      document.body.classList.remove("uploading");
      uploads.dispatchEvent(new Event("idle"));
      field().value = "";
    }
  }
}

/**
 * Send a forgotten picture again: its token now, null where this page does not have the file.
 * @param {string} token @param {AbortSignal} [signal] @returns {Promise<string | null>}
 */
export async function uploadAgain(token, signal) {
  const known = files.get(token);
  return known ? (await send(known.file, signal)).upload : null;
}

/**
 * { bytes, megapixels }: the largest file and the largest picture that the server takes. All who wait share one answer.
 * @returns {Promise<UploadLimits>}
 */
export function uploadLimits() {
  limits ??= ask("api/uploads").catch((error) => {
    limits = null; // asked again by the next
    throw error;
  });
  return limits;
}

/** @param {File} file @param {AbortSignal} [signal] @returns {Promise<UploadFacts>} */
async function send(file, signal) {
  const most = await uploadLimits();
  if (file.size > most.bytes) {
    throw new AskError(say("upload.large", Math.floor(most.bytes / 2 ** 20)), say("upload.large-hint"), 413);
  }
  let facts;
  try {
    facts = await ask("api/uploads", { file, signal });
  } catch (error) {
    if (error.status !== 0 || (await readable(file))) throw error;
    throw new AskError(say("upload.unreadable"), say("upload.unreadable-hint"));
  }
  files.set(facts.upload, { file, facts });
  return facts;
}

/** @param {File} file */
async function readable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Who is asked first about what is dropped, and tells whether it took it. @type {Taker | null} */
let taker = null;

/** @typedef {(given: DataTransfer | null) => boolean} Taker */
/** @param {Taker | null} next */
export const dropsGoTo = (next) => {
  taker = next;
};

/** @param {() => AskError | null} why nothing can be uploaded, null where it can */
export function listenForFiles(why) {
  let depth = 0;
  closedWhy = why;
  /** @param {DragEvent} event */
  const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  byId("upload-button").addEventListener("click", () => chooseFile());
  field().addEventListener("change", () => upload(field().files?.[0], wanted));
  addEventListener("dragenter", (event) => {
    if (carriesFile(event)) {
      depth++;
      byId("drop").hidden = false;
    }
  });
  addEventListener("dragleave", (event) => {
    if (carriesFile(event) && --depth <= 0) {
      depth = 0;
      byId("drop").hidden = true;
    }
  });
  addEventListener("dragover", (event) => {
    if (carriesFile(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth = 0;
    byId("drop").hidden = true;
    if (taker?.(event.dataTransfer)) return;
    const dropped = event.dataTransfer?.files ?? [];
    if (dropped.length > 1) toast(say("upload.first", dropped.length));
    upload(dropped[0]);
  });
  addEventListener("paste", (event) =>
    upload([...(event.clipboardData?.files ?? [])].find((file) => file.type.startsWith("image/"))),
  );
}

/** @param {string} text */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…)]$/.test(text) ? "" : "."}`;
