// @ts-check
// One named list: its name and note, its paintings in order with a note each, and where they can be taken.
//
// id=LIST   which list
// slide=N   the painting that the slideshow shows

import { closeDialog, openDialog } from "../lib/dialog.js";
import { byId, later, make, notice, tell, toast } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { exportButton } from "../lib/export.js";
import { KnownPaintings } from "../lib/known.js";
import { say } from "../lib/language.js";
import { allLists, deleteList, isHere, readList, saveList } from "../lib/lists.js";
import { go, href } from "../lib/route.js";
import { furtherLinks, joined } from "../lib/selection.js";
import { Slideshow } from "../lib/slideshow.js";
import { Cards } from "./selection/cards.js";

/** @import { NamedList, Painting, Tools, View } from "../lib/types.js" */

export const title = say("lists.list");

const SAVE_AFTER = 700; // milliseconds without a further change

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { signal }) {
  const id = params.get("id") ?? "";
  const [list, { writable }] = await Promise.all([readList(id, signal), allLists(signal)]);
  const known = new KnownPaintings(signal);
  await known.load(list.paintings.map((one) => one.id));
  const page = new ListPage(place, list, known, isHere(id) || writable);
  page.update(params);
  return {
    update: (next) => (next.get("id") === id ? page.update(next) : location.reload()),
    leave: () => page.leave(),
  };
}

class ListPage {
  #list;
  #known;
  #editable;
  #changed = false;
  /** @type {Promise<unknown>} */
  #saving = Promise.resolve();
  /** @type {Slideshow | null} */
  #slides = null;
  #state = make("p", { class: "count", role: "status" });
  #moved = make("p", { class: "unseen", role: "status" });
  #message = make("div", {});
  #acts = make("div", { class: "selection-acts" });
  #cards;
  #soon = later(SAVE_AFTER, () => this.#save());

  /** @param {HTMLElement} place @param {NamedList} list @param {KnownPaintings} known @param {boolean} editable */
  constructor(place, list, known, editable) {
    this.#list = list;
    this.#known = known;
    this.#editable = editable && !list.deleted;
    this.#cards = new Cards(
      {
        move: (id, step) => this.#move(id, step),
        remove: (id) => this.#remove(id),
        drop: (id, target, after) => this.#drop(id, target, after),
      },
      { fixed: !this.#editable, below: (painting) => this.#noteOf(painting) },
    );
    document.title = `${list.name} · ArtExtract`;
    place.replaceChildren(
      make("div", { class: "bar" }, make("h1", {}, list.name), this.#state),
      this.#message,
      make("div", { class: "list-head" }, this.#field("name"), this.#field("note")),
      this.#acts,
      this.#cards.element,
      this.#moved,
      this.#editable ? make("p", { class: "faint selection-keys" }, say("lists.keys")) : "",
    );
    if (list.deleted) this.#message.replaceChildren(notice({ message: say("lists.is-deleted"), hint: "" }));
    this.#lay();
    this.#tell();
  }

  /** The slideshow is as the address has it. @param {URLSearchParams} params */
  update(params) {
    const at = Number(params.get("slide")) - 1,
      there = this.#present;
    if (!(at >= 0) || !there.length) return this.#slides?.close();
    if (this.#slides) return this.#slides.show(at); // back and forward
    const to = (/** @type {number | null} */ slide, quietly = true) =>
      go("list", { id: this.#list.id, slide }, quietly);
    this.#slides = new Slideshow(
      there.map(({ painting, note }) => ({ painting, note })),
      {
        onmove: (now) => to(now + 1),
        onclose: () => {
          this.#slides = null;
          if (location.hash.includes("slide=")) to(null);
        },
      },
    );
    this.#slides.open(at);
  }

  leave() {
    this.#slides?.close();
    this.#save();
  }

  /** The paintings that the collection has. */
  get #present() {
    return this.#list.paintings.flatMap(({ id, note }) => {
      const painting = this.#known.known(id);
      return painting ? [{ painting, note }] : [];
    });
  }

  /** @param {"name" | "note"} name */
  #field(name) {
    const field = make(name === "name" ? "input" : "textarea", {
      name,
      maxlength: name === "name" ? 200 : 5000,
      ".value": this.#list[name],
      disabled: !this.#editable,
      oninput: () => {
        if (name === "name" && !field.value.trim()) return;
        this.#change({ [name]: field.value });
      },
    });
    if (field instanceof HTMLInputElement) field.type = "text";
    return make("label", { class: "field" }, make("span", {}, say(`lists.${name}`)), field);
  }

