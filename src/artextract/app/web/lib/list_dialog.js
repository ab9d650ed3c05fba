// @ts-check
// Saving paintings as a list with a name, or adding them to one that is there.

import { closeDialog, openDialog } from "./dialog.js";
import { make, notice, toast } from "./dom.js";
import { AskError } from "./errors.js";
import { say } from "./language.js";
import { allLists, readList, saveList } from "./lists.js";
import { go } from "./route.js";

/** @import { ListBrief, NamedList } from "./types.js" */

/** A button that saves what `ids()` gives. @param {() => string[] | Promise<string[]>} ids */
export const saveListButton = (ids) =>
  make(
    "button",
    {
      type: "button",
      class: "button second",
      "aria-haspopup": "dialog",
      onclick: async () => openSaving(await ids()),
    },
    say("lists.save"),
  );

/** @param {string[]} ids */
async function openSaving(ids) {
  const leaving = new AbortController(),
    dialog = make("dialog", { class: "save-list", "aria-labelledby": "save-list-title" });
  dialog.addEventListener("close", () => leaving.abort());
  const name = make("input", { type: "text", name: "name", required: true, maxlength: 200, autofocus: true }),
    message = make("div", { class: "message", role: "status" }),
    there = make("div", { class: "there" });
  /** @param {() => Promise<NamedList>} save */
  const run = async (save) => {
    try {
      const list = await save();
      closeDialog(dialog);
      toast(say("lists.saved", ids.length, list.name), {
        text: say("lists.show"),
        run: () => go("list", { id: list.id }),
      });
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      message.replaceChildren(notice(error));
    }
  };
  dialog.append(
    make(
      "form",
      {
        method: "dialog",
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          run(() => saveList({ name: name.value, paintings: ids.map((id) => ({ id, note: "" })) }));
        },
      },
      make("h2", { id: "save-list-title" }, say("lists.save-title", ids.length)),
      make("label", { class: "field" }, make("span", {}, say("lists.name-new")), name),
      message,
      make(
        "div",
        { class: "ends" },
        make(
          "button",
          { type: "button", class: "button second", onclick: () => closeDialog(dialog) },
          say("lists.cancel"),
        ),
        make("button", { class: "button" }, say("lists.save-it")),
      ),
      there,
    ),
  );
  openDialog(dialog);
  name.focus();
  try {
    const { lists } = await allLists(leaving.signal);
    if (lists.length) there.replaceChildren(...addTo(lists, (brief) => run(() => added(brief, ids, leaving.signal))));
  } catch (error) {
    if (error instanceof AskError) message.replaceChildren(notice(error));
  }
}

/** @param {ListBrief[]} lists @param {(list: ListBrief) => void} add */
const addTo = (lists, add) => [
  make("h3", {}, say("lists.add-to")),
  make(
    "ul",
    {},
    lists.map((list) =>
      make(
        "li",
        {},
        make("button", { type: "button", class: "quiet", onclick: () => add(list) }, list.name),
        make("span", { class: "faint" }, ` ${say("lists.paintings", list.n)}`),
      ),
    ),
  ),
];

/** @param {ListBrief} brief @param {string[]} ids @param {AbortSignal} signal */
async function added(brief, ids, signal) {
  const list = await readList(brief.id, signal),
    has = new Set(list.paintings.map(({ id }) => id));
  const more = ids.filter((id) => !has.has(id)).map((id) => ({ id, note: "" }));
  return saveList({ ...list, paintings: [...list.paintings, ...more] });
}
