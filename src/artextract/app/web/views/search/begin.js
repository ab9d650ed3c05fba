// @ts-check
// The page to begin a search from: a picture of one's own, words, a palette, or some paintings.

import { ask } from "../../lib/api.js";
import { closedUpload, wayIn } from "../../lib/closed.js";
import { make, notice } from "../../lib/dom.js";
import { AskError, ignored, isAbort } from "../../lib/errors.js";
import { say } from "../../lib/language.js";
import { card } from "../../lib/painting.js";
import { coloursText, paletteBuilder } from "../../lib/palette.js";
import { reachOfWords, seesPictures } from "../../lib/reach.js";
import { go, href, note } from "../../lib/route.js";
import { chooseFile, uploadLimits } from "../../lib/upload.js";

/** @import { Action, CollectionFacts, ColourShare, PaintingPage, Tools } from "../../lib/types.js" */

const LOTS = 8; // paintings to begin with
/** @type {ColourShare[]} */
const FIRST_COLOURS = [
  ["#1b3a5c", 60],
  ["#d9a441", 40],
];

/** @param {Tools} tools */
export function startPage({ collection, signal }) {
  const closed = closedUpload(collection),
    zone = closed ? closedZone(closed) : uploadZone(),
    some = somePaintings(collection, signal);
  /** @param {string} name */
  const has = (name) => collection.features.some((feature) => feature.name === name);
  const element = make(
    "div",
    { class: "begin" },
    make("h1", {}, say("begin.heading")),
    make("div", { class: "ways" }, zone.element, byWords(collection), has("palette") ? byColours() : null),
    some.element,
  );
  return {
    element,
    tell: zone.tell,
    waiting: zone.waiting,
    /** @param {URLSearchParams} params */
    update(params) {
      zone.tellLimits();
      const given = Number.parseInt(params.get("lot") ?? "", 10),
        seed = Number.isFinite(given) ? given : randomSeed();
      if (seed !== given) note("search", { lot: seed });
      return some.draw(seed);
    },
  };
}

/** Where nobody may upload, why. @param {AskError} why */
const closedZone = (why) => ({
  element: make(
    "section",
    { class: "zone", "aria-label": say("begin.own") },
    make("h2", {}, say("begin.own")),
    notice(why, wayIn(why)),
  ),
  tellLimits() {},
  tell() {},
  waiting() {},
});

function uploadZone() {
  const message = make("div", { class: "message" });
  const limits = make("p", { class: "faint" }, say("begin.formats"));
  const status = make("p", { class: "faint", role: "status" });
  const element = make(
    "section",
    { class: "zone", "aria-label": say("begin.own") },
    make("h2", {}, say("begin.own")),
    make("p", {}, say("begin.drop")),
    make("button", { type: "button", class: "button", onclick: () => chooseFile() }, say("begin.choose")),
    limits,
    status,
    message,
  );
  let told = false;
  return {
    element,
    /** How large a file may be, once this is seen. */
    tellLimits() {
      if (told) return;
      told = true;
      uploadLimits().then(({ bytes, megapixels }) => {
        limits.textContent += say("begin.limits", Math.floor(bytes / 2 ** 20), Math.floor(megapixels));
      }, ignored); // said once more when a file is sent
    },
    /** @param {AskError} error @param {Action | null} [action] */
    tell(error, action) {
      message.replaceChildren(notice(error, action));
    },
    /** @param {string | null} name of the file that is looked at, null where none is */
    waiting(name) {
      if (name !== null) message.replaceChildren();
      element.classList.toggle("waiting", name !== null);
      status.textContent = name === null ? "" : say("search.looking-at", name || say("search.your-picture"));
    },
  };
}

/** @param {CollectionFacts} collection */
function byWords(collection) {
  const semantic = seesPictures(collection),
    examples = tries(collection);
  const words = make("input", {
    type: "search",
    name: "words",
    autocomplete: "off",
    "aria-label": say("begin.words-label"),
    placeholder: semantic ? say("begin.words-example") : say("begin.words-example-table"),
  });
  return make(
    "section",
    { class: "panel" },
    make("h2", {}, say("begin.words")),
    make("p", {}, reachOfWords(collection)),
    semantic ? null : make("p", { class: "faint" }, say("reach.how"), " ", make("code", {}, "artextract fetch clip")),
    make(
      "form",
      {
        class: "one-line",
        role: "search",
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          if (words.value.trim()) go("search", { words: words.value.trim() });
        },
      },
      words,
      make("button", { class: "button" }, say("begin.search")),
    ),
    examples.length
      ? make(
          "p",
          { class: "faint tries" },
          say("begin.for-example"),
          " ",
          examples.flatMap((value, place) => [
            place ? ", " : "",
            make("a", { href: href("search", { words: value }) }, value),
          ]),
          ".",
        )
      : null,
  );
}

function byColours() {
  const builder = paletteBuilder({
    colours: FIRST_COLOURS,
    onchange: () => {
      search.disabled = !builder.colours().length;
    },
  });
  const search = make(
    "button",
    { type: "button", class: "button", onclick: () => go("search", { colours: coloursText(builder.colours()) }) },
    say("begin.search-colours"),
  );
  builder.element.append(search);
  return make(
    "section",
    { class: "panel" },
    make("h2", {}, say("begin.palette")),
    make("p", {}, say("begin.palette-about")),
    builder.element,
  );
}

/** @param {CollectionFacts} collection @param {AbortSignal} signal */
function somePaintings(collection, signal) {
  const grid = make("div", { class: "grid" });
  const element = make(
    "section",
    { class: "random" },
    make(
      "div",
      { class: "bar" },
      make("h2", {}, say("begin.paintings")),
      make(
        "button",
        { type: "button", class: "quiet", onclick: () => go("search", { lot: randomSeed() }) },
        say("begin.others"),
      ),
    ),
    grid,
  );
  /** @type {number | null} */
  let drawn = null;

  /** @param {number} seed */
  async function draw(seed) {
    if (drawn === seed) return;
    drawn = seed;
    try {
      /** @type {PaintingPage[]} */
      const pages = await Promise.all(
        places(seed, collection.n).map((offset) => ask(`api/paintings?limit=1&offset=${offset}`, { signal })),
      );
      if (drawn !== seed) return;
      grid.replaceChildren(
        ...pages
          .flatMap((page) => page.paintings)
          .map((painting) => card(painting, { to: href("search", { id: painting.id }) })),
      );
    } catch (error) {
      drawn = null;
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      grid.replaceChildren(notice(error, { text: say("common.try-again"), run: () => draw(seed) }));
    }
  }

  return { element, draw };
}

/** Words that surely find something: the commonest labels of every column. @param {CollectionFacts} collection */
const tries = ({ labels }) =>
  Object.values(labels).flatMap((values) =>
    values
      .map(({ value }) => value)
      .filter((value) => value !== null)
      .slice(0, 3),
  );

const randomSeed = () => 1 + Math.floor(Math.random() * 9999);

/**
 * Different rows of a table of `n`, the same for the same seed (a linear congruential generator with the numbers of
 * Press et al., "Numerical Recipes", section 7.1).
 * @param {number} seed @param {number} n
 */
function places(seed, n) {
  /** @type {Set<number>} */
  const found = new Set();
  let at = seed >>> 0;
  while (found.size < Math.min(LOTS, n)) {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
    found.add(Math.floor((at / 2 ** 32) * n));
  }
  return [...found];
}
