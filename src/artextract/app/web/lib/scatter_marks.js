// @ts-check
// What points look like: ten marks that differ by colour and by shape, so that none is known by its colour alone, and an
// even ramp for numbers.

/** @typedef {{ colour: string, shape: string }} Mark */

const LIGHT = [
  "#0072b2",
  "#d55e00",
  "#00805d",
  "#aa3f96",
  "#a87400",
  "#332288",
  "#3497bd",
  "#882255",
  "#55550a",
  "#d0576b",
];
const DARK = [
  "#56b4e9",
  "#ff8a4a",
  "#3ecf9f",
  "#e08fd0",
  "#f0c23c",
  "#9d94f0",
  "#a5e0f0",
  "#e0799f",
  "#c9c95a",
  "#f6b3ba",
];
const SHAPES = ["disc", "square", "triangle", "diamond"];
export const MOST = LIGHT.length;
export const STEPS = 24;

/** The marks of values by rank; `dark` for a dark page. @param {boolean} dark @returns {Mark[]} */
export const categorical = (dark) =>
  (dark ? DARK : LIGHT).map((colour, number) => ({ colour, shape: SHAPES[number % SHAPES.length] }));
/** @param {boolean} dark @returns {Mark} */
export const otherMark = (dark) => ({ colour: dark ? "#7b746a" : "#a8a095", shape: "disc" });
/** @param {boolean} dark @returns {Mark} */
export const missingMark = (dark) => ({ colour: dark ? "#8a8379" : "#8c8479", shape: "ring" });

/**
 * `STEPS` marks from low to high: equal steps of lightness in OKLCH (B. Ottosson, "A perceptual color space for image
 * processing", 2020), from sand to blue.
 * @param {boolean} dark @returns {Mark[]}
 */
export function ramp(dark) {
  return Array.from({ length: STEPS }, (_, step) => {
    const part = step / (STEPS - 1);
    const lightness = dark ? 0.5 + 0.42 * part : 0.78 - 0.46 * part;
    const hue = dark ? 275 - 185 * part : 90 + 185 * part;
    return { colour: `oklch(${lightness.toFixed(3)} 0.11 ${hue.toFixed(0)})`, shape: "disc" };
  });
}

/**
 * Draw a mark of radius `r` around a place.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} pen @param {Mark} mark @param {number} x
 * @param {number} y @param {number} r @param {string | null} [edge]
 */
export function drawMark(pen, { colour, shape }, x, y, r, edge = null) {
  pen.beginPath();
  if (shape === "square") pen.rect(x - r * 0.86, y - r * 0.86, r * 1.72, r * 1.72);
  else if (shape === "triangle") {
    pen.moveTo(x, y - r * 1.15);
    pen.lineTo(x + r * 1.08, y + r * 0.8);
    pen.lineTo(x - r * 1.08, y + r * 0.8);
    pen.closePath();
  } else if (shape === "diamond") {
    pen.moveTo(x, y - r * 1.25);
    pen.lineTo(x + r * 1.1, y);
    pen.lineTo(x, y + r * 1.25);
    pen.lineTo(x - r * 1.1, y);
    pen.closePath();
  } else pen.arc(x, y, shape === "ring" ? r * 0.85 : r, 0, 2 * Math.PI);
  if (shape === "ring") {
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(0.8, r * 0.35);
    pen.stroke();
    return;
  }
  pen.fillStyle = colour;
  pen.fill();
  if (edge) {
    pen.strokeStyle = edge;
    pen.lineWidth = Math.max(0.4, r * 0.14);
    pen.stroke();
  }
}

/** A mark as a small picture, to stand in a legend; read aloud as nothing. @param {Mark} mark */
export function markPicture(mark, size = 16) {
  const canvas = document.createElement("canvas"),
    scale = Math.min(2, devicePixelRatio || 1);
  canvas.width = canvas.height = size * scale;
  canvas.style.width = canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.scale(scale, scale);
  drawMark(pen, mark, size / 2, size / 2, size * 0.33);
  return canvas;
}
