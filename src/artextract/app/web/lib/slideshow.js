// @ts-check
// Paintings one after the other over the whole screen, with captions that can be put away.

import { closeDialog, openDialog } from "./dialog.js";
import { make } from "./dom.js";
import { say } from "./language.js";
import { altText, imageUrl, makerOf, nameOf, statedRights } from "./names.js";

/** @import { Painting } from "./types.js" */
/** @typedef {{ painting: Painting & { rights?: string }, note: string }} Slide */

const LARGE = 1600,
  EVERY = 7000; // milliseconds that a painting stays while it plays

export class Slideshow {
  #slides;
  #onmove;
  #onclose;
  #at = 0;
  #playing = 0;
  #image = make("img", { class: "slide", alt: "" });
  #caption = make("div", { class: "slide-caption", role: "status" });
  #play = make("button", { type: "button", class: "button second", onclick: () => this.#playOrPause() });
  #dialog = make(
    "dialog",
    {
      class: "slideshow",
      "aria-label": say("lists.slideshow"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressed(event),
      onclose: () => this.#closed(),
    },
    this.#image,
    this.#caption,
    make(
      "div",
      { class: "slide-acts" },
      this.#button(say("lists.previous"), () => this.#move(-1)),
      this.#button(say("lists.next"), () => this.#move(1)),
      this.#play,
      this.#button(say("lists.captions"), () => this.#captions()),
      this.#button(say("lists.close"), () => this.close()),
      make("span", { class: "slide-keys" }, say("lists.slide-keys")),
    ),
  );

  /**
   * `onmove(at)` is called with the place that is shown, `onclose` when it has been closed.
   * @param {Slide[]} slides @param {{ onmove: (at: number) => void, onclose: () => void }} tools
   */
  constructor(slides, { onmove, onclose }) {
    this.#slides = slides;
    this.#onmove = onmove;
    this.#onclose = onclose;
    this.#play.textContent = say("lists.play");
  }

  /** @param {number} at */
  open(at) {
    openDialog(this.#dialog);
    this.#dialog.requestFullscreen?.().catch(() => {}); // a browser may refuse: the window is filled then
    this.show(at);
  }

  /** @param {number} at */
  show(at) {
    this.#at = Math.max(0, Math.min(this.#slides.length - 1, at));
    const { painting, note } = this.#slides[this.#at];
    this.#image.src = imageUrl(painting.id, LARGE);
    this.#image.alt = altText(painting);
    const under = [makerOf(painting), painting.year].filter(Boolean).join(", ");
    this.#caption.replaceChildren(
      make("p", { class: "name" }, nameOf(painting)),
      make("p", {}, [under, say("lists.place", this.#at + 1, this.#slides.length)].filter(Boolean).join(" · ")),
      ...(note ? [make("p", {}, note)] : []),
      ...(painting.rights && statedRights(painting.rights) ? [make("p", { class: "rights" }, painting.rights)] : []),
    );
    const next = this.#slides[this.#at + 1];
    if (next) new Image().src = imageUrl(next.painting.id, LARGE);
  }

  close() {
    closeDialog(this.#dialog);
  }

  /** @param {string} text @param {() => void} run */
  #button(text, run) {
    return make("button", { type: "button", class: "button second", onclick: run }, text);
  }

  /** @param {number} step */
  #move(step) {
    const before = this.#at;
    this.show(this.#at + step);
    if (this.#at !== before) this.#onmove(this.#at);
    else if (this.#playing) this.#playOrPause();
  }

  #playOrPause() {
    clearInterval(this.#playing);
    this.#playing = this.#playing ? 0 : setInterval(() => this.#move(1), EVERY);
    this.#play.textContent = say(this.#playing ? "lists.pause" : "lists.play");
  }

  #captions() {
    this.#caption.hidden = !this.#caption.hidden;
  }

  #closed() {
    clearInterval(this.#playing);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.#onclose();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target instanceof HTMLButtonElement && event.key === " ";
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowRight: () => this.#move(1),
      PageDown: () => this.#move(1),
      " ": () => this.#move(1),
      ArrowLeft: () => this.#move(-1),
      PageUp: () => this.#move(-1),
      Home: () => this.#move(-Infinity),
      End: () => this.#move(Infinity),
      p: () => this.#playOrPause(),
      c: () => this.#captions(),
    };
    const run = keys[event.key];
    if (!run || onButton) return;
    event.preventDefault();
    run();
  }
}
