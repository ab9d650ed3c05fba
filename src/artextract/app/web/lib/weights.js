// How much each feature counts: sliders, and mixes that are had with one press. In a URL they are w.FEATURE=0..100;
// without any the collection's own mix holds.

import { make } from "./dom.js";
import { capital, percent, words } from "./words.js";

/** Mixes by name; of each what is indexed is used, and it is offered where anything of it is. Chosen by hand. */
const PRESETS = {
  visual: { deep: 40, style: 20, texture: 15, lighting: 15, palette: 10 },
  semantic: { semantic: 100 },
  compositional: { composition: 50, structure: 50 },
  palette: { palette: 100 },
  pose: { pose: 70, face: 30 },
};
const TOLD = {
  default: "the mix that this collection is searched with unless told otherwise",
  visual: "what the eye meets: forms, manner, surface, light and colours",
  semantic: "what is shown",
  compositional: "how the picture is laid out",
  palette: "the colours alone",
  pose: "how figures stand and hold their heads",
};

/** { feature: 0..100 } of the URL, null where it has none. */
export function weightsIn(params) {
  const given = [...params]
    .filter(([name]) => name.startsWith("w."))
    .map(([name, value]) => [name.slice(2), Math.min(100, Math.max(0, Number(value) || 0))]);
  return given.some(([, weight]) => weight > 0) ? Object.fromEntries(given) : null;
}

export const weightPairs = (weights) =>
  Object.entries(weights ?? {})
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => [`w.${name}`, String(weight)]);

/** The mark of a feature's colour, beside its name wherever it stands. */
export const dot = (name) => make("i", { class: `dot part-${name}`, "aria-hidden": "true" });

/**
 * The panel. `onchange(weights, quietly)` is called with what the sliders say, null for the collection's own mix; all
 * of them may be 0. Gives { element, update }: update({ features: [{ name, description }], weights, mix, missing, held
 * }), `mix` what counts where no weights are given, `missing` why a feature says nothing of this query, `held` leaves
 * the sliders where the visitor is just moving them.
 */
export function weightPanel({ onchange }) {
  const presets = make("div", { class: "presets", role: "group", "aria-label": "Mixes" });
  const sliders = make("div", { class: "sliders" });
  const element = make(
    "details",
    { class: "weights panel", open: innerWidth > 800 },
    make("summary", {}, make("h2", {}, "What counts")),
    presets,
    sliders,
  );
  let shown = "",
    rows = new Map(),
    now = { features: [], weights: null, mix: {}, missing: {}, held: false };

  function update(next) {
    now = { ...now, ...next };
    const names = now.features.map(({ name }) => name);
    if (shown !== String(names)) {
      shown = String(names);
      build();
    }
    const weights = now.weights ?? scaled(now.mix);
    for (const [name, { range, row, note }] of rows) {
      const value = Math.round(weights[name] ?? 0);
      if (!now.held && Number(range.value) !== value) range.value = value;
      const reason = now.missing[name];
      row.classList.toggle("lacking", Boolean(reason));
      note.textContent = reason
        ? `Counts nothing: ${reason}.`
        : now.features.find((feature) => feature.name === name).description;
    }
    drawPresets(weights);
    shares();
  }

  function build() {
    rows = new Map();
    sliders.replaceChildren(
      ...now.features.map(({ name }) => {
        const range = make("input", {
          type: "range",
          min: 0,
          max: 100,
          step: 1,
          id: `w-${name}`,
          name,
          "aria-describedby": `about-${name}`,
          oninput: moved,
        });
        const output = make("output", { for: `w-${name}` }),
          note = make("small", { id: `about-${name}` });
        const row = make(
          "div",
          { class: "slider" },
          make("label", { for: `w-${name}` }, dot(name), capital(words(name))),
          output,
          range,
          note,
        );
        rows.set(name, { range, output, note, row });
        return row;
      }),
    );
  }

  function drawPresets(weights) {
    const there = now.features.filter(({ name }) => !now.missing[name]).map(({ name }) => name);
    const pressed = now.weights === null ? "default" : null;
    const mixes = [
      ["default", null],
      ...Object.entries(PRESETS).map(([name, mix]) => [
        name,
        Object.fromEntries(Object.entries(mix).filter(([feature]) => there.includes(feature))),
      ]),
    ].filter(
      ([name, mix]) =>
        mix === null ||
        Object.keys(mix).length > 1 ||
        (Object.keys(mix).length && !(Object.keys(mix)[0] in PRESETS && !(name in mix))),
    );
    if ([...presets.children].map((one) => one.name).join() !== mixes.map(([name]) => name).join()) {
      const held = presets.contains(document.activeElement) ? document.activeElement.name : null;
      presets.replaceChildren(
        ...mixes.map(([name, mix]) =>
          make(
            "button",
            {
              type: "button",
              class: "button second",
              name,
              title: TOLD[name],
              onclick: () => onchange(mix && scaled(mix), false),
            },
            capital(name),
          ),
        ),
      );
      if (held) presets.querySelector(`[name="${held}"]`)?.focus();
    }
    mixes.forEach(([name, mix], place) => {
      const same = mix ? pressed === null && alike(weights, mix) : pressed === name;
      presets.children[place].setAttribute("aria-pressed", String(same));
    });
    presets.hidden = mixes.length < 2 || now.features.length < 2;
  }

  function moved() {
    shares();
    onchange(Object.fromEntries([...rows].map(([name, { range }]) => [name, Number(range.value)])), true);
  }

  function shares() {
    const counted = [...rows].filter(([name]) => !now.missing[name]);
    const sum = counted.reduce((all, [, { range }]) => all + Number(range.value), 0);
    for (const [name, { range, output }] of rows) {
      const share = now.missing[name] || !sum ? 0 : Number(range.value) / sum;
      output.textContent = percent(share);
      range.setAttribute("aria-valuetext", percent(share));
    }
  }

  return { element, update };
}

/** With the largest at most 100, the others in proportion. */
function scaled(weights) {
  const most = Math.max(...Object.values(weights), 0);
  const times = most > 0 && most <= 1 ? 100 : 1;
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, Math.round(weight * times)]));
}

function alike(one, other) {
  const parts = (weights) => {
    const sum = Object.values(weights).reduce((all, weight) => all + weight, 0) || 1;
    return (name) => (weights[name] ?? 0) / sum;
  };
  const a = parts(one),
    b = parts(other);
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (name) => Math.abs(a(name) - b(name)) < 0.005,
  );
}
