// @ts-check
// Which paintings are looked at: the filters in the URL, and the panel that sets them, beside any list of paintings.
//
//   text=WORDS            words that the texts of a painting must have
//   f.COLUMN=VALUE        its label; several values of a column are alternatives; "unknown": it has none
//   r.COLUMN=LOW..HIGH    its number, both ends included; either may be missing

import { ask } from "./api.js";
import { heldIn, later, make } from "./dom.js";
import { AskError, isAbort } from "./errors.js";
import { say } from "./language.js";
import { attributeName, capital, spelled } from "./words.js";

/** @import { FacetsAnswer, LabelCount, LabelFacet, NumberFacet, Pairs } from "./types.js" */
/** @typedef {{ low: string, high: string }} Range either end "" where it is open */
/** @typedef {{ text: string, labels: Map<string, string[]>, ranges: Map<string, Range> }} FilterSet */
/**
 * @typedef {{ set: () => FilterSet, change: (next: FilterSet, quietly?: boolean) => void, signal: AbortSignal }}
 *   PanelTools
 */
/** @typedef {{ element: HTMLDetailsElement, isSet: () => boolean, draw: (facet: any) => void }} DrawnFacet */

const UNKNOWN = "unknown",
  NOT_KNOWN = say("common.not-known");
const FEW = 8; // values of a list that are shown before one asks for all
const MANY = 12; // values from which a list has a field to find one
/** Whether the list of a column is unfolded, as the visitor left it. @type {Map<string, boolean>} */
const opened = new Map();

/** { where, text } for calls to the server. @param {URLSearchParams} params */
export function filtersOf(params) {
  const { text, labels, ranges } = read(params);
  const where = [...labels].map(
    ([column, values]) => `${column}=${values.map((value) => value.replaceAll("|", "\\|")).join("|")}`,
  );
  return { where: [...where, ...[...ranges].map(([column, { low, high }]) => `${column}=${low}..${high}`)], text };
}

/** [[name, value], ...] of the filters alone, to carry them to another view. @param {URLSearchParams} params */
export const filterPairs = (params) => written(read(params));

/**
 * The filters as the query of a call, with `more` pairs: "where=...&text=...".
 * @param {URLSearchParams} params @param {Pairs} [more]
 */
export function filterQuery(params, more = []) {
  const { where, text } = filtersOf(params);
  return new URLSearchParams([
    ...where.map((expression) => ["where", expression]),
    ...(text ? [["text", text]] : []),
    ...more,
  ]).toString();
}

/**
 * Each filter that is set: { name: "Style: Cubism", column, without: the pairs that are left without it }.
 * @param {URLSearchParams} params
 */
export function filtersSet(params) {
  const set = read(params);
  const labels = [...set.labels].flatMap(([column, values]) =>
    values.map((value) => ({
      name: `${capital(attributeName(column))}: ${value === UNKNOWN ? NOT_KNOWN.toLowerCase() : value}`,
      column,
      without: written(withLabel(set, column, value, false)),
    })),
  );
  const ranges = [...set.ranges].map(([column, range]) => ({
    name: `${capital(attributeName(column))}: ${spanned(range)}`,
    column,
    without: written(withRange(set, column, "", "")),
  }));
  return [
    ...(set.text
      ? [{ name: say("common.quoted", set.text), column: "text", without: written({ ...set, text: "" }) }]
      : []),
    ...labels,
    ...ranges,
  ];
}

/**
 * The panel: an element with update(params), to be called whenever the URL has changed. `onchange(pairs, quietly)` is
 * called with the new filters, the view then goes there; `quietly` while one types. A narrow page shows it folded.
 * @param {URLSearchParams} params
 * @param {{ signal: AbortSignal, onchange: (pairs: Pairs, quietly: boolean) => void }} tools
 */
