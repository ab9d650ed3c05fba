// @ts-check
// The controls of the map: how it is laid out, what colours mean, the mix of features, and the filters.

import { make, toast } from "../../lib/dom.js";
import { filterPanel, filtersSet } from "../../lib/filters.js";
import { say } from "../../lib/language.js";
import { go } from "../../lib/route.js";
import { ownMix, WeightControl, weightsIn } from "../../lib/weights.js";
import { attributeName, capital } from "../../lib/words.js";
import { colourIn, methodIn, mixChanges, NAMES, ownPairs } from "./url.js";

/** @import { MapState } from "./state.js" */

/** Gives { element, update }; update brings them in line with the URL. @param {MapState} state */
export function makeControls(state) {
  const { options, change, signal } = state;
  const method = make(
    "select",
    { name: "method", onchange: () => change({ method: method.value, box: null, area: null }) },
    options.methods.map((name) => make("option", { value: name }, NAMES[name])),
  );
  const colour = make(
    "select",
    {
      name: "colour",
      onchange: () => change({ colour: colour.value === "cluster" ? null : colour.value, value: null, only: null }),
    },
    make("option", { value: "cluster" }, capital(say("attribute.cluster"))),
    options.columns.map(({ name }) => make("option", { value: name }, capital(attributeName(name)))),
  );
  const withPictures = make("input", {
    type: "checkbox",
    name: "pictures",
    onchange: () => change({ pictures: withPictures.checked ? null : "0" }),
  });
  const mix = mixPanel(state);
  const panel = filterPanel(state.params, {
    signal,
    onchange: (pairs, quietly) => go("map", [...ownPairs(state.params), ...pairs], quietly),
  });
  const what = make("span", { class: "what" }, say("filter.filters"));
  const element = make(
    "div",
    { class: "controls" },
    make("label", { class: "field" }, make("span", {}, say("map.laid-out")), method),
    make("label", { class: "field" }, make("span", {}, say("map.coloured")), colour),
    make("label", { class: "check" }, withPictures, say("map.pictures")),
    mix.element,
    make("details", { class: "fold filtering" }, make("summary", {}, what), panel),
  );
  return {
    element,
    update() {
      const { params } = state,
        set = filtersSet(params).length;
      method.value = methodIn(params, options);
      colour.value = colourIn(params);
      withPictures.checked = params.get("pictures") !== "0";
      mix.update();
      panel.update(params);
      what.textContent = set ? say("filter.filters-n", set) : say("filter.filters");
    },
  };
}

/** The mix of features; sliders wait for the button, since another mix is another map. @param {MapState} state */
function mixPanel(state) {
  const { features, presets } = state.collection;
  const control = new WeightControl({
    presets,
    onchange: (weights, quietly) => {
      if (!quietly) state.change(mixChanges(state.params, weights));
    },
  });
  const apply = make(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => {
        const { weights } = control;
        if (Object.values(weights).some((weight) => weight > 0)) state.change(mixChanges(state.params, weights));
        else toast(say("hits.no-weight"));
      },
    },
    say("map.by-mix"),
  );
  const standard = make(
    "button",
    { type: "button", class: "quiet", onclick: () => state.change(mixChanges(state.params, null)) },
    say("map.standard"),
  );
  const does = make("div", { class: "does" }, apply, standard);
  return {
    element: make(
      "details",
      { class: "fold mix" },
      make("summary", {}, say("map.counts")),
      make("div", { class: "panel weights" }, control.presets, control.sliders, does),
    ),
    update() {
      const weights = weightsIn(state.params);
      control.update({ features, weights, mix: ownMix(features) });
      standard.hidden = weights === null;
    },
  };
}
