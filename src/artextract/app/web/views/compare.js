// Two pictures side by side, or one laid over the other: what was searched for and what was found, with what the
// features see drawn over both, and why they match.  a=ID or upload=TOKEN   what was searched for; region=l,t,r,b the
// part of it b=ID                   what was found w.FEATURE=WEIGHT       the mix; without any the collection's own
// overlay=NAME,NAME      what is drawn over both; colour=N only that colour of the palette; strength=PER CENT
// way=swipe|blend        one over the other; part=PER CENT of the second at=x,y,scale           what is seen;
// then=x,y,scale of the second where they are not zoomed together from=...               the parameters of the search
// that this comes from, for the hits before and after  Keys: + - 0 1 and the arrows look closer, [ and ] go to the hit
// before and after, S swaps, V changes how they hang, O shows or hides the overlays.

import { ask } from "../lib/api.js";
import { later, make, notice } from "../lib/dom.js";
import { exportButton } from "../lib/export.js";
import { filtersOf } from "../lib/filters.js";
import { boxOver, overlayOf } from "../lib/overlay.js";
import { coloursIn, coloursOnce } from "../lib/palette.js";
import { altText, imageUrl, nameOf } from "../lib/painting.js";
import { go, href } from "../lib/route.js";
import { dot, weightPairs, weightsIn } from "../lib/weights.js";
import { capital, closeness, percent, percentDown, spelled, words } from "../lib/words.js";
import { inStep, zoomable, zoomButtons, ZOOM_KEYS } from "../lib/zoom.js";

export const title = "Compare";

const WAYS = { side: "Side by side", swipe: "Swipe", blend: "Blend" };
const HITS = 100,
  STRENGTH = 85;
const PAIR = ["a", "upload", "b", "region"]; // with the weights, what another explanation belongs to
const ORDINAL = { a: "first", b: "second" };

