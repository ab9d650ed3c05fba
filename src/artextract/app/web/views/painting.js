// @ts-check
// One painting: large, with all that the table says of it, what the model takes it for, and its neighbours.
//
//   id=ID                  the painting
//   look=ATTRIBUTE         the map of where the network looked for it; veil=PER CENT its strength
//   at=x,y,scale           the place that is looked at, its middle in parts of the picture, where that is not the whole
//   the filters of the gallery and its sort=, within which "previous" and "next" go

import { ask } from "../lib/api.js";
import { lookOf, lookPairs } from "../lib/attention.js";
import { later, make, notice } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { say } from "../lib/language.js";
import { api, attentionOf, nameOf } from "../lib/names.js";
import { keepPlace } from "../lib/place.js";
import { go, href } from "../lib/route.js";
import { facts } from "./painting/facts.js";
import { neighbours } from "./painting/neighbours.js";
import { Path } from "./painting/path.js";
import { pictureOf } from "./painting/picture.js";
import { readings } from "./painting/readings.js";
import { listPairs, placeOf, writtenPlace } from "./painting/url.js";

/** @import { Catalogue, PaintingDetails, Tools, View } from "../lib/types.js" */

export const title = say("view.painting");

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {View} */
export function show(place, params, tools) {
  const page = new PaintingPage(place, params, tools);
  page.fill();
  return { update: (next) => page.update(next), leave: () => page.leave() };
}

class PaintingPage {
  #params;
  #collection;
  #signal;
  #path;
  #toPlace;
  #body = make("div", { class: "body" });
  #id = "";
  #leaving = new AbortController();
  /** @type {ReturnType<typeof pictureOf> | null} */
  #picture = null;

  /** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools */
  constructor(place, params, { collection, signal }) {
    this.#params = params;
    this.#collection = collection;
    this.#signal = signal;
    this.#path = new Path(signal);
    this.#toPlace = keepPlace(signal, () => !this.#body.classList.contains("changing"));
    place.append(this.#path.element, this.#body);
  }

  /** @param {URLSearchParams} params */
  update(params) {
    this.#params = params;
    if ((params.get("id") ?? "") !== this.#id) return this.fill();
    const picture = this.#picture;
    picture?.control.set(lookOf(params));
    if (picture && (params.get("at") ?? null) !== writtenPlace(picture.zoom.view)) picture.zoom.look(placeOf(params));
    this.#path.link(params);
  }

  leave() {
    this.#leaving.abort();
    this.#picture?.zoom.destroy();
  }

  /** Show the painting that the URL names. */
  fill = async () => {
    this.#leaving.abort();
    const own = (this.#leaving = new AbortController()),
      id = (this.#id = this.#params.get("id") ?? ""),
      toGallery = { text: say("common.to-gallery"), run: () => go("gallery") };
    if (!id)
      return this.#body.replaceChildren(
        notice({ message: say("painting.none"), hint: say("painting.none-hint") }, toGallery),
      );
    this.#path.load(() => this.#params, own.signal);
    this.#body.classList.add("changing");
    try {
      const [painting, fields] = await Promise.all(
        ["paintings", "catalogue"].map((kind) => ask(api(kind, id), { signal: own.signal, absent: true })),
      );
      if (!painting || !fields)
        throw new AskError(say("error.unknown-painting"), say("error-hint.unknown-painting"), 404);
      if (this.#signal.aborted || own.signal.aborted) return;
      this.#put(painting, fields, own.signal);
      this.#toPlace();
      document.title = `${nameOf(painting)} · ArtExtract`;
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      const again = { text: say("common.try-again"), run: this.fill };
      this.#body.replaceChildren(notice(error, error.status === 404 ? toGallery : again));
    } finally {
      if (own === this.#leaving) this.#body.classList.remove("changing");
    }
  };

  /** @param {PaintingDetails} painting @param {Catalogue} fields @param {AbortSignal} signal */
  #put(painting, fields, signal) {
    const { id } = painting;
    this.#picture?.zoom.destroy();
    const remember = later(250, () => {
      if (!signal.aborted && !this.#signal.aborted) go("painting", this.#address(), true);
    });
    const picture = (this.#picture = pictureOf(painting, lookOf(this.#params), {
      looked: (look, quietly) => go("painting", this.#address(look), quietly),
      moved: remember,
    }));
    const compare = make("a", { class: "button second", hidden: true }, say("painting.compare")),
      similar = make(
        "a",
        { class: "button", href: href("search", { id }), hidden: this.#collection.can.search === false },
        say("painting.similar"),
      );
    const read = this.#collection.can.predict
      ? readings(id, signal, ({ looked, model: { geometry } }) => {
          picture.control.show({ looked, geometry, source: (name) => attentionOf(id, name) });
        })
      : null;
    const near =
      this.#collection.can.search === false
        ? null
        : neighbours(painting, signal, ([nearest]) => {
            if (!nearest) return;
            compare.href = href("compare", { a: id, b: nearest.id });
            compare.hidden = false;
          });
    const correcting = {
      id,
      name: nameOf(painting),
      may: this.#collection.can.correct !== false,
      changed: async (/** @type {string} */ column) => {
        const changed = told(await ask(api("catalogue", id), { signal }));
        const open = shown.querySelector("details.further")?.hasAttribute("open");
        shown.replaceWith(changed);
        shown = changed;
        if (open) changed.querySelector("details.further")?.setAttribute("open", "");
        /** @type {HTMLElement | null} */
        const again = changed.querySelector(`[data-column="${CSS.escape(column)}"] .pencil`);
        again?.focus();
      },
    };
    const told = (/** @type {Catalogue} */ now) =>
      facts(painting, now, this.#collection, correcting, [similar, compare]);
    let shown = told(fields);
    const label = make("div", { class: "label" }, shown, read);
    this.#body.replaceChildren(make("div", { class: "wall" }, picture.element, label), near ?? "");
    picture.zoom.look(placeOf(this.#params));
  }

  /** The address of what is shown now. @returns {[string, any][]} */
  #address(look = lookOf(this.#params)) {
    const at = this.#picture ? writtenPlace(this.#picture.zoom.view) : null;
    return [["id", this.#id], ...listPairs(this.#params), ...lookPairs(look), ["at", at]];
  }
}
