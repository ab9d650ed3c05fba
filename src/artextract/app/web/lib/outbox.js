// @ts-check
// Decisions on their way to the server. They are kept in this browser until the server has them, and sent in order;
// each has an id of its own, so that one that is sent twice counts once.

import { ask, connection } from "./api.js";
import { AskError } from "./errors.js";

/** @typedef {{ kind: "decide" | "undo", body: any }} Entry */

const AGAIN = 5000;
const PATHS = { decide: "api/review/decisions", undo: "api/review/undo" };

/** "change" when entries came or went, "sent" and "refused" with detail { entry, answer } and { entry, error }. */
export const outbox = new EventTarget();

let key = "",
  /** @type {Promise<void> | null} */
  sending = null,
  timer = 0,
  /** @type {Entry[]} */
  memory = [];

/** Take up what an earlier visit left for this collection. @param {string} collection */
export function openOutbox(collection) {
  key = `outbox ${location.pathname} ${collection}`;
}

/** What the server does not have yet: [{ kind: "decide" or "undo", body }]. @returns {Entry[]} */
export function waiting() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? memory;
  } catch {
    return memory;
  }
}

/** @param {Entry["kind"]} kind @param {any} body */
export function post(kind, body) {
  keep([...waiting(), { kind, body }]);
  send();
}

export const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Resolves once nothing more can be sent for now. */
export function send() {
  clearTimeout(timer);
  sending ??= sendAll().finally(() => {
    sending = null;
  });
  return sending;
}

async function sendAll() {
  for (let entry = waiting()[0]; entry; entry = waiting()[0]) {
    /** @type {any} */
    let answer = null,
      /** @type {AskError | null} */
      refusal = null;
    try {
      answer = await ask(PATHS[entry.kind], { body: entry.body });
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      if (error.status === 0 || error.status >= 500 || error.status === 403) {
        timer = setTimeout(send, AGAIN);
        outbox.dispatchEvent(new CustomEvent("delayed", { detail: { entry, error } }));
        return;
      }
      refusal = error;
    }
    keep(waiting().slice(1));
    outbox.dispatchEvent(new CustomEvent(refusal ? "refused" : "sent", { detail: { entry, answer, error: refusal } }));
  }
}

/** @param {Entry[]} entries */
function keep(entries) {
  memory = entries;
  try {
    localStorage.setItem(key, JSON.stringify(entries));
  } catch {
    /* they are kept while the page is open */
  }
  outbox.dispatchEvent(new Event("change"));
}

connection.addEventListener("back", () => {
  if (key) send();
});