export function show(place, params, { collection, signal }) {
  let told = null,
    pair = null,
    leaving = null,
    zooms = {},
    step = () => {},
    hits = null,
    hitsOf = null,
    remembered = "regions",
    drawing = 0;
  const overlays = new Map(); // name -> promise of what the server drew
  const drawn = { a: new Map(), b: new Map() };
  const path = make("nav", { class: "path", "aria-label": "Hits of the search" });
  const body = make("div", { class: "body" });
  place.append(path, body);

  // the URL
  // ---------------------------------------------------------------------------------------------------------------

  const change = (changes, quietly = false) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes))
      value === null || value === "" ? next.delete(name) : next.set(name, value);
    go("compare", next, quietly);
  };
  const query = (given = params) => (given.get("upload") ? { upload: given.get("upload") } : { id: given.get("a") });
  const regionOf = (given = params) => given.get("region")?.split(",").map(Number) ?? null;
  const mix = (given = params, more = []) => {
    const there = Object.entries(weightsIn(given) ?? {}).filter(
      ([name]) => more.includes(name) || collection.features.some((feature) => feature.name === name),
    );
    return there.some(([, weight]) => weight > 0) ? Object.fromEntries(there) : null;
  };
  const identity = (given) => JSON.stringify([PAIR.map((name) => given.get(name)), weightPairs(weightsIn(given))]);
  const chosen = () =>
    (params.get("overlay") ?? "").split(",").filter((name) => told?.overlays.some((one) => one.name === name));
  const way = () => (WAYS[params.get("way")] ? params.get("way") : "side");

  function update(next) {
    params = next;
    if (identity(params) !== pair) return fill();
    steps();
    if (told) {
      arrange();
      restore();
    }
  }

  // loading
  // ---------------------------------------------------------------------------------------------------------------

  async function fill() {
    leaving?.abort();
    leaving = new AbortController();
    const own = leaving;
    pair = identity(params);
    overlays.clear();
    if (!(params.get("a") || params.get("upload")) || !params.get("b")) {
      told = null;
      return body.replaceChildren(
        notice(
          {
            message: "Two pictures are needed to compare",
            hint: "search for a painting, and choose “Compare” at one that was found",
          },
          { text: "To the gallery", run: () => go("gallery") },
        ),
      );
    }
    steps();
    loadHits(own.signal);
    if (told) body.classList.add("changing");
    else body.replaceChildren(waiting());
    try {
      const answer = await ask("api/compare", {
        body: { ...query(), region: regionOf(), hit: params.get("b"), weights: mix() },
        signal: own.signal,
      });
      if (signal.aborted) return;
      told = answer;
      build();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!("hint" in error)) throw error;
      told = null;
      const again =
        error.status === 404 ? { text: "To the gallery", run: () => go("gallery") } : { text: "Try again", run: fill };
      body.replaceChildren(notice(error, again));
    } finally {
      if (own === leaving) body.classList.remove("changing");
    }
  }

  // the page
  // --------------------------------------------------------------------------------------------------------------

  let parts = {};

  function build() {
    for (const zoom of Object.values(zooms)) zoom.destroy();
    drawn.a.clear();
    drawn.b.clear();
    const names = { a: sideName(told.a), b: sideName(told.b) };
    document.title = `${names.a} and ${names.b} · ArtExtract`;
    const figures = { a: figure("a"), b: figure("b") };
    zooms = { a: figures.a.zoom, b: figures.b.zoom };
    step = inStep(zooms.a, zooms.b);
    const remember = later(250, () => {
      if (!signal.aborted) change(places(), true);
    });
    for (const zoom of Object.values(zooms)) zoom.addEventListener("change", remember);
    parts = {
      figures,
      controls: controls(),
      legends: make("div", { class: "legends", role: "status" }),
      pictures: make("div", { class: "pictures" }, figures.a.element, figures.b.element),
    };
    const held = body.contains(document.activeElement) ? document.activeElement.textContent : null;
    body.replaceChildren(
      make(
        "div",
        { class: "heading" },
        make("h1", {}, `${names.a} and ${names.b}`),
        make("p", { class: "near-by" }, closenessOf(told)),
      ),
      parts.controls.element,
      parts.pictures,
      make("div", { class: "legend" }, parts.legends, parts.controls.strong),
      make(
        "section",
        { class: "why", "aria-labelledby": "why-of" },
        make("h2", { id: "why-of" }, "Why they match"),
        make("p", { class: "summary" }, told.summary),
      ),
      make(
        "div",
        { class: "columns" },
        reasons(told),
        make("div", { class: "aside" }, labels(told), regions(), links()),
      ),
      keys(),
    );
    if (held)
      [...body.querySelectorAll("button")].find((one) => one.textContent === held)?.focus({ preventScroll: true });
    restore();
    arrange();
  }

  const sourceOf = (which) => (size) =>
    which === "a" && params.get("upload")
      ? `api/uploads/${encodeURIComponent(params.get("upload"))}/image`
      : imageUrl(params.get(which), size);

  /** The two pictures, while the features look at them. */
  function waiting() {
    const one = (which) =>
      make(
        "div",
        { class: "waiting" },
        make("img", { src: sourceOf(which)(400), alt: "", onerror: (event) => event.target.remove() }),
      );
    return make(
      "div",
      {},
      make("p", { class: "count", role: "status" }, "Both pictures are being looked at…"),
      make("div", { class: "pictures" }, one("a"), one("b")),
    );
  }

  /** One picture on its stage, with what is known of it. */
  function figure(which) {
    const side = told[which],
      name = side.painting ? altText(side.painting) : "Your picture";
    const source = sourceOf(which);
    const sheet = make("div", { class: "sheet" });
    const zoom = zoomable(sheet, {
      width: side.width,
      height: side.height,
      label: `The ${ORDINAL[which]}: ${name}. ${ZOOM_KEYS}.`,
    });
    zoom.stage.style.setProperty("--shape", side.width / side.height);
    if (side.trouble) zoom.stage.classList.add("lost");
    else {
      const image = make("img", {
        src: source(400),
        alt: name,
        decoding: "async",
        onerror: () => zoom.stage.classList.add("lost"),
      });
      const sharp = new Image();
      sharp.onload = () => {
        image.src = sharp.src;
      };
      sharp.src = source(1600);
      sheet.append(image);
      if (side.region) sheet.append(boxOver(side.region, { class: "overlay overlay-box searched" }));
    }
    return { sheet, zoom, element: make("figure", { class: `side side-${which}` }, zoom.stage, caption(which, side)) };
  }

  function caption(which, side) {
    const known = side.painting;
    return make(
      "figcaption",
      {},
      make("span", { class: "which" }, which === "a" ? "Searched for" : "Found"),
      make(
        "strong",
        { class: "name" },
        known ? make("a", { href: href("painting", { id: known.id }) }, nameOf(known)) : "Your picture",
      ),
      known?.title && artistOf(known) ? make("span", { class: "by" }, artistOf(known)) : null,
      side.region && which === "a"
        ? make("span", { class: "faint" }, "The detail in the frame is what was searched for")
        : null,
      side.trouble
        ? make(
            "span",
            { class: "trouble", role: "status" },
            `It cannot be shown: ${side.trouble}. What was indexed of it is compared.`,
          )
        : null,
      known
        ? make("span", { class: "rights" }, side.rights || "Rights not stated")
        : make("span", { class: "rights" }, "An uploaded picture has no labels."),
    );
  }

  // controls
  // --------------------------------------------------------------------------------------------------------------

  function controls() {
    const ways = Object.entries(WAYS).map(([name, text]) =>
      make(
        "button",
        {
          type: "button",
          class: "button second",
          "data-way": name,
          onclick: () => change({ way: name === "side" ? null : name, part: null }),
        },
        text,
      ),
    );
    const together = make("input", {
      type: "checkbox",
      onchange: () => {
        step(together.checked);
        change({ ...places(), apart: together.checked ? null : "1" }, true);
      },
    });
    const amount = make("input", {
      type: "range",
      min: 0,
      max: 100,
      step: 1,
      oninput: () => change({ part: amount.value }, true),
    });
    const strength = make("input", {
      type: "range",
      min: 10,
      max: 100,
      step: 1,
      oninput: () => change({ strength: Number(strength.value) === STRENGTH ? null : strength.value }, true),
    });
    const toggles = told.overlays.map(({ name, title: text, says }) =>
      make(
        "button",
        { type: "button", class: "drawn", "data-overlay": name, title: says, onclick: () => toggle(name) },
        text,
      ),
    );
    const canLay = !told.a.trouble && !told.b.trouble;
    const drawnOver = make(
      "div",
      { class: "over", role: "group", "aria-label": "Drawn over both" },
      make("span", { class: "faint" }, "Draw over both"),
      toggles,
    );
    const strong = make("label", { class: "strength" }, make("span", {}, "Strength"), strength);
    const laid = make("label", { class: "amount" }, make("span", {}), amount, make("span", {}));
    const both = make("label", { class: "together" }, together, " Zoom together");
    return {
      ways,
      together,
      amount,
      strength,
      toggles,
      drawnOver,
      strong,
      laid,
      both,
      element: make(
        "div",
        { class: "controls" },
        make(
          "div",
          { class: "row" },
          canLay ? make("div", { class: "ways", role: "group", "aria-label": "How they hang" }, ways) : null,
          laid,
          make("div", { class: "zooming" }, both, zoomButtons([zooms.a, zooms.b])),
        ),
        toggles.length ? drawnOver : null,
      ),
    };
  }

  const toggle = (name) => {
    const now = chosen();
    const next = now.includes(name) ? now.filter((one) => one !== name) : [...now, name];
    if (next.length) remembered = next.join(",");
    change({ overlay: next.join(","), colour: null });
  };

  /** Controls, overlays and the way they hang as the URL says. */
  function arrange() {
    const hanging = told.a.trouble || told.b.trouble ? "side" : way(),
      laid = hanging !== "side";
    const { ways, amount, strength, toggles, drawnOver, strong, laid: slider, both } = parts.controls;
    for (const button of ways) button.setAttribute("aria-pressed", String(button.dataset.way === hanging));
    for (const button of toggles)
      button.setAttribute("aria-pressed", String(chosen().includes(button.dataset.overlay)));
    slider.hidden = !laid;
    slider.firstChild.textContent = hanging === "swipe" ? "Second" : "First";
    slider.lastChild.textContent = hanging === "swipe" ? "First" : "Second";
    amount.setAttribute(
      "aria-label",
      hanging === "swipe" ? "Where the second begins, from the left" : "How much of the second",
    );
    both.hidden = laid;
    drawnOver.hidden = laid;
    const part = Math.min(100, Math.max(0, Number(params.get("part") ?? 50))),
      power = Math.min(100, Math.max(10, Number(params.get("strength") ?? STRENGTH) || STRENGTH));
    if (Number(amount.value) !== part) amount.value = part;
    if (Number(strength.value) !== power) strength.value = power;
    strong.hidden = laid || !chosen().some((name) => name !== "regions" && name !== "pose" && name !== "face");
    layOver(hanging, part);
    parts.pictures.style.setProperty("--strength", power / 100);
    parts.pictures.classList.toggle("laid", laid);
    drawOverlays(laid ? [] : chosen());
  }

  /** The second over the first, in the frame of the first. */
  function layOver(hanging, part) {
    const { sheet } = parts.figures.a;
    let over = sheet.querySelector(".laid-over");
    if (hanging === "side") return over?.remove();
    if (!over) {
      over = make(
        "div",
        { class: "laid-over" },
        make("img", { src: imageUrl(told.b.painting.id, 1600), alt: `Over it: ${altText(told.b.painting)}` }),
        make("span", { class: "edge" }),
      );
      sheet.append(over);
    }
    const picture = over.firstChild;
    picture.style.clipPath = hanging === "swipe" ? `inset(0 0 0 ${part}%)` : "none";
    picture.style.opacity = hanging === "blend" ? part / 100 : 1;
    over.lastChild.hidden = hanging !== "swipe";
    over.lastChild.style.left = `${part}%`;
  }

  // overlays
  // --------------------------------------------------------------------------------------------------------------

  function drawOverlays(names) {
    const colour = Number(params.get("colour")) || 0,
      own = leaving,
      legends = new Map();
    const keyOf = (name) => (name === "palette" ? `palette ${colour}` : name);
    const wanted = new Set(names.map(keyOf));
    for (const which of ["a", "b"])
      for (const [key, element] of drawn[which])
        if (!wanted.has(key)) {
          element.remove();
          drawn[which].delete(key);
        }
    const turn = ++drawing;
    const show = () => {
      if (turn === drawing) parts.legends.replaceChildren(...names.map((name) => legends.get(name)).filter(Boolean));
    };
    const tell = (name, element) => {
      legends.set(name, element);
      show();
    };
    show();
    for (const name of names) draw(name, keyOf(name));

    async function draw(name, key) {
      const soon = setTimeout(() => tell(name, make("p", { class: "faint" }, `${titleOf(name)}: being drawn…`)), 400);
      try {
        const found = await overlay(name);
        if (own !== leaving || turn !== drawing) return;
        for (const which of ["a", "b"]) {
          if (!found[which] || drawn[which].has(key)) continue;
          const { width, height } = told[which];
          const element = overlayOf(found[which], { width, height, palette: name === "palette", colour });
          drawn[which].set(key, element);
          parts.figures[which].sheet.append(element);
        }
        clearTimeout(soon);
        tell(name, legend(name, found, colour));
      } catch (error) {
        clearTimeout(soon);
        if (error.name === "AbortError") return;
        if (!("hint" in error)) throw error;
        overlays.delete(name);
        if (own === leaving && turn === drawing)
          tell(
            name,
            make(
              "p",
              { class: "trouble" },
              `${titleOf(name)} cannot be drawn: ${error.message}. `,
              make("button", { type: "button", class: "quiet", onclick: () => drawOverlays(names) }, "Try again"),
            ),
          );
      } finally {
        clearTimeout(soon);
      }
    }
  }

  const titleOf = (name) => told.overlays.find((one) => one.name === name).title;

  function overlay(name) {
    if (!overlays.has(name)) {
      const asked = new URLSearchParams({
        ...query(),
        hit: params.get("b"),
        ...(params.get("region") ? { region: params.get("region") } : {}),
      });
      overlays.set(name, ask(`api/compare/overlays/${name}?${asked}`, { signal: leaving.signal }));
    }
    return overlays.get(name);
  }

  /** What the colours of a drawing mean, and what it says of each picture. */
  function legend(name, found, colour) {
    const { says } = told.overlays.find((one) => one.name === name);
    const key = new Map(["a", "b"].flatMap((which) => (found[which]?.key ?? []).map(([code, text]) => [text, code])));
    const each = ["a", "b"]
      .filter((which) => found[which]?.says)
      .map((which) => `${capital(ORDINAL[which])}: ${found[which].says}.`);
    return make(
      "div",
      { class: "legend-of" },
      make(
        "p",
        {},
        make("strong", {}, `${titleOf(name)}. `),
        says,
        " ",
        [...key].map(([text, code]) =>
          make("span", { class: "key" }, make("i", { style: { background: code } }), text),
        ),
        make(
          "span",
          { class: "faint" },
          each.length === 2 && found.a.says === found.b.says ? `${capital(found.a.says)}.` : each.join(" "),
        ),
      ),
      found.trouble ? make("p", { class: "trouble" }, found.trouble) : null,
      name === "palette" ? swatches(found.colours, colour) : null,
    );
  }

  function swatches(colours, colour) {
    return make(
      "div",
      { class: "swatches", role: "group", "aria-label": "Show one colour" },
      colours.map(({ hex, name, share_a: one, share_b: other }, at) =>
        make(
          "button",
          {
            type: "button",
            "aria-pressed": String(colour === at + 1),
            "data-colour": at + 1,
            onclick: () => change({ colour: colour === at + 1 ? null : at + 1 }),
          },
          make("i", { style: { background: hex } }),
          make("span", { class: "name" }, capital(name)),
          make("span", { class: "number faint" }, `${percent(one)} and ${percent(other)}`),
        ),
      ),
    );
  }

  // what is seen of the pictures
  // ------------------------------------------------------------------------------------------

  const written = ({ x, y, scale }) =>
    scale <= 1.001 ? null : [x.toFixed(4), y.toFixed(4), scale.toFixed(3)].join(",");
  const readPlace = (text) => {
    const [x, y, scale] = (text ?? "").split(",").map(Number);
    return Number.isFinite(scale) ? { x, y, scale } : { x: 0.5, y: 0.5, scale: 1 };
  };
  const places = () => ({
    at: written(zooms.a.view),
    then: parts.controls?.together.checked === false ? written(zooms.b.view) : null,
  });

  function restore() {
    const apart = params.get("apart") === "1";
    parts.controls.together.checked = !apart;
    step(!apart);
    const now = places();
    if ((params.get("at") ?? null) !== now.at) zooms.a.look(readPlace(params.get("at")), apart);
    if (apart && (params.get("then") ?? null) !== now.then) zooms.b.look(readPlace(params.get("then")), true);
    else if (!apart) zooms.b.look(zooms.a.view, true);
  }

  // beside the pictures
  // ---------------------------------------------------------------------------------------------------

  function regions() {
    if (!told.regions.length) return null;
    return make(
      "section",
      { class: "regions", "aria-labelledby": "regions-of" },
      make("h3", { id: "regions-of" }, "Matching regions"),
      make(
        "ol",
        {},
        told.regions.map(({ number, a, b, similarity }) =>
          make(
            "li",
            {},
            make(
              "button",
              { type: "button", class: "quiet", onclick: () => closer(a, b) },
              `Look at ${number} closely`,
            ),
            " ",
            make("span", { class: "faint number" }, `cosine ${similarity.toFixed(2)}`),
          ),
        ),
      ),
    );
  }

  /** Both regions large, each on its own picture. */
  function closer(a, b) {
    parts.controls.together.checked = false;
    step(false);
    zooms.a.reach(a);
    zooms.b.reach(b);
    const seen = { ...places(), apart: "1", way: null, overlay: [...new Set(["regions", ...chosen()])].join(",") };
    change(seen);
    parts.pictures.scrollIntoView({ block: "nearest" });
  }

  function links() {
    const { id } = query(),
      other = told.b.painting.id;
    return make(
      "nav",
      { class: "links", "aria-label": "From here" },
      id
        ? make(
            "button",
            {
              type: "button",
              class: "button second",
              onclick: swap,
              title: "The found one becomes the one searched for (S)",
            },
            "Swap the two",
          )
        : null,
      make(
        "a",
        { class: "button second", href: href("search", [["id", other], ...weightPairs(mix())]) },
        "Search with the found one",
      ),
      exportButton(pairOut),
    );
  }

  /** The paintings of the pair with their matching regions, to be exported. */
  function pairOut() {
    const sides = ["a", "b"].filter((which) => told[which].painting),
      id = (which) => told[which].painting.id;
    return {
      ids: sides.map(id),
      title: `${sideName(told.a)} and ${sideName(told.b)}`,
      regions: told.regions.flatMap((region) =>
        sides.map((which) => ({ id: id(which), box: region[which], text: `Matching region ${region.number}` })),
      ),
    };
  }

  function swap() {
    const { id } = query();
    if (!id) return;
    change({
      a: params.get("b"),
      b: id,
      region: null,
      at: params.get("then") ?? params.get("at"),
      then: params.get("apart") ? params.get("at") : null,
    });
  }

  // hits before and after
  // -------------------------------------------------------------------------------------------------

  function steps() {
    const from = params.get("from"),
      at = hits?.indexOf(params.get("b")) ?? -1;
    const back =
      from === null
        ? null
        : make("a", { class: "back", href: href("search", new URLSearchParams(from)) }, "All results");
    const link = (target, text, rel, key) =>
      make(
        "a",
        {
          class: "step",
          rel,
          "aria-keyshortcuts": key,
          title: `The hit ${rel === "prev" ? "before" : "after"} (${key})`,
          href: target
            ? href("compare", [
                ...[...params].filter(([name]) => !["b", "at", "then", "apart"].includes(name)),
                ["b", target],
              ])
            : null,
          "aria-disabled": target ? null : "true",
          role: target ? null : "link",
        },
        text,
      );
    const held = path.contains(document.activeElement) ? document.activeElement.rel : null;
    path.replaceChildren(
      ...[
        back,
        at >= 0
          ? [
              link(hits[at - 1], "← Previous hit", "prev", "["),
              make(
                "span",
                { class: "count number", role: "status" },
                `Hit ${spelled(at + 1)} of ${spelled(hits.length)}`,
              ),
              link(hits[at + 1], "Next hit →", "next", "]"),
            ]
          : null,
      ]
        .flat()
        .filter(Boolean),
    );
    if (held) path.querySelector(`[rel=${held}][href]`)?.focus();
  }

  /**
   * The hits of the search that this comes from; without one, of the search by the first. What goes wrong here leaves
   * only these links out.
   */
  async function loadHits(stop) {
    const asked =
      params.get("from") === null
        ? { ...query(), region: regionOf(), weights: mix() }
        : searchOf(new URLSearchParams(params.get("from")));
    const key = JSON.stringify(asked);
    if (hitsOf === key) return;
    try {
      const { hits: found } = await ask("api/search", {
        body: { ...asked, k: Math.max(HITS, Number(new URLSearchParams(params.get("from") ?? "").get("k")) || 0) },
        signal: stop,
      });
      hitsOf = key;
      hits = found.map(({ id }) => id);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!("hint" in error)) throw error;
      hits = hitsOf = null;
    }
    steps();
  }

  /** The body of a search for the parameters of the view "search". */
  function searchOf(from) {
    const { where, text } = filtersOf(from),
      said = from.get("words")?.trim() ?? "";
    return {
      id: from.get("upload") ? null : from.get("id"),
      upload: from.get("upload"),
      plus: from.getAll("plus"),
      minus: from.getAll("minus"),
      region: regionOf(from),
      words: said,
      colours: coloursOnce(coloursIn(from.get("colours"))),
      weights: mix(from, said ? ["words"] : []),
      where,
      text,
      metric: from.get("metric") === "csls" ? "csls" : "cosine",
    };
  }

  const onkey = (event) => {
    if (
      event.defaultPrevented ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      document.querySelector("dialog[open]")
    )
      return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea")) return;
    const link = { "[": "prev", "]": "next" }[event.key];
    if (link) return path.querySelector(`[rel=${link}][href]`)?.click();
    if (!told) return;
    if (event.key.toLowerCase() === "s") return swap();
    if (event.key.toLowerCase() === "v" && parts.controls.ways.some((button) => button.isConnected)) {
      const names = Object.keys(WAYS),
        next = names[(names.indexOf(way()) + 1) % names.length];
      return change({ way: next === "side" ? null : next, part: null });
    }
    if (event.key.toLowerCase() === "o" && told.overlays.length)
      return change({ overlay: chosen().length ? null : remembered, colour: null });
    if (!event.key.startsWith("Arrow") || zooms.a.view.scale > 1) zooms.a.key(event);
  };

  addEventListener("keydown", onkey, { signal });
  fill();
  return {
    update,
    leave() {
      leaving?.abort();
      for (const zoom of Object.values(zooms)) zoom.destroy();
    },
  };
}

