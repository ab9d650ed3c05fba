// @ts-check
// A zoomable scatter of many points on a canvas: marks of several looks, pictures in place of points where there is
// room, panning, zooming, lasso and keys. Places are in units of the map (y down). Everything is drawn anew in one
// frame, however much has changed.

import { Camera } from "./scatter/camera.js";
import { Keys } from "./scatter/keys.js";
import { Painter } from "./scatter/paint.js";
import { Pointers } from "./scatter/pointers.js";
import { Scene } from "./scatter/scene.js";
import { pictures } from "./scatter_pictures.js";

/** @import { Mark } from "./scatter_marks.js" */
/** @import { Box } from "./scatter/camera.js" */
/** @import { Corner, PlacedName } from "./scatter/scene.js" */
/** @typedef {{ x: number, y: number }} Point CSS pixels of the canvas */
/**
 * What a scatter asks and tells.
 * @typedef {object} Tools
 * @property {(i: number) => string} url where the picture of a point is
 * @property {(i: number, at: Point | null) => void} hover over a point, or -1
 * @property {(i: number) => void} open clicked, or Enter
 * @property {(i: number) => void} pick the space bar
 * @property {(polygon: Corner[] | null) => void} area drawn, or given up
 * @property {(box: Box | null) => void} view moved and still
 * @property {(i: number, at: Point | null) => void} focus stepped to by key, or -1
 */
/** @typedef {ReturnType<typeof scatter>} Scatter */

const STILL = 140; // milliseconds after which a movement has ended

/**
 * `canvas` fills its parent.
 * @param {HTMLCanvasElement} canvas @param {Tools} tools
 */
export function scatter(canvas, tools) {
  const parent = /** @type {HTMLElement} */ (canvas.parentElement),
    leaving = new AbortController();
  let frame = 0,
    still = 0;
  const draw = () => {
    if (frame || leaving.signal.aborted) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      painter.paint();
    });
  };
  const load = () => images.want(scene.wanted());
  /** @param {() => void} work */
  const whenStill = (work) => {
    clearTimeout(still);
    still = setTimeout(work, STILL);
  };
  const images = pictures(tools.url, draw);
  const camera = new Camera({
    draw,
    moved: () =>
      whenStill(() => {
        load();
        tools.view(camera.asked);
      }),
  });
  const scene = new Scene(camera, images),
    painter = new Painter(canvas, camera, scene);
  const keys = new Keys(camera, scene, { ...tools, draw }),
    pointers = new Pointers(canvas, camera, scene, { ...tools, draw });

  /**
   * A change of the scene, after which it is drawn.
   * @template {any[]} Given
   * @param {(...given: Given) => void} change
   * @returns {(...given: Given) => void}
   */
  const drawn =
    (change) =>
    (...given) => {
      change(...given);
      draw();
    };
  const readColours = drawn(() => painter.readColours());
  const resize = drawn(() => {
    const before = [camera.width, camera.height];
    camera.width = parent.clientWidth;
    camera.height = parent.clientHeight;
    painter.resize();
    if (before[0] !== camera.width || before[1] !== camera.height) camera.fit();
    whenStill(load);
  });

  const watching = new ResizeObserver(resize),
    options = { signal: leaving.signal };
  watching.observe(parent);
  pointers.listen(leaving.signal);
  canvas.addEventListener("keydown", (event) => keys.press(event), options);
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const name = painter.nameAt(event.offsetX, event.offsetY);
      if (canvas.title !== name) canvas.title = name;
    },
    options,
  );
  canvas.addEventListener("focus", draw, options);
  canvas.addEventListener(
    "blur",
    drawn(() => tools.focus(-1, null)),
    options,
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readColours, options);
  addEventListener("themechange", readColours, options);
  resize();
  readColours();

  return {
    setPoints: drawn((/** @type {Iterable<number | null>} */ x, /** @type {Iterable<number | null>} */ y) => {
      scene.setPoints(x, y);
      camera.bounds = scene.grid.bounds;
      camera.closest = Math.min(120, Math.max(8, 2 * Math.sqrt(scene.grid.count)));
      camera.fit();
    }),
    /** `looks`: marks, drawn in their order from below; `of`: the mark of each point. */
    setLooks: drawn((/** @type {Mark[]} */ looks, /** @type {ArrayLike<number>} */ of) => {
      painter.forget();
      scene.setLooks(looks, of);
    }),
    /** `which`: 1 for points that stand back, or null. */
    setFaint: drawn((/** @type {ArrayLike<number> | null} */ which) => scene.setFaint(which)),
    setPicked: drawn((/** @type {ArrayLike<number>} */ which) => (scene.picked = which)),
    setNames: drawn((/** @type {PlacedName[]} */ names) => (scene.names = names)),
    /** Years along the foot, from the left edge of the map to the right; null for none. */
    setYears: drawn((/** @type {[number, number] | null} */ years) => (scene.years = years)),
    setArea: drawn((/** @type {Corner[] | null} */ area) => (scene.area = area)),
    setOpened: drawn((/** @type {number} */ i) => (scene.opened = i)),
    setPictures: drawn((/** @type {boolean} */ on) => (scene.showPictures = on)),
    /** @param {Box | null} box to see at least that, null for everything */
    setBox: (box) => camera.setBox(box),
    box: () => camera.box,
    zoom: () => camera.zoom,
    /** @param {number} factor */
    zoomBy: (factor) => camera.zoomBy(factor),
    reset: () => camera.reset(),
    /** @param {number} i @param {number} [scale] */
    bring: (i, scale) => keys.bring(i, scale),
    load,
    /** @param {Corner[]} polygon */
    inside: (polygon) => scene.grid.inside(polygon),
    /** @param {string} name "pan", "lasso" or "rectangle" */
    setMode: (name) => {
      pointers.mode = name;
      canvas.dataset.mode = name;
    },
    /** Where a point is on the canvas, in CSS pixels. @param {number} i */
    placed: (i) => camera.at(scene.x[i], scene.y[i]),
    hung: () => [...scene.inView].filter((i) => scene.pictureOf(i)).length,
    leave: () => {
      leaving.abort();
      camera.stop();
      clearTimeout(still);
      cancelAnimationFrame(frame);
      watching.disconnect();
      images.stop();
      painter.leave();
    },
  };
}
