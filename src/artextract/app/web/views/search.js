// @ts-check
// Search: by a painting, a picture of one's own, a detail of either, several of them, colours, or words, in any mix of
// features and under any filters.
//
//   id=PAINTING or upload=TOKEN   the picture that is searched with
//   region=l,t,r,b                a detail of it, as fractions
//   motif=1                       where else the detail is found
//   plus=, minus= (repeatable)    further examples, id or upload:TOKEN
//   colours=1b3a5c:60,...         the palette to have
//   words=                        words to be like
//   w.FEATURE=0..100              what counts
//   metric=csls                   fewer of the usual suspects
//   k=                            how many are shown
//   look=, veil=                  where the network looked, over the picture (lib/attention.js)
//   and the filters of lib/filters.js
//
// Without a query, a page to begin from; lot= says which paintings it shows.

import { inField } from "../lib/dom.js";
import { say } from "../lib/language.js";
import { chooseFile, uploads } from "../lib/upload.js";
import { startPage } from "./search/begin.js";
import { read } from "./search/url.js";
import { workPage } from "./search/work.js";

/** @import { Tools, View } from "../lib/types.js" */

export const title = say("view.search");

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { collection, signal }) {
  const begin = startPage({ collection, signal }),
    work = workPage({ collection, signal });
  place.append(begin.element, work.element);
  /** @param {URLSearchParams} next */
  const update = (next) => {
    const asked = read(next);
    const searching = Boolean(asked.main || asked.colours.length || asked.words);
    begin.element.hidden = searching;
    work.element.hidden = !searching;
    if (searching) return work.update(asked, next);
    work.stop();
    document.title = `${say("view.search")} · ArtExtract`;
    return begin.update(next);
  };
  /** @param {string} name @param {(event: CustomEvent) => void} run */
  const on = (name, run) =>
    uploads.addEventListener(name, (event) => run(/** @type {CustomEvent} */ (event)), { signal });
  on("failed", (event) => {
    event.preventDefault();
    const page = work.element.hidden ? begin : work;
    page.tell(event.detail, { text: say("upload.another"), run: () => chooseFile() });
  });
  on("busy", ({ detail }) => [begin, work].forEach((page) => page.waiting(detail)));
  on("idle", () => [begin, work].forEach((page) => page.waiting(null)));
  addEventListener("keydown", (event) => shortcut(event, work), { signal });
  update(params);
  return { update };
}

/**
 * j and k go to the next and the last hit, + and - make the one in focus an example.
 * @param {KeyboardEvent} event @param {ReturnType<typeof workPage>} work
 */
function shortcut(event, work) {
  if (work.element.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (inField(event, "input, select, textarea, dialog, [role=application]")) return;
  /** @type {Record<string, () => void>} */
  const acts = {
    j: () => work.move(1),
    k: () => work.move(-1),
    "+": () => work.act("plus"),
    "-": () => work.act("minus"),
  };
  const run = acts[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}
