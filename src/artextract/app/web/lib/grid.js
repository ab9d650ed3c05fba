// @ts-check
// Very many paintings on one wall: rows of paintings in their own shapes over the whole width, of which only those near
// the window are in the page. The wall has its full height from the beginning, so the scrollbar is true and nothing
// moves when pictures come.

import { make } from "./dom.js";
import { isAbort } from "./errors.js";

/** @import { Painting } from "./types.js" */
/**
 * Frames in rows: with the number of frames at the end of `starts`.
 * @typedef {{ starts: number[], tops: number[], highs: number[], height: number }} Rows
 */
/** Where one is on the wall. @typedef {{ index: number, offset: number | null, current: number }} Position */
/** @typedef {{ paintings: Painting[] | null, leaving: AbortController }} Page */
/**
 * @typedef {object} Wall
 * @property {Iterable<number>} aspects width by height of every painting, in order
 * @property {(offset: number, limit: number, signal: AbortSignal) => Promise<Painting[]>} load the paintings from
 *   there on
 * @property {(painting: Painting, place: number) => HTMLElement} card the element of one; its first link is what the
 *   arrow keys go to
 * @property {string} [label] what the list is called
 * @property {Position | null} [at] where to begin
 * @property {(at: Position | null) => void} [onplace] called while one scrolls
 * @property {(event: KeyboardEvent, painting: Painting) => void} [onkey] keys on a painting that the grid has no use
 *   for
 * @property {(error: any) => void} [onerror] what `load` threw
 */

const PAGE = 60; // paintings asked for at once
const NARROWEST = 0.4,
  WIDEST = 3; // shapes beyond these get a frame of this shape
const BESIDE = 2; // windows kept in the page above and below the one that is seen
const PAUSE = 90; // milliseconds between two times of asking while one scrolls
const LETTERS = 54; // pixels under a picture for its caption

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

/**
 * The grid: an element to be put on the page, which scrolls with it. It has leave(), position(), goTo(index), which
 * gives
 * it the focus, and stop(), which gives up what is still on its way.
 * @param {Wall} wall
 */
