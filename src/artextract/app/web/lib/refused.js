// @ts-check
// Pictures that the server refuses because it is asked for too much: they are asked for again as soon as it takes more,
// and only then count as lost.

/** How often a picture is asked for again. */
export const TRIES = 8;
const TOO_OFTEN = 429,
  SPREAD = 700, // milliseconds over which those that wait for the same moment are asked for
  OURS = /\/(?:api|iiif)\//;

/** How often a picture was asked for again. @type {WeakMap<HTMLImageElement, { source: string, tries: number }>} */
const asked = new WeakMap();
/** When the server takes more, by the page's clock. */
let open = 0;

/** Hear of every picture of the page that does not come, before whoever shows it does. */
export function listenForRefused() {
  addEventListener(
    "error",
    (event) => {
      const image = event.target;
      if (!(image instanceof HTMLImageElement) || !OURS.test(image.src)) return;
      const source = image.src,
        known = asked.get(image),
        tries = known?.source === source ? known.tries : 0;
      if (tries >= TRIES) return;
      event.stopImmediatePropagation();
      asked.set(image, { source, tries: tries + 1 });
      again(image, source);
    },
    { capture: true },
  );
}

/** @param {HTMLImageElement} image @param {string} source */
async function again(image, source) {
  const wait = await untilTaken(source);
  if (!wait) asked.set(image, { source, tries: TRIES }); // it is there by now, or lost
  const still = () => image.isConnected && image.src === source;
  if (wait === null) return still() && image.dispatchEvent(new Event("error"));
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (!still()) return;
  image.removeAttribute("src");
  image.src = source;
}

/**
 * Milliseconds until a picture that did not come can be asked for again, 0 where it is there by now; null where it is
 * lost. Only `fetch` is told why it did not come.
 * @param {string} source @returns {Promise<number | null>}
 */
export async function untilTaken(source) {
  if (performance.now() >= open) {
    const { status, ok, headers } = await fetch(source, { method: "HEAD" }).catch(() => Response.error());
    if (status !== TOO_OFTEN) return ok ? 0 : null;
    open = Math.max(open, performance.now() + 1000 * (Number(headers.get("Retry-After")) || 1));
  }
  return open - performance.now() + 1 + Math.random() * SPREAD;
}
