// @ts-check
// Where the frames of a wall are: rows of paintings in their own shapes, which fill the width.

/**
 * Frames in rows: with the number of frames at the end of `starts`.
 * @typedef {{ starts: number[], tops: number[], highs: number[], height: number }} Rows
 */

export const LETTERS = 54, // pixels under a picture for its caption
  OF_RIGHTS = 20; // and for a line of rights
const NARROWEST = 0.4,
  WIDEST = 3; // shapes beyond these get a frame of this shape

/**
 * Rows that fill `width` with frames of about `high` pixels, `gap` between them: { starts, tops, highs, height },
 * starts with the number of frames at its end.
 * @param {ArrayLike<number>} aspects @param {number} width @param {number} high @param {number} gap
 * @param {number} below @returns {Rows}
 */
export function hung(aspects, width, high, gap, below) {
  const starts = [0],
    /** @type {number[]} */
    tops = [],
    /** @type {number[]} */
    highs = [];
  let together = 0,
    top = 0;
  /** @param {number} end @param {number} row */
  const close = (end, row) => {
    tops.push(top);
    highs.push(row);
    starts.push(end);
    top += row + below;
    together = 0;
  };
  for (let at = 0; at < aspects.length; at++) {
    together += aspects[at];
    const space = width - gap * (at - starts[starts.length - 1]);
    if (together * high < space) continue;
    // the frame that fills the row stays in it, unless the row is nearer to its height without it
    const fitting = space / together,
      before = (space + gap) / (together - aspects[at]);
    if (at > starts[starts.length - 1] && before - high < high - fitting && before < 1.5 * high) {
      close(at, before);
      together = aspects[at];
      if (together * high >= width) close(at + 1, width / together);
    } else {
      close(at + 1, Math.min(fitting, 1.5 * high));
    }
  }
  if (starts[starts.length - 1] < aspects.length)
    close(aspects.length, Math.min(high, (width - gap * (aspects.length - 1 - starts[starts.length - 1])) / together));
  return { starts, tops, highs, height: top };
}

/** The frames of a wall, hung anew where its width has changed. */
export class Frames {
  /** @type {Rows} */
  rows = { starts: [0], tops: [], highs: [], height: 0 };
  width = 0;
  #gap = 0;
  #aspects;

  /** @param {Iterable<number>} aspects @param {number} [letters] pixels under each picture */
  constructor(aspects, letters = LETTERS) {
    this.letters = letters;
    this.#aspects = Float64Array.from(aspects, (aspect) => Math.min(WIDEST, Math.max(NARROWEST, aspect || 1)));
  }

  get total() {
    return this.#aspects.length;
  }

  /** Hang all in the width of an element, by its style. @param {HTMLElement} list */
  hang(list) {
    const style = getComputedStyle(list),
      high = parseFloat(style.getPropertyValue("--row")) || 200;
    this.width = list.clientWidth;
    this.#gap = parseFloat(style.columnGap) || 16;
    this.rows = hung(this.#aspects, this.width, high, this.#gap, this.letters + (parseFloat(style.rowGap) || 16));
  }

  /** @param {number} index */
  rowOf(index) {
    return search(this.rows.starts, index);
  }

  /** @param {number} top */
  rowAt(top) {
    return search(this.rows.tops, top);
  }

  /** The frame of a painting, in pixels. @param {number} index */
  box(index) {
    const { rows } = this,
      row = this.rowOf(index),
      high = rows.highs[row];
    let left = 0;
    for (let before = rows.starts[row]; before < index; before++) left += this.#aspects[before] * high + this.#gap;
    return { left, top: rows.tops[row], width: this.#aspects[index] * high, high };
  }

  /** The painting in a row that hangs under or over another. @param {number} row @param {number} index */
  nearestIn(row, index) {
    const { starts, tops } = this.rows;
    if (row < 0 || row >= tops.length) return index;
    const here = this.#middle(index);
    let best = starts[row];
    for (let one = best; one < starts[row + 1]; one++)
      if (Math.abs(this.#middle(one) - here) < Math.abs(this.#middle(best) - here)) best = one;
    return best;
  }

  /** @param {number} index */
  #middle(index) {
    const { left, width } = this.box(index);
    return left + width / 2;
  }
}

/**
 * The place of the last of some ascending numbers that is at most `value`, 0 at least.
 * @param {ArrayLike<number>} ascending @param {number} value
 */
function search(ascending, value) {
  let low = 0,
    high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
