// @ts-check
// The picture of a painting: its zoom, and where the network looked.

import { attentionControl } from "../../lib/attention.js";
import { DeepZoom, LARGE } from "../../lib/deep_zoom.js";
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
  const { width, height } = painting,
    label = `${altText(painting)}. ${ZOOM_KEYS}.`;
  const zoom = Math.max(width, height) > LARGE ? new DeepZoom(painting, label) : plain(painting, label);
  const { stage } = zoom,
    sheet = zoom instanceof DeepZoom ? zoom.sheet : zoom.picture;
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

/** A picture of which no more than one file need be loaded. @param {PaintingDetails} painting @param {string} label */
function plain(painting, label) {
  const { width, height } = painting,
    sheet = make("div", { class: "sheet" }),
    zoom = zoomable(sheet, { width, height, label });
  sheet.append(sharpened(painting, () => zoom.stage.classList.add("lost")));
  return zoom;
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
 * @param {Zoom | DeepZoom} zoom
 */
function shownPart(zoom) {
  const within = (/** @type {number} */ value) => Number(Math.min(1, Math.max(0, value)).toFixed(3));
  const region = (zoom instanceof DeepZoom ? zoom.shown() : seenOf(zoom)).map(within);
  return region[2] - region[0] > 0.98 && region[3] - region[1] > 0.98 ? null : region;
}

/** @param {Zoom} zoom */
function seenOf({ stage, sheet }) {
  const outer = stage.getBoundingClientRect(),
    inner = sheet.getBoundingClientRect();
  return [
    (outer.left - inner.left) / inner.width,
    (outer.top - inner.top) / inner.height,
    (outer.right - inner.left) / inner.width,
    (outer.bottom - inner.top) / inner.height,
  ];
}
