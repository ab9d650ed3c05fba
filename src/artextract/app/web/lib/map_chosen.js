// @ts-check
// The paintings that were chosen on a map: how many, a strip of them, and how their labels differ from those of the
// rest.

import { ask } from "./api.js";
import { make, tell } from "./dom.js";
import { exportButton } from "./export.js";
import { altText, imageUrl } from "./names.js";
import { href } from "./route.js";
import { isSelected, select } from "./selection.js";
import { capital, count, percent, spelled, words } from "./words.js";

/** @import { LabelShares, Painting } from "./types.js" */
/** @typedef {(ids: string[]) => Promise<Painting[]>} FactsOf */

const IN_STRIP = 48,
  VALUES = 5;

/**
 * Show `ids` in `place`; `facts(ids)` tells about paintings, `close()` is called when no longer wanted.
 * @param {HTMLElement} place
 * @param {{ ids: string[], title: string, facts: FactsOf, close: () => void, signal: AbortSignal }} chosen
 */
export function drawChosen(place, { ids, title, facts, close, signal }) {
  const chosen = ids.filter(isSelected).length;
  const strip = make("ul", { class: "strip", tabindex: 0, "aria-label": "Chosen paintings" });
  const shares = make("div", { class: "shares" });
  const toggle = make("button", {
    type: "button",
    class: "button second",
    onclick: () => select(ids, toggle.dataset.all !== "true"),
  });
  mark(toggle, chosen === ids.length);
  place.replaceChildren(
    make(
      "div",
      { class: "bar" },
      make("h2", {}, title),
      make("p", { class: "count" }, count(ids.length, "painting")),
      make(
        "div",
        { class: "does" },
        toggle,
        make("a", { class: "button second", href: href("selection") }, "Show the selection"),
        exportButton(() => ({ ids, title })),
        make("button", { type: "button", class: "quiet", onclick: close }, "Close"),
      ),
    ),
    ids.length ? strip : make("p", { class: "faint" }, "There is no painting in this area that passes the filters."),
    shares,
  );
  toggle.hidden = !ids.length;
  if (!ids.length) return;
  fill(strip, ids, facts);
  compare(shares, ids, signal);
}

/** Say anew whether all are in the selection. @param {HTMLElement} place @param {string[]} ids */
export function markChosen(place, ids) {
  const toggle = place.querySelector("button");
  if (toggle) mark(toggle, ids.every(isSelected));
}

/** @param {HTMLElement} toggle @param {boolean} all */
function mark(toggle, all) {
  toggle.dataset.all = String(all);
  toggle.textContent = all ? "Take out of the selection" : "Add to the selection";
}

/** @param {HTMLElement} strip @param {string[]} ids @param {FactsOf} facts */
async function fill(strip, ids, facts) {
  const first = ids.slice(0, IN_STRIP);
  try {
    const paintings = await facts(first);
    strip.replaceChildren(
      ...paintings.map((painting) =>
        make(
          "li",
          {},
          make(
            "a",
            { href: href("painting", { id: painting.id }), title: altText(painting) },
            make("img", {
              src: imageUrl(painting.id),
              alt: altText(painting),
              loading: "lazy",
              decoding: "async",
              width: painting.width,
              height: painting.height,
            }),
          ),
        ),
      ),
      ids.length > first.length ? make("li", { class: "more" }, `and ${spelled(ids.length - first.length)} more`) : "",
    );
  } catch (error) {
    tell(error);
  }
}

/** @param {HTMLElement} place @param {string[]} ids @param {AbortSignal} signal */
async function compare(place, ids, signal) {
  try {
    /** @type {{ labels: LabelShares[] }} */
    const { labels } = await ask("api/map/chosen", { body: { ids }, signal });
    place.replaceChildren(
      ...labels.map((label) =>
        make(
          "table",
          {},
          make(
            "caption",
            {},
            `${capital(words(label.column))}`,
            label.known < ids.length ? make("span", { class: "faint" }, ` known of ${spelled(label.known)}`) : "",
          ),
          make(
            "thead",
            {},
            make(
              "tr",
              {},
              make("th", { scope: "col" }, "Value"),
              make("th", { scope: "col" }, "Chosen"),
              make("th", { scope: "col" }, "Rest"),
            ),
          ),
          make(
            "tbody",
            {},
            label.values
              .slice(0, VALUES)
              .map((value) =>
                make(
                  "tr",
                  { class: Math.abs(value.z ?? 0) < 1.96 ? "alike" : "" },
                  make("th", { scope: "row" }, value.value),
                  share(value.share, "own"),
                  share(value.elsewhere, "other"),
                ),
              ),
          ),
        ),
      ),
    );
    if (labels.length)
      place.append(
        make(
          "p",
          { class: "faint" },
          "Shares of the paintings whose label is known. ",
          "Faint rows do not differ beyond chance (log-odds within 1.96 standard deviations).",
        ),
      );
  } catch (error) {
    tell(error);
  }
}

/** @param {number | null} part @param {string} kind */
const share = (part, kind) =>
  make(
    "td",
    { class: kind },
    part === null
      ? "–"
      : [
          make("span", { class: "length", "aria-hidden": "true", style: { "--part": part } }),
          make("span", { class: "number" }, percent(part)),
        ],
  );
