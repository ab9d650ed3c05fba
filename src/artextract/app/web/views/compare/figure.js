// @ts-check
// One picture on its stage, with what is known of it.

import { make } from "../../lib/dom.js";
import { FOREIGN, say } from "../../lib/language.js";
import { altText, imageUrl, nameOf } from "../../lib/names.js";
import { boxOver } from "../../lib/overlay.js";
import { href } from "../../lib/route.js";
import { uploadedImage } from "../../lib/upload.js";
import { rightsIn } from "../../lib/words.js";
import { zoomable, ZOOM_KEYS } from "../../lib/zoom.js";

/** @import { Painting, Side } from "../../lib/types.js" */
/** @import { Zoom } from "../../lib/zoom.js" */
/** @import { CompareState, Which } from "./state.js" */
/** @typedef {{ sheet: HTMLElement, zoom: Zoom, element: HTMLElement }} Figure */

const SMALL = 400,
  LARGE = 1600; // pixels of the longer side

/** @param {Painting} painting */
const artistOf = (painting) => painting.artist ?? painting.labels.artist ?? null;

/** @param {Side} side */
export const sideName = (side) => (side.painting ? nameOf(side.painting) : say("common.your-picture"));

/**
 * Where a picture is, by its size.
 * @param {CompareState} state @param {Which} which @returns {(size: number) => string}
 */
const sourceOf =
  ({ params }, which) =>
  (size) => {
    const upload = which === "a" ? params.get("upload") : null;
    return upload ? uploadedImage(upload) : imageUrl(params.get(which) ?? "", size);
  };

/** The two pictures, while the features look at them. @param {CompareState} state */
export function waiting(state) {
  /** @param {Which} which */
  const one = (which) => {
    const image = make("img", { src: sourceOf(state, which)(SMALL), alt: "", onerror: () => image.remove() });
    return make("div", { class: "waiting" }, image);
  };
  return make(
    "div",
    {},
    make("p", { class: "count", role: "status" }, say("compare.waiting")),
    make("div", { class: "pictures" }, one("a"), one("b")),
  );
}

/** @param {CompareState} state @param {Which} which @returns {Figure} */
export function makeFigure(state, which) {
  const side = state.there[which],
    name = side.painting ? altText(side.painting) : say("common.your-picture"),
    source = sourceOf(state, which);
  const sheet = make("div", { class: "sheet" });
  const zoom = zoomable(sheet, {
    width: side.width,
    height: side.height,
    label: say(`compare.figure-${which}`, name, ZOOM_KEYS),
  });
  zoom.stage.style.setProperty("--shape", String(side.width / side.height));
  if (side.trouble) zoom.stage.classList.add("lost");
  else {
    const image = make("img", {
      src: source(SMALL),
      alt: name,
      decoding: "async",
      onerror: () => zoom.stage.classList.add("lost"),
    });
    const sharp = new Image();
    sharp.onload = () => {
      image.src = sharp.src;
    };
    sharp.src = source(LARGE);
    sheet.append(image);
    if (side.region) sheet.append(boxOver(side.region, { class: "overlay overlay-box searched" }));
  }
  const element = make("figure", { class: `side side-${which}` }, zoom.stage, caption(which, side));
  return { sheet, zoom, element };
}

/** @param {Which} which @param {Side} side */
function caption(which, side) {
  const known = side.painting;
  return make(
    "figcaption",
    {},
    make("span", { class: "which" }, which === "a" ? say("compare.searched") : say("compare.found")),
    make(
      "strong",
      { class: "name" },
      known ? make("a", { href: href("painting", { id: known.id }) }, nameOf(known)) : say("common.your-picture"),
    ),
    known && artistOf(known) ? make("span", { class: "by" }, artistOf(known)) : null,
    side.region && which === "a" ? make("span", { class: "faint" }, say("compare.framed")) : null,
    side.trouble
      ? make("span", { class: "trouble", role: "status" }, say("compare.trouble", FOREIGN ? "" : side.trouble))
      : null,
    make(
      "span",
      { class: "rights" },
      !known
        ? say("compare.upload")
        : side.rights
          ? say("card.rights", rightsIn(side.rights))
          : say("compare.no-rights"),
    ),
  );
}
