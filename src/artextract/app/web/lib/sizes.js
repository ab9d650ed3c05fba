// @ts-check
// How large pictures hang on walls and among hits: small, medium or large, kept in this browser. The style sheets read
// it from the page's root, as data-size.

import { make } from "./dom.js";
import { say } from "./language.js";

const KEY = "size";
const SIZES = /** @type {const} */ (["small", "medium", "large"]);
const MEDIUM = 1;

/** "change" when another size was chosen. */
export const sizes = new EventTarget();

/** The slider between the sizes. */
export function sizeSlider() {
  const range = make("input", {
    type: "range",
    min: 0,
    max: SIZES.length - 1,
    step: 1,
    ".value": String(now()),
    oninput: () => {
      choose(Number(range.value));
      tell();
    },
  });
  const tell = () => range.setAttribute("aria-valuetext", say(`card.size-${SIZES[now()]}`));
  tell();
  return make("label", { class: "size" }, make("span", {}, say("card.size")), range);
}

const now = () => {
  const place = SIZES.findIndex((size) => size === document.documentElement.dataset.size);
  return place < 0 ? MEDIUM : place;
};

/** @param {number} place */
function choose(place) {
  document.documentElement.dataset.size = SIZES[place];
  try {
    localStorage.setItem(KEY, SIZES[place]);
  } catch {
    /* it holds for this page then */
  }
  sizes.dispatchEvent(new Event("change"));
}
