// Search: by a painting, a picture of one's own, a detail of either, several of them, colours, or words, in any mix of
// features and under any filters.  id=PAINTING or upload=TOKEN        the picture that is searched with
// region=l,t,r,b          a detail of it, as fractions plus=, minus= (repeatable)         further examples, id or
// upload:TOKEN    colours=1b3a5c:60,...   the palette to have words=                             words to be like
// w.FEATURE=0..100        what counts metric=csls                        hubs held back                          k=
// how many are shown and the filters of lib/filters.js. Without a query, a page to begin from; lot= says which
// paintings it shows.

import { ask } from "../lib/api.js";
import { later, make, notice, toast } from "../lib/dom.js";
import { exportButton } from "../lib/export.js";
import { filterPairs, filterPanel, filtersOf } from "../lib/filters.js";
import { hitCard } from "../lib/hits.js";
import { altText, api, caption, card, imageUrl, nameOf } from "../lib/painting.js";
import { coloursIn, coloursOf, coloursOnce, coloursText, paletteBuilder, strip } from "../lib/palette.js";
import { keepPlace } from "../lib/place.js";
import { regionBox } from "../lib/regionbox.js";
import { go, href } from "../lib/route.js";
import { chooseFile, fileName, uploadAgain, uploadedImage, uploadFacts, uploadLimits, uploads } from "../lib/upload.js";
import { weightPairs, weightPanel, weightsIn } from "../lib/weights.js";
import { capital, count, spelled, words as named } from "../lib/words.js";

export const title = "Search";

const FEW = 24,
  STEP = 48,
  MOST = 500,
  EXAMPLES = 20,
  LOTS = 8;
const UPLOAD = "upload:";

export async function show(place, params, { collection, signal }) {
  const begin = startPage({ collection, signal }),
    work = workPage({ collection, signal });
  place.append(begin.element, work.element);
  const update = (next) => {
    const state = read(next);
    const searching = Boolean(state.main || state.colours.length || state.words);
    begin.element.hidden = searching;
    work.element.hidden = !searching;
    if (searching) return work.update(state, next);
    work.stop();
    document.title = "Search · ArtExtract";
    return begin.update(next);
  };
  const failed = (event) => {
    event.preventDefault();
    (work.element.hidden ? begin : work).tell(event.detail, { text: "Choose another file", run: () => chooseFile() });
  };
  const busy = (event) => {
    for (const page of [begin, work]) page.waiting(event.type === "busy" ? event.detail : null);
  };
  uploads.addEventListener("failed", failed, { signal });
  for (const name of ["busy", "idle"]) uploads.addEventListener(name, busy, { signal });
  addEventListener("keydown", (event) => shortcut(event, work), { signal });
  update(params);
  return { update };
}

// ---- the URL
// -----------------------------------------------------------------------------------------------------------

/**
 * What the URL asks for. `main` and the examples are ids or "upload:TOKEN"; the first example stands in for a main
 * picture that is not named.
 */
function read(params) {
  const plus = params.getAll("plus").filter(Boolean);
  const main = params.get("upload") ? UPLOAD + params.get("upload") : params.get("id") || plus.shift() || null;
  const region = (params.get("region") ?? "").split(",").map(Number);
  const inside =
    region.length === 4 &&
    region.every((value) => value >= 0 && value <= 1) &&
    region[0] < region[2] &&
    region[1] < region[3];
  const k = Number.parseInt(params.get("k"), 10);
  return {
    main,
    plus: [...new Set(plus)].filter((name) => name !== main),
    minus: main ? [...new Set(params.getAll("minus").filter(Boolean))] : [],
    region: main && inside ? region : null,
    colours: coloursIn(params.get("colours")),
    words: (params.get("words") ?? "").trim(),
    weights: weightsIn(params),
    metric: params.get("metric") === "csls" ? "csls" : "cosine",
    k: Math.min(MOST, Math.max(1, k || FEW)),
    filters: filterPairs(params),
  };
}

