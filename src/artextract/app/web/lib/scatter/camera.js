// @ts-check
// Where one looks on a scatter: a place p of the map is drawn at k * p + (ox, oy), in CSS pixels of the canvas.

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Bounds */
/** @typedef {[number, number, number, number]} Box left, top, right and bottom in units of the map */

const MARGIN = 34,
  GLIDE = 240; // milliseconds of a movement
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {number} least @param {number} value @param {number} most */
const between = (least, value, most) => Math.min(most, Math.max(least, value));

export class Camera {
  width = 0;
  height = 0;
  k = 1;
  ox = 0;
  oy = 0;
  /** @type {Bounds} */
  bounds = { left: 0, top: 0, right: 1, bottom: 1 };
  /** What is to be seen at least; null for everything. @type {Box | null} */
  asked = null;
  /** So far one can look into it; 1 is the whole map, and no farther away. */
  closest = 40;
  #least = 1;
  /** @type {number | null} */
  #moving = null;
  #draw;
  #moved;

  /** @param {{ draw: () => void, moved: () => void }} tools `moved` is called when the visitor has looked elsewhere */
  constructor({ draw, moved }) {
    this.#draw = draw;
    this.#moved = moved;
  }

  get zoom() {
    return this.k / this.#least;
  }

  /** @returns {Box} */
  get box() {
    const { k, ox, oy } = this;
    return [-ox / k, -oy / k, (this.width - ox) / k, (this.height - oy) / k];
  }

  /** Where a place of the map is on the canvas. @param {number} x @param {number} y */
  at(x, y) {
    return { x: this.k * x + this.ox, y: this.k * y + this.oy };
  }

  /**
   * The place of the map under a point of the canvas.
   * @param {number} px @param {number} py @returns {[number, number]}
   */
  under(px, py) {
    return [(px - this.ox) / this.k, (py - this.oy) / this.k];
  }

  /** Show what was asked for, else everything, in the room that there is. */
  fit() {
    const { left, top, right, bottom } = this.bounds;
    const wide = Math.max(right - left, 1e-6),
      high = Math.max(bottom - top, 1e-6);
    this.#least = Math.min((this.width - 2 * MARGIN) / wide, (this.height - 2 * MARGIN) / high);
    if (!(this.#least > 0)) this.#least = 1;
    if (this.asked) this.#lookAt(this.asked);
    else this.centre((left + right) / 2, (top + bottom) / 2, this.#least);
  }

  /** @param {number} x @param {number} y @param {number} scale */
  centre(x, y, scale) {
    const { left, top, right, bottom } = this.bounds;
    this.k = this.#allowed(scale);
    this.ox = this.width / 2 - this.k * between(left, x, right);
    this.oy = this.height / 2 - this.k * between(top, y, bottom);
    this.#draw();
  }

  /** See at least that, null for everything. @param {Box | null} box */
  setBox(box) {
    this.stop();
    this.asked = box;
    this.fit();
  }

  /** @param {number} px @param {number} py @param {number} factor */
  zoomAround(px, py, factor) {
    const [x, y] = this.under(px, py);
    this.k = this.#allowed(this.k * factor);
    this.ox = px - x * this.k;
    this.oy = py - y * this.k;
    this.#keepInside();
    this.changed();
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.ox += dx;
    this.oy += dy;
    this.#keepInside();
    this.changed();
  }

  /** @param {number} factor */
  zoomBy(factor, px = this.width / 2, py = this.height / 2) {
    const from = this.k,
      to = this.#allowed(this.k * factor);
    this.#glide((part) => this.zoomAround(px, py, (from * (to / from) ** part) / this.k));
  }

  /** @param {number} dx @param {number} dy */
  panBy(dx, dy) {
    let done = 0;
    this.#glide((part) => {
      this.pan(dx * (part - done), dy * (part - done));
      done = part;
    });
  }

  /** Back to the whole map. */
  reset() {
    const { left, top, right, bottom } = this.bounds,
      least = this.#least;
    const from = [this.ox, this.oy, this.k];
    const to = [this.width / 2 - (least * (left + right)) / 2, this.height / 2 - (least * (top + bottom)) / 2, least];
    this.#glide((part) => {
      [this.ox, this.oy, this.k] = from.map((value, at) => value + (to[at] - value) * part);
      this.changed();
    });
  }

  /** Remember what is seen, and tell it. */
  changed() {
    const { left, top, right, bottom } = this.bounds;
    const whole =
      this.zoom < 1.001 &&
      Math.abs(this.ox - this.width / 2 + (this.k * (left + right)) / 2) < 2 &&
      Math.abs(this.oy - this.height / 2 + (this.k * (top + bottom)) / 2) < 2;
    this.asked = whole ? null : this.box;
    this.#moved();
    this.#draw();
  }

  stop() {
    if (this.#moving !== null) cancelAnimationFrame(this.#moving);
    this.#moving = null;
  }

  /** @param {number} scale */
  #allowed(scale) {
    return between(this.#least, scale, this.#least * this.closest);
  }

  /** @param {Box} box */
  #lookAt([x0, y0, x1, y1]) {
    const across = this.width / Math.max(x1 - x0, 1e-9),
      down = this.height / Math.max(y1 - y0, 1e-9);
    this.centre((x0 + x1) / 2, (y0 + y1) / 2, Math.min(across, down));
  }

  #keepInside() {
    const { left, top, right, bottom } = this.bounds,
      { k, width, height } = this;
    this.ox = width / 2 - between(k * left, width / 2 - this.ox, k * right);
    this.oy = height / 2 - between(k * top, height / 2 - this.oy, k * bottom);
  }

  /** Move in a quarter of a second; at once where motion is not wanted. @param {(part: number) => void} step 0..1 */
  #glide(step) {
    this.stop();
    if (calm.matches) {
      step(1);
      return;
    }
    const begin = performance.now();
    /** @param {number} now */
    const next = (now) => {
      const part = between(0, (now - begin) / GLIDE, 1);
      step(1 - (1 - part) ** 3);
      this.#moving = part < 1 ? requestAnimationFrame(next) : null;
    };
    this.#moving = requestAnimationFrame(next);
  }
}