export function filterPanel(params, { signal, onchange }) {
  let set = read(params),
    /** @type {AbortController | null} */
    asking = null,
    sent = set.text,
    typing = false;
  /** What draws the facet of a column. @type {Map<string, DrawnFacet>} */
  const facets = new Map();
  /** @param {FilterSet} next */
  const change = (next, quietly = false) => {
    if (!signal?.aborted) onchange(written(next), quietly);
  };

  const field = make("input", {
    type: "search",
    name: "text",
    placeholder: say("filter.placeholder"),
    autocomplete: "off",
    spellcheck: "false",
    value: set.text,
    oninput: later(320, () => {
      if (field.value.trim() === set.text) return;
      sent = field.value.trim();
      change({ ...set, text: sent }, typing);
      typing = true;
    }),
    onblur: () => {
      typing = false;
    },
  });
  const chips = make("ul", { class: "chips", "aria-label": say("filter.set") });
  const body = make("div", { class: "facets", id: "facets" });
  const fold = make("button", {
    type: "button",
    class: "button second fold",
    "aria-expanded": "false",
    "aria-controls": "facets",
    onclick: () => {
      fold.setAttribute("aria-expanded", String(panel.classList.toggle("open")));
    },
  });
  const panel = make(
    "section",
    { class: "filters", "aria-label": say("filter.filters") },
    make("label", { class: "words" }, make("span", { class: "unseen" }, say("filter.words")), field),
    fold,
    chips,
    body,
  );

  function drawSet() {
    const all = filtersSet(new URLSearchParams(written(set)));
    const clear = make(
      "li",
      {},
      make(
        "button",
        { type: "button", class: "quiet", onclick: () => change({ text: "", labels: new Map(), ranges: new Map() }) },
        say("filter.clear"),
      ),
    );
    const inside = chips.contains(document.activeElement);
    chips.replaceChildren(
      ...all.map(({ name, without }) =>
        make(
          "li",
          {},
          make(
            "button",
            {
              type: "button",
              class: "chip",
              "aria-label": say("filter.remove", name),
              onclick: () => change(read(new URLSearchParams(without))),
            },
            make("span", {}, name),
            make("span", { class: "cross", "aria-hidden": "true" }, "×"),
          ),
        ),
      ),
      ...(all.length ? [clear] : []),
    );
    chips.hidden = !all.length;
    if (inside) (chips.querySelector("button") ?? field).focus();
    const others = all.filter((one) => one.column !== "text").length;
    fold.textContent = others ? say("filter.filters-n", others) : say("filter.filters");
    if (set.text !== sent) {
      field.value = set.text;
      sent = set.text;
    }
  }

  async function drawFacets() {
    asking?.abort();
    const own = (asking = new AbortController());
    const stop = () => own.abort();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const answer = await toldBy(new URLSearchParams(written(set)), own.signal);
      for (const facet of [...answer.labels, ...answer.numbers]) {
        let made = facets.get(facet.column);
        if (!made) {
          made = "values" in facet ? labelFacet(facet.column, tools) : numberFacet(facet.column, tools);
          facets.set(facet.column, made);
          body.append(made.element);
          made.element.open = opened.get(facet.column) ?? (made.isSet() || (facets.size <= 3 && innerWidth > 800));
        }
        made.draw(facet);
      }
    } catch (error) {
      // the view tells what is wrong with the filters
      if (!isAbort(error) && !(error instanceof AskError)) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  const tools = { set: () => set, change, signal };
  drawSet();
  drawFacets();
  return Object.assign(panel, {
    /** @param {URLSearchParams} next */
    update(next) {
      const before = filterQuery(new URLSearchParams(written(set)));
      set = read(next);
      drawSet();
      if (filterQuery(new URLSearchParams(written(set))) !== before) drawFacets();
    },
  });
}

/**
 * What /api/facets tells under these filters, or of the whole collection where they cannot be read.
 * @param {URLSearchParams} params @param {AbortSignal} signal @returns {Promise<FacetsAnswer>}
 */
async function toldBy(params, signal) {
  try {
    return await ask(`api/facets?${filterQuery(params)}`, { signal });
  } catch (error) {
    if (error.status !== 400) throw error;
    return ask("api/facets", { signal });
  }
}

/**
 * The values of a column with their numbers under the other filters.
 * @param {string} column @param {PanelTools} tools @returns {DrawnFacet}
 */
function labelFacet(column, { set, change, signal }) {
  const name = capital(attributeName(column));
  /** @type {LabelFacet} */
  let facet = { column, distinct: 0, values: [] };
  /** What was found by name. @type {LabelFacet | null} */
  let found = null,
    whole = false;
  /** By value. @type {Map<string, { element: HTMLElement, box: HTMLInputElement, number: HTMLElement }>} */
  const rows = new Map();
  const list = make("ul", { class: "values" });
  const find = make("input", {
    type: "search",
    class: "find",
    placeholder: say("filter.find", attributeName(column)),
    "aria-label": say("filter.find-label", attributeName(column)),
    autocomplete: "off",
    hidden: true,
  });
  const more = make("button", {
    type: "button",
    class: "quiet more",
    onclick: () => {
      whole = !whole;
      show();
    },
  });
  const rest = make("p", { class: "rest", role: "status" });
  const badge = make("span", { class: "badge" });
  const element = make(
    "details",
    {
      class: "facet",
      ontoggle: () => {
        opened.set(column, element.open);
      },
    },
    make("summary", {}, make("span", {}, name), badge),
    find,
    list,
    more,
    rest,
  );

  find.addEventListener(
    "input",
    later(150, async () => {
      found = null;
      const asked = find.value.trim();
      if (asked && facet.distinct > facet.values.length - 1) {
        try {
          const query = filterQuery(new URLSearchParams(written(set())), [["find", asked]]);
          found = await ask(`api/facets/${encodeURIComponent(column)}?${query}`, { signal });
        } catch (error) {
          if (!isAbort(error) && !(error instanceof AskError)) throw error; // those that were sent are searched then
        }
        if (find.value.trim() !== asked) return;
      }
      show();
    }),
  );

  /** @param {string | null} value */
  function row(value) {
    const key = value ?? UNKNOWN,
      known = rows.get(key);
    if (known) return known;
    const number = make("span", { class: "number" });
    const box = make("input", {
      type: "checkbox",
      onchange: () => change(withLabel(set(), column, key, box.checked)),
    });
    const label = make("label", {}, box, make("span", { class: "value", title: value }, value ?? NOT_KNOWN), number);
    const made = { box, number, element: make("li", {}, label) };
    rows.set(key, made);
    return made;
  }

  function show() {
    const chosen = set().labels.get(column) ?? [];
    const part = plain(find.value.trim());
    const values = (found ?? facet).values.filter(({ value }) => !part || plain(value ?? NOT_KNOWN).includes(part));
    const absent = part
      ? []
      : chosen
          .filter((value) => !values.some((one) => same(one.value ?? UNKNOWN, value)))
          .map((value) => ({ value: value === UNKNOWN ? null : value, count: 0 }));
    const all = [...absent, ...values],
      few = part || whole || all.length <= FEW + 2;
    /** @param {LabelCount} one */
    const isChosen = ({ value }) => chosen.some((one) => same(one, value ?? UNKNOWN));
    const elements = all
      .filter((one, place) => few || place < FEW || isChosen(one))
      .map(({ value, count: number }) => {
        const made = row(value);
        made.box.checked = isChosen({ value, count: number });
        made.number.textContent = spelled(number);
        made.element.classList.toggle("none", number === 0);
        return made.element;
      });
    if (elements.length !== list.children.length || elements.some((one, place) => one !== list.children[place])) {
      const focused = heldIn(list);
      list.replaceChildren(...elements);
      focused?.focus();
    }
    const source = found ?? facet,
      there = source.values.filter(({ value }) => value !== null).length;
    more.hidden = Boolean(part) || all.length <= FEW + 2;
    const further = Math.max(0, source.distinct - there);
    more.textContent = whole ? say("filter.fewer") : say(further ? "filter.most" : "filter.all", all.length);
    list.classList.toggle("whole", Boolean(whole || part));
    rest.textContent = !elements.length
      ? say("filter.none")
      : few && further && (found || !part)
        ? say(part ? "filter.rest-found" : "filter.rest", further)
        : "";
  }

  return {
    element,
    isSet: () => set().labels.has(column),
    draw(next) {
      facet = next;
      const chosen = set().labels.get(column)?.length ?? 0;
      badge.textContent = chosen ? String(chosen) : "";
      find.hidden = facet.distinct <= MANY && !find.value;
      element.hidden = !facet.values.length && !chosen;
      if (found) find.dispatchEvent(new Event("input"));
      show();
    },
  };
}

/**
 * A range of numbers: a small histogram under the other filters, over which one can drag, and both ends to be written.
 * @param {string} column @param {PanelTools} tools @returns {DrawnFacet}
 */
function numberFacet(column, { set, change }) {
  const name = capital(attributeName(column));
  const bars = make("div", { class: "bars", role: "img" });
  const ends = make("p", { class: "ends", "aria-hidden": "true" });
  const given = () => {
    let [first, last] = [low.value.trim(), high.value.trim()];
    if (first !== "" && last !== "" && Number(first) > Number(last)) [first, last] = [last, first];
    const now = set().ranges.get(column) ?? { low: "", high: "" };
    if (first !== now.low || last !== now.high) change(withRange(set(), column, first, last));
  };
  /** @param {string} text @param {string} label */
  const end = (text, label) =>
    make("input", {
      type: "number",
      step: "any",
      placeholder: text,
      "aria-label": `${name}, ${label}`,
      onchange: given,
    });
  const low = end(say("filter.from"), say("filter.from")),
    high = end(say("filter.to"), say("filter.to"));
  const badge = make("span", { class: "badge" });
  /** @type {NumberFacet} */
  let facet = { column, low: 0, high: 0, edges: [], counts: [], unknown: 0 };
  /** The bar that a drag has begun at. @type {number | null} */
  let begun = null;

  /** @param {PointerEvent} event */
  const barAt = ({ clientX }) => {
    const { left, width } = bars.getBoundingClientRect(),
      { length } = facet.counts;
    return Math.min(length - 1, Math.max(0, Math.floor((length * (clientX - left)) / width)));
  };
  /** @param {PointerEvent} event */
  const dragged = (event) => {
    const now = barAt(event),
      first = begun ?? now;
    return /** @type {[number, number]} */ ([Math.min(first, now), Math.max(first, now)]);
  };
  bars.addEventListener("pointerdown", (event) => {
    if (event.button || !facet.counts.length) return;
    begun = barAt(event);
    bars.setPointerCapture(event.pointerId);
    colour(...dragged(event));
  });
  bars.addEventListener("pointermove", (event) => {
    if (begun !== null) colour(...dragged(event));
  });
  bars.addEventListener("pointercancel", () => {
    begun = null;
  });
  bars.addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const [first, last] = dragged(event),
      { edges, high: most } = facet;
    begun = null;
    const end = edges.every(Number.isInteger) ? edges[last + 1] - 1 : edges[last + 1];
    change(withRange(set(), column, round(edges[first]), round(Math.min(most, end))));
  });
  /** @param {number} first @param {number} last */
  const colour = (first, last) =>
    [...bars.children].forEach((bar, place) => {
      bar.className = place >= first && place <= last ? "in" : "out";
    });

  const element = make(
    "details",
    {
      class: "facet",
      ontoggle: () => {
        opened.set(column, element.open);
      },
    },
    make("summary", {}, make("span", {}, name), badge),
    bars,
    ends,
    make("div", { class: "range" }, low, make("span", { "aria-hidden": "true" }, "–"), high),
  );

  return {
    element,
    isSet: () => set().ranges.has(column),
    draw(next) {
      facet = next;
      const { low: least, high: most, edges, counts } = facet;
      const range = set().ranges.get(column) ?? { low: "", high: "" };
      /** @param {number} place */
      const inside = (place) =>
        (range.low === "" || edges[place + 1] > Number(range.low)) &&
        (range.high === "" || edges[place] <= Number(range.high));
      const top = Math.max(1, ...counts);
      bars.replaceChildren(
        ...counts.map((number, place) =>
          make("span", {
            class: inside(place) ? "in" : "out",
            title: `${round(edges[place])}–${round(edges[place + 1])}: ${spelled(number)}`,
            style: { height: `${number ? Math.max(4, (100 * number) / top) : 0}%` },
          }),
        ),
      );
      const fullest = counts.indexOf(Math.max(...counts));
      bars.setAttribute(
        "aria-label",
        say(
          "filter.histogram",
          name,
          round(least),
          round(most),
          counts[fullest],
          round(edges[fullest]),
          round(edges[fullest + 1]),
        ),
      );
      ends.replaceChildren(make("span", {}, round(least)), make("span", {}, round(most)));
      if (document.activeElement !== low || low.value === "") low.value = range.low;
      if (document.activeElement !== high || high.value === "") high.value = range.high;
      badge.textContent = range.low || range.high ? "1" : "";
    },
  };
}

