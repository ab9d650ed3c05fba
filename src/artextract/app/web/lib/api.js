// @ts-check
// Talking to the server. What it refuses, and its silence, become an AskError.

import { AskError, isAbort } from "./errors.js";
import { FOREIGN, known, say } from "./language.js";

/** @import { Health } from "./types.js" */

const LOST_EVERY = 2000,
  QUIET_EVERY = 15000;

/** "lost" and "back" when the server stops and begins to answer, "changed" when it searches another index. */
export const connection = new EventTarget();

let lost = false,
  /** @type {string | null} */
  index = null,
  /** @type {string | null} */
  token = null,
  timer = 0;

/**
 * JSON of a call. `options`: { body: value for JSON, file: Blob, method, signal, blob: true for the answer as a Blob
 * with its name, absent: true for null where the server does not have it }. Writes carry the token of this server.
 * @param {string} path
 * @param {{ body?: any, file?: Blob, method?: string, signal?: AbortSignal, blob?: boolean, absent?: boolean }} [options]
 * @returns {Promise<any>}
 */
export async function ask(path, { body, file, method, signal, blob = false, absent = false } = {}) {
  const writes = Boolean(body !== undefined || file || (method && method !== "GET"));
  const send = async () =>
    fetch(path, {
      method: method ?? (writes ? "POST" : "GET"),
      signal,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      headers: {
        ...(absent ? { Prefer: "absent=null" } : {}),
        ...(writes
          ? {
              "X-ArtExtract-Token": await tokenOf(signal),
              "Content-Type": file ? "application/octet-stream" : "application/json",
            }
          : {}),
      },
    });
  let response;
  try {
    response = await send();
    if (response.status === 403 && writes) {
      // the server was started anew, and has another token
      token = null;
      response = await send();
    }
  } catch (error) {
    if (isAbort(error) || error instanceof AskError) throw error;
    notAnswering();
    throw new AskError(say("server.silent"), say("server.silent-hint"), 0);
  }
  if (response.ok && blob)
    return { blob: await response.blob(), name: nameIn(response.headers.get("Content-Disposition")) };
  const answer = await response.json().catch((error) => {
    if (isAbort(error)) throw error;
    return null;
  });
  if (response.ok) return answer;
  const { error } = answer ?? {};
  throw error
    ? refused(error, response.status)
    : new AskError(say("server.answered", response.status), "", response.status);
}

/**
 * What the server refuses or fails at: in words of this page where it has some for the code, else as the server tells it.
 * @param {{ message: string, hint?: string, code?: string }} error @param {number} status
 */
export function refused({ message, hint = "", code = "" }, status) {
  const told = known("error", code);
  return told === null
    ? new AskError(message, hint, status, { code, lang: FOREIGN })
    : new AskError(told, known("error-hint", code) ?? "", status, { code });
}

/** @param {AbortSignal} [signal] @returns {Promise<string>} */
async function tokenOf(signal) {
  const known = token ?? /** @type {string} */ ((await ask("api/session", { signal })).token);
  token = known;
  return known;
}

/** @param {string | null} disposition */
function nameIn(disposition) {
  const wide = disposition?.match(/filename\*=UTF-8''([^;\s]+)/i)?.[1];
  return wide ? decodeURIComponent(wide) : (disposition?.match(/filename="([^"]+)"/)?.[1] ?? "download");
}

function notAnswering() {
  if (lost) return;
  lost = true;
  connection.dispatchEvent(new Event("lost"));
  look(LOST_EVERY);
}

/** @param {number} wait milliseconds */
function look(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (!document.hidden || lost) await listen();
    look(lost ? LOST_EVERY : QUIET_EVERY);
  }, wait);
}

/**
 * The index that the server tells of; "changed" where it is another than before, with `quietly` as its detail. Tells
 * whether it was.
 * @param {string} version
 */
export function heard(version, quietly = false) {
  const changed = index !== null && version !== index;
  index = version;
  if (changed) tellChange(quietly);
  return changed;
}

/** What is shown may be another by now. @param {boolean} quietly */
export const tellChange = (quietly) => connection.dispatchEvent(new CustomEvent("changed", { detail: quietly }));

/** What the server says of itself, null where it does not answer. @returns {Promise<Health | null>} */
async function listen() {
  try {
    const response = await fetch("api/health", { cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    const answer = await response.json();
    if (lost) {
      lost = false;
      index = answer.index;
      connection.dispatchEvent(new Event("back"));
    } else heard(answer.index);
    return answer;
  } catch {
    notAnswering();
    return null;
  }
}

addEventListener("online", () => {
  if (lost) look(0);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look(0);
});
/** The first answer: it is asked for once, by whoever needs it. */
export const firstHeard = listen();
firstHeard.then(() => look(lost ? LOST_EVERY : QUIET_EVERY));
