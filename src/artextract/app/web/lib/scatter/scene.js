// @ts-check
// What a scatter shows: the points with their looks, which of them stand back, are picked, opened or pointed at, and
// which have a picture in place of a mark.

import { pointGrid } from "../point_grid.js";
import { withRoom } from "../scatter_pictures.js";

/** @import { Mark } from "../scatter_marks.js" */
/** @import { Camera } from "./camera.js" */
/** @typedef {[number, number]} Corner a place in units of the map */
/** @typedef {{ kind: string, corners: Corner[] }} Drawing a lasso or a rectangle that is being drawn */
/** @typedef {{ x: number, y: number, text: string }} PlacedName */

const REACH = 14; // CSS pixels from a point that still find it
const GAP = 5; // CSS pixels between pictures
const BESIDE = 2.2; // radius of marks beside pictures

export class Scene {
  x = new Float64Array(0);
  y = new Float64Array(0);
  grid = pointGrid([], []);
  /** Marks, drawn in their order from below; `look` is the mark of each point. @type {Mark[]} */
  looks = [];
  /** @type {ArrayLike<number>} */
  look = new Uint8Array(0);
  /** 1 for points that stand back, or null. @type {ArrayLike<number> | null} */
  faint = null;
  /** @type {ArrayLike<number>} */
  picked = new Uint8Array(0);
  /** @type {PlacedName[]} */
  names = [];
  /** @type {Corner[] | null} */
  area = null;
  /** @type {Drawing | null} */
  drawing = null;
  showPictures = true;
  /** The years at the left and at the right edge of the map. @type {[number, number] | null} */
  years = null;
  hovered = -1;
  focused = -1;
  opened = -1;
  /** Points from below to above. @type {number[]} */
  order = [];
  /** Points that have a picture within what is seen. @type {Set<number>} */
  inView = new Set();
  /** @type {number[]} */
  #hung = [];
  #hungAt = 0;
  #camera;
  #images;

  /** @param {Camera} camera @param {{ get(i: number): HTMLCanvasElement | null | undefined }} images */
  constructor(camera, images) {
    this.#camera = camera;
    this.#images = images;
  }

  /** @param {Iterable<number | null>} x @param {Iterable<number | null>} y */
  setPoints(x, y) {
    this.x = Float64Array.from(x, (value) => value ?? NaN);
    this.y = Float64Array.from(y, (value) => value ?? NaN);
    this.grid = pointGrid(this.x, this.y);
    if (this.look.length !== this.x.length) {
      this.look = new Uint8Array(this.x.length);
      this.picked = new Uint8Array(this.x.length);
      this.faint = null;
    }
    this.hovered = this.focused = -1;
    this.#hungAt = 0;
    this.#sort();
  }

  /** @param {Mark[]} looks @param {ArrayLike<number>} of */
  setLooks(looks, of) {
    this.looks = looks;
    this.look = of;
    this.#sort();
  }

  /** @param {ArrayLike<number> | null} which */
  setFaint(which) {
    this.faint = which;
    this.#hungAt = 0;
    this.#sort();
  }

  /** Whether a point stands out. @param {number} i */
  stands = (i) => !this.faint?.[i];

  /** @param {number} i */
  hasPlace(i) {
    return i >= 0 && !Number.isNaN(this.x[i]);
  }

  /** The picture that hangs in place of a point; none where it is not there. @param {number} i */
  pictureOf(i) {
    return this.inView.has(i) ? (this.#images.get(i) ?? null) : null;
  }

  /** The radius of a mark in CSS pixels; beside pictures marks only tell that there is more. */
  get radius() {
    const { width, height, zoom } = this.#camera;
    if (this.showPictures) return BESIDE;
    const alone = Math.max(Math.min(width, height) < 500 ? 1 : 1.7, 60 / Math.sqrt(this.grid.count + 1));
    return Math.min(9, alone * Math.min(2.6, Math.max(1, zoom) ** 0.4) + 0.4);
  }

  /** The longer side of a picture in CSS pixels; 0 where none hang. */
  get side() {
    if (!this.showPictures || !this.grid.count) return 0;
    const { width, height, zoom } = this.#camera;
    const fair = Math.sqrt((width * height) / this.grid.count); // where all had the same room
    const side = Math.min(90, Math.max(Math.min(width, height) < 500 ? 32 : 40, 0.9 * fair));
    return Math.min(170, side * Math.max(1, zoom) ** 0.45);
  }

  /** Choose which points have a picture now. Gives their `side`. */
  hang() {
    const size = this.side,
      camera = this.#camera,
      { x, y, grid, faint } = this;
    if (!size) {
      this.#hung = [];
      this.#hungAt = 0;
      this.inView = new Set();
      return 0;
    }
    // the choice is kept for a fifth of a zoom, so that pictures do not flicker
    const step = 2 ** (Math.floor(Math.log2(camera.zoom) * 4) / 4);
    if (this.#hungAt !== step) {
      this.#hungAt = step;
      const first = faint
        ? [...grid.there.filter((i) => !faint[i]), ...grid.there.filter((i) => faint[i])]
        : grid.there;
      this.#hung = withRoom(x, y, first, (size + GAP) / camera.k);
    }
    const [x0, y0, x1, y1] = camera.box,
      edge = size / 2 / camera.k;
    this.inView = new Set(
      this.#hung.filter((i) => x[i] > x0 - edge && x[i] < x1 + edge && y[i] > y0 - edge && y[i] < y1 + edge),
    );
    return size;
  }

  /** Points whose pictures are wanted, those in the middle first. */
  wanted() {
    if (this.side) this.hang();
    const { width, height } = this.#camera;
    /** @param {number} i */
    const far = (i) => {
      const place = this.#camera.at(this.x[i], this.y[i]);
      return (place.x - width / 2) ** 2 + (place.y - height / 2) ** 2;
    };
    return [...this.inView].sort((a, b) => far(a) - far(b));
  }

  /**
   * Where a picture hangs: left, top, width, height in CSS pixels.
   * @param {number} i @param {HTMLCanvasElement} picture @param {number} size
   */
  placeOf(i, picture, size) {
    const scale = size / Math.max(picture.width, picture.height),
      middle = this.#camera.at(this.x[i], this.y[i]);
    const width = picture.width * scale,
      height = picture.height * scale;
    return [middle.x - width / 2, middle.y - height / 2, width, height];
  }

  /**
   * The point at a place of the canvas, or -1; those that stand out before others.
   * @param {number} px @param {number} py
   */
  at(px, py) {
    const size = this.side;
    if (size) {
      for (const i of [...this.inView].reverse()) {
        const picture = this.pictureOf(i);
        if (!picture) continue;
        const [left, top, width, height] = this.placeOf(i, picture, size);
        if (px >= left && px <= left + width && py >= top && py <= top + height) return i;
      }
    }
    const reach = Math.max(REACH, this.radius + 4) / this.#camera.k,
      [x, y] = this.#camera.under(px, py);
    const first = this.faint ? this.grid.nearest(x, y, reach, this.stands) : -1;
    return first >= 0 ? first : this.grid.nearest(x, y, reach);
  }

  #sort() {
    /** @param {number} i */
    const rank = (i) => (this.faint?.[i] ? 0 : 1000) + this.look[i];
    this.order = [...this.grid.there].sort((a, b) => rank(a) - rank(b) || a - b);
  }
}
