// @ts-check
// One painting: large, with all that the table says of it, what the model takes it for, and its neighbours.
//
//   id=ID                  the painting
//   look=ATTRIBUTE         the map of where the network looked for it; veil=PER CENT its strength
//   at=x,y,scale           the place that is looked at, its middle in parts of the picture, where that is not the whole
//   the filters of the gallery and its sort=, within which "previous" and "next" go

import { ask } from "../lib/api.js";
import { attentionControl, lookOf, lookPairs } from "../lib/attention.js";
import { inField, later, make, notice, toast } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { exportButton } from "../lib/export.js";
import { filterPairs, filterQuery } from "../lib/filters.js";
import { altText, api, imageUrl, nameOf } from "../lib/names.js";
import { card } from "../lib/painting.js";
import { strip } from "../lib/palette.js";
import { keepPlace } from "../lib/place.js";
import { readingPanel, readingPlaceholder } from "../lib/reading.js";
import { go, href } from "../lib/route.js";
import { isSelected, select, selection } from "../lib/selection.js";
import { capital, closeness, spelled, words } from "../lib/words.js";
import { ZOOM_KEYS, zoomable, zoomButtons } from "../lib/zoom.js";

/** @import { CollectionFacts, Colour, PaintingDetails, Place, Predictions } from "../lib/types.js" */
/** @import { SearchHit, Tools, View } from "../lib/types.js" */
/** @import { Look } from "../lib/attention.js" */
/** @import { Seen, Zoom } from "../lib/zoom.js" */