  /** @param {Painting} painting */
  #noteOf({ id }) {
    const note = this.#list.paintings.find((one) => one.id === id)?.note ?? "";
    if (!this.#editable) return note ? make("p", { class: "list-note" }, note) : null;
    const field = make("textarea", {
      class: "painting-note",
      rows: 1,
      maxlength: 5000,
      placeholder: say("lists.painting-note"),
      "aria-label": say("lists.painting-note-of", this.#known.titleOf(id)),
      ".value": note,
      oninput: () =>
        this.#change({
          paintings: this.#list.paintings.map((one) => (one.id === id ? { id, note: field.value } : one)),
        }),
    });
    return field;
  }

  #lay() {
    this.#cards.lay(this.#present.map(({ painting }) => painting));
    const ids = this.#present.map(({ painting }) => painting.id);
    const acts = [
      ids.length
        ? make("a", { class: "button", href: href("list", { id: this.#list.id, slide: 1 }) }, say("lists.slideshow"))
        : null,
      ids.length ? exportButton(() => this.#exported()) : null,
      ...furtherLinks(ids),
      this.#button(say("lists.copy-link"), () => this.#copy()),
      this.#editable ? this.#button(say("lists.delete"), () => this.#askDelete(), "quiet") : null,
    ].filter((one) => one !== null);
    this.#acts.replaceChildren(...acts);
  }

  #tell() {
    const lost = this.#list.paintings.length - this.#present.length;
    this.#state.textContent = [
      say("lists.paintings", this.#present.length),
      lost ? say("lists.lost", lost) : null,
      isHere(this.#list.id) ? say("lists.here") : null,
      this.#changed ? say("lists.saving") : null,
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** @param {Partial<NamedList>} what */
  #change(what) {
    this.#list = { ...this.#list, ...what };
    this.#changed = true;
    this.#tell();
    this.#soon();
  }

  #save() {
    if (!this.#changed) return;
    this.#changed = false;
    this.#saving = this.#saving.then(async () => {
      try {
        const { version } = await saveList(this.#list);
        this.#list = { ...this.#list, version };
        this.#message.replaceChildren();
        this.#tell();
      } catch (error) {
        if (isAbort(error)) return;
        if (!(error instanceof AskError)) throw error;
        const anew = error.status === 409;
        const action = anew
          ? { text: say("lists.load-again"), run: () => location.reload() }
          : {
              text: say("lists.try-again"),
              run: () => {
                this.#changed = true;
                this.#save();
              },
            };
        this.#message.replaceChildren(notice(error, action));
      }
    });
  }

  /** @param {string[]} ids in their new order */
  #order(ids) {
    const by = new Map(this.#list.paintings.map((one) => [one.id, one]));
    this.#change({ paintings: ids.flatMap((id) => by.get(id) ?? []) });
    this.#lay();
  }

  get #ids() {
    return this.#list.paintings.map(({ id }) => id);
  }

  /** @param {string} id @param {number} step */
  #move(id, step) {
    const ids = this.#ids,
      rest = ids.filter((one) => one !== id),
      to = Math.max(0, Math.min(rest.length, ids.indexOf(id) + step));
    if (ids[to] === id) return;
    rest.splice(to, 0, id);
    this.#order(rest);
    this.#moved.textContent = say("lists.moved", this.#known.titleOf(id), to + 1, ids.length);
    this.#cards.show(to);
  }

  /** @param {string} id @param {string} target @param {boolean} after */
  #drop(id, target, after) {
    const rest = this.#ids.filter((one) => one !== id);
    rest.splice(rest.indexOf(target) + (after ? 1 : 0), 0, id);
    this.#order(rest);
  }

  /** @param {string} id */
  #remove(id) {
    const before = this.#list.paintings,
      focusOn = this.#cards.after(this.#present.findIndex(({ painting }) => painting.id === id));
    this.#change({ paintings: before.filter((one) => one.id !== id) });
    this.#lay();
    if (focusOn) (focusOn() ?? byId("main")).focus();
    toast(say("lists.removed", this.#known.titleOf(id)), {
      text: say("lists.undo"),
      run: () => {
        this.#change({ paintings: before });
        this.#lay();
      },
    });
  }

  #exported() {
    const { name, note } = this.#list,
      there = this.#present;
    const notes = Object.fromEntries(there.filter((one) => one.note).map((one) => [one.painting.id, one.note]));
    return { ids: there.map(({ painting }) => painting.id), title: name, about: note.slice(0, 1000), notes };
  }

  /** The link of a list that only this browser has holds its paintings. */
  async #copy() {
    const { id, name } = this.#list;
    const to = isHere(id) ? href("selection", { ids: joined(this.#ids), title: name }) : href("list", { id });
    try {
      await navigator.clipboard.writeText(new URL(to, location.href).href);
      toast(say("lists.copied"));
    } catch {
      toast(say("lists.not-copied"));
    }
  }

  #askDelete() {
    const dialog = make("dialog", { class: "save-list", "aria-labelledby": "delete-list" });
    dialog.append(
      make("h2", { id: "delete-list" }, say("lists.delete-title", this.#list.name)),
      make("p", {}, say("lists.delete-about")),
      make(
        "div",
        { class: "ends" },
        this.#button(say("lists.cancel"), () => closeDialog(dialog)),
        this.#button(
          say("lists.delete"),
          async () => {
            closeDialog(dialog);
            await this.#delete();
          },
          "button",
        ),
      ),
    );
    openDialog(dialog);
  }

  async #delete() {
    this.#save();
    await this.#saving;
    const list = this.#list;
    try {
      const restore = await deleteList(list);
      go("lists");
      toast(say("lists.deleted", list.name), {
        text: say("lists.undo"),
        run: async () => {
          try {
            await restore();
            go("list", { id: list.id });
          } catch (error) {
            tell(error);
          }
        },
      });
    } catch (error) {
      tell(error);
    }
  }

  /** @param {string} text @param {() => unknown} run @param {string} [kind] */
  #button(text, run, kind = "button second") {
    return make("button", { type: "button", class: kind, onclick: run }, text);
  }
}
