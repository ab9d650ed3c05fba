// @ts-check
// What is drawn over a picture, in its own coordinates, so that it is sharp and in its place however near one looks.
// Drawings are those of /api/compare/overlays: { frame, shapes, layer, says, key }, places in parts 0..1 of the frame.

import { make } from "./dom.js";

/** @import { DrawnOver, DrawnShape, Region } from "./types.js" */
/** @typedef {{ width: number, height: number }} Size */

const SVG = "http://www.w3.org/2000/svg";
const SHADE = "#1c1915c8";
const UNITS = 1000; // of the longer side of a drawing
const NUMBER_STEP = 40; // grey values between two numbers of a colour
const VEIL = 0xe115191c; // the bytes of a pixel, the last first: opacity, blue, green, red

/**
 * An element for one drawing over a picture of `width` x `height` pixels; to be put over the picture, in an element
 * that is as large. `colour`: the one colour of a palette to show, 0 for all.
 * @param {DrawnOver} drawing @param {Size & { palette?: boolean, colour?: number }} options
 */
export function overlayOf(drawing, { width, height, palette = false, colour = 0 }) {
  const [left, top, right, bottom] = drawing.frame;
  const size = { width: (right - left) * width, height: (bottom - top) * height };
  const element = make("div", { class: "overlay", "aria-hidden": "true", style: placeOf(drawing.frame) });
  if (drawing.layer)
    element.append(
      palette
        ? colourLayer(drawing.layer, colour)
        : make("img", { class: "overlay-layer", src: drawing.layer, alt: "" }),
    );
  if (drawing.shapes.length)
    element.append(lines(drawing.shapes, size), ...drawing.shapes.filter(({ kind }) => kind === "words").map(words));
  return element;
}

/** A box on a picture. @param {Region} region @param {Record<string, any>} [options] */
export const boxOver = (region, options = {}) =>
  make("div", { class: "overlay overlay-box", "aria-hidden": "true", style: placeOf(region), ...options });

/** @param {Region} region */
const placeOf = ([left, top, right, bottom]) => ({
  left: `${100 * left}%`,
  top: `${100 * top}%`,
  width: `${100 * (right - left)}%`,
  height: `${100 * (bottom - top)}%`,
});

/**
 * @param {string} tag @param {Record<string, any>} attributes @param {string} colour @param {number} thick
 * @param {Record<string, any>} [more]
 */
const stroke = (tag, attributes, colour, thick, more = {}) =>
  element(tag, {
    ...attributes,
    fill: "none",
    stroke: colour,
    "stroke-width": thick,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "vector-effect": "non-scaling-stroke",
    ...more,
  });

/**
 * A shape, over a wider dark one where it has a casing.
 * @param {string} tag @param {Record<string, any>} attributes @param {DrawnShape} shape
 * @param {Record<string, any>} [more]
 */
const cased = (tag, attributes, { colour, width, casing }, more) => {
  const thick = width ?? 1,
    own = stroke(tag, attributes, colour ?? "", thick, more);
  return casing ? [stroke(tag, attributes, SHADE, thick + 2 * casing), own] : [own];
};

/** @param {DrawnShape[]} shapes @param {Size} size */
function lines(shapes, { width, height }) {
  const unit = UNITS / Math.max(width, height),
    across = width * unit,
    down = height * unit;
  const svg = element("svg", { viewBox: `0 0 ${across} ${down}`, preserveAspectRatio: "none", class: "overlay-lines" });
  for (const shape of shapes) {
    const { kind, points, centre, colour } = shape,
      radius = shape.radius ?? 0;
    if (kind === "line" && points) {
      const at = points.map(([x, y]) => `${x * across},${y * down}`).join(" "),
        tag = shape.closed ? "polygon" : "polyline";
      svg.append(...cased(tag, { points: at }, shape, shape.filled ? { fill: colour } : {}));
    } else if (kind === "ring" && centre) {
      svg.append(...cased("circle", { cx: centre[0] * across, cy: centre[1] * down, r: radius * UNITS }, shape));
    } else if (kind === "dot" && centre) {
      // a line of no length with round ends keeps its size
      const d = `M${centre[0] * across} ${centre[1] * down}h0`;
      svg.append(
        stroke("path", { d }, SHADE, 2 * (radius + (shape.casing ?? 0))),
        stroke("path", { d }, colour ?? "", 2 * radius),
      );
    }
  }
  return svg;
}

/** @param {DrawnShape} shape */
const words = ({ at, text, ground }) => {
  const [x, y] = at ?? [0, 0];
  const style = { left: `${100 * x}%`, top: `${100 * y}%`, background: ground };
  return make("span", { class: "overlay-words", style }, text);
};

/** A veil over all that has none of the colours, or not the one. @param {string} source @param {number} colour */
function colourLayer(source, colour) {
  const canvas = make("canvas", { class: "overlay-layer" }),
    image = new Image();
  image.onload = () => {
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.drawImage(image, 0, 0);
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height),
      whole = new Uint32Array(pixels.data.buffer);
    for (let at = 0; at < whole.length; at++) {
      const number = Math.round((whole[at] & 255) / NUMBER_STEP);
      whole[at] = (colour ? number === colour : number > 0) ? 0 : VEIL;
    }
    pen.putImageData(pixels, 0, 0);
  };
  image.src = source;
  return canvas;
}

/** @param {string} tag @param {Record<string, any>} attributes */
function element(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
