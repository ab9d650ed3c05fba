// @ts-check
// Where the network looked: its attention for one attribute, drawn over a picture, with the control that chooses it.

import { make } from "./dom.js";
import { api } from "./names.js";
import { capital, words } from "./words.js";

/** @import { AttributeReading, Predictions } from "./types.js" */
/** @typedef {{ look: string, veil: number }} Look */

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
 * The control: { element, show(readings, id), set(state) }. `over` is the element that holds the picture's <img>,
 * `onchange(state, quietly)` is called with { look, veil }. It stays hidden until `show` tells what can be looked for.
 * @param {HTMLElement} over @param {Look} state @param {(state: Look, quietly: boolean) => void} onchange
 */
export function attentionControl(over, state, onchange) {
  /** @type {Predictions | null} */
  let predictions = null,
    id = "";
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
    const reading = predictions?.attributes.find(({ attribute }) => attribute === state.look);
    const source = reading ? `${api("attention", id)}?attribute=${encodeURIComponent(reading.attribute)}` : null;
    for (const box of choices.querySelectorAll("input")) box.checked = box.value === (reading ? reading.attribute : "");
    veil.value = String(state.veil);
    map.style.opacity = String(state.veil / 100);
    map.hidden = legend.hidden = !reading;
    over.classList.toggle("under-map", Boolean(reading));
    if (!reading || !predictions || source === null) return map.removeAttribute("src");
    if (map.getAttribute("src") !== source) {
      map.classList.remove("there");
      map.src = source;
    }
    map.alt = `Map of where the network looked for ${words(reading.attribute)}`;
    describe(reading, predictions);
  }

  /** @param {AttributeReading} reading @param {Predictions} of */
  function describe({ attribute, looked }, { model: { geometry } }) {
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
    /** @param {Predictions | null} next @param {string} painting */
    show(next, painting) {
      predictions = next;
      id = painting;
      element.hidden = !predictions;
      const names = predictions ? ["", ...predictions.attributes.map(({ attribute }) => attribute)] : [];
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