export const title = "Painting";
const NEIGHBOURS = 12,
  ENLARGED = 3;

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {View} */
export function show(place, params, { collection, signal }) {
  let id = "",
    leaving = new AbortController();
  /** @type {Zoom | null} */
  let zoom = null;
  /** @type {ReturnType<typeof attentionControl> | null} */
  let control = null;
  const path = pathBar(),
    toPlace = keepPlace(signal, () => !body.classList.contains("changing"));
  const body = make("div", { class: "body" });
  place.append(path.element, body);

  /** @param {URLSearchParams} next */
  function update(next) {
    params = next;
    if ((params.get("id") ?? "") !== id) return fill();
    control?.set(lookOf(params));
    if (zoom && (params.get("at") ?? null) !== writtenPlace(zoom.view)) zoom.look(placeOf(params));
    path.link();
  }

  /** The address of what is shown now. @param {Look} [look] */
  const here = (look = lookOf(params)) =>
    /** @type {[string, any][]} */ ([
      ["id", id],
      ...listPairs(params),
      ...lookPairs(look),
      ["at", zoom ? writtenPlace(zoom.view) : null],
    ]);

  async function fill() {
    leaving.abort();
    const own = (leaving = new AbortController());
    id = params.get("id") ?? "";
    if (!id)
      return body.replaceChildren(
        notice(
          { message: "No painting is named in this address", hint: "choose one in the gallery" },
          { text: "To the gallery", run: () => go("gallery") },
        ),
      );
    path.load(own.signal);
    body.classList.add("changing");
    try {
      const painting = await ask(api("paintings", id), { signal: own.signal });
      if (signal.aborted || own.signal.aborted) return;
      zoom?.destroy();
      body.replaceChildren(...parts(painting, own.signal));
      zoom?.look(placeOf(params));
      toPlace();
      document.title = `${nameOf(painting)} · ArtExtract`;
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      body.replaceChildren(
        notice(
          error,
          error.status === 404
            ? { text: "To the gallery", run: () => go("gallery") }
            : { text: "Try again", run: fill },
        ),
      );
    } finally {
      if (own === leaving) body.classList.remove("changing");
    }
  }

  /** @param {PaintingDetails} painting @param {AbortSignal} stop */
  function parts(painting, stop) {
    const seen = figure(painting, stop);
    const readings = collection.can.predict
      ? make(
          "section",
          { class: "predictions", "aria-labelledby": "takes" },
          make("h2", { id: "takes" }, "What the model takes it for"),
          readingPlaceholder(),
        )
      : null;
    const near = make(
      "section",
      { class: "neighbours", "aria-labelledby": "near" },
      make("h2", { id: "near" }, "Most alike in this collection"),
      make("div", { class: "grid" }, blanks()),
    );
    if (readings) read(painting, readings, stop);
    neighbours(painting, near, seen, stop);
    return [
      make(
        "div",
        { class: "wall" },
        seen.element,
        make("div", { class: "label" }, facts(painting, collection, seen.actions), readings),
      ),
      near,
    ];
  }

  /**
   * The picture, its zoom and the network's look; `detail` and `compare` are links that learn where to later.
   * @param {PaintingDetails} painting @param {AbortSignal} stop
   */
  function figure(painting, stop) {
    const image = make("img", {
      src: imageUrl(painting.id, 400),
      alt: altText(painting),
      decoding: "async",
      onerror: () => stage.classList.add("lost"),
    });
    const sharp = new Image();
    sharp.onload = () => {
      image.src = sharp.src;
    };
    sharp.src = imageUrl(painting.id, 1600);
    const sheet = make("div", { class: "sheet" }, image);
    const own = zoomable(sheet, {
      width: painting.width,
      height: painting.height,
      label: `${altText(painting)}. ${ZOOM_KEYS}.`,
    });
    const { stage } = own;
    zoom = own;
    stage.style.setProperty("--shape", String(painting.width / painting.height));
    stage.style.setProperty("--own", `${ENLARGED * painting.height}px`);
    control = attentionControl(sheet, lookOf(params), (state, quietly) => go("painting", here(state), quietly));
    const detail = make("a", { class: "button second", hidden: true }, "Search by what is shown");
    const remember = later(250, () => {
      if (!stop.aborted && !signal.aborted) go("painting", here(), true);
    });
    own.addEventListener("change", () => {
      remember();
      const region = shownPart(own);
      detail.hidden = !region;
      if (region) detail.href = href("search", { id: painting.id, region: region.join(",") });
    });
    const compare = make("a", { class: "button second", hidden: true }, "Compare with its nearest");
    return {
      compare,
      actions: [make("a", { class: "button", href: href("search", { id: painting.id }) }, "Find similar"), compare],
      element: make(
        "figure",
        { class: "picture" },
        stage,
        make("div", { class: "under" }, zoomButtons([own]), detail),
        control.element,
        make(
          "p",
          { class: "keys" },
          make("kbd", {}, "←"),
          " ",
          make("kbd", {}, "→"),
          " the paintings beside it; in the picture ",
          make("kbd", {}, "+"),
          " ",
          make("kbd", {}, "−"),
          " near and far, ",
          make("kbd", {}, "0"),
          " whole",
        ),
      ),
    };
  }

  /** @param {PaintingDetails} painting @param {HTMLElement} place @param {AbortSignal} stop */
  async function read(painting, place, stop) {
    try {
      /** @type {Predictions} */
      const predictions = await ask(api("predictions", painting.id), { signal: stop });
      place.replaceChildren(headOf(place), readingPanel(predictions));
      control?.show(predictions, painting.id);
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      place.replaceChildren(
        headOf(place),
        notice(error, {
          text: "Try again",
          run: () => {
            place.replaceChildren(headOf(place), readingPlaceholder());
            read(painting, place, stop);
          },
        }),
      );
    }
  }

  /**
   * @param {PaintingDetails} painting @param {HTMLElement} place @param {{ compare: HTMLAnchorElement }} seen
   * @param {AbortSignal} stop
   */
  async function neighbours(painting, place, seen, stop) {
    try {
      /** @type {{ hits: SearchHit[] }} */
      const { hits } = await ask("api/search", { body: { id: painting.id, k: NEIGHBOURS }, signal: stop });
      place.replaceChildren(
        make(
          "div",
          { class: "bar" },
          headOf(place),
          make("a", { href: href("search", { id: painting.id }) }, "All of them, and what counts"),
        ),
        hits.length
          ? make(
              "div",
              { class: "grid" },
              hits.map((hit) => neighbour(painting, hit)),
            )
          : make("p", { class: "faint" }, "There is no other painting to compare it with."),
      );
      if (hits.length) {
        seen.compare.href = href("compare", { a: painting.id, b: hits[0].id });
        seen.compare.hidden = false;
      }
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      place.replaceChildren(
        headOf(place),
        notice(error, { text: "Try again", run: () => neighbours(painting, place, seen, stop) }),
      );
    }
  }

  function pathBar() {
    const back = make("a", { class: "back" }),
      number = make("span", { class: "count number", role: "status" });
    /** @param {string} text @param {string} name @param {string} key */
    const step = (text, name, key) =>
      make(
        "a",
        {
          class: "step",
          rel: name,
          "aria-keyshortcuts": key,
          title: `${capital(name === "prev" ? "previous" : name)} painting (${key === "ArrowLeft" ? "←" : "→"})`,
        },
        text,
      );
    const previous = step("← Previous", "prev", "ArrowLeft"),
      next = step("Next →", "next", "ArrowRight");
    /** @type {Place | null} */
    let places = null;
    /** @param {HTMLAnchorElement} link @param {string | null | undefined} target */
    const to = (link, target) => {
      if (target) link.href = href("painting", [["id", target], ...listPairs(params), ...lookPairs(lookOf(params))]);
      else link.removeAttribute("href");
      for (const [name, value] of Object.entries({ role: "link", "aria-disabled": "true" }))
        if (target) link.removeAttribute(name);
        else link.setAttribute(name, value);
    };
    return {
      element: make("nav", { class: "path", "aria-label": "Paintings" }, back, previous, number, next),
      previous,
      next,
      link() {
        back.href = href("gallery", listPairs(params));
        back.textContent = listPairs(params).length ? "Back to the list" : "Gallery";
        to(previous, places?.previous);
        to(next, places?.next);
      },
      /** @param {AbortSignal} stop */
      async load(stop) {
        try {
          const sort = params.get("sort"),
            query = filterQuery(params, sort ? [["sort", sort]] : []);
          /** @type {Place} */
          const found = await ask(`${api("places", id)}?${query}`, { signal: stop });
          places = found;
          number.textContent = found.number
            ? `${spelled(found.number)} of ${spelled(found.total)}`
            : "Outside the filters";
          for (const target of [found.previous, found.next]) if (target) new Image().src = imageUrl(target, 400);
        } catch (error) {
          if (isAbort(error)) return;
          places = null;
          number.textContent = ""; // the view itself tells what is wrong
        }
        this.link();
      },
    };
  }

  /** @param {KeyboardEvent} event */
  const turn = (event) => {
    if (
      event.defaultPrevented ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.shiftKey ||
      document.querySelector("dialog[open]")
    )
      return;
    const link = event.key === "ArrowLeft" ? path.previous : event.key === "ArrowRight" ? path.next : null;
    if (!link?.hasAttribute("href") || inField(event)) return;
    event.preventDefault();
    link.click();
  };
  addEventListener("keydown", turn, { signal });
  fill();
  return {
    update,
    leave: () => {
      leaving.abort();
      zoom?.destroy();
    },
  };
}