const artistOf = (painting) => painting.artist ?? painting.labels.artist ?? null;
const sideName = (side) => (side.painting ? nameOf(side.painting) : "Your picture");
const closenessOf = ({ closer_than: part, score }) =>
  part === null ? `Score ${score.toFixed(2)}` : capital(closeness(part));

/** What each feature adds, the largest first, in numbers and words. */
function reasons({ features, score }) {
  const most = Math.max(...features.map(({ contribution }) => Math.abs(contribution ?? 0)), 1e-9);
  const row = (reason) =>
    make(
      "tr",
      { class: reason.contribution === null ? "lacking" : null },
      make(
        "th",
        { scope: "row" },
        dot(reason.name),
        capital(words(reason.name)),
        make("small", {}, reason.description),
      ),
      make(
        "td",
        { class: "adds" },
        make(
          "span",
          { class: "bar", "aria-hidden": "true" },
          make("span", {
            class: `part-${reason.name}${reason.contribution < 0 ? " against" : ""}`,
            style: { width: `${(100 * Math.abs(reason.contribution ?? 0)) / most}%` },
          }),
        ),
        make("span", { class: "number" }, reason.contribution === null ? "nothing" : signed(reason.contribution)),
      ),
      make("td", { class: "number near" }, reason.percentile === null ? "—" : `${percentDown(reason.percentile)} %`),
      make(
        "td",
        { class: "sentence" },
        reason.sentence ||
          (reason.name === "deep" ? "A network's numbers have no names; the overlays show where they match." : ""),
      ),
    );
  return make(
    "section",
    { class: "reasons", "aria-labelledby": "reasons-of" },
    make("h3", { id: "reasons-of" }, "What each feature adds"),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "col" }, "Feature"),
          make("th", { scope: "col" }, "Adds"),
          make(
            "th",
            { scope: "col", title: "The part of the collection that is less similar by this feature" },
            "Closer than",
          ),
          make("th", { scope: "col" }, "In words"),
        ),
      ),
      make("tbody", {}, features.map(row)),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row" }, "Score"),
          make("td", { class: "number" }, score.toFixed(2)),
          make("td", {}),
          make(
            "td",
            { class: "faint" },
            "0 is the mean pair of this collection, 1 as near as the nearest hundredth of all pairs.",
          ),
        ),
      ),
    ),
  );
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** Labels beside each other; what both have stands out. */
function labels({ a, b, same }) {
  const names = Object.keys(b.painting.labels).filter((name) => a.painting?.labels[name] || b.painting.labels[name]);
  if (!names.length) return null;
  const cell = (side, name) => {
    const value = side.painting?.labels[name];
    return make(
      "td",
      {},
      value
        ? make("a", { href: href("gallery", { [`f.${name}`]: value }) }, value)
        : make("span", { class: "faint" }, side.painting ? "not known" : "—"),
    );
  };
  const shared = Object.keys(same);
  return make(
    "section",
    { class: "labels", "aria-labelledby": "labels-of" },
    make("h3", { id: "labels-of" }, "Labels"),
    make(
      "p",
      { class: "faint" },
      !a.painting
        ? "The uploaded picture has none."
        : shared.length
          ? `Both have the same ${listed(shared.map(words))}.`
          : "They share none.",
    ),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make("tr", {}, make("td", {}), make("th", { scope: "col" }, "First"), make("th", { scope: "col" }, "Second")),
      ),
      make(
        "tbody",
        {},
        names.map((name) =>
          make(
            "tr",
            { class: same[name] ? "same" : null },
            make("th", { scope: "row" }, capital(words(name))),
            cell(a, name),
            cell(b, name),
          ),
        ),
      ),
    ),
  );
}

const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

function keys() {
  const told = [
    ["+ −", "look closer, step back"],
    ["0", "the whole picture"],
    ["1", "its own pixels"],
    ["← ↑ → ↓", "move"],
    ["[ ]", "hit before, hit after"],
    ["S", "swap"],
    ["V", "side by side, swipe, blend"],
    ["O", "overlays on or off"],
  ];
  return make(
    "p",
    { class: "keys faint" },
    told.map(([key, text]) => make("span", {}, make("kbd", {}, key), ` ${text}`)),
  );
}
