// @ts-check
// A picture that can be looked at closely: wheel, pinch, drag, double click, buttons and keys; and two of them in step.
//
//   const zoom = zoomable(picture, { width, height, label });
//   place.append(zoom.stage, zoomButtons([zoom]));
//
// `picture` is an <img>, or an element that holds one and what is drawn upon it; what is in it should fill it. It is
// laid out larger, not scaled, so that lines and letters over it stay as thin and as sharp as they are. The stage takes
// the place of the picture where that is in the page; its height is the business of the view's CSS.

import { inField, make } from "./dom.js";
import { say } from "./language.js";
import { percent } from "./words.js";

/**
 * What is seen: the middle of the stage in parts of the picture, and `scale`, 1 where the picture is whole.
 * @typedef {{ x: number, y: number, scale: number }} Seen
 */
/** @typedef {{ x: number, y: number }} Place */
/** @typedef {{ clientX: number, clientY: number }} OnPage */

const MOST = 16;
const STEP = 1.4,
  NUDGE = 0.12,
  DOUBLE_TAP = 300,
  STILL = 6;
export const ZOOM_KEYS = say("zoom.keys");

/**
 * `width` and `height` are pixels of the picture (else those of the image, once it is there); `label` is what the stage
 * is called when read aloud.
 * @param {HTMLElement} picture @param {{ width?: number, height?: number, label?: string }} [options]
 */
export function zoomable(picture, { width = 0, height = 0, label = say("zoom.picture") } = {}) {
  return new Zoom(picture, width, height, label);
}

/**
 * A picture on its stage; `view` is what is seen, "change" when that has changed.
 */
export class Zoom extends EventTarget {
  #size;
  /** @type {Seen} */
  #view = { x: 0.5, y: 0.5, scale: 1 };
  /** @type {Map<number, PointerEvent>} */
  #pointers = new Map();
  /** @type {OnPage & { apart: number } | null} */
  #pinch = null;
  /** @type {PointerEvent | null} */
  #tapped = null;
  #watch;

  /** @param {HTMLElement} picture @param {number} width @param {number} height @param {string} label */
  constructor(picture, width, height, label) {
    super();
    this.picture = picture;
    this.#size = { width, height };
    this.sheet = make("div", { class: "zoom-sheet" });
    this.stage = make("div", {
      class: "zoom-stage",
      tabindex: "0",
      role: "group",
      "aria-label": label,
      "aria-roledescription": say("zoom.role"),
      "aria-keyshortcuts": "+ - 0 1 ArrowLeft ArrowRight ArrowUp ArrowDown",
    });
    picture.replaceWith(this.stage);
    this.sheet.append(picture);
    this.stage.append(this.sheet);
    this.#listen();
    this.#watch = new ResizeObserver(() => this.#lay());
    this.#watch.observe(this.stage);
  }

