// @ts-check
// The whole collection on one wall, its filters at its side. The URL: the filters of lib/filters.js, and sort= one of
// the orders that /api/collection names, "collection", "relevance" or lot:NUMBER. How far the wall is scrolled stands
// in the entry of the history, so that back and reload lead to the same place.

import { ask } from "../lib/api.js";
import { make, tell, toast } from "../lib/dom.js";
import { exportButton } from "../lib/export.js";
import { filterPairs, filterPanel, filtersOf, filtersSet } from "../lib/filters.js";
import { say } from "../lib/language.js";
import { go } from "../lib/route.js";
import { isSelected, select } from "../lib/selection.js";
import { dropsGoTo } from "../lib/upload.js";
import { addingButton, takeDrop } from "./gallery/adding.js";
import { Hall } from "./gallery/hall.js";
import { keysPanel } from "./gallery/keys.js";
import { Order } from "./gallery/order.js";
import { listQuery, sortedBy, sortOf } from "./gallery/url.js";

/** @import { CollectionFacts, Pairs, Painting, Tools, View } from "../lib/types.js" */

export const title = say("view.gallery");

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, tools) {
  history.scrollRestoration = "manual";
  const page = new GalleryPage(place, params, tools);
  await page.hall.show(params);
  return { update: (next) => page.update(next), leave: () => page.leave() };
}

/** @param {Pairs} pairs */
const change = (pairs, quietly = false) => go("gallery", pairs, quietly);

class GalleryPage {
  hall;
  #params;
  #collection;
  #signal;
  #panel;
  #order;
  /** @type {number | null} */
  #total = null;
  #count = make("p", { class: "count", role: "status" });
  #all = make(
    "button",
    { type: "button", class: "button second", onclick: () => this.#selectAll() },
    say("gallery.select-all"),
  );
  #export = exportButton(() => this.#exported());

  /** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools */
  constructor(place, params, { collection, signal }) {
    this.#params = params;
    this.#collection = collection;
    this.#signal = signal;
    this.#panel = filterPanel(params, {
      signal,
      onchange: (pairs, quietly) => change([...pairs, ["sort", this.#sortWith(pairs)]], quietly),
    });
    this.#order = new Order(collection, (sort) => change(sortedBy(this.#params, sort)));
    this.hall = new Hall({
      change,
      counted: (total) => this.#showCount(total),
      onkey: (event, painting) => this.#pressed(event, painting),
      signal,
    });
    place.replaceChildren(this.#bar(), make("div", { class: "beside" }, this.#panel, this.hall.element));
    this.#order.show(params);
    dropsGoTo((given) => takeDrop(collection, given));
    place.addEventListener("click", () => this.hall.remember(), { capture: true });
    place.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Enter" || event.key === "s") this.hall.remember();
      },
      { capture: true },
    );
  }

  /** @param {URLSearchParams} params */
  update(params) {
    this.#params = params;
    this.#panel.update(params);
    this.#order.show(params);
    this.hall.show(params);
  }

  leave() {
    dropsGoTo(null);
    this.hall.leave();
    history.scrollRestoration = "auto";
    scrollTo({ top: 0, behavior: "instant" });
  }

  #bar() {
    const order = this.#order,
      adding = addingButton(this.#collection);
    return make(
      "header",
      { class: "bar" },
      make("h1", {}, this.#collection.name),
      this.#count,
      make(
        "div",
        { class: "does" },
        order.element,
        order.again,
        this.#all,
        this.#export,
        adding,
        keysPanel(this.#signal),
      ),
    );
  }

  /** Words bring their own order with them, and take it away. @param {Pairs} pairs */
  #sortWith(pairs) {
    const hasWords = pairs.some(([name]) => name === "text"),
      sort = sortOf(this.#params);
    return sort === "relevance" && !hasWords ? "" : sort;
  }

  /** @param {number | null} total null where it is not known */
  #showCount(total) {
    const filtered = filterPairs(this.#params).length > 0;
    this.#total = total;
    this.#all.hidden = this.#export.hidden = !total;
    if (total === null) this.#count.textContent = "";
    else
      this.#count.textContent = filtered
        ? say("hits.count", total ?? 0, this.#collection.n)
        : say("count.paintings", total);
  }

  #exported() {
    const params = this.#params,
      title = [this.#collection.name, ...filtersSet(params).map(({ name }) => name)].join(", ");
    return { ...filtersOf(params), sort: sortOf(params), title, total: this.#total };
  }

  /** @param {KeyboardEvent} event @param {Painting} painting */
  #pressed(event, painting) {
    if (event.key === "x" || event.key === "X") select([painting.id], !isSelected(painting.id));
    else if (event.key === "s" || event.key === "S") go("search", { id: painting.id });
    else if (event.key === "/") this.#panel.querySelector("input")?.focus();
    else return;
    event.preventDefault();
  }

  async #selectAll() {
    try {
      /** @type {{ ids: string[] }} */
      const { ids } = await ask(`api/ids?${listQuery(this.#params)}`, { signal: this.#signal });
      const added = ids.filter((id) => !isSelected(id));
      select(ids);
      toast(
        say("gallery.selected", ids.length),
        added.length ? { text: say("common.undo"), run: () => select(added, false) } : null,
      );
    } catch (error) {
      tell(error);
    }
  }
}
