// Pictures that hang in a scatter in place of points: which of them have room, and their loading, a few at a time.

const AT_ONCE = 6,
  KEPT = 500,
  SIDE = 150;

/**
 * Which points have room for a picture of `side` (in the points' own units), by priority; none overlap. The choice does
 * not change while the map is moved.
 */
export function withRoom(x, y, order, side) {
  const cells = new Map(),
    found = [];
  for (const i of order) {
    const column = Math.floor(x[i] / side),
      row = Math.floor(y[i] / side);
    let free = true;
    for (let r = row - 1; r <= row + 1 && free; r++) {
      for (let c = column - 1; c <= column + 1 && free; c++) {
        const other = cells.get(r * 65537 + c);
        free = other === undefined || Math.abs(x[other] - x[i]) >= side || Math.abs(y[other] - y[i]) >= side;
      }
    }
    if (!free) continue;
    cells.set(row * 65537 + column, i);
    found.push(i);
  }
  return found;
}

/** Small pictures by number. `url(i)` is where one is; `arrived()` is called when there is more to draw. */
export function pictures(url, arrived) {
  const kept = new Map(); // number -> canvas, or null where it cannot be shown
  const loading = new Map();
  let wanted = [];

  function get(i) {
    const found = kept.get(i);
    if (found) {
      kept.delete(i);
      kept.set(i, found);
    } // the last used goes last
    return found;
  }

  /** Load these, the first first; what was wanted before and is not begun is given up. */
  function want(numbers) {
    wanted = numbers.filter((i) => !kept.has(i) && !loading.has(i));
    go();
  }

  function go() {
    while (loading.size < AT_ONCE && wanted.length) {
      const i = wanted.shift(),
        image = new Image();
      loading.set(i, image);
      image.decoding = "async";
      const done = (small) => {
        loading.delete(i);
        kept.set(i, small);
        if (kept.size > KEPT) kept.delete(kept.keys().next().value);
        arrived();
        go();
      };
      image.onload = () => done(smaller(image));
      image.onerror = () => done(null);
      image.src = url(i);
    }
  }

  function stop() {
    wanted = [];
    for (const image of loading.values()) image.onload = image.onerror = null;
    loading.clear();
  }

  return { get, want, stop };
}

function smaller(image) {
  const scale = Math.min(
    1,
    (SIDE * Math.min(2, devicePixelRatio || 1)) / Math.max(image.naturalWidth, image.naturalHeight),
  );
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
