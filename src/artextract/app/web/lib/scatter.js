// A zoomable scatter of many points on a canvas: marks of several looks, pictures in place of points where there is
// room, panning, zooming, lasso and keys.  Places are in units of the map (y down). Everything is drawn anew in one
// frame, however much has changed.

import { pointGrid } from "./point_grid.js";
import { drawMark } from "./scatter_marks.js";
import { pictures, withRoom } from "./scatter_pictures.js";

const MARGIN = 28,
  MOST_ZOOM = 400,
  REACH = 14,
  STILL = 140;
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * `canvas` fills its parent. `tools`: url(i) of a picture, and what is told: hover(i, { x, y }) over a point or -1;
 * open(i) clicked or Enter; pick(i) the space bar; area(polygon) drawn; view(box) moved and still; focus(i) stepped to
 * by key
 */
export function scatter(canvas, tools) {
  const pen = canvas.getContext("2d", { alpha: false }),
    parent = canvas.parentElement;
  let x = [],
    y = [],
    grid = pointGrid([], []),
    bounds = grid.bounds;
  let looks = [],
    look = new Uint8Array(0),
    faint = null,
    picked = new Uint8Array(0),
    names = [],
    area = null,
    showPictures = true;
  let order = [],
    stamps = new Map(),
    hung = [],
    hungAt = 0,
    inView = new Set();
  let width = 0,
    height = 0,
    dpr = 1,
    least = 1,
    k = 1,
    ox = 0,
    oy = 0; // place p is drawn at k * p + (ox, oy)
  let asked = null,
    moving = null,
    frame = 0,
    still = 0,
    mode = "pan",
    drawing = null,
    hovered = -1,
    focused = -1,
    opened = -1,
    gone = false;
  let colours = {},
    pixels = null,
    whole = null;
  const images = pictures(tools.url, () => draw());

  /* what is shown */

  function setPoints(newX, newY) {
    x = Float64Array.from(newX, (value) => value ?? NaN);
    y = Float64Array.from(newY, (value) => value ?? NaN);
    grid = pointGrid(x, y);
    bounds = grid.bounds;
    if (look.length !== x.length) {
      look = new Uint8Array(x.length);
      picked = new Uint8Array(x.length);
      faint = null;
    }
    hovered = focused = -1;
    hungAt = 0;
    sortByLook();
    fit();
  }

  /** `newLooks`: marks, drawn in their order from below; `of`: the mark of each point. */
  function setLooks(newLooks, of) {
    looks = newLooks;
    look = of;
    stamps = new Map();
    sortByLook();
    draw();
  }

  /** `which`: 1 for points that stand back, or null. */
  function setFaint(which) {
    faint = which;
    hungAt = 0;
    sortByLook();
    draw();
  }
  function setPicked(which) {
    picked = which;
    draw();
  }
  function setNames(list) {
    names = list;
    draw();
  }
  function setArea(polygon) {
    area = polygon;
    draw();
  }
  function setOpened(i) {
    opened = i;
    draw();
  }
  function setPictures(on) {
    showPictures = on;
    draw();
  }

  function readColours() {
    const style = getComputedStyle(canvas);
    const of = (name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    colours = {
      paper: of("--paper"),
      ink: of("--ink"),
      accent: of("--accent"),
      wall: of("--wall"),
      serif: style.getPropertyValue("--serif"),
    };
    stamps = new Map();
    draw();
  }

  function sortByLook() {
    order = [...grid.there];
    const rank = (i) => (faint?.[i] ? 0 : 1000) + look[i];
    order.sort((a, b) => rank(a) - rank(b) || a - b);
  }

  /* where one looks */

  function fit() {
    const w = Math.max(bounds.right - bounds.left, 1e-6),
      h = Math.max(bounds.bottom - bounds.top, 1e-6);
    least = Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h);
    if (!(least > 0)) least = 1;
    if (asked) lookAt(asked);
    else centre((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2, least);
  }

  function centre(cx, cy, scale) {
    k = Math.min(least * MOST_ZOOM, Math.max(least * 0.7, scale));
    ox = width / 2 - k * Math.min(bounds.right, Math.max(bounds.left, cx));
    oy = height / 2 - k * Math.min(bounds.bottom, Math.max(bounds.top, cy));
    draw();
  }

  function lookAt([x0, y0, x1, y1]) {
    centre((x0 + x1) / 2, (y0 + y1) / 2, Math.min(width / Math.max(x1 - x0, 1e-9), height / Math.max(y1 - y0, 1e-9)));
  }

  const zoom = () => k / least;
  const box = () => [-ox / k, -oy / k, (width - ox) / k, (height - oy) / k];

  /** `[x0, y0, x1, y1]` to see at least that, null for everything. */
  function setBox(given) {
    stop();
    asked = given;
    fit();
  }

  function moved() {
    asked =
      zoom() < 1.001 &&
      Math.abs(ox - width / 2 + (k * (bounds.left + bounds.right)) / 2) < 2 &&
      Math.abs(oy - height / 2 + (k * (bounds.top + bounds.bottom)) / 2) < 2
        ? null
        : box();
    clearTimeout(still);
    still = setTimeout(() => {
      load();
      tools.view(asked);
    }, STILL);
    draw();
  }

  function zoomAround(px, py, factor) {
    const cx = (px - ox) / k,
      cy = (py - oy) / k,
      scale = Math.min(least * MOST_ZOOM, Math.max(least * 0.7, k * factor));
    ox = px - cx * scale;
    oy = py - cy * scale;
    k = scale;
    keepInside();
    moved();
  }

  function pan(dx, dy) {
    ox += dx;
    oy += dy;
    keepInside();
    moved();
  }

  function keepInside() {
    ox = width / 2 - Math.min(k * bounds.right, Math.max(k * bounds.left, width / 2 - ox));
    oy = height / 2 - Math.min(k * bounds.bottom, Math.max(k * bounds.top, height / 2 - oy));
  }

  /** Move there in a quarter of a second; at once where motion is not wanted. `step(part)` is called with 0..1. */
  function glide(step) {
    stop();
    if (calm.matches) {
      step(1);
      return;
    }
    const begin = performance.now();
    const next = (now) => {
      const part = Math.min(1, Math.max(0, (now - begin) / 240));
      step(1 - (1 - part) ** 3);
      moving = part < 1 ? requestAnimationFrame(next) : null;
    };
    moving = requestAnimationFrame(next);
  }

  function stop() {
    cancelAnimationFrame(moving);
    moving = null;
  }

  function zoomBy(factor, px = width / 2, py = height / 2) {
    const from = k,
      to = Math.min(least * MOST_ZOOM, Math.max(least * 0.7, k * factor));
    glide((part) => zoomAround(px, py, (from * (to / from) ** part) / k));
  }

  function panBy(dx, dy) {
    let done = 0;
    glide((part) => {
      pan(dx * (part - done), dy * (part - done));
      done = part;
    });
  }

  function reset() {
    const from = [ox, oy, k],
      cx = (bounds.left + bounds.right) / 2,
      cy = (bounds.top + bounds.bottom) / 2;
    const to = [width / 2 - least * cx, height / 2 - least * cy, least];
    glide((part) => {
      [ox, oy, k] = from.map((value, at) => value + (to[at] - value) * part);
      moved();
    });
  }

  /** Bring a point into view, no nearer than one looks already. */
  function bring(i, scale = k) {
    if (!(i >= 0) || Number.isNaN(x[i])) return;
    const px = k * x[i] + ox,
      py = k * y[i] + oy;
    if (scale !== k || px < 40 || py < 40 || px > width - 40 || py > height - 40) {
      centre(x[i], y[i], scale);
      moved();
    }
    draw();
  }

  /* drawing */

  const radius = () =>
    Math.min(
      9,
      Math.max(Math.min(width, height) < 500 ? 1 : 1.7, 60 / Math.sqrt(grid.count + 1)) *
        Math.min(2.6, Math.max(1, zoom()) ** 0.4) +
        0.4,
    );
  const side = () => {
    const from = Math.max(1, Math.sqrt(grid.count / 500));
    return showPictures && zoom() >= from * 0.98 ? Math.min(150, 46 * (zoom() / from) ** 0.45) : 0;
  };

  function draw() {
    if (!frame && !gone) frame = requestAnimationFrame(paint);
  }

  function hang() {
    const size = side();
    if (!size) {
      hung = [];
      hungAt = 0;
      inView = new Set();
      return 0;
    }
    // the choice is kept for a fifth of a zoom, so that pictures do not flicker
    const step = 2 ** (Math.floor(Math.log2(zoom()) * 4) / 4);
    if (hungAt !== step) {
      hungAt = step;
      const first = faint
        ? [...grid.there.filter((i) => !faint[i]), ...grid.there.filter((i) => faint[i])]
        : grid.there;
      hung = withRoom(x, y, first, (size + 5) / k);
    }
    const [x0, y0, x1, y1] = box(),
      edge = size / 2 / k;
    inView = new Set(hung.filter((i) => x[i] > x0 - edge && x[i] < x1 + edge && y[i] > y0 - edge && y[i] < y1 + edge));
    return size;
  }

  function load() {
    if (side()) hang();
    const cx = width / 2,
      cy = height / 2,
      far = (i) => (k * x[i] + ox - cx) ** 2 + (k * y[i] + oy - cy) ** 2;
    images.want([...inView].sort((a, b) => far(a) - far(b)));
  }

  const paper = () =>
    colours.paper
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map(Number);

  /**
   * A mark as the pixels that it covers: { half, size, at: [column, row, ...], colour: [0xAABBGGRR, ...] }; `strength`
   * below 1 is nearer to the paper.
   */
  function stamp(mark, r, strength = 1) {
    const key = `${mark.colour} ${mark.shape} ${r.toFixed(1)} ${strength}`;
    let found = stamps.get(key);
    if (!found) {
      if (stamps.size > 400) stamps = new Map();
      const size = Math.ceil((r * 2.6 + 2) * dpr);
      const sheet = new OffscreenCanvas(size, size),
        own = sheet.getContext("2d", { willReadFrequently: true });
      own.scale(dpr, dpr);
      drawMark(own, mark, size / dpr / 2, size / dpr / 2, r, r > 2.4 && strength === 1 ? colours.paper : null);
      const { data } = own.getImageData(0, 0, size, size),
        at = [],
        colour = [],
        ground = paper();
      for (let pixel = 0; pixel < size * size; pixel++) {
        // faint marks are nearly of the colour of the paper, not transparent: many of them do not become dark
        const [red, green, blue] = ground.map((under, n) =>
            Math.round(under + (data[4 * pixel + n] - under) * strength),
          ),
          opaque = data[4 * pixel + 3];
        if (opaque) {
          at.push(pixel % size, Math.floor(pixel / size));
          colour.push(((opaque << 24) | (blue << 16) | (green << 8) | red) >>> 0);
        }
      }
      found = { size, half: size / 2, at: Int16Array.from(at), colour: Uint32Array.from(colour) };
      stamps.set(key, found);
    }
    return found;
  }

  /**
   * Points are written into the pixels themselves: fifteen thousand take some milliseconds, whatever the browser draws
   * with.
   */
  function press({ size, half, at, colour }, px, py) {
    const left = Math.round(px * dpr - half),
      top = Math.round(py * dpr - half),
      wide = pixels.width,
      high = pixels.height;
    const clear = left >= 0 && top >= 0 && left + size <= wide && top + size <= high;
    for (let n = 0; n < colour.length; n++) {
      const column = left + at[2 * n],
        row = top + at[2 * n + 1];
      if (!clear && (column < 0 || row < 0 || column >= wide || row >= high)) continue;
      const place = row * wide + column,
        over = colour[n],
        part = over >>> 24;
      if (part === 255) {
        whole[place] = over;
        continue;
      }
      const under = whole[place],
        rest = 255 - part;
      const red = ((over & 255) * part + (under & 255) * rest) / 255,
        green = (((over >> 8) & 255) * part + ((under >> 8) & 255) * rest) / 255;
      const blue = (((over >> 16) & 255) * part + ((under >> 16) & 255) * rest) / 255;
      whole[place] = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
    }
  }

  function paint() {
    frame = 0;
    if (!canvas.width || !canvas.height) return;
    if (pixels?.width !== canvas.width || pixels.height !== canvas.height) {
      pixels = new ImageData(canvas.width, canvas.height);
      whole = new Uint32Array(pixels.data.buffer);
    }
    const [red, green, blue] = paper();
    whole.fill((0xff000000 | (blue << 16) | (green << 8) | red) >>> 0);
    if (!looks.length) {
      pen.putImageData(pixels, 0, 0);
      return;
    }
    const r = radius(),
      size = hang(),
      pad = r * 1.4 + 2;
    const seen = [];
    for (const i of order) {
      const px = k * x[i] + ox,
        py = k * y[i] + oy;
      if (
        px >= -pad &&
        py >= -pad &&
        px <= width + pad &&
        py <= height + pad &&
        !(size && inView.has(i) && images.get(i))
      )
        seen.push(i);
    }
    const halo = stamp({ colour: colours.ink, shape: "disc" }, r + 1.8);
    for (const i of seen) if (picked[i]) press(halo, k * x[i] + ox, k * y[i] + oy);
    const own = looks.map((mark) => [stamp(mark, r), stamp(mark, r, 0.16)]);
    for (const i of seen) press(own[look[i]][faint?.[i] ? 1 : 0], k * x[i] + ox, k * y[i] + oy);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.putImageData(pixels, 0, 0);
    pen.setTransform(dpr, 0, 0, dpr, 0, 0);
    if (size) for (const i of inView) paintPicture(i, size);
    paintRings(r, size);
    paintNames();
    paintArea();
  }

  /** Where the picture of a point hangs, [left, top, width, height]. */
  function placeOf(i, size) {
    const picture = images.get(i),
      scale = size / Math.max(picture.width, picture.height);
    const w = picture.width * scale,
      h = picture.height * scale;
    return [k * x[i] + ox - w / 2, k * y[i] + oy - h / 2, w, h];
  }

  function paintPicture(i, size) {
    const picture = images.get(i);
    if (!picture) return;
    const [left, top, w, h] = placeOf(i, size);
    pen.globalAlpha = faint?.[i] ? 0.18 : 1;
    pen.fillStyle = looks[look[i]].colour;
    pen.fillRect(left - 2.5, top - 2.5, w + 5, h + 5);
    pen.drawImage(picture, left, top, w, h);
    pen.globalAlpha = 1;
  }

  function paintRings(r, size) {
    const ring = (i, colour, thick, gap) => {
      const hangs = size && inView.has(i) && images.get(i);
      const [left, top, w, h] = hangs ? placeOf(i, size) : [k * x[i] + ox - r, k * y[i] + oy - r, 2 * r, 2 * r];
      pen.lineWidth = thick;
      pen.strokeStyle = colour;
      pen.beginPath();
      if (hangs) pen.rect(left - gap, top - gap, w + 2 * gap, h + 2 * gap);
      else pen.arc(left + r, top + r, r + gap, 0, 2 * Math.PI);
      pen.stroke();
    };
    if (size) for (const i of inView) if (picked[i] && images.get(i)) ring(i, colours.ink, 2.5, 5);
    for (const [i, thick] of [
      [hovered, 2],
      [opened, 3],
      [document.activeElement === canvas ? focused : -1, 3],
    ]) {
      if (i < 0 || Number.isNaN(x[i])) continue;
      ring(i, colours.paper, thick + 2.5, 4);
      ring(i, colours.accent, thick, 4);
    }
  }

  function paintNames() {
    pen.font = `500 14px ${colours.serif}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const taken = [];
    for (const { x: nx, y: ny, text } of names) {
      const half = pen.measureText(text).width / 2;
      let px = k * nx + ox;
      const py = k * ny + oy;
      if (px < 0 || py < 12 || px > width || py > height - 12 || 2 * half > width - 16) continue;
      px = Math.min(width - half - 8, Math.max(half + 8, px));
      if (taken.some((other) => Math.abs(other.px - px) < other.half + half + 10 && Math.abs(other.py - py) < 22))
        continue;
      taken.push({ px, py, half });
      pen.globalAlpha = 0.86;
      pen.fillStyle = colours.paper;
      pen.beginPath();
      pen.roundRect(px - half - 7, py - 11, 2 * half + 14, 21, 3);
      pen.fill();
      pen.globalAlpha = 1;
      pen.fillStyle = colours.ink;
      pen.fillText(text, px, py);
    }
  }

  function paintArea() {
    const corners = drawing?.corners ?? area;
    if (!corners || corners.length < 2) return;
    pen.beginPath();
    corners.forEach(([cx, cy], at) =>
      at ? pen.lineTo(k * cx + ox, k * cy + oy) : pen.moveTo(k * cx + ox, k * cy + oy),
    );
    pen.closePath();
    pen.globalAlpha = 0.1;
    pen.fillStyle = colours.accent;
    pen.fill("evenodd");
    pen.globalAlpha = 1;
    pen.lineWidth = 1.8;
    pen.strokeStyle = colours.accent;
    pen.setLineDash(drawing ? [] : [6, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }

  /* pointers */

  function at(px, py) {
    const size = side();
    if (size) {
      for (const i of [...inView].reverse()) {
        if (!images.get(i)) continue;
        const [left, top, w, h] = placeOf(i, size);
        if (px >= left && px <= left + w && py >= top && py <= top + h) return i;
      }
    }
    const reach = Math.max(REACH, radius() + 4) / k;
    const first = faint ? grid.nearest((px - ox) / k, (py - oy) / k, reach, (i) => !faint[i]) : -1;
    return first >= 0 ? first : grid.nearest((px - ox) / k, (py - oy) / k, reach);
  }

  const pointers = new Map();
  let pressed = null; // { x, y, far, kind } since the first pointer went down

  const within = (event) => {
    const place = canvas.getBoundingClientRect();
    return { x: event.clientX - place.left, y: event.clientY - place.top };
  };

  function down(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    stop();
    const point = within(event);
    pointers.set(event.pointerId, point);
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      /* a pointer that is gone already */
    }
    if (pointers.size === 2) {
      drawing = null;
      pressed = { ...pressed, far: true, kind: "pinch" };
      hover(-1);
      return draw();
    }
    const kind = mode !== "pan" ? mode : event.shiftKey ? "rectangle" : "pan";
    pressed = { ...point, far: false, kind };
    if (kind !== "pan") drawing = { kind, corners: [[(point.x - ox) / k, (point.y - oy) / k]] };
  }

  function move(event) {
    const point = within(event),
      before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") hover(at(point.x, point.y), point);
      return;
    }
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const spread = (p) => Math.max(20, Math.hypot(p.x - other.x, p.y - other.y));
      pan((point.x - before.x) / 2, (point.y - before.y) / 2);
      zoomAround((point.x + other.x) / 2, (point.y + other.y) / 2, spread(point) / spread(before));
    } else if (pressed) {
      if (Math.hypot(point.x - pressed.x, point.y - pressed.y) > (event.pointerType === "touch" ? 8 : 4))
        pressed.far = true;
      if (drawing) stroke(point);
      else if (pressed.far && pressed.kind === "pan") {
        hover(-1);
        canvas.classList.add("held");
        pan(point.x - before.x, point.y - before.y);
      }
    }
    pointers.set(event.pointerId, point);
  }

  function stroke(point) {
    const corner = [(point.x - ox) / k, (point.y - oy) / k],
      first = drawing.corners[0];
    if (drawing.kind === "rectangle") drawing.corners = [first, [corner[0], first[1]], corner, [first[0], corner[1]]];
    else {
      const last = drawing.corners.at(-1);
      if (Math.hypot(corner[0] - last[0], corner[1] - last[1]) * k > 3) drawing.corners.push(corner);
    }
    draw();
  }

  function up(event) {
    if (!pointers.delete(event.pointerId)) return;
    canvas.classList.remove("held");
    if (pointers.size) return;
    const drawn = drawing,
      was = pressed;
    drawing = pressed = null;
    if (event.type === "pointercancel") return draw();
    if (drawn && was.far && drawn.corners.length > 2) tools.area(drawn.corners);
    else if (was && !was.far) {
      const found = at(was.x, was.y);
      if (event.pointerType === "touch") hover(-1);
      focused = found >= 0 ? found : focused;
      tools.open(found);
    }
    draw();
  }

  function hover(i, point) {
    if (i === hovered && i < 0) return;
    if (i !== hovered) draw();
    hovered = i;
    canvas.classList.toggle("over", i >= 0 && mode === "pan");
    tools.hover(i, i < 0 ? null : inView.has(i) && images.get(i) ? point : { x: k * x[i] + ox, y: k * y[i] + oy });
  }

  function wheel(event) {
    event.preventDefault();
    stop();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1,
      point = within(event);
    zoomAround(
      point.x,
      point.y,
      Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * (event.ctrlKey ? 0.012 : 0.0022)),
    );
    hover(at(point.x, point.y), point);
  }

  /* keys */

  function key(event) {
    const direction = DIRECTIONS[event.key],
      more = event.ctrlKey || event.altKey;
    if (event.metaKey || (more && !direction)) return;
    if (direction && more) step(direction);
    else if (direction) panBy(-direction[0] * width * 0.15, -direction[1] * height * 0.15);
    else if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") reset();
    else if (event.key === "n") onwards();
    else if (event.key === "p") back();
    else if (event.key === "Enter" && focused >= 0) tools.open(focused);
    else if (event.key === " ") {
      if (focused >= 0) tools.pick(focused);
    } else if (event.key === "Escape" && (drawing || area)) {
      drawing = null;
      tools.area(null);
    } else return;
    event.preventDefault();
  }

  const visited = [];

  function start() {
    const [x0, y0, x1, y1] = box();
    return grid.nearest((x0 + x1) / 2, (y0 + y1) / 2, Math.hypot(x1 - x0, y1 - y0), (i) => !faint?.[i]);
  }

  function step(direction) {
    const found = focused < 0 ? start() : grid.towards(focused, ...direction, (i) => !faint?.[i]);
    if (found >= 0) goTo(found);
  }

  /** The nearest that has not been looked at in this walk. */
  function onwards() {
    if (focused < 0) {
      visited.length = 0;
      return goTo(start());
    }
    if (visited.at(-1) !== focused) visited.push(focused);
    const seen = new Set(visited);
    let best = -1,
      least = Infinity;
    for (const i of grid.there) {
      const far = (x[i] - x[focused]) ** 2 + (y[i] - y[focused]) ** 2;
      if (far < least && !seen.has(i) && !faint?.[i]) {
        least = far;
        best = i;
      }
    }
    goTo(best);
  }

  function back() {
    const last = visited.pop();
    if (last !== undefined) goTo(last === focused ? (visited.pop() ?? last) : last);
  }

  function goTo(i) {
    if (i < 0) return;
    focused = i;
    bring(i);
    tools.focus(i, { x: k * x[i] + ox, y: k * y[i] + oy });
    draw();
  }

  /* its place on the page */

  const probe = document.createElement("span");
  probe.hidden = true;
  parent.append(probe);

  function resize() {
    const before = [width, height];
    width = parent.clientWidth;
    height = parent.clientHeight;
    dpr = Math.min(2, devicePixelRatio || 1);
    canvas.width = Math.round(width * dpr);
    canvas.height = Math.round(height * dpr);
    stamps = new Map();
    if (before[0] !== width || before[1] !== height) fit();
    clearTimeout(still);
    still = setTimeout(load, STILL);
    draw();
  }

  const watching = new ResizeObserver(resize),
    dark = matchMedia("(prefers-color-scheme: dark)"),
    leaving = new AbortController();
  const listen = (target, name, work, options = {}) =>
    target.addEventListener(name, work, { signal: leaving.signal, ...options });
  watching.observe(parent);
  listen(canvas, "pointerdown", down);
  listen(canvas, "pointermove", move);
  listen(canvas, "pointerup", up);
  listen(canvas, "pointercancel", up);
  listen(canvas, "pointerleave", () => {
    if (!pointers.size) hover(-1);
  });
  listen(canvas, "wheel", wheel, { passive: false });
  listen(canvas, "dblclick", (event) => {
    const point = within(event);
    zoomBy(event.shiftKey ? 0.5 : 2, point.x, point.y);
  });
  listen(canvas, "keydown", key);
  listen(canvas, "focus", draw);
  listen(canvas, "blur", () => {
    tools.focus(-1);
    draw();
  });
  listen(dark, "change", readColours);
  listen(globalThis, "themechange", readColours);
  resize();
  readColours();

  return {
    setPoints,
    setLooks,
    setFaint,
    setPicked,
    setNames,
    setArea,
    setOpened,
    setPictures,
    setBox,
    box,
    zoom,
    zoomBy,
    reset,
    bring,
    load,
    inside: (polygon) => grid.inside(polygon),
    setMode: (name) => {
      mode = name;
      canvas.dataset.mode = name;
    },
    /** Where a point is on the canvas, in CSS pixels. */
    placed: (i) => ({ x: k * x[i] + ox, y: k * y[i] + oy }),
    hung: () => [...inView].filter((i) => images.get(i)).length,
    leave: () => {
      gone = true;
      stop();
      clearTimeout(still);
      cancelAnimationFrame(frame);
      leaving.abort();
      watching.disconnect();
      images.stop();
      probe.remove();
    },
  };
}
