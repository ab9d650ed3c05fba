// @ts-check
// The clusters of a map as a table: what a map shows, for whoever cannot see it, and the way to take a whole cluster.

import { make, tell } from "./dom.js";
import { say } from "./language.js";
import { altText, imageUrl } from "./names.js";
import { href } from "./route.js";
import { attributeName, spelled } from "./words.js";

/** @import { MapFacts, Painting } from "./types.js" */

const TERMS = 4;

/**
 * `take(number)` chooses all of a cluster, `alone(name)` lets it stand out on the map; `facts(ids)` tells about
 * paintings.
 * @param {HTMLElement} place @param {MapFacts} map
 * @param {{ take: (number: number) => void, alone: (name: string) => void, facts: (ids: string[]) =>
 *   Promise<Painting[]> }} tools
 */
export async function drawClusters(place, map, { take, alone, facts }) {
  const representatives = map.clusters.map((cluster) => make("td", { class: "standing" }));
  place.replaceChildren(
    make("h2", {}, say("groups.heading")),
    make("p", { class: "faint about", title: say("groups.terms") }, about(map)),
    make(
      "div",
      { class: "wide", tabindex: 0, role: "region", "aria-label": say("groups.of-map") },
      make(
        "table",
        {},
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            [
              say("groups.name"),
              say("common.paintings"),
              say("groups.more-frequent"),
              say("groups.central"),
              say("groups.actions"),
            ].map((text) => make("th", { scope: "col" }, text)),
          ),
        ),
        make(
          "tbody",
          {},
          map.clusters.map((cluster, at) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, cluster.name),
              make("td", { class: "number", "data-of": say("common.paintings") }, spelled(cluster.size)),
              make(
                "td",
                {},
                cluster.terms.length
                  ? cluster.terms
                      .slice(0, TERMS)
                      .map((term) =>
                        make(
                          "span",
                          { class: "term" },
                          `${term.value} `,
                          make("span", { class: "faint" }, say("groups.share", term.share, term.elsewhere)),
                        ),
                      )
                  : make("span", { class: "faint" }, say("groups.nothing")),
              ),
              representatives[at],
              make(
                "td",
                { class: "does" },
                make(
                  "button",
                  {
                    type: "button",
                    class: "button second",
                    "aria-label": say("groups.select-of", cluster.name),
                    onclick: () => take(cluster.number),
                  },
                  say("groups.select"),
                ),
                make(
                  "button",
                  {
                    type: "button",
                    class: "quiet",
                    "aria-label": say("groups.show-of", cluster.name),
                    onclick: () => alone(cluster.name),
                  },
                  say("groups.show"),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
  try {
    const paintings = await facts(map.clusters.flatMap((cluster) => cluster.representatives)),
      known = new Map(paintings.map((painting) => [painting.id, painting]));
    map.clusters.forEach((cluster, at) =>
      representatives[at].replaceChildren(
        ...cluster.representatives
          .map((id) => known.get(id))
          .filter((painting) => painting !== undefined)
          .map((painting) =>
            make(
              "a",
              { href: href("painting", { id: painting.id }), title: altText(painting) },
              make("img", { src: imageUrl(painting.id), alt: altText(painting), loading: "lazy", decoding: "async" }),
            ),
          ),
      ),
    );
  } catch (error) {
    tell(error);
  }
}

/** @param {MapFacts} map */
function about(map) {
  const best = map.silhouettes[map.clusters.length];
  const [judged] = Object.entries(map.agreement)
    .map(([label, { ami }]) => ({ label, ami }))
    .filter(({ ami }) => ami !== null)
    .sort((a, b) => Number(b.ami) - Number(a.ami));
  return [
    say("groups.about", map.clusters.length),
    best === undefined ? "" : say("groups.apart", best),
    judged ? say("groups.agree", attributeName(judged.label), Number(judged.ami)) : "",
  ]
    .filter(Boolean)
    .join(" ");
}