export function virtualGrid({
  aspects: given,
  load,
  card,
  label = "Paintings",
  at = null,
  onplace = () => {},
  onkey = () => {},
  onerror = () => {},
}) {
  const aspects = Float64Array.from(given, (aspect) => Math.min(WIDEST, Math.max(NARROWEST, aspect || 1)));
  const total = aspects.length;
  const list = make("div", { class: "wall", role: "list", "aria-label": label, tabindex: -1 });
  /** Elements in the page, by index. @type {Map<number, HTMLElement>} */
  const cells = new Map();
  /** @type {Map<number, Page>} */
  const pages = new Map();
  const leaving = new AbortController();
  /** @type {Rows} */
  let rows = { starts: [0], tops: [], highs: [], height: 0 };
  let hanging = false,
    width = 0,
    gap = 0,
    current = 0,
    from = 0,
    to = 0,
    asked = 0,
    timer = 0,
    frame = 0,
    lastTop = 0,
    seen = 0,
    down = true,
    saved = 0;

  function hang() {
    const style = getComputedStyle(list);
    width = list.clientWidth;
    gap = parseFloat(style.columnGap) || 16;
    hanging = true;
    rows = hung(
      aspects,
      width,
      parseFloat(style.getPropertyValue("--row")) || 200,
      gap,
      LETTERS + (parseFloat(style.rowGap) || 16),
    );
    list.style.height = `${Math.ceil(rows.height)}px`;
    for (const [index, cell] of cells) place(cell, index);
  }

  /** @param {number} index */
  const rowOf = (index) => search(rows.starts, index);
  /** @param {number} top */
  const rowAt = (top) => search(rows.tops, top);
  const above = () => list.getBoundingClientRect().top + scrollY; // where the wall begins on the page
  /** How much of the window a bar of the page hides that stays where it is. @param {string} selector */
  const hides = (selector) => {
    const bar = document.querySelector(selector);
    return bar instanceof HTMLElement && ["sticky", "fixed"].includes(getComputedStyle(bar).position)
      ? bar.offsetHeight
      : 0;
  };
  const covered = () => hides(".top");

  /** @param {HTMLElement} cell @param {number} index */
  function place(cell, index) {
    const row = rowOf(index);
    let left = 0;
    for (let before = rows.starts[row]; before < index; before++) left += aspects[before] * rows.highs[row] + gap;
    Object.assign(cell.style, {
      left: `${left}px`,
      top: `${rows.tops[row]}px`,
      width: `${aspects[index] * rows.highs[row]}px`,
    });
    cell.style.setProperty("--high", `${rows.highs[row]}px`);
  }

  /** Put what is near the window into the page, take the rest out, and ask for what is missing. */
  function draw() {
    frame = 0;
    if (!hanging || !total || !list.isConnected) return;
    const top = scrollY - above(),
      window = innerHeight;
    if (scrollY !== lastTop) down = scrollY > lastTop;
    lastTop = scrollY;
    seen = rows.starts[rowAt(top + window / 2)];
    from = rows.starts[rowAt(top - BESIDE * window)];
    to = rows.starts[Math.min(rows.tops.length, rowAt(top + (1 + BESIDE) * window) + 1)];
    const focused = document.activeElement?.closest(".cell");
    for (const [index, cell] of cells) {
      if ((index >= from && index < to) || cell === focused) continue;
      forget(cell);
      cells.delete(index);
    }
    for (let index = from; index < to; index++) if (!cells.has(index)) cells.set(index, added(index));
    if (!cells.has(current))
      stand(Math.min(total - 1, rows.starts[Math.min(rows.tops.length - 1, rowAt(top) + (top > 0 ? 1 : 0))]));
    askSoon();
  }

  /** @param {number} index */
  function added(index) {
    const cell = make("div", {
      class: "cell",
      role: "listitem",
      "aria-setsize": total,
      "aria-posinset": index + 1,
      "data-index": index,
    });
    place(cell, index);
    fill(cell, index);
    const next = [...cells.keys()].filter((other) => other > index); // reading order is the order of the list
    list.insertBefore(cell, cells.get(Math.min(...next)) ?? null);
    return cell;
  }

  /** @param {HTMLElement} cell @param {number} index */
  function fill(cell, index) {
    const painting = pages.get(Math.floor(index / PAGE))?.paintings?.[index % PAGE];
    if (!painting) {
      cell.replaceChildren(make("span", { class: "frame waiting" }));
      return;
    }
    cell.replaceChildren(card(painting, index));
    reachable(cell, index === current);
  }

  /**
   * A picture that is still on its way is not waited for when its place has gone: others wait for its connection.
   * @param {HTMLElement} cell
   */
  function forget(cell) {
    giveUp(cell);
    cell.remove();
  }

  /** @param {HTMLElement} within */
  function giveUp(within) {
    for (const image of within.querySelectorAll("img")) if (!image.complete) image.removeAttribute("src");
  }

  /** @param {number} index */
  function fillThere(index) {
    const cell = cells.get(index);
    if (cell) fill(cell, index);
  }

  function askSoon() {
    clearTimeout(timer);
    const wait = asked + PAUSE - performance.now();
    if (wait <= 0) askNow();
    else timer = setTimeout(askNow, wait);
  }

  function askNow() {
    asked = performance.now();
    if (!total) return;
    const first = Math.floor(from / PAGE),
      last = Math.floor(Math.max(from, to - 1) / PAGE),
      end = Math.floor((total - 1) / PAGE);
    const ahead = down ? Math.min(end, last + 1) : Math.max(0, first - 1);
    for (const [page, { paintings, leaving: stop }] of pages) {
      if (!paintings && (page < Math.min(first, ahead) || page > Math.max(last, ahead))) {
        stop.abort();
        pages.delete(page);
      }
    }
    const middle = Math.floor(seen / PAGE);
    const wanted = [];
    for (let page = first; page <= last; page++) wanted.push(page);
    wanted.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
    for (const page of new Set([...wanted, ahead])) if (!pages.has(page)) ask(page);
  }

  /** @param {number} page */
  async function ask(page) {
    /** @type {Page} */
    const entry = { paintings: null, leaving: new AbortController() };
    pages.set(page, entry);
    try {
      entry.paintings = await load(page * PAGE, PAGE, AbortSignal.any([entry.leaving.signal, leaving.signal]));
      for (let index = page * PAGE; index < Math.min(total, (page + 1) * PAGE); index++) fillThere(index);
    } catch (error) {
      if (pages.get(page) === entry) pages.delete(page);
      if (!isAbort(error)) onerror(error);
    }
  }

  /**
   * Only the painting that the keys stand on is reached with Tab, and what belongs to it.
   * @param {HTMLElement} cell @param {boolean} on
   */
  function reachable(cell, on) {
    for (const control of cell.querySelectorAll("a, input, button"))
      if (control instanceof HTMLElement) control.tabIndex = on ? 0 : -1;
  }

  /** @param {number} index */
  function stand(index) {
    const before = cells.get(current),
      now = cells.get(index);
    current = index;
    if (before) reachable(before, false);
    if (now) reachable(now, true);
  }

  /** @param {number} index */
  function show(index) {
    const row = rowOf(index),
      top = above() + rows.tops[row],
      tall = rows.highs[row] + LETTERS;
    const first = scrollY + covered() + 16,
      last = scrollY + innerHeight - hides(".tray") - 16;
    if (top < first || tall > last - first) scrollTo({ top: top - covered() - 16, behavior: "instant" });
    else if (top + tall > last) scrollTo({ top: scrollY + top + tall - last, behavior: "instant" });
  }

  /** Go to a painting; where it is not loaded yet, its link has the focus as soon as it is. @param {number} index */
  function focus(index) {
    if (!hanging) begin();
    stand(index);
    show(index);
    draw();
    stand(index);
    /** @param {number} tries */
    const look = (tries) => {
      if (current !== index || leaving.signal.aborted) return;
      const link = cells.get(index)?.querySelector("a");
      if (link) link.focus({ preventScroll: true });
      else if (tries) {
        list.focus({ preventScroll: true });
        setTimeout(look, 50, tries - 1);
      }
    };
    look(100);
  }

  /** The painting in a row that hangs under or over another. @param {number} index @param {number} row */
  function beside(index, row) {
    if (row < 0 || row >= rows.tops.length) return index;
    /** @param {number} one @param {number} its */
    const middle = (one, its) => {
      let left = 0;
      for (let before = rows.starts[its]; before < one; before++) left += aspects[before] * rows.highs[its] + gap;
      return left + (aspects[one] * rows.highs[its]) / 2;
    };
    const here = middle(index, rowOf(index));
    let best = rows.starts[row];
    for (let one = best; one < rows.starts[row + 1]; one++)
      if (Math.abs(middle(one, row) - here) < Math.abs(middle(best, row) - here)) best = one;
    return best;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !total) return;
    const row = rowOf(current),
      step = Math.max(1, Math.floor((innerHeight - covered()) / (rows.highs[row] + LETTERS)));
    /** @type {Record<string, () => number>} */
    const moves = {
      ArrowRight: () => Math.min(total - 1, current + 1),
      ArrowLeft: () => Math.max(0, current - 1),
      ArrowDown: () => beside(current, row + 1),
      ArrowUp: () => beside(current, row - 1),
      PageDown: () => beside(current, Math.min(rows.tops.length - 1, row + step)),
      PageUp: () => beside(current, Math.max(0, row - step)),
      Home: () => 0,
      End: () => total - 1,
    };
    const next = moves[event.key];
    if (next) {
      event.preventDefault();
      focus(next());
    } else {
      const painting = pages.get(Math.floor(current / PAGE))?.paintings?.[current % PAGE];
      if (painting) onkey(event, painting);
    }
  }

  /** The first row that is seen, and how far the page is scrolled beyond its beginning. @returns {Position | null} */
  function position() {
    if (!rows.tops.length) return null;
    const top = scrollY - above(),
      row = rowAt(top + covered());
    return { index: rows.starts[row], offset: scrollY > 0 ? Math.round(top - rows.tops[row]) : null, current };
  }

  /** @param {Position} at */
  function scrollToPlace({ index, offset }) {
    if (offset !== null && index < total)
      scrollTo({ top: above() + rows.tops[rowOf(index)] + offset, behavior: "instant" });
  }

  function scrolled() {
    frame ||= requestAnimationFrame(draw);
    clearTimeout(saved);
    saved = setTimeout(() => {
      if (hanging && list.isConnected) onplace(position());
    }, 200);
  }

  function resized() {
    if (!list.isConnected || list.clientWidth === width) return;
    const before = position();
    hang();
    if (before) scrollToPlace(before);
    draw();
  }

  /** The first look at the wall, as soon as it is on the page. */
  function begin() {
    hang();
    if (at) {
      if (at.current < total) current = at.current;
      scrollToPlace(at);
    }
    draw();
  }

  const watch = new ResizeObserver(() => (hanging ? resized() : begin()));
  watch.observe(list);
  addEventListener("scroll", scrolled, { passive: true, signal: leaving.signal });
  addEventListener("resize", scrolled, { signal: leaving.signal });
  list.addEventListener("keydown", pressed);
  list.addEventListener("focusin", (event) => {
    const cell = event.target instanceof Element ? event.target.closest(".cell") : null;
    if (cell instanceof HTMLElement) stand(Number(cell.dataset.index));
  });

  return Object.assign(list, {
    /** No further pictures and paintings: another list is asked for. */
    stop() {
      clearTimeout(timer);
      for (const { paintings, leaving: ask } of pages.values()) if (!paintings) ask.abort();
      giveUp(list);
    },
    leave() {
      leaving.abort();
      giveUp(list);
      watch.disconnect();
      clearTimeout(timer);
      clearTimeout(saved);
      cancelAnimationFrame(frame);
    },
    position,
    goTo: focus,
  });
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
