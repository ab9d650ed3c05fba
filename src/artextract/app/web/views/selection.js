// @ts-check
// A list of paintings that somebody picked: to look at, put in order, name, share by its link, and take out.
//
// ids=a,b,c   the paintings, in order; without it the selection of this browser, which may be of any length
// title=TEXT  what the list is called

import { byId, later, make, notice, tell, toast } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { exportButton } from "../lib/export.js";
import { say } from "../lib/language.js";
import { current, go, href } from "../lib/route.js";
import { isSelected, joined, select, selected, selection, setSelection } from "../lib/selection.js";
import { actsOf, keysLine, notesOf, putActs } from "./selection/about.js";
import { Cards } from "./selection/cards.js";
import { PaintingList } from "./selection/list.js";

/** @import { Tools, View } from "../lib/types.js" */

export const title = say("view.selection");

const AT_ONCE = 60, // cards that are made when the end of the page comes near
  NEAR = 900; // pixels

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { signal }) {
  const page = new SelectionPage(place, signal);
  await page.update(params);
  return { update: (next) => page.update(next), leave: () => page.leave() };
}

class SelectionPage {
  #place;
  #list;
  #cards = new Cards({
    move: (id, step) => this.#move(id, step),
    remove: (id) => this.#remove(id),
    drop: (id, target, after) => this.#drop(id, target, after),
  });
  #count = make("p", { class: "count", role: "status" });
  #name = make("input", {
    type: "text",
    maxlength: 200,
    placeholder: say("selection.untitled"),
    oninput: () => {
      this.#list.title = this.#name.value.trim();
      this.#keepName();
    },
  });
  #keepName = later(300, () => this.#list.write(this.#list.ids, true));
  #acts = make("div", { class: "selection-acts" });
  #notes = make("div", { class: "selection-notes" });
  #end = make("div", { class: "selection-end", "aria-hidden": "true" });
  #moved = make("p", { class: "unseen", role: "status" });
  #watch;
  /** @type {Promise<void> | null} */
  #loading = null;
  /** How many cards there are to be. */
  #wanted = 0;

  /** @param {HTMLElement} place @param {AbortSignal} signal */
  constructor(place, signal) {
    this.#place = place;
    this.#list = new PaintingList(signal);
    place.append(
      make("div", { class: "bar" }, make("h1", {}, say("view.selection")), this.#count),
      make(
        "div",
        { class: "selection-head" },
        make("label", { class: "field" }, make("span", {}, say("selection.name")), this.#name),
        this.#acts,
      ),
      this.#notes,
      this.#cards.element,
      this.#end,
      this.#moved,
      keysLine(),
    );
    this.#watch = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) this.#more();
      },
      { rootMargin: `${NEAR}px` },
    );
    this.#watch.observe(this.#end);
    selection.addEventListener("change", () => this.#changed(), { signal });
  }

  /** Show what the URL names. @param {URLSearchParams} params */
  async update(params) {
    const list = this.#list,
      before = list.ids.length ? this.#wanted : AT_ONCE;
    list.read(params);
    if (document.activeElement === this.#name) list.title = this.#name.value.trim();
    else this.#name.value = list.title;
    this.#wanted = Math.max(AT_ONCE, Math.min(before, list.ids.length));
    this.#describe();
    await this.#fill();
  }

  leave() {
    this.#watch.disconnect();
  }

  async #more() {
    if (this.#wanted >= this.#list.ids.length || this.#loading) return;
    this.#wanted += AT_ONCE;
    await this.#fill();
  }

  /** Load what is wanted and not known yet, and lay the cards out. */
  async #fill() {
    const list = this.#list,
      unknown = list.unknown(this.#wanted);
    if (unknown.length && !(await this.#load(unknown))) return;
    const known = list.ids.slice(0, this.#wanted).map((id) => list.known(id));
    this.#cards.lay(known.filter((painting) => painting !== null && painting !== undefined));
    this.#describe();
    if (this.#wanted < list.ids.length && this.#end.getBoundingClientRect().top < innerHeight + NEAR)
      await this.#more();
  }

  /** Whether it could be loaded. @param {string[]} ids */
  async #load(ids) {
    const own = (this.#loading = this.#list.load(ids));
    try {
      await own;
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      if (!(error instanceof AskError)) throw error;
      const again = () => {
        this.#describe();
        this.#fill();
      };
      this.#notes.replaceChildren(notice(error, { text: say("common.try-again"), run: again }));
      return false;
    } finally {
      if (this.#loading === own) this.#loading = null;
    }
  }

  /** @param {string} id @param {number} step */
  #move(id, step) {
    const { ids } = this.#list,
      rest = ids.filter((one) => one !== id),
      from = ids.indexOf(id),
      to = Math.max(0, Math.min(rest.length, from + step));
    if (to === from) return;
    rest.splice(to, 0, id);
    this.#list.write(rest, true);
    this.#moved.textContent = say("selection.moved", this.#list.titleOf(id), to + 1, ids.length);
    this.#cards.show(to);
  }

  /** @param {string} id @param {string} target @param {boolean} after */
  #drop(id, target, after) {
    const rest = this.#list.ids.filter((one) => one !== id);
    rest.splice(rest.indexOf(target) + (after ? 1 : 0), 0, id);
    this.#list.write(rest);
  }

  /** @param {string} id */
  #remove(id) {
    const { ids: before, shared } = this.#list,
      deselected = shared && isSelected(id),
      focusOn = this.#cards.after(before.indexOf(id));
    if (deselected) select([id], false);
    this.#list.write(before.filter((one) => one !== id));
    if (focusOn) (focusOn() ?? byId("main")).focus();
    toast(say("selection.removed", this.#list.titleOf(id)), {
      text: say("common.undo"),
      run: () => {
        if (deselected) select([id]);
        if (current().name === "selection") this.#list.write(before);
        else if (!shared) setSelection(before);
      },
    });
  }

  /** Nothing of this list is selected any more, and this browser's selection is shown. */
  #clear() {
    const before = selected(),
      gone = new Set(this.#list.ids);
    setSelection(before.filter((id) => !gone.has(id)));
    go("selection");
    toast(say("select.cleared", gone.size), { text: say("common.undo"), run: () => setSelection(before) });
  }

  #changed() {
    if (!this.#list.shared && current().name === "selection") this.update(current().params);
    else this.#describe();
  }

  #describe() {
    const list = this.#list,
      { length } = list.ids;
    this.#count.textContent = length ? say("count.paintings", list.present.length) : "";
    this.#place.classList.toggle("empty", !length);
    const exporting = exportButton(() => this.#exported());
    putActs(this.#acts, actsOf(list, { exporting, copy: () => this.#copy(), clear: () => this.#clear() }));
    this.#notes.replaceChildren(...notesOf(list));
  }

  /** The whole list, without what the collection has not: of a long one only the beginning was looked up so far. */
  async #exported() {
    const list = this.#list;
    try {
      await list.load(list.unknown());
    } catch (error) {
      tell(error);
      return null;
    }
    const ids = list.present;
    if (ids.length < list.ids.length) this.#describe();
    return { ids, title: list.title || say("view.selection") };
  }

  async #copy() {
    const { ids, shared, title } = this.#list,
      params = { ids: joined(ids), title };
    try {
      await navigator.clipboard.writeText(new URL(href("selection", params), location.href).href);
      toast(say("selection.copied"));
    } catch {
      toast(say("selection.not-copied"));
      if (!shared) go("selection", params, true);
    }
  }
}