/**
 * The heading of a section, which stays while the rest is put in anew.
 * @param {HTMLElement} place @returns {Node | string}
 */
const headOf = (place) => place.firstElementChild ?? "";

/**
 * All that the table says.
 * @param {PaintingDetails} painting @param {CollectionFacts} collection @param {HTMLElement[]} actions
 */
function facts(painting, collection, actions) {
  const { artist: label, ...others } = painting.labels,
    artist = painting.artist ?? label;
  const labelled = Object.entries(painting.labels).map(([name, value]) => [
    capital(words(name)),
    value
      ? make("a", { href: href("gallery", { [`f.${name}`]: value }) }, value)
      : make("span", { class: "faint" }, "no label"),
  ]);
  const more = Object.entries(painting.more).map(([name, value]) => [capital(words(name)), readable(value)]);
  const named = nameOf(painting);
  return make(
    "div",
    { class: "facts" },
    make("h1", {}, named),
    artist && artist !== named
      ? make("p", { class: "by" }, label ? make("a", { href: href("gallery", { "f.artist": label }) }, artist) : artist)
      : null,
    !painting.title
      ? make(
          "p",
          { class: "by" },
          Object.values(others).filter(Boolean).length ? "No title is known" : "Neither title nor artist is known",
        )
      : null,
    make(
      "div",
      { class: "actions" },
      actions,
      picker(painting),
      exportButton(() => ({ ids: [painting.id], title: named })),
    ),
    make(
      "dl",
      {},
      [...labelled, ...more].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    ),
    painting.colours.length ? palette(painting.colours) : null,
    make(
      "div",
      { class: "panel terms" },
      make("p", { class: "of-rights" }, make("strong", {}, "Rights"), ` ${painting.rights || "not stated"}`),
      make(
        "dl",
        {},
        [
          ["Source", readable(painting.source)],
          ["Picture", `${spelled(painting.width)} × ${spelled(painting.height)} pixels`],
          ["Id", make("code", {}, painting.id)],
        ].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
      ),
      make(
        "p",
        { class: "copies" },
        make(
          "button",
          { type: "button", class: "quiet", onclick: () => copy(citation(painting, collection), "The citation") },
          "Copy a citation",
        ),
        make(
          "button",
          { type: "button", class: "quiet", onclick: () => copy(linkOf(painting), "The link") },
          "Copy the link",
        ),
      ),
    ),
  );
}

/** @param {PaintingDetails} painting */
function picker(painting) {
  const button = make("button", {
    type: "button",
    class: "button second",
    onclick: () => select([painting.id], !isSelected(painting.id)),
  });
  const draw = () => {
    button.setAttribute("aria-pressed", String(isSelected(painting.id)));
    button.textContent = isSelected(painting.id) ? "Selected ✓" : "Select";
  };
  const changed = () => {
    if (button.isConnected) draw();
    else selection.removeEventListener("change", changed);
  };
  draw();
  selection.addEventListener("change", changed);
  return button;
}

