// @ts-check
// What is said of paintings on the map: at the pointer, aloud, and of the one that is opened beside the map.

import { later, make, tell } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { say } from "../../lib/language.js";
import { altText, caption, imageUrl, nameOf } from "../../lib/names.js";
import { href } from "../../lib/route.js";
import { isSelected, select } from "../../lib/selection.js";

/** @import { Scatter } from "../../lib/scatter.js" */
/** @import { MapFacts, Painting } from "../../lib/types.js" */
/** @import { Colours } from "./colours.js" */
/** @import { Stage } from "./stage.js" */
/** @import { MapState } from "./state.js" */

const SOON = 70; // milliseconds a pointer rests before one asks what it is on

/** The artist where there is a title, else what else is known. @param {Painting} painting */
const who = (painting) => (painting.title && painting.labels.artist) || caption(painting);

/** What is shown at the pointer: the picture, its name, and what the colours say. */
export class Tip {
  #state;
  #stage;
  #colours;
  #pointed = -1;

  /** @param {MapState} state @param {Stage} stage @param {Colours} colours */
  constructor(state, stage, colours) {
    this.#state = state;
    this.#stage = stage;
    this.#colours = colours;
  }

  /** Tell of a point, or of none. @param {number} i @param {{ x: number, y: number } | null} at */
  show(i, at) {
    const { tip, element } = this.#stage;
    if (i !== this.#pointed) {
      this.#pointed = i;
      tip.hidden = i < 0;
      if (i >= 0) {
        this.#fill(i);
        if (!this.#state.known(this.#state.idOf(i))) this.#fetch();
      }
    }
    if (i < 0 || !at) return;
    const right = at.x + 30 + tip.offsetWidth > element.clientWidth,
      beside = right ? at.x - tip.offsetWidth - 18 : at.x + 18,
      above = Math.min(element.clientHeight - tip.offsetHeight - 4, at.y - tip.offsetHeight / 2);
    tip.style.left = `${Math.max(4, beside)}px`;
    tip.style.top = `${Math.max(4, above)}px`;
  }

  #fetch = later(SOON, async () => {
    const i = this.#pointed;
    if (i < 0) return;
    try {
      await this.#state.facts([this.#state.idOf(i)]);
      if (this.#pointed === i) this.#fill(i);
    } catch (error) {
      if (!isAbort(error) && !(error instanceof AskError)) throw error; // the tip then has no more than the picture
    }
  });

  /** @param {number} i */
  #fill(i) {
    const { tip } = this.#stage,
      id = this.#state.idOf(i),
      painting = this.#state.known(id),
      shown = tip.querySelector("img");
    const picture =
      shown?.dataset.id === id
        ? shown
        : make("img", {
            src: imageUrl(id),
            alt: "",
            "data-id": id,
            onerror: () => {
              picture.hidden = true;
            },
          });
    tip.replaceChildren(
      picture,
      make("p", { class: "name" }, painting ? nameOf(painting) : "…"),
      painting ? make("p", { class: "who" }, who(painting)) : "",
      make("p", { class: "value" }, this.#colours.valueOf(i)),
    );
  }
}

/**
 * What is said of a point that the keys have gone to.
 * @param {MapState} state @param {Colours} colours @param {HTMLElement} said
 */
export const announcer = (state, colours, said) => async (/** @type {number} */ i) => {
  try {
    const [painting] = await state.facts([state.idOf(i)]);
    said.textContent = `${altText(painting)}. ${colours.valueOf(i)}.${isSelected(painting.id) ? ` ${say("map.is-selected")}` : ""}`;
  } catch (error) {
    if (!isAbort(error) && !(error instanceof AskError)) throw error;
  }
};

/** The painting that is opened, beside the map. */
export class Opened {
  #state;
  #plot;
  #canvas;
  #colours;
  #place;
  #byKey = false;

  /**
   * @param {MapState} state @param {Scatter} plot @param {HTMLCanvasElement} canvas @param {Colours} colours
   * @param {HTMLElement} place
   */
  constructor(state, plot, canvas, colours, place) {
    this.#state = state;
    this.#plot = plot;
    this.#canvas = canvas;
    this.#colours = colours;
    this.#place = place;
  }

  /**
   * Open a point, or close what is open; `again` is called where it is open already.
   * @param {number} i @param {() => void} again
   */
  open(i, again) {
    const { params, change, idOf } = this.#state;
    if (i < 0) {
      if (params.has("id")) change({ id: null });
      return;
    }
    this.#byKey = document.activeElement === this.#canvas && this.#canvas.matches(":focus-visible");
    if (params.get("id") === idOf(i)) again();
    else change({ id: idOf(i) }, params.has("id"));
  }

  /** Tell of a painting, or of none. @param {string | null} id */
  async tell(id) {
    const state = this.#state,
      place = this.#place,
      now = state.map,
      i = id === null || !now ? -1 : now.ids.indexOf(id);
    this.#plot.setOpened(i);
    place.hidden = id === null;
    if (id === null || !now) {
      place.replaceChildren();
      return;
    }
    try {
      const [painting] = await state.facts([id]);
      if (state.map !== now || state.params.get("id") !== id) return;
      this.#fill(id, i, painting, now);
    } catch (error) {
      tell(error);
      place.hidden = true;
    }
  }

  /** @param {string} id @param {number} i @param {Painting} painting @param {MapFacts} map */
  #fill(id, i, painting, map) {
    const place = this.#place;
    const box = make("input", {
      type: "checkbox",
      "data-pick": id,
      ".checked": isSelected(id),
      onchange: () => select([id], box.checked),
    });
    const close = () => {
      this.#state.change({ id: null }, true);
      this.#canvas.focus();
    };
    place.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    const page = make("a", { href: href("painting", { id }) }, say("map.page"));
    place.replaceChildren(
      make("button", { type: "button", class: "icon close", "aria-label": say("common.close"), onclick: close }, "×"),
      make(
        "a",
        { class: "hang", href: href("painting", { id }) },
        make("img", { src: imageUrl(id), alt: altText(painting), width: painting.width, height: painting.height }),
      ),
      make(
        "div",
        { class: "about" },
        make("h2", {}, nameOf(painting)),
        make("p", { class: "who" }, caption(painting)),
        i >= 0 && this.#state.looks
          ? make(
              "p",
              { class: "faint" },
              this.#colours.valueOf(i),
              map.placed[i] ? ` · ${say("map.placed-beside")}` : "",
            )
          : "",
        make(
          "p",
          { class: "links" },
          page,
          make("a", { href: href("search", { id }) }, say("card.alike")),
          make("label", { class: "check" }, box, say("map.selected")),
        ),
      ),
    );
    if (innerWidth <= 800) place.scrollIntoView({ block: "nearest" });
    if (i < 0) place.append(make("p", { class: "faint" }, say("map.not-here")));
    if (this.#byKey) {
      this.#byKey = false;
      page.focus();
    }
  }
}
