// @ts-check
// The paintings that were chosen on a map: how many, a strip of them, and how their labels differ from those of the
// rest.

import { ask } from "./api.js";
import { make, tell } from "./dom.js";
import { exportButton } from "./export.js";
import { say } from "./language.js";
import { altText, imageUrl } from "./names.js";
import { href } from "./route.js";
import { isSelected, select } from "./selection.js";
import { attributeName, capital, percent } from "./words.js";

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
  const strip = make("ul", { class: "strip", tabindex: 0, "aria-label": say("chosen.label") });
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
      make("p", { class: "count" }, say("count.paintings", ids.length)),
      make(
        "div",
        { class: "does" },
        toggle,
        make("a", { class: "button second", href: href("selection") }, say("chosen.show")),
        exportButton(() => ({ ids, title })),
        make("button", { type: "button", class: "quiet", onclick: close }, say("common.close")),
      ),
    ),
    ids.length ? strip : make("p", { class: "faint" }, say("chosen.none")),
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
  toggle.textContent = all ? say("chosen.remove") : say("chosen.add");
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
      ids.length > first.length ? make("li", { class: "more" }, say("common.more", ids.length - first.length)) : "",
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
            capital(attributeName(label.column)),
            label.known < ids.length ? make("span", { class: "faint" }, ` ${say("chosen.known", label.known)}`) : "",
          ),
          make(
            "thead",
            {},
            make(
              "tr",
              {},
              make("th", { scope: "col" }, say("chosen.value")),
              make("th", { scope: "col" }, say("chosen.chosen")),
              make("th", { scope: "col" }, say("chosen.rest")),
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
    if (labels.length) place.append(make("p", { class: "faint", title: say("chosen.test") }, say("chosen.about")));
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