/** @param {URLSearchParams} params @returns {FilterSet} */
function read(params) {
  /** @type {FilterSet["labels"]} */
  const labels = new Map();
  /** @type {FilterSet["ranges"]} */
  const ranges = new Map();
  for (const [name, value] of params) {
    const column = name.slice(2);
    if (!column || !value.trim()) continue;
    if (name.startsWith("f.")) labels.set(column, [...new Set([...(labels.get(column) ?? []), value.trim()])]);
    if (name.startsWith("r.") && value.includes("..")) {
      const [low, high] = value.split("..").map((part) => part.trim());
      if (low || high) ranges.set(column, { low, high });
    }
  }
  return { text: (params.get("text") ?? "").trim(), labels, ranges };
}

/** @param {FilterSet} set @returns {Pairs} */
function written({ text, labels, ranges }) {
  /** @type {Pairs} */
  const pairs = text ? [["text", text]] : [];
  for (const [column, values] of labels) for (const value of values) pairs.push([`f.${column}`, value]);
  for (const [column, { low, high }] of ranges) pairs.push([`r.${column}`, `${low}..${high}`]);
  return pairs;
}

/** @param {FilterSet} set @param {string} column @param {string} value @param {boolean} on @returns {FilterSet} */
function withLabel(set, column, value, on) {
  const others = (set.labels.get(column) ?? []).filter((other) => !same(other, value));
  const labels = new Map(set.labels);
  const values = on ? [...others, value] : others;
  if (values.length) labels.set(column, values);
  else labels.delete(column);
  return { ...set, labels };
}

/** @param {FilterSet} set @param {string} column @param {string} low @param {string} high @returns {FilterSet} */
function withRange(set, column, low, high) {
  const ranges = new Map(set.ranges);
  if (low || high) ranges.set(column, { low, high });
  else ranges.delete(column);
  return { ...set, ranges };
}

/** @param {number} number */
const round = (number) => String(Math.round(number * 100) / 100);
/** @param {Range} range */
const spanned = ({ low, high }) =>
  low && high ? `${low}–${high}` : low ? say("filter.from-value", low) : say("filter.to-value", high);
/** @param {string} text */
const plain = (text) =>
  text
    .normalize("NFD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[\s_-]+/g, " ");
/** @param {string} one @param {string} other */
const same = (one, other) => plain(one) === plain(other);
