// @ts-check
// The picture of a painting: its zoom, and where the network looked.

import { attentionControl } from "../../lib/attention.js";
import { make } from "../../lib/dom.js";
import { say, sayAround } from "../../lib/language.js";
import { altText, imageUrl } from "../../lib/names.js";
import { href } from "../../lib/route.js";
import { ZOOM_KEYS, zoomable, zoomButtons } from "../../lib/zoom.js";

/** @import { PaintingDetails } from "../../lib/types.js" */
/** @import { Look } from "../../lib/attention.js" */
/** @import { Zoom } from "../../lib/zoom.js" */

const ENLARGED = 3; // so many times its own size the picture is shown at most

/**
 * { element, zoom, control }; `looked(look, quietly)` is called where the visitor wants the network's look another way,
 * `moved()` where another part of the picture is seen.
 * @param {PaintingDetails} painting @param {Look} look
 * @param {{ looked: (look: Look, quietly: boolean) => void, moved: () => void }} tools
 */
export function pictureOf(painting, look, { looked, moved }) {
  const sheet = make("div", { class: "sheet" }),
    { width, height } = painting;
  const zoom = zoomable(sheet, { width, height, label: `${altText(painting)}. ${ZOOM_KEYS}.` });
  const { stage } = zoom;
  sheet.append(sharpened(painting, () => stage.classList.add("lost")));
  stage.style.setProperty("--shape", String(width / height));
  stage.style.setProperty("--own", `${ENLARGED * height}px`);
  const control = attentionControl(sheet, look, looked);
  const detail = make("a", { class: "button second", hidden: true }, say("picture.search-shown"));
  zoom.addEventListener("change", () => {
    moved();
    const region = shownPart(zoom);
    detail.hidden = !region;
    if (region) detail.href = href("search", { id: painting.id, region: region.join(",") });
  });
  const element = make(
    "figure",
    { class: "picture" },
    stage,
    make("div", { class: "under" }, zoomButtons([zoom]), detail),
    control.element,
    keysLine(),
  );
  return { element, zoom, control };
}

/** The picture, small at first. @param {PaintingDetails} painting @param {() => void} lost */
function sharpened(painting, lost) {
  const image = make("img", {
    src: imageUrl(painting.id, 400),
    alt: altText(painting),
    decoding: "async",
    onerror: lost,
  });
  const sharp = new Image();
  sharp.onload = () => {
    image.src = sharp.src;
  };
  sharp.src = imageUrl(painting.id, 1600);
  return image;
}

function keysLine() {
  const keys = ["←", "→", "+", "−", "0"].map((key) => make("kbd", {}, key));
  return make("p", { class: "keys", "data-keys": true }, sayAround("picture.keys", ...keys));
}

/**
 * What of the picture the stage shows, [left, top, right, bottom] as fractions; null where that is all of it.
 * @param {Zoom} zoom
 */
function shownPart({ stage, sheet }) {
  const outer = stage.getBoundingClientRect(),
    inner = sheet.getBoundingClientRect();
  /** @param {number} value */
  const within = (value) => Number(Math.min(1, Math.max(0, value)).toFixed(3));
  const region = [
    (outer.left - inner.left) / inner.width,
    (outer.top - inner.top) / inner.height,
    (outer.right - inner.left) / inner.width,
    (outer.bottom - inner.top) / inner.height,
  ].map(within);
  return region[2] - region[0] > 0.98 && region[3] - region[1] > 0.98 ? null : region;
}
