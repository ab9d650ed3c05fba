// What is drawn over a picture, in its own coordinates, so that it is sharp and in its place however near one looks.
// Drawings are those of /api/compare/overlays: { frame, shapes, layer, says, key }, places in parts 0..1 of the frame.

import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SHADE = "#1c1915c8";
const UNITS = 1000; // of the longer side of a drawing
const NUMBER_STEP = 40; // grey values between two numbers of a colour
const VEIL = 0xe115191c; // the bytes of a pixel, the last first: opacity, blue, green, red

/**
 * An element for one drawing over a picture of `width` x `height` pixels; to be put over the picture, in an element
 * that is as large. `colour`: the one colour of a palette to show, 0 for all.
 */
export function overlayOf(drawing, { width, height, palette = false, colour = 0 }) {
  const [left, top, right, bottom] = drawing.frame;
  const size = { width: (right - left) * width, height: (bottom - top) * height };
  const style = {
    left: `${100 * left}%`,
    top: `${100 * top}%`,
    width: `${100 * (right - left)}%`,
    height: `${100 * (bottom - top)}%`,
  };
  const element = make("div", { class: "overlay", "aria-hidden": "true", style });
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

/** A box on a picture, [left, top, right, bottom] in parts of it. */
export function boxOver([left, top, right, bottom], options = {}) {
  const style = {
    left: `${100 * left}%`,
    top: `${100 * top}%`,
    width: `${100 * (right - left)}%`,
    height: `${100 * (bottom - top)}%`,
  };
  return make("div", { class: "overlay overlay-box", "aria-hidden": "true", style, ...options });
}

function lines(shapes, { width, height }) {
  const unit = UNITS / Math.max(width, height),
    across = width * unit,
    down = height * unit;
  const svg = element("svg", { viewBox: `0 0 ${across} ${down}`, preserveAspectRatio: "none", class: "overlay-lines" });
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
  const cased = (tag, attributes, { colour, width: thick, casing }, more) =>
    [
      casing ? stroke(tag, attributes, SHADE, thick + 2 * casing) : null,
      stroke(tag, attributes, colour, thick, more),
    ].filter(Boolean);
  for (const shape of shapes) {
    if (shape.kind === "line") {
      const points = shape.points.map(([x, y]) => `${x * across},${y * down}`).join(" ");
      svg.append(
        ...cased(shape.closed ? "polygon" : "polyline", { points }, shape, shape.filled ? { fill: shape.colour } : {}),
      );
    } else if (shape.kind === "ring") {
      svg.append(
        ...cased(
          "circle",
          { cx: shape.centre[0] * across, cy: shape.centre[1] * down, r: shape.radius * UNITS },
          shape,
        ),
      );
    } else if (shape.kind === "dot") {
      // a line of no length with round ends keeps its size
      const d = `M${shape.centre[0] * across} ${shape.centre[1] * down}h0`;
      svg.append(
        stroke("path", { d }, SHADE, 2 * (shape.radius + shape.casing)),
        stroke("path", { d }, shape.colour, 2 * shape.radius),
      );
    }
  }
  return svg;
}

const words = ({ at: [x, y], text, ground }) =>
  make(
    "span",
    { class: "overlay-words", style: { left: `${100 * x}%`, top: `${100 * y}%`, background: ground } },
    text,
  );

/** A veil over all that has none of the colours, or not the one. */
function colourLayer(source, colour) {
  const canvas = make("canvas", { class: "overlay-layer" }),
    image = new Image();
  image.onload = () => {
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const pen = canvas.getContext("2d");
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

function element(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
