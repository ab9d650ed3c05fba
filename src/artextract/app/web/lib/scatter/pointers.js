// @ts-check
// Mouse, pen and fingers on a scatter: panning, zooming, pointing, and drawing a lasso or a rectangle.

/** @import { Camera } from "./camera.js" */
/** @import { Corner, Scene } from "./scene.js" */
/** @typedef {{ x: number, y: number }} Point CSS pixels of the canvas */
/**
 * @typedef {object} Listeners
 * @property {(i: number, at: Point | null) => void} hover
 * @property {(i: number) => void} open
 * @property {(polygon: Corner[]) => void} area
 * @property {() => void} draw
 */

export class Pointers {
  mode = "pan";
  #canvas;
  #camera;
  #scene;
  #listeners;
  /** @type {Map<number, Point>} */
  #down = new Map();
  /** Since the first pointer went down. @type {Point & { far: boolean, kind: string } | null} */
  #pressed = null;

  /** @param {HTMLCanvasElement} canvas @param {Camera} camera @param {Scene} scene @param {Listeners} listeners */
  constructor(canvas, camera, scene, listeners) {
    this.#canvas = canvas;
    this.#camera = camera;
    this.#scene = scene;
    this.#listeners = listeners;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const canvas = this.#canvas,
      options = { signal };
    canvas.addEventListener("pointerdown", (event) => this.#begin(event), options);
    canvas.addEventListener("pointermove", (event) => this.#move(event), options);
    canvas.addEventListener("pointerup", (event) => this.#end(event), options);
    canvas.addEventListener("pointercancel", (event) => this.#end(event), options);
    canvas.addEventListener("pointerleave", () => (this.#down.size ? undefined : this.#hover(-1)), options);
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener(
      "dblclick",
      (event) => {
        const point = this.#within(event);
        this.#camera.zoomBy(event.shiftKey ? 0.5 : 2, point.x, point.y);
      },
      options,
    );
  }

  /** @param {MouseEvent} event @returns {Point} */
  #within(event) {
    const place = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - place.left, y: event.clientY - place.top };
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.#camera.stop();
    const point = this.#within(event);
    this.#down.set(event.pointerId, point);
    try {
      this.#canvas.setPointerCapture(event.pointerId);
    } catch {
      /* a pointer that is gone already */
    }
    if (this.#down.size === 2) {
      this.#scene.drawing = null;
      this.#pressed = { ...point, ...this.#pressed, far: true, kind: "pinch" };
      this.#hover(-1);
      this.#listeners.draw();
      return;
    }
    const kind = this.mode !== "pan" ? this.mode : event.shiftKey ? "rectangle" : "pan";
    this.#pressed = { ...point, far: false, kind };
    if (kind !== "pan") this.#scene.drawing = { kind, corners: [this.#camera.under(point.x, point.y)] };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const point = this.#within(event),
      before = this.#down.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") this.#hover(this.#scene.at(point.x, point.y), point);
      return;
    }
    if (this.#down.size === 2) this.#pinch(event.pointerId, before, point);
    else if (this.#pressed) this.#drag(event.pointerType, this.#pressed, before, point);
    this.#down.set(event.pointerId, point);
  }

  /** @param {number} id @param {Point} before @param {Point} point */
  #pinch(id, before, point) {
    const [other] = [...this.#down].filter(([one]) => one !== id).map(([, place]) => place);
    /** @param {Point} p */
    const spread = (p) => Math.max(20, Math.hypot(p.x - other.x, p.y - other.y));
    this.#camera.pan((point.x - before.x) / 2, (point.y - before.y) / 2);
    this.#camera.zoomAround((point.x + other.x) / 2, (point.y + other.y) / 2, spread(point) / spread(before));
  }

  /**
   * @param {string} type @param {Point & { far: boolean, kind: string }} pressed @param {Point} before
   * @param {Point} point
   */
  #drag(type, pressed, before, point) {
    if (Math.hypot(point.x - pressed.x, point.y - pressed.y) > (type === "touch" ? 8 : 4)) pressed.far = true;
    if (this.#scene.drawing) this.#stroke(point);
    else if (pressed.far && pressed.kind === "pan") {
      this.#hover(-1);
      this.#canvas.classList.add("held");
      this.#camera.pan(point.x - before.x, point.y - before.y);
    }
  }

  /** @param {Point} point */
  #stroke(point) {
    const { drawing } = this.#scene,
      corner = this.#camera.under(point.x, point.y);
    if (!drawing) return;
    const first = drawing.corners[0];
    if (drawing.kind === "rectangle") drawing.corners = [first, [corner[0], first[1]], corner, [first[0], corner[1]]];
    else {
      const last = drawing.corners[drawing.corners.length - 1];
      if (Math.hypot(corner[0] - last[0], corner[1] - last[1]) * this.#camera.k > 3) drawing.corners.push(corner);
    }
    this.#listeners.draw();
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (!this.#down.delete(event.pointerId)) return;
    this.#canvas.classList.remove("held");
    if (this.#down.size) return;
    const scene = this.#scene,
      drawn = scene.drawing,
      was = this.#pressed;
    scene.drawing = this.#pressed = null;
    if (event.type !== "pointercancel") {
      if (drawn && was?.far && drawn.corners.length > 2) this.#listeners.area(drawn.corners);
      else if (was && !was.far) {
        const found = scene.at(was.x, was.y);
        if (event.pointerType === "touch") this.#hover(-1);
        if (found >= 0) scene.focused = found;
        this.#listeners.open(found);
      }
    }
    this.#listeners.draw();
  }

  /** @param {number} i @param {Point | null} point */
  #hover(i, point = null) {
    const scene = this.#scene;
    if (i === scene.hovered && i < 0) return;
    if (i !== scene.hovered) this.#listeners.draw();
    scene.hovered = i;
    this.#canvas.classList.toggle("over", i >= 0 && this.mode === "pan");
    this.#listeners.hover(i, i < 0 ? null : scene.pictureOf(i) ? point : this.#camera.at(scene.x[i], scene.y[i]));
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    this.#camera.stop();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1,
      point = this.#within(event),
      turned = Math.max(-240, Math.min(240, event.deltaY * lines));
    this.#camera.zoomAround(point.x, point.y, Math.exp(-turned * (event.ctrlKey ? 0.012 : 0.0022)));
    this.#hover(this.#scene.at(point.x, point.y), point);
  }
}
