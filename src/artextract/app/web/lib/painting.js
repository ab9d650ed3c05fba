// @ts-check
// One painting as it hangs on the wall, in whatever view.

import { make } from "./dom.js";
import { say } from "./language.js";
import { altText, imageUrl, makerOf, nameOf, statedRights } from "./names.js";
import { href } from "./route.js";
import { selectBox } from "./selection.js";

/** @import { Painting } from "./types.js" */

/** @param {Painting} painting */
const aspectOf = (painting) => Math.min(2.6, Math.max(0.45, painting.width / painting.height));

/**
 * The picture of a painting; where it cannot be shown, words stand in its place.
 * @param {Painting} painting @param {number} [size] @param {Record<string, any>} [options]
 */
export function picture(painting, size = 400, options = {}) {
  const image = make("img", {
    src: imageUrl(painting.id, size),
    alt: altText(painting),
    decoding: "async",
    width: painting.width,
    height: painting.height,
    onerror: () => image.parentElement?.classList.add("lost"),
    ...options,
  });
  return image;
}

/** The line under the name: artist and year, of which the year is seen whole. @param {Painting} painting */
function who(painting) {
  const artist = makerOf(painting),
    { year } = painting;
  return make(
    "span",
    { class: "who" },
    make("span", { class: "artist" }, artist),
    year ? make("span", {}, artist ? `, ${year}` : year) : null,
  );
}

/**
 * A painting with its name, linked to where `to` says (its own page), and its rights where they are stated; `rank`
 * stands in the caption, `below` under it.
 * @param {Painting} painting @param {{ rank?: number | null, below?: HTMLElement | null, to?: string }} [options]
 */
export function card(painting, { rank = null, below = null, to = href("painting", { id: painting.id }) } = {}) {
  return make(
    "article",
    { class: "card", "data-id": painting.id, style: { "--aspect": aspectOf(painting) } },
    make(
      "a",
      { href: to, class: "hang" },
      make("span", { class: "frame" }, picture(painting, 400, { loading: "lazy" })),
      make(
        "span",
        { class: "caption" },
        rank ? make("span", { class: "rank" }, String(rank)) : null,
        make("span", { class: "name" }, nameOf(painting)),
        who(painting),
      ),
    ),
    make(
      "span",
      { class: "acts" },
      selectBox(painting),
      make(
        "a",
        {
          class: "similar",
          href: href("search", { id: painting.id }),
          title: say("card.alike"),
          "aria-label": say("card.like", nameOf(painting)),
        },
        "≈",
      ),
    ),
    below,
    painting.rights && statedRights(painting.rights)
      ? make("p", { class: "rights", title: painting.rights }, painting.rights)
      : null,
  );
}