function pairs(state) {
  const { main, plus, minus, region, colours, words, weights, metric, k, filters } = state;
  return [
    ...(main ? [main.startsWith(UPLOAD) ? ["upload", main.slice(UPLOAD.length)] : ["id", main]] : []),
    ...plus.map((name) => ["plus", name]),
    ...(main ? minus : []).map((name) => ["minus", name]),
    ...(main && region ? [["region", region.join(",")]] : []),
    ...(colours.length ? [["colours", coloursText(colours)]] : []),
    ...(words ? [["words", words]] : []),
    ...weightPairs(weights),
    ...(metric === "csls" ? [["metric", metric]] : []),
    ...(k === FEW ? [] : [["k", String(k)]]),
    ...filters,
  ];
}

/** Another query begins with few hits again. */
const to = (state, changes, quietly = false) => go("search", pairs({ ...state, k: FEW, ...changes }), quietly);

// ---- without a query
// ---------------------------------------------------------------------------------------------------

function startPage({ collection, signal }) {
  const has = (name) => collection.features.some((feature) => feature.name === name);
  const told = make("div", { class: "told" });
  const limits = make("p", { class: "faint" }, "JPEG, PNG, TIFF, WebP, GIF, AVIF, JPEG 2000 or BMP");
  const status = make("p", { class: "faint", role: "status" });
  const zone = make(
    "section",
    { class: "zone", "aria-label": "A picture of your own" },
    make("h2", {}, "A picture of your own"),
    make("p", {}, "Drop it anywhere on this page, paste it, or"),
    make("button", { type: "button", class: "button", onclick: () => chooseFile() }, "Choose a file"),
    limits,
    status,
    told,
  );
  uploadLimits(signal).then(
    ({ bytes, megapixels }) => {
      limits.textContent += `, up to ${Math.floor(bytes / 2 ** 20)} MB and ${Math.floor(megapixels)} megapixels. It is looked at, kept in memory for a while, and never stored.`;
    },
    () => {},
  ); // said once more when a file is sent

  const words = make("input", {
    type: "search",
    name: "words",
    autocomplete: "off",
    "aria-label": "Words to search for",
    placeholder: has("semantic") ? "a harbour at dusk" : "harbour, Monet, portrait…",
  });
  const byWords = make(
    "section",
    { class: "panel" },
    make("h2", {}, "Words"),
    make("p", {}, has("semantic") ? "What a picture shows, or what is written of it." : "In titles, names and labels."),
    make(
      "form",
      {
        class: "one-line",
        role: "search",
        onsubmit: (event) => {
          event.preventDefault();
          if (words.value.trim()) go("search", { words: words.value.trim() });
        },
      },
      words,
      make("button", { class: "button" }, "Search"),
    ),
    make(
      "p",
      { class: "faint tries" },
      "For example ",
      tries(collection).flatMap((value, place) => [
        place ? ", " : "",
        make("a", { href: href("search", { words: value }) }, value),
      ]),
      ".",
    ),
  );

  const builder = paletteBuilder({
    colours: [
      ["#1b3a5c", 60],
      ["#d9a441", 40],
    ],
    onchange: () => {
      search.disabled = !builder.colours().length;
    },
  });
  const search = make(
    "button",
    { type: "button", class: "button", onclick: () => go("search", { colours: coloursText(builder.colours()) }) },
    "Search by these colours",
  );
  builder.element.append(search);
  const byColours = has("palette")
    ? make(
        "section",
        { class: "panel" },
        make("h2", {}, "A palette"),
        make("p", {}, "Colours and how much of each."),
        builder.element,
      )
    : null;

  const grid = make("div", { class: "grid" });
  const byLot = make(
    "section",
    { class: "lot" },
    make(
      "div",
      { class: "bar" },
      make("h2", {}, "Or begin with a painting"),
      make("button", { type: "button", class: "quiet", onclick: () => go("search", { lot: lot() }) }, "Others"),
    ),
    grid,
  );
  let drawn = null;

  async function draw(seed) {
    if (drawn === seed) return;
    drawn = seed;
    try {
      const pages = await Promise.all(
        places(seed, collection.n).map((offset) => ask(`api/paintings?limit=1&offset=${offset}`, { signal })),
      );
      if (drawn !== seed) return;
      grid.replaceChildren(
        ...pages
          .flatMap((page) => page.paintings)
          .map((painting) => card(painting, { to: href("search", { id: painting.id }) })),
      );
    } catch (error) {
      drawn = null;
      if (error.name === "AbortError") return;
      if (!("hint" in error)) throw error;
      grid.replaceChildren(notice(error, { text: "Try again", run: () => draw(seed) }));
    }
  }

  return {
    element: make(
      "div",
      { class: "begin" },
      make("h1", {}, "What are you looking for?"),
      make("div", { class: "ways" }, zone, byWords, byColours),
      byLot,
    ),
    tell(error, action) {
      told.replaceChildren(notice(error, action));
    },
    waiting(name) {
      if (name !== null) told.replaceChildren();
      zone.classList.toggle("waiting", name !== null);
      status.textContent = name === null ? "" : `Looking at ${name || "your picture"}…`;
    },
    update(params) {
      const seed = Number.parseInt(params.get("lot"), 10);
      if (Number.isFinite(seed)) return draw(seed);
      return go("search", { lot: lot() }, true);
    },
  };
}

