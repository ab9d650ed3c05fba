// @ts-check
// Points in the plane, found by place: the nearest, those in a box or in a polygon, and the next one in a direction.

/** @typedef {(i: number) => boolean} Counts which points may be found */

/**
 * `x`, `y`: arrays of one length, NaN for what has no place. Coordinates are those of the points.
 * @param {ArrayLike<number>} x @param {ArrayLike<number>} y
 */
export function pointGrid(x, y) {
  /** @type {number[]} */
  const there = [];
  let left = Infinity,
    top = Infinity,
    right = -Infinity,
    bottom = -Infinity;
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue;
    there.push(i);
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    top = Math.min(top, y[i]);
    bottom = Math.max(bottom, y[i]);
  }
  if (!there.length) [left, top, right, bottom] = [0, 0, 1, 1];
  const side = Math.max(1, Math.round(Math.sqrt(there.length / 4)));
  const width = Math.max(right - left, 1e-9) / side,
    height = Math.max(bottom - top, 1e-9) / side;
  /** @param {number} value */
  const column = (value) => Math.min(side - 1, Math.max(0, Math.floor((value - left) / width)));
  /** @param {number} value */
  const row = (value) => Math.min(side - 1, Math.max(0, Math.floor((value - top) / height)));

  // points sorted by cell: those of cell c are sorted[begins[c]] .. sorted[begins[c + 1] - 1]
  const begins = new Uint32Array(side * side + 1);
  for (const i of there) begins[row(y[i]) * side + column(x[i]) + 1]++;
  for (let c = 0; c < side * side; c++) begins[c + 1] += begins[c];
  const sorted = new Uint32Array(there.length),
    next = begins.slice();
  for (const i of there) sorted[next[row(y[i]) * side + column(x[i])]++] = i;

  /**
   * Calls `visit(i)` for every point of the cells that a box touches.
   * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {(i: number) => void} visit
   */
  function near(x0, y0, x1, y1, visit) {
    const last = column(x1);
    for (let r = row(y0); r <= row(y1); r++) {
      for (let at = begins[r * side + column(x0)]; at < begins[r * side + last + 1]; at++) visit(sorted[at]);
    }
  }

  /**
   * The nearest point within `reach` of a place, or -1.
   * @param {number} px @param {number} py @param {number} reach @param {Counts} [counts]
   */
  function nearest(px, py, reach, counts = () => true) {
    let best = -1,
      least = reach * reach;
    near(px - reach, py - reach, px + reach, py + reach, (i) => {
      const far = (x[i] - px) ** 2 + (y[i] - py) ** 2;
      if (far <= least && counts(i)) {
        least = far;
        best = i;
      }
    });
    return best;
  }

  /**
   * The points inside a polygon [[x, y], ...], by the even-odd rule, in ascending order.
   * @param {[number, number][]} polygon
   */
  function inside(polygon) {
    const xs = polygon.map((corner) => corner[0]),
      ys = polygon.map((corner) => corner[1]);
    /** @type {number[]} */
    const found = [];
    near(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (i) => {
      let odd = false;
      for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
        if (ys[a] > y[i] !== ys[b] > y[i] && x[i] < ((xs[b] - xs[a]) * (y[i] - ys[a])) / (ys[b] - ys[a]) + xs[a])
          odd = !odd;
      }
      if (odd) found.push(i);
    });
    return found.sort((a, b) => a - b);
  }

  /**
   * From point `from` the one that is nearest in a direction (dx, dy), within 45 degrees of it, or -1.
   * @param {number} from @param {number} dx @param {number} dy @param {Counts} [counts]
   */
  function towards(from, dx, dy, counts = () => true) {
    let best = -1,
      least = Infinity;
    for (const i of there) {
      const along = (x[i] - x[from]) * dx + (y[i] - y[from]) * dy,
        across = Math.abs((x[i] - x[from]) * dy - (y[i] - y[from]) * dx);
      if (i === from || along <= 0 || across > along || !counts(i)) continue;
      const far = along + 2 * across;
      if (far < least) {
        least = far;
        best = i;
      }
    }
    return best;
  }

  return { count: there.length, there, bounds: { left, top, right, bottom }, near, nearest, inside, towards };
}
