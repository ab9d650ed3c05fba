// @ts-check
// The picture that is searched with, the detail of it that counts, and what is known of it.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { ignored } from "../../lib/errors.js";
import { known, say } from "../../lib/language.js";
import { altText, api, caption, imageUrl, nameOf } from "../../lib/names.js";
import { coloursOf, strip } from "../../lib/palette.js";
import { regionBox } from "../../lib/regionbox.js";
import { href } from "../../lib/route.js";
import { fileName, uploadedImage, uploadFacts } from "../../lib/upload.js";
import { rightsIn } from "../../lib/words.js";
import { putOff } from "./putoff.js";
import { Suggests } from "./suggests.js";
import { tokenOf } from "./url.js";

/** @import { ColourShare, PaintingDetails, Region } from "../../lib/types.js" */
/** @import { SearchState } from "./state.js" */
/**
 * What is known of the picture.
 * @typedef {object} Facts
 * @property {string} name
 * @property {string} caption
 * @property {string} alt
 * @property {number} width
 * @property {number} height
 * @property {ColourShare[]} colours
 * @property {string | null} page
 * @property {string | null} rights
 * @property {string[]} notes
 */

/** What was mended or left out, as one line. @param {string[]} notes */
const noteOf = (notes) => say("search.note", notes.map((note) => known("picture-note", note) ?? note).join("; "));

const REST = 450; // milliseconds that keys move the rectangle before it is searched by

export class Subject {
  element = make("div", { class: "subject" });
  #state;
  #tools;
  /** The picture that is shown; undefined at first. @type {string | null | undefined} */
  #shown;
  /** @type {ReturnType<typeof regionBox> | null} */
  #box = null;
  #detail = make("button", {
    type: "button",
    class: "button second detail",
    onclick: () => (this.#state.asked.region ? this.#state.change({ region: null }) : this.#box?.draw()),
  });
  #motif = make("button", {
    type: "button",
    class: "button second",
    hidden: true,
    onclick: () => this.#state.change({ motif: !this.#state.asked.motif }),
  });
  #hint = make("p", { class: "faint hint" });
  #take = make("button", { type: "button", class: "quiet", onclick: () => this.#takeOut() }, say("common.remove"));
  #acts = make("div", { class: "acts-of-query" });
  #regionGiven;
  suggests;

  /**
   * `known` is called once its facts are there; `focusWords` where nothing is left to search with.
   * @param {SearchState} state @param {{ known: () => void, focusWords: () => void }} tools
   */
  constructor(state, tools) {
    this.#state = state;
    this.#tools = tools;
    this.suggests = new Suggests(state);
    this.#regionGiven = putOff(REST, (/** @type {Region | null} */ region, /** @type {boolean} */ quietly) =>
      state.change({ region }, quietly),
    );
  }

  /** The search has ended: the next one begins anew. */
  forget() {
    this.#shown = undefined;
  }

  /** A further button, before the last. @param {HTMLElement} button */
  offer(button) {
    if (this.element.hidden) return;
    this.#acts.insertBefore(button, this.#take);
  }

  show() {
    const { main, region } = this.#state.asked;
    if (this.#shown === main) {
      this.suggests.look();
      this.#box?.set(region);
      this.#tellRegion();
      return;
    }
    this.#shown = main;
    this.#state.subject = { name: "", colours: [] };
    this.#box = null;
    this.element.replaceChildren();
    this.element.hidden = !main;
    if (main) this.#fill(main);
    else this.suggests.begin(null);
  }

  /** @param {string} main */
  #fill(main) {
    const token = tokenOf(main),
      label = make("div", { class: "label" }),
      shade = make("div", { class: "shown" });
    this.#box = regionBox({
      region: this.#state.asked.region,
      onchange: (region, quietly) => {
        this.#tellRegion(region);
        this.#regionGiven(region, quietly);
      },
    });
    const image = make("img", {
      src: token === null ? imageUrl(main, 1600) : uploadedImage(token),
      alt: "",
      decoding: "async",
      onerror: () => shade.classList.add("lost"),
    });
    shade.append(image);
    this.suggests.begin(shade);
    shade.append(this.#box.element);
    this.#acts.replaceChildren(this.#detail, this.#motif, this.#take);
    this.element.replaceChildren(make("figure", {}, shade), this.#hint, label, this.#acts);
    this.#tellRegion();
    this.#factsOf(main).then((facts) => {
      if (this.#shown !== main) return;
      this.#tellFacts(facts, image, label);
      this.#tools.known();
    }, ignored); // the search tells what is wrong
  }

  /** @param {Facts} facts @param {HTMLImageElement} image @param {HTMLElement} label */
  #tellFacts(facts, image, label) {
    const { name, colours } = facts;
    this.#state.subject = { name, colours };
    image.alt = facts.alt;
    if (facts.width) {
      image.width = facts.width;
      image.height = facts.height;
    }
    label.replaceChildren(
      ...[
        make("h2", {}, facts.page ? make("a", { href: facts.page }, name) : name),
        facts.caption ? make("p", { class: "faint" }, facts.caption) : null,
        colours.length ? strip(colours) : null,
        facts.rights ? make("p", { class: "rights" }, say("card.rights", rightsIn(facts.rights))) : null,
        facts.notes.length ? make("p", { class: "faint", role: "note" }, noteOf(facts.notes)) : null,
      ].filter((one) => one !== null),
    );
    document.title = `${say("search.like", name)} · ArtExtract`;
  }

  /** @param {string} main @returns {Promise<Facts>} */
  async #factsOf(main) {
    const token = tokenOf(main),
      { signal } = this.#state;
    if (token !== null) {
      const { width, height, colours, notes } = await uploadFacts(token, signal);
      return {
        name: say("common.your-picture"),
        caption: [fileName(token), say("search.pixels", width, height)].filter(Boolean).join(" · "),
        alt: say("search.own-alt"),
        width,
        height,
        colours: coloursOf(colours),
        page: null,
        rights: null,
        notes,
      };
    }
    /** @type {PaintingDetails} */
    const painting = await ask(api("paintings", main), { signal });
    return {
      name: nameOf(painting),
      caption: caption(painting),
      alt: altText(painting),
      width: painting.width,
      height: painting.height,
      colours: coloursOf(painting.colours),
      page: href("painting", { id: main }),
      rights: painting.rights,
      notes: [],
    };
  }

  /** @param {Region | null} [region] */
  #tellRegion(region = this.#state.asked.region) {
    const touch = matchMedia("(hover: none)").matches;
    this.#detail.textContent = region ? say("search.whole") : say("search.detail");
    this.#motif.hidden = !(region && this.#state.collection.can.motifs);
    this.#motif.textContent = this.#state.asked.motif ? say("search.motif-stop") : say("search.motif");
    this.#hint.textContent = region
      ? say("search.hint-region")
      : touch
        ? say("search.hint-touch")
        : say("search.hint-mouse");
  }

  /** Search without this picture; the first example takes its place. */
  #takeOut() {
    const { plus, minus } = this.#state.asked,
      [main = null, ...rest] = plus;
    this.#state.change({ main, plus: rest, minus: main ? minus : [], region: null });
    if (main) this.#detail.focus();
    else this.#tools.focusWords();
  }
}
