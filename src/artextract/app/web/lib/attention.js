// @ts-check
// Where the network looked: its attention for one attribute, drawn over a picture, with the control that chooses it.

import { make } from "./dom.js";
import { say } from "./language.js";
import { attributeName, capital } from "./words.js";

/** @import { Looked } from "./types.js" */
/** @typedef {{ look: string, veil: number }} Look */
/**
 * What there is to be shown of a picture: where the network looked, by attribute, how the picture became its input, and
 * the address of the map for an attribute.
 * @typedef {{ looked: Record<string, Looked>, geometry: string, source: (attribute: string) => string }} Looks
 */

const USUAL = 85; // per cent of the map over the picture
const PLACES = /** @type {const} */ ([
  ["upper-left", "upper-centre", "upper-right"],
  ["middle-left", "centre", "middle-right"],
  ["lower-left", "lower-centre", "lower-right"],
]);

/**
 * The attribute and strength that the URL names: look=ATTRIBUTE, veil=PER CENT.
 * @param {URLSearchParams} params @returns {Look}
 */
export function lookOf(params) {
  const given = Number(params.get("veil") ?? USUAL);
  return {
    look: params.get("look") ?? "",
    veil: Number.isFinite(given) ? Math.min(100, Math.max(10, Math.round(given))) : USUAL,
  };
}

/** What of it the URL must hold. @param {Look} look @returns {[string, string][]} */
export function lookPairs({ look, veil }) {
  if (!look) return [];
  return veil === USUAL
    ? [["look", look]]
    : [
        ["look", look],
        ["veil", String(veil)],
      ];
}

/**
 * The control: { element, show(looks), set(state) }. `over` is the element that holds the picture's <img>,
 * `onchange(state, quietly)` is called with { look, veil }. It stays hidden until `show` tells what can be looked for.
 * @param {HTMLElement} over @param {Look} state @param {(state: Look, quietly: boolean) => void} onchange
 */
export function attentionControl(over, state, onchange) {
  /** @type {Looks | null} */
  let looks = null;
  const map = make("img", { class: "attention", alt: "", hidden: true, decoding: "async" });
  const choices = make("div", {
    class: "choices",
    role: "radiogroup",
    "aria-label": say("look.for"),
  });
  const veil = make("input", {
    type: "range",
    min: "10",
    max: "100",
    step: "5",
    "aria-label": say("look.strength-label"),
    oninput: () => {
      state = { ...state, veil: Number(veil.value) };
      draw();
      onchange(state, true);
    },
  });
  const scale = make("div", { class: "scale" });
  const message = make("p", { class: "message", role: "status" });
  const legend = make(
    "div",
    { class: "legend", hidden: true },
    make("label", { class: "veil" }, make("span", {}, say("look.strength")), veil),
    scale,
    message,
  );
  const element = make(
    "div",
    { class: "looked", hidden: true },
    make("p", { class: "lead", "aria-hidden": "true" }, say("look.lead")),
    choices,
    legend,
  );
  map.addEventListener("load", () => map.classList.add("there"));
  map.addEventListener("error", () => {
    if (state.look) message.textContent = say("look.failed");
  });
  over.append(map);

  function draw() {
    const look = looks && state.look in looks.looked ? state.look : "";
    for (const box of choices.querySelectorAll("input")) box.checked = box.value === look;
    veil.value = String(state.veil);
    map.style.opacity = String(state.veil / 100);
    map.hidden = legend.hidden = !look;
    over.classList.toggle("under-map", Boolean(look));
    if (!looks || !look) return map.removeAttribute("src");
    const source = looks.source(look);
    if (map.getAttribute("src") !== source) {
      map.classList.remove("there");
      map.src = source;
    }
    map.alt = say("look.alt", attributeName(look));
    describe(look, looks.looked[look], looks.geometry);
  }

  /** @param {string} attribute @param {Looked} looked @param {string} geometry */
  function describe(attribute, looked, geometry) {
    const rows = looked.grid.length,
      columns = looked.grid[0].length;
    scale.replaceChildren(
      make("span", {}, say("look.hardly")),
      make("span", { class: "ramp", "aria-hidden": "true" }),
      make("span", {}, say("look.times", looked.most)),
    );
    message.textContent = [
      geometry === "squash" ? say("look.most", strongest(looked.grid)) : null,
      say("look.coarse", columns, rows, attributeName(attribute)),
      geometry === "crop" ? say("look.cropped") : null,
    ]
      .filter(Boolean)
      .join(" ");
  }

  return {
    element,
    /** @param {Looks | null} next */
    show(next) {
      looks = next;
      element.hidden = !looks;
      const names = looks ? ["", ...Object.keys(looks.looked)] : [];
      choices.replaceChildren(
        ...names.map((name) =>
          make(
            "label",
            {},
            make("input", {
              type: "radio",
              name: "look",
              value: name,
              onchange: () => {
                state = { ...state, look: name };
                draw();
                onchange(state, false);
              },
            }),
            make("span", {}, name ? capital(attributeName(name)) : say("look.off")),
          ),
        ),
      );
      draw();
    },
    /** @param {Look} next */
    set(next) {
      state = next;
      draw();
    },
  };
}

/** "the lower right, 4.2 × an even look": the field that was looked at most. @param {number[][]} grid */
function strongest(grid) {
  const most = Math.max(...grid.flat()),
    row = grid.findIndex((line) => line.includes(most)),
    column = grid[row].indexOf(most);
  /** @param {number} at @param {number} of */
  const third = (at, of) => Math.min(2, Math.floor((3 * (at + 0.5)) / of));
  const place = say(`place.${PLACES[third(row, grid.length)][third(column, grid[0].length)]}`);
  return say("look.strongest", place, most);
}
