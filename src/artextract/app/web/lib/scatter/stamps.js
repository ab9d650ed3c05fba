// @ts-check
// Marks written into the pixels themselves: fifteen thousand take some milliseconds, whatever the browser draws with.

import { drawMark } from "../scatter_marks.js";

/** @import { Mark } from "../scatter_marks.js" */
/**
 * A mark as the pixels that it covers: columns and rows in turn, and the colours, 0xAABBGGRR.
 * @typedef {{ size: number, half: number, at: Int16Array, colour: Uint32Array }} Stamp
 */
/** @typedef {[number, number, number]} Rgb */

const KEPT = 400;
const OPAQUE = 0xff000000;

/** @param {Rgb} colour */
const packed = ([red, green, blue]) => (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;

/** The pixels of a canvas, and the stamps that are pressed into them. */
export class Sheet {
  /** @type {ImageData | null} */
  image = null;
  dpr = 1;
  /** @type {Rgb} */
  #paper = [255, 255, 255];
  #paperName = "";
  #whole = new Uint32Array(0);
  /** @type {Map<string, Stamp>} */
  #stamps = new Map();

  /** @param {string} paper as the browser writes a colour: rgb(...) */
  setPaper(paper) {
    const [red, green, blue] = (paper.match(/[\d.]+/g) ?? []).map(Number);
    this.#paper = [red, green, blue];
    this.#paperName = paper;
    this.forget();
  }

  /** Marks have to be drawn anew. */
  forget() {
    this.#stamps = new Map();
  }

  /** An empty sheet of so many pixels. @param {number} width @param {number} height @returns {ImageData} */
  clear(width, height) {
    if (this.image?.width !== width || this.image.height !== height) {
      this.image = new ImageData(width, height);
      this.#whole = new Uint32Array(this.image.data.buffer);
    }
    this.#whole.fill(packed(this.#paper));
    return this.image;
  }

  /**
   * A mark of radius `r` in CSS pixels; `strength` below 1 is nearer to the paper.
   * @param {Mark} mark @param {number} r @returns {Stamp}
   */
  stamp(mark, r, strength = 1) {
    const key = `${mark.colour} ${mark.shape} ${r.toFixed(1)} ${strength}`;
    let found = this.#stamps.get(key);
    if (!found) {
      if (this.#stamps.size > KEPT) this.forget();
      found = this.#drawn(mark, r, strength);
      this.#stamps.set(key, found);
    }
    return found;
  }

  /** Press a stamp around a place in CSS pixels. @param {Stamp} stamp @param {number} px @param {number} py */
  press({ size, half, at, colour }, px, py) {
    const { width, height } = /** @type {ImageData} */ (this.image),
      whole = this.#whole;
    const left = Math.round(px * this.dpr - half),
      top = Math.round(py * this.dpr - half);
    const clear = left >= 0 && top >= 0 && left + size <= width && top + size <= height;
    for (let n = 0; n < colour.length; n++) {
      const column = left + at[2 * n],
        row = top + at[2 * n + 1];
      if (!clear && (column < 0 || row < 0 || column >= width || row >= height)) continue;
      const place = row * width + column,
        over = colour[n],
        part = over >>> 24;
      if (part === 255) {
        whole[place] = over;
        continue;
      }
      const under = whole[place],
        rest = 255 - part;
      const red = ((over & 255) * part + (under & 255) * rest) / 255,
        green = (((over >> 8) & 255) * part + ((under >> 8) & 255) * rest) / 255,
        blue = (((over >> 16) & 255) * part + ((under >> 16) & 255) * rest) / 255;
      whole[place] = packed([red, green, blue]);
    }
  }

  /** @param {Mark} mark @param {number} r @param {number} strength @returns {Stamp} */
  #drawn(mark, r, strength) {
    const size = Math.ceil((r * 2.6 + 2) * this.dpr),
      middle = size / this.dpr / 2;
    const pen = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });
    if (!pen) throw new Error("this browser cannot draw");
    pen.scale(this.dpr, this.dpr);
    drawMark(pen, mark, middle, middle, r, r > 2.4 && strength === 1 ? this.#paperName : null);
    const { data } = pen.getImageData(0, 0, size, size);
    /** @type {number[]} */
    const at = [],
      /** @type {number[]} */
      colour = [];
    for (let pixel = 0; pixel < size * size; pixel++) {
      const opaque = data[4 * pixel + 3];
      if (!opaque) continue;
      // faint marks are nearly of the colour of the paper, not transparent: many of them do not become dark
      const [red, green, blue] = this.#paper.map((under, n) =>
        Math.round(under + (data[4 * pixel + n] - under) * strength),
      );
      at.push(pixel % size, Math.floor(pixel / size));
      colour.push(((opaque << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    }
    return { size, half: size / 2, at: Int16Array.from(at), colour: Uint32Array.from(colour) };
  }
}
