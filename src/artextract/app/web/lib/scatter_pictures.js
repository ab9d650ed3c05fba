// @ts-check
// Pictures that hang in a scatter in place of points: which of them have room, and their loading, a few at a time.

import { TRIES, untilTaken } from "./refused.js";

const AT_ONCE = 6,
  KEPT = 500,
  SIDE = 150;

/**
 * Which points have room for a picture of `side` (in the points' own units), by priority; none overlap. The choice does
 * not change while the map is moved.
 * @param {ArrayLike<number>} x @param {ArrayLike<number>} y @param {Iterable<number>} order @param {number} side
 */
export function withRoom(x, y, order, side) {
  /** @type {Map<number, number>} */
  const cells = new Map(),
    /** @type {number[]} */
    found = [];
  for (const i of order) {
    const column = Math.floor(x[i] / side),
      row = Math.floor(y[i] / side);
    let free = true;
    for (let r = row - 1; r <= row + 1 && free; r++) {
      for (let c = column - 1; c <= column + 1 && free; c++) {
        const other = cells.get(r * 65537 + c);
        free = other === undefined || Math.abs(x[other] - x[i]) >= side || Math.abs(y[other] - y[i]) >= side;
      }
    }
    if (!free) continue;
    cells.set(row * 65537 + column, i);
    found.push(i);
  }
  return found;
}

/**
 * Small pictures by number. `url(i)` is where one is; `arrived()` is called when there is more to draw.
 * @param {(i: number) => string} url @param {() => void} arrived
 */
export function pictures(url, arrived) {
  /** By number; null where it cannot be shown. @type {Map<number, HTMLCanvasElement | null>} */
  const kept = new Map();
  /** @type {Map<number, HTMLImageElement>} */
  const loading = new Map();
  /** @type {number[]} */
  let wanted = [];

  /** @param {number} i */
  function get(i) {
    const found = kept.get(i);
    if (found) {
      kept.delete(i);
      kept.set(i, found);
    } // the last used goes last
    return found;
  }

  /** Load these, the first first; what was wanted before and is not begun is given up. @param {number[]} numbers */
  function want(numbers) {
    wanted = numbers.filter((i) => !kept.has(i) && !loading.has(i));
    go();
  }

  function go() {
    while (loading.size < AT_ONCE && wanted.length) {
      const i = /** @type {number} */ (wanted.shift()),
        image = new Image();
      let tries = 0;
      loading.set(i, image);
      image.decoding = "async";
      /** @param {HTMLCanvasElement | null} small */
      const done = (small) => {
        loading.delete(i);
        kept.set(i, small);
        if (kept.size > KEPT) for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
        arrived();
        go();
      };
      image.onload = () => done(smaller(image));
      image.onerror = async () => {
        const wait = tries++ < TRIES ? await untilTaken(image.src) : null;
        if (loading.get(i) !== image) return; // given up meanwhile
        if (wait === null) return done(null);
        setTimeout(() => (image.src = url(i)), wait);
      };
      image.src = url(i);
    }
  }

  function stop() {
    wanted = [];
    for (const image of loading.values()) image.onload = image.onerror = null;
    loading.clear();
  }

  return { get, want, stop };
}

/** @param {HTMLImageElement} image */
function smaller(image) {
  const scale = Math.min(
    1,
    (SIDE * Math.min(2, devicePixelRatio || 1)) / Math.max(image.naturalWidth, image.naturalHeight),
  );
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
