// @ts-check
// A large picture that can be looked at as closely as its file allows, by tiles of the server's own IIIF service.
// OpenSeadragon shows it; what it is asked and what it tells is the same as of lib/zoom.js.

import { make } from "./dom.js";
import { say } from "./language.js";
import { altText, imageUrl, tilesOf } from "./names.js";
import { keyOn } from "./zoom.js";

/** @import { Painting } from "./types.js" */
/** @import { Seen } from "./zoom.js" */

/** Pixels of the longer side above which a picture has more to show than the one that is served whole. */
export const LARGE = 1600;
const SCRIPT = new URL("../vendor/openseadragon/openseadragon.min.js", import.meta.url).href;
const NEAREST = 4; // pixels of the page for one of the picture
const STEP = 1.4;

/** @type {Promise<any> | null} */
let loading = null;

/** OpenSeadragon, which is no module. @returns {Promise<any>} */
function openSeadragon() {
  loading ??= new Promise((resolve, reject) => {
    const script = make("script", { src: SCRIPT });
    script.onload = () => {
      const library = /** @type {any} */ (window).OpenSeadragon;
      library.setString("Errors.OpenFailed", say("field.lost-picture"));
      resolve(library);
    };
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error(SCRIPT));
    };
    // It would add a style of its own, which our policy forbids, unless it finds one that is marked so.
    const mark = document.createElementNS("urn:x-artextract", "style");
    mark.setAttribute("data-openseadragon-mobile-css", "");
    document.head.append(mark, script);
  });
  return loading;
}

/** A picture on its stage; `sheet` lies upon it, for what is drawn over it; `view` is what is seen. */
export class DeepZoom extends EventTarget {
  #painting;
  /** @type {any} */
  #viewer = null;
  #gone = false;
  /** @type {Seen} */
  #view = { x: 0.5, y: 0.5, scale: 1 };
  /** Where to look once the picture is there. @type {Seen | null} */
  #wanted = null;

  /** @param {Painting} painting @param {string} label */
  constructor(painting, label) {
    super();
    this.#painting = painting;
    this.sheet = make("div", { class: "sheet over-tiles" });
    this.stage = make(
      "div",
      {
        class: "zoom-stage deep",
        tabindex: "0",
        role: "group",
        "aria-label": label,
        "aria-roledescription": "zoomable picture",
        "aria-keyshortcuts": "+ - 0 1 ArrowLeft ArrowRight ArrowUp ArrowDown",
      },
      make("img", { class: "before-tiles", src: imageUrl(painting.id, 400), alt: altText(painting) }),
    );
    this.stage.addEventListener("keydown", (event) => this.#pressed(event), true);
    this.#open().catch(() => this.stage.classList.add("lost"));
  }

  get view() {
    return { ...this.#view };
  }

  /** @param {Partial<Seen>} seen */
  look(seen) {
    const { x, y, scale } = { ...this.#view, ...seen };
    this.#wanted = { x, y, scale };
    const viewport = this.#viewport();
    if (!viewport) return;
    viewport.zoomTo(scale * viewport.getHomeZoom(), null, true);
    viewport.panTo(this.#point(x, y), true);
    viewport.applyConstraints(true);
    this.#told();
  }

  in() {
    this.#by(STEP);
  }
  out() {
    this.#by(1 / STEP);
  }
  whole() {
    this.#viewport()?.goHome();
  }

  /** One pixel of the picture to one of the page. */
  own() {
    const viewport = this.#viewport();
    viewport?.zoomTo(viewport.imageToViewportZoom(1)).applyConstraints();
  }

  /** Move by parts of what is seen. @param {number} right @param {number} down */
  move(right, down) {
    const viewport = this.#viewport();
    if (!viewport) return;
    const { width, height } = viewport.getBounds();
    viewport.panBy(new (this.#library().Point)(right * width, down * height)).applyConstraints();
  }

  /** What of the picture the stage shows, [left, top, right, bottom] in its parts; more than 0..1 where there is room. */
  shown() {
    const bounds = this.#viewport()?.getBounds(true);
    if (!bounds) return [0, 0, 1, 1];
    const { width, height } = this.#painting,
      down = width / height;
    return [bounds.x, bounds.y * down, bounds.x + bounds.width, (bounds.y + bounds.height) * down];
  }

  destroy() {
    this.#gone = true;
    this.#viewer?.destroy();
    this.#viewer = null;
  }

  async #open() {
    const library = await openSeadragon();
    if (this.#gone) return;
    const { id, width, height } = this.#painting,
      still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const viewer = (this.#viewer = library({
      element: this.stage,
      tileSources: tilesOf(id),
      showNavigationControl: false,
      drawer: "canvas",
      visibilityRatio: 1,
      constrainDuringPan: true,
      minZoomImageRatio: 1,
      maxZoomPixelRatio: NEAREST,
      animationTime: still ? 0 : 0.4,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    }));
    viewer.canvas.tabIndex = -1; // the stage has the focus
    viewer.addHandler("open", () => {
      const location = new library.Rect(0, 0, 1, height / width);
      viewer.addOverlay({ element: this.sheet, location });
      if (this.#wanted) this.look(this.#wanted);
      this.#told();
    });
    viewer.addHandler("open-failed", () => this.stage.classList.add("lost"));
    viewer.addHandler("tile-drawn", () => this.stage.classList.add("drawn"));
    viewer.addHandler("update-viewport", () => this.#told());
    viewer.addHandler("canvas-scroll", (/** @type {any} */ event) => {
      const out = event.scroll < 0 && this.#view.scale <= 1.001;
      event.preventDefaultAction = out; // the page goes on to scroll
      event.preventDefault = !out;
    });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.target === this.stage && keyOn(this, event)) event.stopPropagation();
  }

  /** @param {number} factor */
  #by(factor) {
    this.#viewport()?.zoomBy(factor).applyConstraints();
  }

  /** The view as it is now, told where it is another. */
  #told() {
    const viewport = this.#viewport();
    if (!viewport) return;
    const { width, height } = this.#painting,
      { x, y } = viewport.getCenter(true),
      scale = Math.max(1, viewport.getZoom(true) / viewport.getHomeZoom());
    const now = { x, y: (y * width) / height, scale: scale < 1.001 ? 1 : scale },
      before = this.#view;
    this.#viewer.canvas.style.touchAction = now.scale === 1 ? "pan-y" : "none";
    if ([now.x - before.x, now.y - before.y, now.scale - before.scale].every((far) => Math.abs(far) < 1e-6)) return;
    this.#view = now;
    this.stage.classList.toggle("near", now.scale > 1);
    this.dispatchEvent(new Event("change"));
  }

  /** The viewport of a picture that is there. */
  #viewport() {
    return this.#viewer?.isOpen() ? this.#viewer.viewport : null;
  }

  #library = () => /** @type {any} */ (window).OpenSeadragon;

  /** A place in parts of the picture. @param {number} x @param {number} y */
  #point(x, y) {
    return new (this.#library().Point)(x, (y * this.#painting.height) / this.#painting.width);
  }
}
