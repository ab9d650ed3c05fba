// @ts-check
// A rectangle on a picture, drawn with mouse, pen, finger or keyboard.
//
//   drag on the picture       draw; with a finger only after arm(), since fingers scroll
//   drag the rectangle        move; its corners resize
//   arrow keys                move; with Shift resize; with Alt in small steps
//   Escape, Delete            remove

import { make } from "./dom.js";
import { say } from "./language.js";

/** @import { Region } from "./types.js" */

const LEAST = 0.04; // of a side; less is taken for a slip
const STEP = 0.02,
  SMALL = 0.005;
const CORNERS = ["nw", "ne", "sw", "se"];

/**
 * Lies over `place`, an element exactly as large as the picture. `onchange(region, quietly)` is called with [left, top,
 * right, bottom] as fractions, or null; `quietly` while keys move it, which may go on. Gives { element, set(region),
 * arm(), draw() }: draw() puts a rectangle in the middle for the keyboard.
 * @param {{ region?: Region | null, onchange: (region: Region | null, quietly: boolean) => void }} tools
 */
export function regionBox({ region = null, onchange }) {
  let now = region,
    armed = false;
  const box = make(
    "div",
    {
      class: "region",
      tabindex: 0,
      role: "application",
      "aria-roledescription": say("region.role"),
      onkeydown: key,
    },
    CORNERS.map((corner) => make("span", { class: `corner ${corner}`, "data-corner": corner })),
  );
  const element = make("div", { class: "region-field", onpointerdown: begin }, box);

  function show() {
    box.hidden = !now;
    element.classList.toggle("armed", armed);
    if (!now) return;
    const [left, top, right, bottom] = now;
    for (const [side, value] of Object.entries({ left, top, width: right - left, height: bottom - top }))
      box.style.setProperty(side, `${100 * value}%`);
    box.setAttribute("aria-label", say("region.label", left, top, right, bottom));
  }

  /** @param {Region | null} next */
  function change(next, quietly = false) {
    now = next;
    show();
    const rounded = now && now.map((value) => Math.round(1e4 * value) / 1e4);
    onchange(/** @type {Region | null} */ (rounded), quietly);
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    const { target } = event;
    if (event.button !== 0 || !(target instanceof HTMLElement)) return;
    const { corner } = target.dataset,
      inside = target === box;
    if (event.pointerType === "touch" && !armed && !corner && !inside) return;
    event.preventDefault();
    const before = now,
      frame = element.getBoundingClientRect();
    /** @param {PointerEvent} point */
    const at = ({ clientX, clientY }) => [
      clamp((clientX - frame.left) / frame.width),
      clamp((clientY - frame.top) / frame.height),
    ];
    const [x, y] = at(event);
    let drawn = before;
    /** @param {PointerEvent} to */
    const moved = (to) => {
      const [u, v] = at(to);
      if (corner && before) drawn = resized(before, corner, u, v);
      else if (inside && before) drawn = shifted(before, u - x, v - y);
      else drawn = [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
      now = drawn;
      show();
    };
    const listening = new AbortController(),
      { signal } = listening;
    /** @param {PointerEvent} last */
    const end = (last) => {
      listening.abort();
      const slip = !drawn || drawn[2] - drawn[0] < LEAST || drawn[3] - drawn[1] < LEAST;
      if (last.type === "pointercancel" || slip) {
        now = before;
        return show();
      }
      armed = false;
      if (String(drawn) !== String(before)) change(drawn);
      box.focus({ preventScroll: true });
    };
    element.setPointerCapture(event.pointerId);
    element.addEventListener("pointermove", moved, { signal });
    element.addEventListener("pointerup", end, { signal });
    element.addEventListener("pointercancel", end, { signal });
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.key === "Escape" || event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return change(null);
    }
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!direction || !now) return;
    event.preventDefault();
    const step = event.altKey ? SMALL : STEP,
      [dx, dy] = direction.map((sign) => sign * step),
      [left, top, right, bottom] = now;
    change(
      event.shiftKey
        ? [left, top, clamp(Math.max(left + LEAST, right + dx)), clamp(Math.max(top + LEAST, bottom + dy))]
        : shifted(now, dx, dy),
      true,
    );
  }

  show();
  return {
    element,
    /** @param {Region | null} next */
    set(next) {
      now = next;
      show();
    },
    arm() {
      armed = true;
      show();
    },
    draw() {
      if (!now) change([0.3, 0.3, 0.7, 0.7]);
      box.focus({ preventScroll: true });
    },
  };
}

/** @param {number} value */
const clamp = (value) => Math.min(1, Math.max(0, value));

/** @param {Region} region @param {number} dx @param {number} dy @returns {Region} */
function shifted([left, top, right, bottom], dx, dy) {
  const x = Math.min(1 - right, Math.max(-left, dx)),
    y = Math.min(1 - bottom, Math.max(-top, dy));
  return [left + x, top + y, right + x, bottom + y];
}

/** @param {Region} region @param {string} corner @param {number} x @param {number} y @returns {Region} */
function resized([left, top, right, bottom], corner, x, y) {
  return [
    corner.includes("w") ? Math.min(x, right - LEAST) : left,
    corner.includes("n") ? Math.min(y, bottom - LEAST) : top,
    corner.includes("e") ? Math.max(x, left + LEAST) : right,
    corner.includes("s") ? Math.max(y, top + LEAST) : bottom,
  ];
}