/** @param {Colour[]} colours */
function palette(colours) {
  return make(
    "div",
    { class: "colours" },
    make("h3", {}, "Colours"),
    strip(
      colours.map(({ hex, proportion }) => [hex, proportion]),
      "Dominant colours",
    ),
  );
}

/** @param {PaintingDetails} painting @param {SearchHit} hit */
function neighbour(painting, hit) {
  const shared = Object.entries(hit.labels)
    .filter(([name, value]) => value && value === painting.labels[name])
    .map(([name, value]) => (name === "artist" ? "the same artist" : value));
  const { all: part, ...parts } = hit.closer_than;
  const [nearest] = Object.entries(parts)
    .filter(([, closer]) => closer !== null)
    .sort(([, a], [, b]) => Number(b) - Number(a));
  const text = [
    shared.length ? `Shares ${shared.join(", ")}` : null,
    nearest ? `nearest by ${words(nearest[0])}` : null,
  ]
    .filter(Boolean)
    .join("; ");
  return card(hit, {
    below: make(
      "p",
      { class: "shares" },
      [closeness(part), text]
        .filter(Boolean)
        .map((said) => `${capital(said)}.`)
        .join(" "),
    ),
  });
}

/**
 * The list that the painting was chosen from: the gallery's filters and order.
 * @param {URLSearchParams} params @returns {[string, any][]}
 */
const listPairs = (params) => {
  const sort = params.get("sort"),
    pairs = filterPairs(params);
  return sort ? [...pairs, ["sort", sort]] : pairs;
};

/** @param {Seen} seen */
const writtenPlace = ({ x, y, scale }) =>
  scale === 1 ? null : [x.toFixed(3), y.toFixed(3), scale.toFixed(2)].join(",");
/** @param {URLSearchParams} params @returns {Seen} */
function placeOf(params) {
  const [x, y, scale] = (params.get("at") ?? "").split(",").map(Number);
  return [x, y, scale].every(Number.isFinite) ? { x, y, scale } : { x: 0.5, y: 0.5, scale: 1 };
}

const blanks = () =>
  Array.from({ length: NEIGHBOURS }, () => make("span", { class: "card blank", style: { "--aspect": 1 } }));

/** A value of the table as people read it: addresses as links, lists in a row. @param {any} value */
function readable(value) {
  if (typeof value === "string" && /^https?:\/\/\S+$/.test(value))
    return make(
      "a",
      { href: value, rel: "noreferrer noopener", target: "_blank" },
      value.replace(/^https?:\/\/(www\.)?/, ""),
    );
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (value !== null && typeof value === "object")
    return Object.entries(value)
      .map(([name, part]) => `${words(name)}: ${part}`)
      .join("; ");
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}

/**
 * What of the picture the stage shows, [left, top, right, bottom] as fractions; null where that is all of it.
 * @param {Zoom} zoom
 */
function shownPart({ stage, sheet }) {
  const outer = stage.getBoundingClientRect(),
    inner = sheet.getBoundingClientRect();
  /** @param {number} value */
  const within = (value) => Number(Math.min(1, Math.max(0, value)).toFixed(3));
  const region = [
    (outer.left - inner.left) / inner.width,
    (outer.top - inner.top) / inner.height,
    (outer.right - inner.left) / inner.width,
    (outer.bottom - inner.top) / inner.height,
  ].map(within);
  return region[2] - region[0] > 0.98 && region[3] - region[1] > 0.98 ? null : region;
}

/** @param {PaintingDetails} painting */
const linkOf = (painting) => new URL(href("painting", { id: painting.id }), location.href).href;

/** @param {PaintingDetails} painting @param {CollectionFacts} collection */
function citation(painting, collection) {
  const { date, year } = painting.more;
  const head = [painting.artist, painting.title ?? "untitled", date ?? year].filter(Boolean).join(", ");
  const rights = painting.rights || "not stated",
    where = `Collection “${collection.name}”, ${painting.id}`;
  return `${head}. ${where}. Source: ${painting.source}. Rights: ${rights}. ${linkOf(painting)}`;
}

/**
 * To the clipboard; where the browser forbids that, the text is shown to be copied by hand.
 * @param {string} text @param {string} what
 */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} is copied.`);
  } catch {
    const field = make("textarea", { rows: "4", cols: "60", readonly: true, "aria-label": what }, text);
    const dialog = make(
      "dialog",
      { class: "to-copy", "aria-label": what, onclose: () => dialog.remove() },
      make("p", {}, `${what} could not be put on the clipboard; copy it from here.`),
      field,
      make("form", { method: "dialog" }, make("button", { class: "button" }, "Close")),
    );
    document.body.append(dialog);
    dialog.showModal();
    field.select();
  }
}
