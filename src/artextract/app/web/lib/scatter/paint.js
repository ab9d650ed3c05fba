// @ts-check
// Drawing a scatter: marks into the pixels, then pictures, rings, names and the area over them.

import { Sheet } from "./stamps.js";

/** @import { Camera } from "./camera.js" */
/** @import { Scene } from "./scene.js" */

const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500]; // years between two marks
const WIDEST = 180, // CSS pixels of a name, which would hide the pictures below it
  LINE = 18;
const FAINT = 0.16; // strength of a mark that stands back

export class Painter {
  #canvas;
  #pen;
  #camera;
  #scene;
  #sheet = new Sheet();
  /** Where names are written. @type {{ px: number, py: number, half: number, high: number, text: string }[]} */
  #hung = [];
  #probe = document.createElement("span");
  #colours = { paper: "", ink: "", accent: "", serif: "" };

  /** @param {HTMLCanvasElement} canvas @param {Camera} camera @param {Scene} scene */
  constructor(canvas, camera, scene) {
    const pen = canvas.getContext("2d", { alpha: false });
    if (!pen) throw new Error("this browser cannot draw");
    this.#canvas = canvas;
    this.#pen = pen;
    this.#camera = camera;
    this.#scene = scene;
    this.#probe.hidden = true;
    canvas.parentElement?.append(this.#probe);
  }

  /** Take the colours of the page, which may have become light or dark. */
  readColours() {
    /** @param {string} name */
    const of = (name) => {
      this.#probe.style.color = `var(${name})`;
      return getComputedStyle(this.#probe).color;
    };
    const serif = getComputedStyle(this.#canvas).getPropertyValue("--serif");
    this.#colours = { paper: of("--paper"), ink: of("--ink"), accent: of("--accent"), serif };
    this.#sheet.setPaper(this.#colours.paper);
  }

  /** Marks have to be drawn anew. */
  forget() {
    this.#sheet.forget();
  }

  /** The canvas has the size of the camera now, in pixels of the screen. */
  resize() {
    const dpr = Math.min(2, devicePixelRatio || 1);
    this.#sheet.dpr = dpr;
    this.#canvas.width = Math.round(this.#camera.width * dpr);
    this.#canvas.height = Math.round(this.#camera.height * dpr);
    this.forget();
  }

  leave() {
    this.#probe.remove();
  }

  paint() {
    const canvas = this.#canvas,
      pen = this.#pen,
      scene = this.#scene,
      { dpr } = this.#sheet;
    if (!canvas.width || !canvas.height) return;
    const pixels = this.#sheet.clear(canvas.width, canvas.height);
    if (!scene.looks.length) {
      pen.putImageData(pixels, 0, 0);
      return;
    }
    const r = scene.radius,
      size = scene.hang();
    this.#marks(r);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.putImageData(pixels, 0, 0);
    pen.setTransform(dpr, 0, 0, dpr, 0, 0);
    if (size) for (const i of scene.inView) this.#picture(i, size);
    this.#rings(r, size);
    this.#years();
    this.#names();
    this.#area();
  }

  /** Round years along the foot, with fine lines. */
  #years() {
    const { years } = this.#scene,
      { left, right } = this.#camera.bounds,
      { width, height, k, ox } = this.#camera;
    if (!years || years[1] <= years[0]) return;
    const pen = this.#pen,
      perYear = (k * (right - left)) / (years[1] - years[0]);
    const step = STEPS.find((one) => one * perYear >= 60) ?? 1000;
    pen.font = "13px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    for (let year = Math.ceil(years[0] / step) * step; year <= years[1]; year += step) {
      const px = k * left + ox + (year - years[0]) * perYear;
      if (px < 0 || px > width) continue;
      pen.globalAlpha = 0.16;
      pen.fillStyle = this.#colours.ink;
      pen.fillRect(Math.round(px), 0, 1, height - 22);
      pen.globalAlpha = 0.86;
      pen.fillStyle = this.#colours.paper;
      pen.fillRect(px - 22, height - 21, 44, 19);
      pen.globalAlpha = 1;
      pen.fillStyle = this.#colours.ink;
      pen.fillText(String(year), px, height - 4);
    }
  }

  /** @param {number} r */
  #marks(r) {
    const scene = this.#scene,
      sheet = this.#sheet,
      { k, ox, oy, width, height } = this.#camera,
      { x, y, look, faint, picked } = scene;
    const pad = r * 1.4 + 2;
    /** @type {number[]} */
    const seen = [];
    for (const i of scene.order) {
      const px = k * x[i] + ox,
        py = k * y[i] + oy;
      const inside = px >= -pad && py >= -pad && px <= width + pad && py <= height + pad;
      if (inside && !scene.pictureOf(i)) seen.push(i);
    }
    const halo = sheet.stamp({ colour: this.#colours.ink, shape: "disc" }, r + 1.8);
    for (const i of seen) if (picked[i]) sheet.press(halo, k * x[i] + ox, k * y[i] + oy);
    const own = scene.looks.map((mark) => [sheet.stamp(mark, r), sheet.stamp(mark, r, FAINT)]);
    for (const i of seen) sheet.press(own[look[i]][faint?.[i] ? 1 : 0], k * x[i] + ox, k * y[i] + oy);
  }

  /** @param {number} i @param {number} size */
  #picture(i, size) {
    const scene = this.#scene,
      pen = this.#pen,
      picture = scene.pictureOf(i);
    if (!picture) return;
    const [left, top, width, height] = scene.placeOf(i, picture, size);
    pen.globalAlpha = scene.faint?.[i] ? 0.18 : 1;
    pen.fillStyle = scene.looks[scene.look[i]].colour;
    pen.fillRect(left - 2.5, top - 2.5, width + 5, height + 5);
    pen.drawImage(picture, left, top, width, height);
    pen.globalAlpha = 1;
  }

  /** @param {number} r @param {number} size */
  #rings(r, size) {
    const scene = this.#scene,
      { ink, paper, accent } = this.#colours;
    if (size)
      for (const i of scene.inView) if (scene.picked[i] && scene.pictureOf(i)) this.#ring(i, r, size, ink, 2.5, 5);
    for (const [i, thick] of [
      [scene.hovered, 2],
      [scene.opened, 3],
      [document.activeElement === this.#canvas ? scene.focused : -1, 3],
    ]) {
      if (!scene.hasPlace(i)) continue;
      this.#ring(i, r, size, paper, thick + 2.5, 4);
      this.#ring(i, r, size, accent, thick, 4);
    }
  }

  /**
   * @param {number} i @param {number} r @param {number} size @param {string} colour @param {number} thick
   * @param {number} gap
   */
  #ring(i, r, size, colour, thick, gap) {
    const pen = this.#pen,
      scene = this.#scene,
      picture = size ? scene.pictureOf(i) : null;
    pen.lineWidth = thick;
    pen.strokeStyle = colour;
    pen.beginPath();
    if (picture) {
      const [left, top, width, height] = scene.placeOf(i, picture, size);
      pen.rect(left - gap, top - gap, width + 2 * gap, height + 2 * gap);
    } else {
      const { x, y } = this.#camera.at(scene.x[i], scene.y[i]);
      pen.arc(x, y, r + gap, 0, 2 * Math.PI);
    }
    pen.stroke();
  }

