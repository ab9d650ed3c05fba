// The whole collection.

import { ask } from "../lib/api.js";
import { make } from "../lib/dom.js";
import { card } from "../lib/painting.js";

export const title = "Gallery";

export async function show(place, params, { signal }) {
  const told = await ask("api/paintings?limit=60", { signal });
  place.replaceChildren(make("h1", {}, "The collection"), make("div", { class: "grid" }, told.paintings.map((painting) => card(painting))));
}
