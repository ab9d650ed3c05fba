// @ts-check
// The list of paintings that is shown: from the URL, else the selection of this browser; and what is known of them.

import { KnownPaintings } from "../../lib/known.js";
import { go } from "../../lib/route.js";
import { fitsInLink, isSelected, joined, selected, setSelection, split } from "../../lib/selection.js";

export class PaintingList extends KnownPaintings {
  /** In order. @type {string[]} */
  ids = [];
  /** Whether the URL holds the list, not this browser. */
  shared = false;
  title = "";

  /** As the URL has it. @param {URLSearchParams} params */
  read(params) {
    this.shared = params.has("ids");
    this.ids = this.shared ? split(params.get("ids")) : selected();
    this.title = params.get("title") ?? "";
  }

  /** Make this the list: in the URL where it is short enough, else in this browser. @param {string[]} ids */
  write = (ids, quietly = false) => {
    const inLink = this.shared && fitsInLink(ids) ? joined(ids) : "";
    if (!inLink && (!this.shared || ids.length)) setSelection(ids);
    go("selection", { ids: inLink, title: this.title }, quietly);
  };

  /** The ids that the collection does not have, as far as is known. */
  get missing() {
    return this.ids.filter((id) => this.known(id) === null);
  }

  /** The list without them. */
  get present() {
    return this.ids.filter((id) => this.known(id) !== null);
  }

  /** Those of them that this browser has not selected. */
  get unselected() {
    return this.present.filter((id) => !isSelected(id));
  }

  /** Those of the first so many of which nothing is known yet. */
  unknown(length = this.ids.length) {
    return this.unknownOf(this.ids.slice(0, length));
  }
}
