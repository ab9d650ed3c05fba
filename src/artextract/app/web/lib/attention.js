// @ts-check
// Where the network looked: its attention for one attribute, drawn over a picture, with the control that chooses it.

import { make } from "./dom.js";
import { capital, words } from "./words.js";

/** @import { Looked } from "./types.js" */
/** @typedef {{ look: string, veil: number }} Look */
/**
 * What there is to be shown of a picture: where the network looked, by attribute, how the picture became its input, and
 * the address of the map for an attribute.
 * @typedef {{ looked: Record<string, Looked>, geometry: string, source: (attribute: string) => string }} Looks
 */

const USUAL = 85; // per cent of the map over the picture
const DOWN = ["upper", "middle", "lower"],
  ACROSS = ["left", "centre", "right"];

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
    "aria-label": "Show where the network looked, for",
  });
  const veil = make("input", {
    type: "range",
    min: "10",
    max: "100",
    step: "5",
    "aria-label": "Strength of the map, in per cent",
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
    make("label", { class: "veil" }, make("span", {}, "Strength"), veil),
    scale,
    message,
  );
  const element = make(
    "div",
    { class: "looked", hidden: true },
    make("p", { class: "lead", "aria-hidden": "true" }, "Where the network looked, for"),
    choices,
    legend,
  );
  map.addEventListener("load", () => map.classList.add("there"));
  map.addEventListener("error", () => {
    if (state.look) message.textContent = "The map cannot be shown now. Choose it again to try once more.";
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
    map.alt = `Map of where the network looked for ${words(look)}`;
    describe(look, looks.looked[look], looks.geometry);
  }

  /** @param {string} attribute @param {Looked} looked @param {string} geometry */
  function describe(attribute, looked, geometry) {
    const rows = looked.grid.length,
      columns = looked.grid[0].length;
    scale.replaceChildren(
      make("span", {}, "hardly"),
      make("span", { class: "ramp", "aria-hidden": "true" }),
      make("span", {}, `${looked.most} × an even look`),
    );
    message.textContent = [
      geometry === "squash" ? `Most attention: ${strongest(looked.grid)}.` : null,
      `Coarse: a grid of ${columns} × ${rows} fields. ` +
        `It shows where the network looked for the ${words(attribute)}, not why.`,
      geometry === "crop" ? "What lies outside the middle square it did not read." : null,
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
            make("span", {}, name ? capital(words(name)) : "Off"),
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
  const place = [DOWN[third(row, grid.length)], ACROSS[third(column, grid[0].length)]].join(" ");
  return `${place === "middle centre" ? "the centre" : `the ${place}`}, ${most.toFixed(1)} × an even look`;
}