  get view() {
    return { ...this.#view };
  }

  /**
   * Show another part; what would leave the picture is brought back. `quietly` without a "change".
   * @param {Partial<Seen>} seen
   */
  look({ x = this.#view.x, y = this.#view.y, scale = this.#view.scale }, quietly = false) {
    const kept = Math.min(MOST, Math.max(1, scale));
    const { across, down } = this.#shown(kept);
    /** @param {number} value @param {number} part */
    const within = (value, part) => (part >= 1 ? 0.5 : Math.min(1 - part / 2, Math.max(part / 2, value)));
    const next = { x: within(x, across), y: within(y, down), scale: kept };
    const { x: oldX, y: oldY, scale: oldScale } = this.#view;
    if ([next.x - oldX, next.y - oldY, next.scale - oldScale].every((far) => Math.abs(far) < 1e-6)) return;
    this.#view = next;
    this.#lay();
    if (!quietly) this.dispatchEvent(new Event("change"));
  }

  /**
   * Zoom by a factor; `at`, { x, y } in parts of the picture, stays where it is.
   * @param {number} factor @param {Place} [at]
   */
  by(factor, at = this.#view) {
    const { x, y, scale } = this.#view,
      next = Math.min(MOST, Math.max(1, scale * factor));
    this.look({ x: at.x + ((x - at.x) * scale) / next, y: at.y + ((y - at.y) * scale) / next, scale: next });
  }

  in() {
    this.by(STEP);
  }
  out() {
    this.by(1 / STEP);
  }
  whole() {
    this.look({ x: 0.5, y: 0.5, scale: 1 });
  }

  /** One pixel of the picture to one of the page. */
  own() {
    const { width } = this.#fitted();
    this.look({ scale: (this.#pixels().width || width) / width });
  }

  /** Move by parts of what is seen. @param {number} right @param {number} down */
  move(right, down) {
    const shown = this.#shown(this.#view.scale);
    this.look({
      x: this.#view.x + right * Math.min(1, shown.across),
      y: this.#view.y + down * Math.min(1, shown.down),
    });
  }

  /**
   * Bring a box [left, top, right, bottom], in parts of the picture, into view with some room around it.
   * @param {[number, number, number, number]} box
   */
  reach([left, top, right, bottom]) {
    const { across, down } = this.#shown(1);
    this.look({
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      scale: Math.min(6, 0.6 / Math.max((right - left) / across, (bottom - top) / down, 0.05)),
    });
  }

  /**
   * What a key does, for a view that passes on the keys of the whole page; whether it did anything.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    /** @type {Record<string, () => void>} */
    const acts = {
      "+": () => this.in(),
      "=": () => this.in(),
      "-": () => this.out(),
      _: () => this.out(),
      0: () => this.whole(),
      1: () => this.own(),
      ArrowLeft: () => this.move(-NUDGE, 0),
      ArrowRight: () => this.move(NUDGE, 0),
      ArrowUp: () => this.move(0, -NUDGE),
      ArrowDown: () => this.move(0, NUDGE),
    };
    if (!acts[event.key] || (event.key.startsWith("Arrow") && this.#view.scale === 1)) return false;
    event.preventDefault();
    acts[event.key]();
    return true;
  }

  destroy() {
    this.#watch.disconnect();
  }

  #pixels() {
    if (this.#size.width) return this.#size;
    const image = this.picture instanceof HTMLImageElement ? this.picture : this.picture.querySelector("img");
    return { width: image?.naturalWidth ?? 0, height: image?.naturalHeight ?? 0 };
  }

  /** The whole picture in the stage, in pixels of the page. */
  #fitted() {
    const { width = 1, height = 1 } = this.#pixels();
    const ratio = width && height ? width / height : 1;
    const { clientWidth: room, clientHeight: above } = this.stage;
    return room / Math.max(1, above) > ratio
      ? { width: above * ratio, height: above }
      : { width: room, height: room / ratio };
  }

  /**
   * How much of the picture the stage shows at a scale, in parts of its width and height; above 1 where there is room
   * beside it.
   * @param {number} scale
   */
  #shown(scale) {
    const { width, height } = this.#fitted();
    return {
      across: this.stage.clientWidth / Math.max(1, width * scale),
      down: this.stage.clientHeight / Math.max(1, height * scale),
    };
  }

  #lay() {
    const { width, height } = this.#fitted(),
      { x, y, scale } = this.#view;
    const style = this.sheet.style;
    style.width = `${width * scale}px`;
    style.height = `${height * scale}px`;
    const left = this.stage.clientWidth / 2 - x * width * scale,
      top = this.stage.clientHeight / 2 - y * height * scale;
    style.translate = `${left}px ${top}px`;
    this.stage.classList.toggle("near", scale > 1);
  }

  /** A place of the page in parts of the picture. @param {OnPage} point */
  #at({ clientX, clientY }) {
    const box = this.sheet.getBoundingClientRect();
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  }

  #listen() {
    const stage = this.stage;
    stage.addEventListener(
      "wheel",
      (event) => {
        const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 30 : 1) * (event.ctrlKey ? 0.01 : 0.0022));
        if (this.#view.scale === 1 && factor < 1 && !event.ctrlKey) return; // the page goes on to scroll
        event.preventDefault();
        this.by(factor, this.#at(event));
      },
      { passive: false },
    );
    stage.addEventListener("keydown", (event) => {
      if (event.target === stage && this.key(event)) event.stopPropagation();
    });
    stage.addEventListener("dblclick", (event) => this.by(event.shiftKey ? 0.5 : 2, this.#at(event)));
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#moved(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#up(event));
    stage.addEventListener("lostpointercapture", (event) => this.#up(event));
    this.sheet.addEventListener("load", () => this.#lay(), true);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button > 0 || inField(event, "button, a, input")) return;
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2 || this.#view.scale > 1)
      for (const id of this.#pointers.keys()) {
        try {
          this.stage.setPointerCapture(id);
        } catch {
          /* it is up already */
        }
      }
    this.#pinch = null;
    if (event.pointerType === "touch" && this.#pointers.size === 1) this.#tap(event);
  }

  /** Two taps at one place zoom in, or out again. @param {PointerEvent} event */
  #tap(event) {
    const before = this.#tapped;
    this.#tapped = event;
    if (
      !before ||
      event.timeStamp - before.timeStamp > DOUBLE_TAP ||
      Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 4 * STILL
    )
      return;
    this.#tapped = null;
    if (this.#view.scale > 1) this.whole();
    else this.by(2.5, this.#at(event));
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2) return this.#pinched();
    if (this.#view.scale === 1) return;
    this.stage.classList.add("held");
    const { x, y, scale } = this.#view,
      { width, height } = this.#fitted();
    this.look({
      x: x - (event.clientX - before.clientX) / (width * scale),
      y: y - (event.clientY - before.clientY) / (height * scale),
    });
  }

  #pinched() {
    const [one, other] = [...this.#pointers.values()];
    const now = {
      apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
      clientX: (one.clientX + other.clientX) / 2,
      clientY: (one.clientY + other.clientY) / 2,
    };
    if (this.#pinch) {
      const { width, height } = this.#fitted(),
        { scale } = this.#view;
      this.by(now.apart / Math.max(1, this.#pinch.apart), this.#at(now));
      this.look({
        x: this.#view.x - (now.clientX - this.#pinch.clientX) / (width * scale),
        y: this.#view.y - (now.clientY - this.#pinch.clientY) / (height * scale),
      });
    }
    this.#pinch = now;
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.#pointers.delete(event.pointerId);
    this.#pinch = null;
    if (!this.#pointers.size) this.stage.classList.remove("held");
  }
}

/**
 * Let what one of two pictures shows be shown of the other too; gives a function that sets it on or off.
 * @param {Zoom} one @param {Zoom} other
 */
export function inStep(one, other) {
  let together = true;
  /** @param {Zoom} from @param {Zoom} to */
  const follow = (from, to) =>
    from.addEventListener("change", () => {
      if (together) to.look(from.view, true);
    });
  follow(one, other);
  follow(other, one);
  return (/** @type {boolean} */ on) => {
    together = on;
    if (on) other.look(one.view, true);
  };
}

/** Buttons for one or several pictures, and how near one is. @param {Zoom[]} zooms */
export function zoomButtons(zooms) {
  const near = make("output", { class: "zoom-near number", "aria-label": say("zoom.zoom") }, percent(1));
  /** @param {(zoom: Zoom) => void} act */
  const each = (act) => () => zooms.forEach(act);
  /** @param {string} text @param {string} name @param {(zoom: Zoom) => void} act */
  const button = (text, name, act) =>
    make("button", { type: "button", class: "icon", "aria-label": name, title: name, onclick: each(act) }, text);
  const tell = () => {
    near.value = percent(Math.max(...zooms.map((zoom) => zoom.view.scale)));
  };
  zooms.forEach((zoom) => zoom.addEventListener("change", tell));
  return make(
    "div",
    { class: "zoom-buttons", role: "group", "aria-label": say("zoom.zoom") },
    button("−", say("zoom.out"), (zoom) => zoom.out()),
    near,
    button("+", say("zoom.in"), (zoom) => zoom.in()),
    make(
      "button",
      { type: "button", class: "quiet", title: say("zoom.whole"), onclick: each((zoom) => zoom.whole()) },
      say("zoom.whole-short"),
    ),
    make(
      "button",
      {
        type: "button",
        class: "quiet",
        title: say("zoom.own"),
        onclick: each((zoom) => zoom.own()),
      },
      "1 : 1",
    ),
  );
}
