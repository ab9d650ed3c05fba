// @ts-check
// The named lists: those of the collection, and those that this browser keeps, where the server may write none.

import { ask } from "./api.js";
import { AskError } from "./errors.js";
import { say } from "./language.js";
import { person } from "./person.js";

/** @import { ListBrief, NamedList } from "./types.js" */

const KEY = `lists ${location.pathname}`;
const HERE = "here-"; // what the id of a list of this browser begins with
const CANNOT_WRITE = [403, 503];

/** Whether this browser alone has a list. @param {string} id */
export const isHere = (id) => id.startsWith(HERE);

/**
 * All lists, what changed last first, and whether the server keeps new ones.
 * @param {AbortSignal} [signal] @returns {Promise<{ lists: ListBrief[], writable: boolean }>}
 */
export async function allLists(signal) {
  const { lists, writable } = await ask("api/lists", { signal });
  const own = Object.values(kept()).map(brief);
  return { writable, lists: [...own, ...lists].sort((a, b) => b.time.localeCompare(a.time)) };
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<NamedList>} */
export async function readList(id, signal) {
  if (!isHere(id)) {
    const list = await ask(`api/lists/${encodeURIComponent(id)}`, { signal, absent: true });
    if (list) return list;
    throw new AskError(say("error.unknown-list"), say("error-hint.unknown-list"), 404);
  }
  const found = kept()[id];
  if (!found) throw new AskError(say("lists.not-here"), say("lists.not-here-hint"), 404);
  return found;
}

/**
 * Save a list, in this browser where the server may not write, and give it as it stands then.
 * @param {Partial<NamedList> & Pick<NamedList, "name" | "paintings">} list @returns {Promise<NamedList>}
 */
export async function saveList({ id, version, name, note = "", paintings }) {
  if (id && isHere(id)) return keep({ id, name, note, paintings });
  try {
    const body = { id: id ?? null, version: version ?? null, name, note, paintings, by: person() };
    return await ask("api/lists", { body });
  } catch (error) {
    if (id || !(error instanceof AskError && CANNOT_WRITE.includes(error.status))) throw error;
    return keep({ id: `${HERE}${Date.now().toString(36)}`, name, note, paintings });
  }
}

/** Delete a list; what is given back restores it. @param {NamedList} list @returns {Promise<() => Promise<unknown>>} */
export async function deleteList(list) {
  if (isHere(list.id)) {
    const { [list.id]: _, ...others } = kept();
    write(others);
    return async () => keep(list);
  }
  const at = `api/lists/${encodeURIComponent(list.id)}`;
  await ask(`${at}/delete`, { body: { by: person() } });
  return () => ask(`${at}/restore`, { body: { version: list.version, by: person() } });
}

/** @param {NamedList} list @returns {ListBrief} */
const brief = ({ paintings, deleted: _, ...list }) => ({
  ...list,
  n: paintings.length,
  first: paintings.slice(0, 4).map(({ id }) => id),
});

/** @param {Pick<NamedList, "id" | "name" | "note" | "paintings">} list @returns {NamedList} */
function keep(list) {
  const now = { ...list, deleted: false, version: 0, by: person(), time: new Date().toISOString() };
  write({ ...kept(), [list.id]: now });
  return now;
}

/** @returns {Record<string, NamedList>} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** @param {Record<string, NamedList>} lists */
function write(lists) {
  try {
    localStorage.setItem(KEY, JSON.stringify(lists));
  } catch {
    throw new AskError(say("lists.no-storage"), say("lists.no-storage-hint"), 507);
  }
}