/** Words that surely find something: the commonest labels of every column. */
const tries = ({ labels }) =>
  Object.values(labels).flatMap((values) =>
    values
      .filter(({ value }) => value !== null)
      .slice(0, 3)
      .map(({ value }) => value),
  );

const lot = () => 1 + Math.floor(Math.random() * 9999);

/**
 * Different rows of a table of `n`, the same for the same seed (a linear congruential generator with the numbers of
 * Press et al., "Numerical Recipes", section 7.1).
 */
function places(seed, n) {
  const found = new Set();
  let at = seed >>> 0;
  while (found.size < Math.min(LOTS, n)) {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
    found.add(Math.floor((at / 2 ** 32) * n));
  }
  return [...found];
}

// ---- with a query
// ------------------------------------------------------------------------------------------------------

function workPage({ collection, signal }) {
  const has = (name) => collection.features.some((feature) => feature.name === name);
  let state = null,
    turn = 0,
    asking = null,
    running = false,
    answer = null,
    body = null,
    refocus = null,
    triedAgain = null,
    weighing = null,
    arriving = false; // weighing: what the sliders say and no search has been asked for yet

  const toPlace = keepPlace(signal, () => state && answer && !arriving);

  /** Go on from what is shown; what was put off until the view had been left does nothing. */
  const change = (changes, quietly = false) => {
    if (state && !signal.aborted) to(state, changes, quietly);
  };

  // the query
  const subject = make("div", { class: "subject" }),
    examples = make("div", { class: "examples" });
  const words = make("input", {
    type: "search",
    name: "words",
    autocomplete: "off",
    oninput: later(350, () => {
      const text = words.value.trim();
      if (state && text !== state.words && (text || state.main || state.colours.length)) change({ words: text }, true);
    }),
  });
  words.setAttribute(
    "placeholder",
    has("semantic") ? "what is shown, or written of it" : "in titles, names and labels",
  );
  const wordsField = make(
    "label",
    { class: "field words-asked" },
    make("span", {}, "Words that bring a painting nearer"),
    words,
  );
  const builder = paletteBuilder({
    colours: [],
    onchange: putOff(150, (colours, quietly) => change({ colours }, quietly)),
  });
  const ownColours = make("button", { type: "button", class: "button second" }, "Other colours");
  const noColours = make(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () => {
        change({ colours: [] });
        ownColours.focus();
      },
    },
    "Without colours",
  );
  const palette = make(
    "section",
    { class: "panel asked-colours", "aria-label": "Colours asked for" },
    make("h2", {}, "Colours"),
    builder.element,
    noColours,
  );
  const weights = weightPanel({
    onchange: (given, quietly) => {
      weighing = quietly ? given : null;
      if (given && !Object.values(given).some((weight) => weight > 0)) return nothingCounts();
      return quietly ? weighSoon() : change({ weights: given, k: state.k });
    },
  });
  const weighSoon = later(90, () => {
    // unless all was set to 0, or a mix was chosen, since
    const given = weighing;
    if (!given || !Object.values(given).some((weight) => weight > 0) || !state) return;
    weighing = null;
    change({ weights: given, k: state.k }, true);
  });
  const csls = make("input", {
    type: "checkbox",
    onchange: () => change({ metric: csls.checked ? "csls" : "cosine", k: state.k }),
  });
  const measure = make(
    "label",
    { class: "measure", title: "Cross-domain similarity local scaling (Conneau et al., 2018)" },
    csls,
    make("span", {}, "Hold back paintings that are near to everything"),
  );
  const fold = make("button", {
    type: "button",
    class: "button second fold",
    onclick: () => folded(!query.classList.contains("folded")),
  }); // there on narrow pages only, where the hits come first
  const query = make(
    "aside",
    { class: "query", "aria-label": "What is searched for" },
    subject,
    fold,
    examples,
    palette,
    weights.element,
    wordsField,
  );
  const folded = (on) => {
    query.classList.toggle("folded", on);
    fold.setAttribute("aria-expanded", String(!on));
    fold.textContent = on ? "Change the search" : "To the hits";
  };
  folded(true);
  weights.element.append(measure);
  let filters = null;

  // the hits
  const heading = make("h1", {}, "Most alike"),
    counted = make("p", { class: "count", role: "status" });
  const told = make("div", { class: "told" }),
    notes = make("ul", { class: "notes", hidden: true }),
    grid = make("div", { class: "grid" });
  const more = make(
    "button",
    {
      type: "button",
      class: "button second",
      hidden: true,
      onclick: () => {
        refocus = { rank: answer.hits.length };
        change({ k: Math.min(MOST, state.k + STEP) }, true);
      },
    },
    "Show more",
  );
  const out = exportButton(
    () => (body && answer?.hits.length ? { search: body, title: name(), total: answer.hits.length } : null),
    "Export…",
    { hidden: true },
  );
  const hits = make(
    "section",
    { class: "hits", "aria-label": "Paintings found" },
    make("div", { class: "bar" }, heading, counted, out),
    told,
    notes,
    grid,
    make("div", { class: "more" }, more),
    keys(),
  );
  const element = make("div", { class: "work" }, query, hits);

  // ---- the picture that is searched with

  let box = null,
    subjectShown,
    subjectName = "",
    subjectColours = [];

  function showSubject() {
    if (subjectShown === state.main) {
      box?.set(state.region);
      return tellRegion();
    }
    subjectShown = state.main;
    subjectName = "";
    subjectColours = [];
    box = null;
    subject.replaceChildren();
    subject.hidden = !state.main;
    if (!state.main) return;
    const own = state.main;
    const isUpload = own.startsWith(UPLOAD),
      token = own.slice(UPLOAD.length);
    const label = make("div", { class: "label" }),
      shade = make("div", { class: "shown" });
    box = regionBox({
      region: state.region,
      onchange: (region, quietly) => {
        tellRegion(region);
        regionGiven(region, quietly);
      },
    });
    const image = make("img", {
      src: isUpload ? uploadedImage(token) : imageUrl(own, 1600),
      alt: "",
      decoding: "async",
      onerror: () => shade.classList.add("lost"),
    });
    shade.append(image, box.element);
    const detail = make("button", {
      type: "button",
      class: "button second detail",
      onclick: () => (state.region ? change({ region: null }) : box.draw()),
    });
    const hint = make("p", { class: "faint hint" }, "Draw a rectangle on the picture to search by a detail.");
    const take = make(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () => {
          const [main = null, ...plus] = state.plus;
          change({ main, plus, minus: main ? state.minus : [], region: null });
          (main ? subject.detail : words).focus();
        },
      },
      "Take out",
    );
    const acts = make("div", { class: "acts-of-query" }, detail, take);
    subject.replaceChildren(make("figure", {}, shade), hint, label, acts);
    subject.detail = detail;
    subject.hint = hint;
    tellRegion();
    factsOf(own).then(
      (facts) => {
        if (subjectShown !== own) return;
        subjectName = facts.name;
        subjectColours = facts.colours;
        image.alt = facts.alt;
        if (facts.width) {
          image.width = facts.width;
          image.height = facts.height;
        }
        label.replaceChildren(
          ...[
            facts.page ? make("h2", {}, make("a", { href: facts.page }, facts.name)) : make("h2", {}, facts.name),
            facts.caption ? make("p", { class: "faint" }, facts.caption) : null,
            facts.colours.length ? strip(facts.colours) : null,
            facts.rights ? make("p", { class: "rights" }, facts.rights) : null,
          ].filter(Boolean),
        );
        document.title = `Like ${facts.name} · ArtExtract`;
        showPalette();
      },
      (error) => {
        if (error.name !== "AbortError" && !("hint" in error)) throw error;
      },
    ); // the search tells what is wrong
  }

  async function factsOf(name) {
    if (name.startsWith(UPLOAD)) {
      const token = name.slice(UPLOAD.length);
      const { width, height, colours } = await uploadFacts(token, signal);
      return {
        name: "Your picture",
        caption: [fileName(token), `${spelled(width)} × ${spelled(height)} pixels`].filter(Boolean).join(" · "),
        alt: "The picture that you gave",
        width,
        height,
        colours: coloursOf(colours),
        page: null,
        rights: null,
      };
    }
    const painting = await ask(api("paintings", name), { signal });
    return {
      name: nameOf(painting),
      caption: caption(painting),
      alt: altText(painting),
      width: painting.width,
      height: painting.height,
      colours: coloursOf(painting.colours),
      page: href("painting", { id: name }),
      rights: painting.rights,
    };
  }

  const regionGiven = putOff(450, (region, quietly) => change({ region }, quietly));

  function tellRegion(region = state.region) {
    if (!subject.detail) return;
    const touch = matchMedia("(hover: none)").matches;
    subject.detail.textContent = region ? "Search with the whole picture" : "Choose a detail";
    subject.hint.textContent = region
      ? "Arrow keys move the rectangle, Shift and arrows resize it, Escape removes it."
      : touch
        ? "“Choose a detail” puts a rectangle on the picture: drag it and its corners."
        : "Draw a rectangle on the picture to search by a detail.";
  }

  // ---- examples

  function showExamples() {
    const groups = [
      ["plus", "Also like", state.plus],
      ["minus", "Unlike", state.minus],
    ];
    examples.hidden = !state.main;
    if (!state.main) return;
    const held = examples.contains(document.activeElement);
    const add =
      state.plus.length < EXAMPLES
        ? make(
            "button",
            {
              type: "button",
              class: "quiet",
              onclick: () => chooseFile((token) => pairs({ ...state, plus: [...state.plus, UPLOAD + token], k: FEW })),
            },
            "Add a picture of your own",
          )
        : null;
    examples.replaceChildren(
      ...groups
        .filter(([, , names]) => names.length)
        .map(([kind, text, names]) =>
          make(
            "div",
            { class: `group ${kind}` },
            make("h3", {}, text),
            make(
              "ul",
              {},
              names.map((one, at) =>
                make(
                  "li",
                  {},
                  make("img", {
                    src: one.startsWith(UPLOAD) ? uploadedImage(one.slice(UPLOAD.length)) : imageUrl(one),
                    alt: one.startsWith(UPLOAD) ? "A picture that you gave" : titleOf(one),
                    onerror: (event) => event.target.parentElement.classList.add("gone"),
                  }),
                  make(
                    "button",
                    {
                      type: "button",
                      class: "icon",
                      "aria-label": `Remove example ${at + 1}: ${titleOf(one)}`,
                      title: "Remove",
                      onclick: () => change({ [kind]: names.filter((other) => other !== one) }),
                    },
                    make("span", { "aria-hidden": "true" }, "×"),
                  ),
                ),
              ),
            ),
          ),
        ),
      ...(add ? [add] : []),
    );
    if (held) examples.querySelector("button")?.focus();
  }

  const titles = new Map();
  const titleOf = (name) =>
    titles.get(name) ?? (name.startsWith(UPLOAD) ? (fileName(name.slice(UPLOAD.length)) ?? "your picture") : name);

  // ---- colours, words, weights

  function showPalette() {
    palette.hidden = !state.colours.length;
    if (state.colours.length) builder.set(state.colours);
    else builder.set([]);
    noColours.hidden = !state.main && !state.words;
    const offer = has("palette") && !state.colours.length && subjectColours.length;
    ownColours.onclick = () => {
      change({ colours: subjectColours });
      palette.querySelector("input")?.focus();
    };
    if (offer && subject.detail)
      subject
        .querySelector(".acts-of-query")
        .insertBefore(ownColours, subject.querySelector(".acts-of-query").lastChild);
    else ownColours.remove();
  }

  /** The features that this kind of query can have. */
  function relevant() {
    const all = collection.features.map(({ name, description }) => ({ name, description }));
    const beside = state.words ? [{ name: "words", description: "the words, in titles, names and labels" }] : [];
    if (state.main) return [...all, ...beside];
    return [
      ...all.filter(({ name }) => (state.colours.length && name === "palette") || (state.words && name === "semantic")),
      ...beside,
    ];
  }

  function showWeights(found = null) {
    const features = relevant();
    weights.element.hidden = features.length < 2;
    measure.hidden = !state.main;
    const there = new Set(features.map(({ name }) => name));
    const given =
      state.weights && Object.fromEntries(Object.entries(state.weights).filter(([name]) => there.has(name)));
    const mix = found?.weights ?? Object.fromEntries(collection.features.map(({ name, weight }) => [name, weight]));
    weights.update({
      features,
      weights: given && Object.keys(given).length ? given : null,
      mix,
      missing: found ? missingOf(found) : {},
      held: weighing !== null,
    });
    csls.checked = state.metric === "csls";
  }

  function nothingCounts() {
    asking?.abort();
    turn++;
    running = false;
    stale(true);
    told.replaceChildren(notice({ message: "Likeness needs at least one part.", hint: "Raise one of the sliders." }));
  }

  // ---- searching

  function request() {
    const { where, text } = filtersOf(new URLSearchParams(state.filters));
    const there = new Set(relevant().map(({ name }) => name));
    const given =
      state.weights &&
      Object.entries(state.weights).filter(
        ([name]) => there.has(name) || (!["palette", "words"].includes(name) && state.main),
      );
    return {
      plus: state.main ? [state.main, ...state.plus] : [],
      minus: state.minus,
      region: state.region,
      colours: coloursOnce(state.colours),
      words: state.words,
      weights: given?.length && there.size > 1 ? Object.fromEntries(given) : null,
      where,
      text,
      k: state.k,
      metric: state.metric,
    };
  }

  async function search() {
    asking?.abort();
    asking = new AbortController();
    const own = ++turn,
      next = request();
    running = true;
    stale(true);
    const slow = setTimeout(() => {
      if (own === turn && !answer) counted.textContent = "Searching…";
    }, 200);
    try {
      const found = await ask("api/search", { body: next, signal: AbortSignal.any([signal, asking.signal]) });
      if (own !== turn) return;
      told.replaceChildren();
      showHits(found, next);
    } catch (error) {
      if (error.name === "AbortError" || own !== turn) return;
      if (!("hint" in error)) throw error;
      if (error.status === 404 && (await sentAgain(own))) return;
      if (own !== turn) return;
      notes.hidden = true;
      counted.textContent = answer ? "These are the hits of the search before." : "";
      told.replaceChildren(notice(error, remedy(error)));
    } finally {
      clearTimeout(slow);
      if (own === turn) {
        running = false;
        grid.removeAttribute("aria-busy");
      }
    }
  }

  function tellCount() {
    const { hits: list, n_candidates, exact } = answer;
    counted.textContent = list.length
      ? `${spelled(list.length)} of ${count(n_candidates, "painting")}${exact ? "" : ", chosen by the approximate index"}`
      : "";
  }

  function remedy(error) {
    if (error.status === 404 && uploadsOf(state).length)
      return {
        text: "Choose the file again",
        run: () => chooseFile((token) => pairs(withUpload(uploadsOf(state)[0], token))),
      };
    if (error.status === 0 || error.status >= 500) return { text: "Try again", run: search };
    if (state.filters.length && /filter|where|label|column|word/.test(error.message))
      return { text: "Without filters", run: () => change({ filters: [] }) };
    if (error.status === 400 && state.weights)
      return { text: "Use the default mix", run: () => change({ weights: null }) };
    if (error.status === 400 && state.region)
      return { text: "Search with the whole picture", run: () => change({ region: null }) };
    return error.status === 404 ? { text: "Begin anew", run: () => go("search") } : null;
  }

  const uploadsOf = ({ main, plus, minus }) =>
    [main, ...plus, ...minus].filter((one) => one?.startsWith(UPLOAD)).map((one) => one.slice(UPLOAD.length));

  /** The state with an upload under another token. */
  function withUpload(before, token) {
    const now = (one) => (one === UPLOAD + before ? UPLOAD + token : one);
    return { ...state, main: now(state.main), plus: state.plus.map(now), minus: state.minus.map(now) };
  }

  /**
   * Give the server again the pictures that it has forgotten, where this page still has the files; the URL then names
   * them as they are called now.
   */
  async function sentAgain(own) {
    const again = new Map();
    try {
      for (const token of uploadsOf(state)) again.set(token, await uploadAgain(token, signal));
    } catch (error) {
      if (!("hint" in error)) throw error;
      return false;
    }
    if (own !== turn || !again.size || [...again.values()].includes(null)) return false;
    if ([...again].every(([before, now]) => before === now)) {
      // the same server had pushed them out for newer ones
      if (own === triedAgain) return false;
      triedAgain = turn + 1;
      search();
      return true;
    }
    for (const [before, now] of again) state = withUpload(before, now);
    go("search", pairs(state), true);
    return true;
  }

  function stale(on) {
    grid.classList.toggle("stale", on);
    if (on) grid.setAttribute("aria-busy", "true");
    else grid.removeAttribute("aria-busy");
  }

  function showHits(found, asked) {
    const before = answer?.hits ?? [];
    const longer =
      body &&
      JSON.stringify({ ...asked, k: 0 }) === JSON.stringify({ ...body, k: 0 }) &&
      found.hits.length >= before.length &&
      before.every((hit, at) => hit.id === found.hits[at].id && hit.score === found.hits[at].score);
    answer = found;
    body = asked;
    stale(false);
    for (const hit of found.hits) titles.set(hit.id, nameOf(hit));
    const make_ = (hit, rank) =>
      hitCard(hit, rank, { weights: found.weights, compare: compareLink(hit), acts: acts() });
    if (longer && grid.children.length === before.length)
      grid.append(...found.hits.slice(before.length).map((hit, at) => make_(hit, before.length + at + 1)));
    else grid.replaceChildren(...found.hits.map((hit, at) => make_(hit, at + 1)));
    tellCount();
    if (!found.hits.length)
      told.replaceChildren(
        notice(
          {
            message: "No painting fits.",
            hint: state.filters.length ? "Take one of the filters away." : "Ask for something else.",
          },
          state.filters.length ? { text: "Without filters", run: () => change({ filters: [] }) } : null,
        ),
      );
    more.hidden = found.hits.length < state.k || found.hits.length >= Math.min(MOST, found.n_candidates);
    out.hidden = !found.hits.length;
    showNotes(found);
    showWeights(found);
    if (arriving) {
      arriving = false;
      toPlace();
    }
    if (refocus) {
      const target = grid.children[Math.min(refocus.rank, grid.children.length - 1)];
      (refocus.act ? target?.querySelector(`[data-act="${refocus.act}"]`) : target?.querySelector("a"))?.focus({
        preventScroll: Boolean(refocus.act),
      });
      refocus = null;
    }
  }

  /** Why features say nothing of this query, for those who look and do not run the server. */
  function missingOf({ query: { missing } }) {
    const undescribed = new Set(
      collection.features.filter(({ describes }) => !describes).map(({ name: feature }) => feature),
    );
    return Object.fromEntries(
      Object.entries(missing).map(([feature, reason]) => [
        feature,
        undescribed.has(feature) ? "this server cannot describe new pictures by it" : reason,
      ]),
    );
  }

  /** What was asked to count and does not. */
  function showNotes(found) {
    const { n_candidates } = found;
    const lacking = Object.entries(missingOf(found)).filter(([feature]) => state.main && state.weights?.[feature] > 0);
    notes.replaceChildren(
      ...lacking.map(([feature, reason]) =>
        make("li", {}, `${capital(named(feature))} counts nothing here: ${reason}.`),
      ),
      ...(n_candidates < state.k && n_candidates > 0 && state.filters.length
        ? [make("li", {}, "That is all the filters let through.")]
        : []),
    );
    notes.hidden = !notes.children.length;
  }

  function acts() {
    const add = (kind, text) => (hit, rank) => {
      if (state.plus.length + state.minus.length >= EXAMPLES)
        return toast(`More than ${EXAMPLES} examples are like nothing in particular. Remove one first.`);
      refocus = { rank: rank - 1, act: kind };
      const before = state;
      if (state.main) change({ [kind]: [...state[kind], hit.id] });
      else change({ main: hit.id });
      toast(`${text}: ${nameOf(hit)}.`, { text: "Undo", run: () => go("search", pairs(before)) });
    };
    const wanted = { name: "plus", text: "+ More", label: "More like this", run: add("plus", "More like") };
    return state.main
      ? [wanted, { name: "minus", text: "− Less", label: "Less like this", run: add("minus", "Less like") }]
      : [wanted];
  }

  function compareLink(hit) {
    if (!state.main) return null;
    const one = state.main.startsWith(UPLOAD) ? ["upload", state.main.slice(UPLOAD.length)] : ["a", state.main];
    return href("compare", [
      one,
      ["b", hit.id],
      ["region", state.region?.join(",")],
      ...weightPairs(state.weights),
      ["from", new URLSearchParams(pairs(state)).toString()],
    ]);
  }

  function name() {
    const of = subjectName ? `Like ${subjectName}` : state.words ? `“${state.words}”` : "By colours";
    return state.region ? `${of} (detail)` : of;
  }

  function headed() {
    heading.textContent = state.region
      ? "Most like this detail"
      : state.main
        ? "Most alike"
        : !state.words
          ? "In these colours"
          : `“${state.words}”${state.colours.length ? " in these colours" : ""}`;
    if (!state.main) document.title = `${state.words || "Colours"} · ArtExtract`;
  }

  return {
    element,
    tell(error, action) {
      told.replaceChildren(notice(error, action));
      told.scrollIntoView({ block: "nearest" });
    },
    waiting(file) {
      if (element.hidden || (file === null && running)) return;
      stale(file !== null);
      if (file !== null) {
        told.replaceChildren();
        counted.textContent = `Looking at ${file || "your picture"}…`;
      } else if (answer) tellCount();
    },
    stop() {
      asking?.abort();
      turn++;
      running = false;
      state = null;
      answer = body = null;
      subjectShown = undefined;
      grid.replaceChildren();
      told.replaceChildren();
      counted.textContent = "";
    },
    move(step) {
      const links = [...grid.querySelectorAll(".hang")],
        at = links.indexOf(document.activeElement?.closest(".card")?.querySelector(".hang"));
      links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
    },
    act(kind) {
      document.activeElement?.closest(".card")?.querySelector(`[data-act="${kind}"]`)?.click();
    },
    update(next, params) {
      const another = state && state.main !== next.main;
      const gone = !state || another;
      state = next;
      if (gone) {
        answer = body = null;
        arriving = true;
        if (another) {
          grid.replaceChildren();
          scrollTo(0, 0);
        }
      }
      showSubject();
      showExamples();
      showPalette();
      if (document.activeElement !== words) words.value = state.words;
      showWeights(answer && !another ? answer : null);
      headed();
      if (!filters) {
        filters = filterPanel(params, { signal, onchange: (pairs_, quietly) => change({ filters: pairs_ }, quietly) });
        query.append(make("section", { class: "among" }, make("h2", {}, "Only among"), filters));
      } else filters.update(params);
      return search();
    },
  };
}

function keys() {
  const key = (text) => make("kbd", {}, text);
  return make(
    "p",
    { class: "faint keys" },
    key("j"),
    " ",
    key("k"),
    " next and previous painting, ",
    key("+"),
    " ",
    key("−"),
    " more or less like it; on the picture the arrow keys move the rectangle, ",
    key("Shift"),
    " with them resizes it, ",
    key("Esc"),
    " removes it.",
  );
}

/**
 * `work(value, quietly)` at once, or, while it is quiet, `wait` milliseconds after the last call, unless one that is
 * not quiet has come since.
 */
function putOff(wait, work) {
  let last = null;
  const soon = later(wait, (call) => {
    if (call === last) work(...call);
  });
  return (...call) => {
    last = call;
    call[1] ? soon(call) : work(...call);
  };
}

/** j and k go to the next and the last hit, + and - make the one in focus an example. */
function shortcut(event, work) {
  if (
    work.element.hidden ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.closest("input, select, textarea, dialog, [role=application]")
  )
    return;
  const run = {
    j: () => work.move(1),
    k: () => work.move(-1),
    "+": () => work.act("plus"),
    "-": () => work.act("minus"),
  }[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}
