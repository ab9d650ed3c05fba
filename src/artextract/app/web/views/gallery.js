// @ts-check
// The whole collection on one wall, its filters beside it.  The URL: the filters of lib/filters.js, and sort= one of
// the orders that /api/collection names, "collection", "relevance" or lot:NUMBER. How far the wall is scrolled stands
// in the entry of the history, so that back and reload lead to the same place.

import { ask } from "../lib/api.js";
import { make, notice, tell, toast } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { exportButton } from "../lib/export.js";
import { filterPairs, filterPanel, filterQuery, filtersOf, filtersSet } from "../lib/filters.js";
import { virtualGrid } from "../lib/grid.js";
import { card } from "../lib/painting.js";
import { current, go, href } from "../lib/route.js";
import { isSelected, select } from "../lib/selection.js";
import { capital, count, spelled, words } from "../lib/words.js";

/** @import { CollectionFacts, Pairs, Painting, PaintingPage, Tools, View } from "../lib/types.js" */
/** @import { Position } from "../lib/grid.js" */
/** @import { AskError as Refusal } from "../lib/errors.js" */
/** Where the visitor was, as the history keeps it. @typedef {Position & { focused: boolean }} Kept */

export const title = "Gallery";

const FIRST = 60;
/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→"], "to the painting before or after"],
  [["↑", "↓"], "to the row above or below"],
  [["Page Up", "Page Down"], "a window on"],
  [["Home", "End"], "to the first or last"],
  [["Enter"], "open"],
  [["x"], "select, or no longer"],
  [["s"], "search for paintings like it"],
  [["/"], "to the field for words"],
];

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { collection, signal }) {
  let shown = params,
    /** @type {ReturnType<typeof virtualGrid> | null} */
    wall = null,
    /** @type {string | null} */
    key = null,
    /** @type {string | null} */
    wanted = null,
    asking = new AbortController(),
    /** @type {number | null} */
    total = null;
  /** @param {Pairs} pairs */
  const change = (pairs, quietly = false) => go("gallery", pairs, quietly);
  /** @param {URLSearchParams} given */
  const sortOf = (given) => given.get("sort") ?? "";
  /** @param {string} sort @returns {Pairs} */
  const withSort = (sort) => [...filterPairs(shown), ["sort", sort]];

  const panel = filterPanel(params, {
    signal,
    onchange: (pairs, quietly) => change([...pairs, ["sort", sortAfter(pairs)]], quietly),
  });
  const told = make("p", { class: "count", role: "status" });
  const order = make("select", {
    name: "sort",
    onchange: () => change(withSort(order.value === "lot" ? lot() : order.value)),
  });
  const again = make(
    "button",
    { type: "button", class: "quiet", onclick: () => change(withSort(lot())) },
    "Draw again",
  );
  const all = make("button", { type: "button", class: "button second", onclick: selectAll }, "Select all shown");
  const take = exportButton(() => ({ ...filtersOf(shown), sort: sortOf(shown), title: named(), total }));
  const keys = make(
    "details",
    { class: "keys" },
    make("summary", {}, "Keys"),
    make(
      "dl",
      { class: "panel" },
      KEYS.flatMap(([names, text]) => [
        make(
          "dt",
          {},
          names.flatMap((name) => [make("kbd", {}, name), " "]),
        ),
        make("dd", {}, text),
      ]),
    ),
  );
  const hall = make("div", { class: "hall" });
  place.replaceChildren(
    make(
      "header",
      { class: "bar" },
      make("h1", {}, collection.name),
      told,
      make(
        "div",
        { class: "does" },
        make("label", { class: "order" }, make("span", {}, "Order"), order),
        again,
        all,
        take,
        keys,
      ),
    ),
    make("div", { class: "beside" }, panel, hall),
  );

  /** Words bring their own order with them, and take it away. @param {Pairs} pairs */
  function sortAfter(pairs) {
    const has = pairs.some(([name]) => name === "text"),
      sort = sortOf(shown);
    return sort === "relevance" && !has ? "" : sort;
  }

  function drawOrder() {
    const sort = sortOf(shown),
      { text } = filtersOf(shown);
    const options = [
      ...(text
        ? [
            ["", "Best match"],
            ["collection", "As in the collection"],
          ]
        : [["", "As in the collection"]]),
      ...collection.sorts.map((name) => [name, called(name, collection)]),
      ["lot", "By lot"],
    ];
    const chosen = sort.startsWith("lot:")
      ? "lot"
      : sort === "relevance" || (sort === "collection" && !text)
        ? ""
        : sort;
    order.replaceChildren(
      ...options.map(([value, name]) => make("option", { value, ".selected": value === chosen }, name)),
    );
    again.hidden = chosen !== "lot";
  }

  function tellCount() {
    const filtered = filterPairs(shown).length > 0,
      there = total ?? 0;
    told.textContent = filtered ? `${spelled(there)} of ${count(collection.n, "painting")}` : count(there, "painting");
    all.hidden = take.hidden = !total;
  }

  /** @param {URLSearchParams} given */
  const keyOf = (given) => filterQuery(given, [["sort", sortOf(given)]]);
  const named = () => [collection.name, ...filtersSet(shown).map(({ name }) => name)].join(", ");

  /** Hang the paintings of the URL; `at` is where the visitor was when it was left. @param {Kept | null} at */
  async function hang(at) {
    const query = (wanted = keyOf(shown));
    asking.abort();
    asking = new AbortController();
    wall?.stop();
    const own = AbortSignal.any([asking.signal, signal]);
    hall.setAttribute("aria-busy", "true");
    /** @param {number} offset @param {number} limit @param {AbortSignal} stop @returns {Promise<PaintingPage>} */
    const pageOf = (offset, limit, stop) =>
      ask(`api/paintings?${query}&offset=${offset}&limit=${limit}`, { signal: stop });
    let first = at?.index ? null : pageOf(0, FIRST, own);
    first?.catch(() => {}); // it is told where it is waited for
    try {
      const layout = await ask(`api/layout?${query}`, { signal: own });
      wall?.leave();
      key = query;
      const there = (total = /** @type {number} */ (layout.total));
      tellCount();
      if (!total) return await hangNothing(own);
      const carried = withSort(sortOf(shown));
      const next = virtualGrid({
        aspects: layout.aspects.map((/** @type {number} */ thousandths) => thousandths / 1000),
        at,
        label: "Paintings",
        load: async (offset, limit, stop) => {
          const early = offset === 0 ? first : null;
          first = null;
          return (await (early ?? pageOf(offset, limit, stop))).paintings;
        },
        card: (painting) => card(painting, { to: href("painting", [["id", painting.id], ...carried]) }),
        onplace: remember,
        onkey: pressed,
        onerror: tell,
      });
      wall = next;
      hall.replaceChildren(next);
      if (!at) toTheTop();
      else if (at.focused) next.goTo(Math.min(at.current, there - 1));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      wanted = null;
      if (error.status === 0 && wall) return tell(error); // what is on the wall stays there
      wall?.leave();
      wall = key = total = null;
      told.textContent = "";
      all.hidden = take.hidden = true;
      const refused = error.status === 400;
      const said = notice(
        error,
        refused ? { text: "Clear all filters", run: () => change([]) } : { text: "Try again", run: () => hang(at) },
      );
      hall.replaceChildren(said);
      if (refused) said.lastElementChild?.before(...spelledLike(error));
    } finally {
      if (!own.aborted) hall.removeAttribute("aria-busy");
    }
  }

  /** Nothing passes: what to take away, and what would be left then. @param {AbortSignal} own */
  async function hangNothing(own) {
    wall = null;
    const columns = Map.groupBy(filtersSet(shown), ({ column }) => column);
    if (!columns.size)
      return hall.replaceChildren(
        notice({
          message: "There are no paintings in this collection",
          hint: "import some, and index them: artextract import, artextract index",
        }),
      );
    const { without } = await ask(`api/facets?${filterQuery(shown)}`, { signal: own });
    const ways = [...columns]
      .map(([column, set]) => ({
        name: set.map(({ name }) => name).join(" or "),
        left: without[column.toLowerCase()] ?? 0,
        pairs: /** @type {Pairs} */ ([
          ...filterPairs(shown).filter(([name]) => name !== column && name !== `f.${column}` && name !== `r.${column}`),
          ["sort", sortOf(shown)],
        ]),
      }))
      .filter(({ left }) => left)
      .sort((one, other) => other.left - one.left);
    hall.replaceChildren(
      make(
        "div",
        { class: "notice nothing", role: "alert" },
        make("p", { class: "what" }, "No painting passes all of these filters."),
        make("p", {}, ways.length ? "Take one away:" : "Each pair of them leaves nothing."),
        make(
          "ul",
          {},
          ways.map(({ name, left, pairs }) =>
            make(
              "li",
              {},
              make(
                "button",
                { type: "button", class: "button second", onclick: () => change(pairs) },
                `Without ${name}`,
              ),
              make("span", { class: "faint" }, ` ${count(left, "painting")}`),
            ),
          ),
        ),
        make("button", { type: "button", class: "quiet", onclick: () => change([]) }, "Clear all filters"),
      ),
    );
  }

  /** For words that occur nowhere: those that the server offers instead. @param {Refusal} error */
  function spelledLike({ message, hint }) {
    const { text } = filtersOf(shown),
      wrong = message.match(/^'(.+)' occurs nowhere/)?.[1],
      near = hint.match(/^words like it: (.+)$/)?.[1];
    if (!near || !wrong || !text.includes(wrong)) return [];
    /** @param {string} word @returns {Pairs} */
    const instead = (word) => [
      ...filterPairs(shown).map(
        ([name, value]) => /** @type {[string, any]} */ ([name, name === "text" ? value.replace(wrong, word) : value]),
      ),
      ["sort", sortOf(shown)],
    ];
    return [
      make(
        "p",
        { class: "instead" },
        near
          .split(", ")
          .map((word) =>
            make("button", { type: "button", class: "button second", onclick: () => change(instead(word)) }, word),
          ),
      ),
    ];
  }

  function toTheTop() {
    const top = place.getBoundingClientRect().top + scrollY;
    if (scrollY > top) scrollTo({ top: 0, behavior: "instant" });
  }

  /** @param {Position | null | undefined} position */
  function remember(position) {
    const now = current();
    if (!position || now.name !== "gallery" || keyOf(now.params) !== key) return;
    history.replaceState(
      { ...history.state, gallery: { ...position, focused: Boolean(wall?.contains(document.activeElement)) } },
      "",
    );
  }

  /** @param {KeyboardEvent} event @param {Painting} painting */
  function pressed(event, painting) {
    if (event.key === "x" || event.key === "X") select([painting.id], !isSelected(painting.id));
    else if (event.key === "s" || event.key === "S") go("search", { id: painting.id });
    else if (event.key === "/") panel.querySelector("input")?.focus();
    else return;
    event.preventDefault();
  }

  async function selectAll() {
    try {
      /** @type {{ ids: string[] }} */
      const { ids } = await ask(`api/ids?${keyOf(shown)}`, { signal });
      const added = ids.filter((id) => !isSelected(id));
      select(ids);
      toast(
        `${count(ids.length, "painting")} selected.`,
        added.length ? { text: "Undo", run: () => select(added, false) } : null,
      );
    } catch (error) {
      tell(error);
    }
  }

  const save = () => remember(wall?.position());
  place.addEventListener("click", save, { capture: true });
  place.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" || event.key === "s") save();
    },
    { capture: true },
  );
  document.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Node && !keys.contains(event.target)) keys.open = false;
    },
    { signal },
  );
  keys.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      keys.open = false;
      keys.querySelector("summary")?.focus();
    }
  });
  history.scrollRestoration = "manual";
  drawOrder();
  await hang(history.state?.gallery ?? null);

  return {
    update(next) {
      shown = next;
      panel.update(next);
      drawOrder();
      if (keyOf(next) !== wanted) hang(history.state?.gallery ?? null);
    },
    leave() {
      wall?.leave();
      history.scrollRestoration = "auto";
      scrollTo({ top: 0, behavior: "instant" });
    },
  };
}

const lot = () => `lot:${Math.floor(Math.random() * 1e6)}`;

/** What an order is called: "Title", "Year, lowest first". @param {string} sort @param {CollectionFacts} collection */
function called(sort, { numbers }) {
  const column = sort.replace(/^-/, "");
  if (!numbers.includes(column)) return capital(words(column));
  const time = /year|date/i.test(column);
  const first = sort.startsWith("-") ? (time ? "latest" : "highest") : time ? "earliest" : "lowest";
  return `${capital(words(column))}, ${first} first`;
}
