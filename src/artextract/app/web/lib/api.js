// Talking to the server. Errors are { message, hint, status }: what happened and what to do.

const LOST_EVERY = 2000,
  QUIET_EVERY = 15000;

/** "lost" and "back" when the server stops and begins to answer, "changed" when it searches another index. */
export const connection = new EventTarget();

let lost = false,
  index = null,
  token = null,
  timer;

/**
 * JSON of a call. `options`: { body: value for JSON, file: Blob, method, signal, blob: true for the answer as a Blob
 * with its name }. Writes carry the token of this server.
 */
export async function ask(path, { body, file, method, signal, blob = false } = {}) {
  const writes = Boolean(body !== undefined || file || (method && method !== "GET"));
  const send = async () =>
    fetch(path, {
      method: method ?? (writes ? "POST" : "GET"),
      signal,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      headers: {
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
    if (error.name === "AbortError" || "hint" in error) throw error;
    notAnswering();
    throw {
      message: "the server does not answer",
      hint: "is “artextract serve” still running? This page tries again by itself",
      status: 0,
    };
  }
  if (response.ok && blob)
    return { blob: await response.blob(), name: nameIn(response.headers.get("Content-Disposition")) };
  const told = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
  if (!response.ok)
    throw { message: `the server answered ${response.status}`, hint: "", ...told?.error, status: response.status };
  return told;
}

async function tokenOf(signal) {
  token ??= (await ask("api/session", { signal })).token;
  return token;
}

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

function look(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (!document.hidden || lost) await listen();
    look(lost ? LOST_EVERY : QUIET_EVERY);
  }, wait);
}

async function listen() {
  try {
    const response = await fetch("api/health", { cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    const told = await response.json();
    const changed = index !== null && told.index !== index;
    index = told.index;
    if (lost) {
      lost = false;
      connection.dispatchEvent(new Event("back"));
    } else if (changed) connection.dispatchEvent(new Event("changed"));
  } catch {
    notAnswering();
  }
}

addEventListener("online", () => {
  if (lost) look(0);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look(0);
});
listen().then(() => look(lost ? LOST_EVERY : QUIET_EVERY));