  #names() {
    const pen = this.#pen,
      { width, height } = this.#camera,
      widest = Math.min(WIDEST, 0.45 * width);
    pen.font = `500 ${width < 500 ? 13 : 14}px ${this.#colours.serif}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    this.#hung = [];
    for (const { x, y, text } of this.#scene.names) {
      const lines = this.#lines(text, widest),
        half = Math.max(...lines.map((line) => pen.measureText(line).width)) / 2 + 7,
        high = (LINE * lines.length) / 2 + 2,
        place = this.#camera.at(x, y);
      if (place.x < 0 || place.y < 12 || place.x > width || place.y > height - 12) continue;
      const px = Math.min(width - half - 1, Math.max(half + 1, place.x)),
        py = Math.min(height - high - 1, Math.max(high + 1, place.y));
      if (this.#hung.some((o) => Math.abs(o.px - px) < o.half + half + 3 && Math.abs(o.py - py) < o.high + high + 1))
        continue;
      this.#hung.push({ px, py, half, high, text });
      pen.globalAlpha = 0.86;
      pen.fillStyle = this.#colours.paper;
      pen.beginPath();
      pen.roundRect(px - half, py - high, 2 * half, 2 * high, 3);
      pen.fill();
      pen.globalAlpha = 1;
      pen.fillStyle = this.#colours.ink;
      for (const [at, line] of lines.entries()) pen.fillText(line, px, py + LINE * (at - (lines.length - 1) / 2));
    }
  }

  /** A name in two lines at most, broken between its parts; what has no room is left out. @param {string} text @param {number} widest */
  #lines(text, widest) {
    const wide = (/** @type {string} */ line) => this.#pen.measureText(line).width > widest,
      [first, ...rest] = text.split(" · "),
      lines = [first];
    for (const part of rest) {
      const longer = `${lines[lines.length - 1]} · ${part}`;
      if (wide(longer)) lines.push(part);
      else lines[lines.length - 1] = longer;
    }
    const more = lines.splice(2).length > 0;
    return lines.map((line, at) => {
      const cut = at === 1 && more;
      if (!cut && !wide(line)) return line;
      while (line && wide(`${line}…`)) line = line.slice(0, -1);
      return `${line.trimEnd()}…`;
    });
  }

  /** The whole name that is written at a place of the canvas, "" where none is. @param {number} px @param {number} py */
  nameAt(px, py) {
    const found = this.#hung.find((o) => Math.abs(o.px - px) <= o.half && Math.abs(o.py - py) <= o.high);
    return found?.text ?? "";
  }

  #area() {
    const pen = this.#pen,
      { drawing, area } = this.#scene,
      corners = drawing?.corners ?? area;
    if (!corners || corners.length < 2) return;
    pen.beginPath();
    for (const [at, corner] of corners.entries()) {
      const { x, y } = this.#camera.at(...corner);
      if (at) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    }
    pen.closePath();
    pen.globalAlpha = 0.1;
    pen.fillStyle = this.#colours.accent;
    pen.fill("evenodd");
    pen.globalAlpha = 1;
    pen.lineWidth = 1.8;
    pen.strokeStyle = this.#colours.accent;
    pen.setLineDash(drawing ? [] : [6, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }
}
