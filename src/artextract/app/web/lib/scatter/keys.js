// @ts-check
// Keys on a scatter: moving and zooming the map, and a walk from point to point.

/** @import { Camera } from "./camera.js" */
/** @import { Scene } from "./scene.js" */
/**
 * @typedef {object} Listeners
 * @property {(i: number) => void} open
 * @property {(i: number) => void} pick
 * @property {(area: null) => void} area
 * @property {(i: number, at: { x: number, y: number }) => void} focus
 * @property {() => void} draw
 */

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PART = 0.15, // of the canvas that an arrow moves
  EDGE = 40; // CSS pixels from the edge at which a point is out of sight

export class Keys {
  #camera;
  #scene;
  #listeners;
  /** Points of this walk. @type {number[]} */
  #visited = [];

  /** @param {Camera} camera @param {Scene} scene @param {Listeners} listeners */
  constructor(camera, scene, listeners) {
    this.#camera = camera;
    this.#scene = scene;
    this.#listeners = listeners;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const direction = DIRECTIONS[event.key],
      more = event.ctrlKey || event.altKey;
    if (event.metaKey || (more && !direction)) return;
    if (direction && more) this.#step(direction);
    else if (direction)
      this.#camera.panBy(-direction[0] * this.#camera.width * PART, -direction[1] * this.#camera.height * PART);
    else if (!this.#other(event.key)) return;
    event.preventDefault();
  }

  /** Whether the key does anything. @param {string} key */
  #other(key) {
    const camera = this.#camera,
      scene = this.#scene,
      { focused } = scene;
    if (key === "+" || key === "=") camera.zoomBy(1.5);
    else if (key === "-") camera.zoomBy(1 / 1.5);
    else if (key === "0") camera.reset();
    else if (key === "n") this.#onwards();
    else if (key === "p") this.#back();
    else if (key === "Enter" && focused >= 0) this.#listeners.open(focused);
    else if (key === " ") {
      if (focused >= 0) this.#listeners.pick(focused);
    } else if (key === "Escape" && (scene.drawing || scene.area)) {
      scene.drawing = null;
      this.#listeners.area(null);
    } else return false;
    return true;
  }

  /** Bring a point into view, no nearer than one looks already. @param {number} i */
  bring(i, scale = this.#camera.k) {
    const camera = this.#camera,
      { x, y } = this.#scene;
    if (!this.#scene.hasPlace(i)) return;
    const at = camera.at(x[i], y[i]);
    const hidden = at.x < EDGE || at.y < EDGE || at.x > camera.width - EDGE || at.y > camera.height - EDGE;
    if (scale !== camera.k || hidden) {
      camera.centre(x[i], y[i], scale);
      camera.changed();
    }
    this.#listeners.draw();
  }

  /** The point in the middle of what is seen. */
  #first() {
    const [x0, y0, x1, y1] = this.#camera.box;
    return this.#scene.grid.nearest((x0 + x1) / 2, (y0 + y1) / 2, Math.hypot(x1 - x0, y1 - y0), this.#scene.stands);
  }

  /** @param {[number, number]} direction */
  #step(direction) {
    const { focused, grid, stands } = this.#scene;
    this.#goTo(focused < 0 ? this.#first() : grid.towards(focused, ...direction, stands));
  }

  /** The nearest that has not been looked at in this walk. */
  #onwards() {
    const { focused, grid, x, y, stands } = this.#scene,
      visited = this.#visited;
    if (focused < 0) {
      visited.length = 0;
      this.#goTo(this.#first());
      return;
    }
    if (visited.at(-1) !== focused) visited.push(focused);
    const seen = new Set(visited);
    let best = -1,
      least = Infinity;
    for (const i of grid.there) {
      const far = (x[i] - x[focused]) ** 2 + (y[i] - y[focused]) ** 2;
      if (far < least && !seen.has(i) && stands(i)) {
        least = far;
        best = i;
      }
    }
    this.#goTo(best);
  }

  #back() {
    const last = this.#visited.pop();
    if (last !== undefined) this.#goTo(last === this.#scene.focused ? (this.#visited.pop() ?? last) : last);
  }

  /** @param {number} i */
  #goTo(i) {
    if (i < 0) return;
    const scene = this.#scene;
    scene.focused = i;
    this.bring(i);
    this.#listeners.focus(i, this.#camera.at(scene.x[i], scene.y[i]));
    this.#listeners.draw();
  }
}
