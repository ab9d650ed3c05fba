// The collection as a map: like paintings lie near each other; coloured by any column, searched by looking, chosen by
// lasso.  method=tsne|umap|pca       how it is laid out            w.FEATURE=WEIGHT    the mix of features, the default
// without colour=cluster|COLUMN      what colours mean             value=VALUE         further values that have a
// colour of their own only=KEY                   the entry of the legend that stands out alone box=x0,y0,x1,y1
// what is in view               pictures=0          points only id=ID                      the painting that is told of
// area=x,y,x,y,...    what the lasso holds; of=N a whole cluster and the filters of lib/filters.js

import { ask } from "../lib/api.js";
import { later, make, notice, tell, toast } from "../lib/dom.js";
import { filterPanel, filterQuery, filtersSet } from "../lib/filters.js";
import { drawChosen, markChosen } from "../lib/map_chosen.js";
import { drawClusters } from "../lib/map_clusters.js";
import { drawLegend, looksOf } from "../lib/map_legend.js";
import { altText, caption, imageUrl, nameOf } from "../lib/painting.js";
import { current, go, href } from "../lib/route.js";
import { scatter } from "../lib/scatter.js";
import { isSelected, select, selection } from "../lib/selection.js";
import { capital, count, percent, spelled, words } from "../lib/words.js";

export const title = "Map";

const NAMES = { tsne: "t-SNE", umap: "UMAP", pca: "PCA" };
const OWN = ["method", "colour", "value", "only", "box", "pictures", "id", "area", "of"];
const EVERY = 600,
  CORNERS = 36;
const READING = {
  tsne: "Near means alike. How far apart two groups lie, and how large they are, says little on a map by t-SNE; the clusters were found in the vectors, not on the map.",
  umap: "Near means alike. How far apart two groups lie, and how dense they are, says little on a map by UMAP; the clusters were found in the vectors, not on the map.",
  pca: "The two directions in which the collection varies most: far apart means unlike, but paintings that lie near each other may still differ in what is not shown.",
};

export async function show(place, first, { collection, signal }) {
  const options = await ask("api/map/options", { signal });
  const columns = new Map(); // name -> promise of its values
  const known = new Map(); // id -> painting
  let params = first,
    map = null,
    wanted = null,
    meanwhile = false,
    column = null,
    looks = null,
    passing = null,
    asked = {},
    rows = [];
  let loading = new AbortController();
  const change = (changes, quietly = false) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const one of [value].flat()) if (one !== null && one !== undefined && one !== "") next.append(name, one);
    }
    go("map", next, quietly);
  };
  const get = {
    method: () => (options.methods.includes(params.get("method")) ? params.get("method") : options.methods[0]),
    colour: () => params.get("colour") ?? "cluster",
    weights: () =>
      [...params]
        .filter(([name, value]) => name.startsWith("w.") && Number(value) > 0)
        .map(([name, value]) => `${name.slice(2)}=${Number(value)}`)
        .join(","),
    numbers: (name, least) => {
      const list = (params.get(name) ?? "").split(",").map(Number);
      return params.has(name) && list.length >= least && list.every(Number.isFinite) ? list : null;
    },
  };

  /* the parts of the page */

  const canvas = make("canvas", {
    tabindex: 0,
    role: "application",
    "aria-label": "Map",
    "aria-describedby": "map-keys",
  });
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const said = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const progress = make("div", { class: "progress", hidden: true });
  const total = make("p", { class: "count", role: "status" });
  const mode = (name, text, symbol) =>
    make(
      "button",
      {
        type: "button",
        class: "icon",
        "data-mode": name,
        "aria-pressed": String(name === "pan"),
        "aria-label": text,
        title: text,
        onclick: () => setMode(name),
      },
      make("span", { "aria-hidden": "true" }, symbol),
    );
  const modes = make(
    "div",
    { class: "modes", role: "group", "aria-label": "What dragging does" },
    mode("pan", "Drag moves the map", "✥"),
    mode("lasso", "Drag draws a lasso around paintings", "◌"),
    mode("rectangle", "Drag draws a rectangle around paintings (or Shift and drag)", "▭"),
  );
  const zooms = make(
    "div",
    { class: "zooms", role: "group", "aria-label": "Zoom" },
    make(
      "button",
      { type: "button", class: "icon", "aria-label": "Zoom in", title: "Zoom in (+)", onclick: () => plot.zoomBy(1.7) },
      "+",
    ),
    make(
      "button",
      {
        type: "button",
        class: "icon",
        "aria-label": "Zoom out",
        title: "Zoom out (−)",
        onclick: () => plot.zoomBy(1 / 1.7),
      },
      "−",
    ),
    make(
      "button",
      {
        type: "button",
        class: "icon",
        "aria-label": "Show the whole map",
        title: "The whole map (0)",
        onclick: () => plot.reset(),
      },
      make("span", { "aria-hidden": "true" }, "⤢"),
    ),
  );
  const told = make("section", { class: "told", "aria-label": "Painting", hidden: true });
  const stage = make("div", { class: "stage" }, make("div", { class: "paper" }, canvas), modes, zooms, tip, progress);
  const legend = make("section", { class: "legend", "aria-label": "Legend" });
  const reading = make("p", { class: "reading" });
  const chosen = make("section", { class: "chosen", "aria-label": "Chosen on the map", hidden: true });
  const clusters = make("section", { class: "clusters", "aria-label": "Clusters" });

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
    make("option", { value: "cluster" }, "Cluster"),
    options.columns.map(({ name }) => make("option", { value: name }, capital(words(name)))),
  );
  const withPictures = make("input", {
    type: "checkbox",
    name: "pictures",
    onchange: () => change({ pictures: withPictures.checked ? null : "0" }),
  });
  const mix = mixPanel();
  const panel = filterPanel(params, {
    signal,
    onchange: (pairs, quietly) => {
      const own = [...params].filter(([name]) => OWN.includes(name) || name.startsWith("w."));
      go("map", [...own, ...pairs], quietly);
    },
  });
  const filters = make(
    "details",
    { class: "fold filtering" },
    make("summary", {}, make("span", { class: "what" }, "Filters")),
    panel,
  );

  place.replaceChildren(
    make("div", { class: "bar" }, make("h1", {}, "Map"), total),
    make(
      "div",
      { class: "controls" },
      make("label", { class: "field" }, make("span", {}, "Laid out by"), method),
      make("label", { class: "field" }, make("span", {}, "Coloured by"), colour),
      make("label", { class: "check" }, withPictures, "Pictures where there is room"),
      mix.element,
      filters,
    ),
    make("div", { class: "sheet" }, stage, make("div", { class: "beside" }, told, legend)),
    reading,
    make(
      "details",
      { class: "fold keys" },
      make("summary", {}, "Keys and gestures"),
      make("div", { id: "map-keys" }, keys()),
    ),
    said,
    chosen,
    clusters,
  );

  const plot = scatter(canvas, {
    url: (i) => imageUrl(map.ids[i]),
    hover: (i, at) => showTip(i, at),
    open: (i) => openPainting(i),
    pick: (i) => {
      const on = !isSelected(map.ids[i]);
      select([map.ids[i]], on);
      announce(i);
    },
    focus: (i, at) => {
      showTip(i, at);
      if (i >= 0) announce(i);
    },
    area: (polygon) => {
      if (!meanwhile) chooseArea(polygon);
    },
    view: (box) => {
      if (meanwhile || current().name !== "map") return;
      const text = box ? box.map((value) => value.toFixed(4)).join(",") : null;
      if (text !== params.get("box")) change({ box: text }, true);
    },
  });

  /* what a change of the URL brings about */

  async function update(next) {
    params = next;
    method.value = get.method();
    colour.value = get.colour();
    withPictures.checked = params.get("pictures") !== "0";
    mix.update();
    panel.update(params);
    const set = filtersSet(params).length;
    filters.querySelector(".what").textContent = set ? `Filters (${set})` : "Filters";
    try {
      const key = JSON.stringify([get.method(), get.weights()]);
      if (key !== wanted) {
        wanted = key;
        await loadMap();
        return;
      }
      if (map) await apply();
    } catch (error) {
      tell(error);
    }
  }

  /** Ask for the map until it is there; meanwhile the one by PCA, which comes first, is shown. */
  async function loadMap() {
    loading.abort();
    loading = new AbortController();
    const own = loading.signal,
      begun = performance.now(),
      weights = get.weights(),
      wish = get.method();
    const of = (name) => ask(`api/map?${new URLSearchParams({ method: name, weights })}`, { signal: own });
    let early = wish === "pca" ? null : "pca";
    stage.classList.add("waiting");
    try {
      for (;;) {
        const answer = await of(wish);
        if (own.aborted) return;
        if (answer.state === "done") return await use(answer.map, false);
        if (answer.state === "failed") return failed(answer);
        showProgress(answer, wish, (performance.now() - begun) / 1000);
        if (early && answer.caption.includes(NAMES[wish])) {
          const before = await of(early);
          if (before.state === "done") {
            early = null;
            await use(before.map, true);
            showProgress(answer, wish, (performance.now() - begun) / 1000);
          }
        }
        await pause(EVERY, own);
      }
    } catch (error) {
      if (own.aborted) return;
      if (!("hint" in error)) throw error;
      failed(error, error.status === 0 ? null : undefined);
    }
  }

  async function use(found, isMeanwhile) {
    map = found;
    meanwhile = isMeanwhile;
    asked = {};
    stage.classList.remove("waiting");
    if (!meanwhile) progress.hidden = true;
    plot.setBox(null);
    plot.setPoints(map.x, map.y);
    canvas.setAttribute("aria-label", `Map of ${count(map.n, "painting")} by ${NAMES[map.method]}`);
    reading.textContent = [
      READING[map.method],
      map.explained === null ? "" : `They show ${percent(map.explained)} of the variance.`,
      map.fitted < map.n
        ? `${spelled(map.fitted)} paintings were laid out; each of the others lies beside those most like it.`
        : "",
      map.skipped ? `${count(map.skipped, "painting")} without any of the features are not shown.` : "",
    ]
      .filter(Boolean)
      .join(" ");
    markPicked();
    drawClusters(clusters, map, {
      facts,
      take: (number) => takeCluster(number),
      alone: (name) => {
        change({ colour: null, value: null, only: name });
        canvas.scrollIntoView({ block: "center" });
      },
    });
    await apply();
  }

  /** Bring what is drawn in line with the URL; only what has changed is done again. */
  async function apply() {
    const now = map;
    const filtered = filterQuery(params);
    if (asked.filtered !== filtered) {
      asked.filtered = filtered;
      passing = filtered ? await passingBy(filtered) : null;
      if (map !== now) return;
      asked.colour = asked.area = undefined;
    }
    const colours = JSON.stringify([get.colour(), params.getAll("value"), params.get("only"), dark()]);
    if (asked.colour !== colours) {
      asked.colour = colours;
      column = await columnOf(get.colour());
      if (map !== now) return;
      applyColours();
    }
    plot.setPictures(params.get("pictures") !== "0");
    if (!meanwhile && asked.box !== params.get("box")) {
      asked.box = params.get("box");
      const box = get.numbers("box", 4)?.slice(0, 4) ?? null;
      if (!box || plot.box().some((value, at) => Math.abs(value - box[at]) > 2e-4)) plot.setBox(box);
    }
    const area = meanwhile ? "" : `${params.get("area")} ${params.get("of")} ${params.get("only")}`;
    if (asked.area !== area) {
      asked.area = area;
      applyArea();
    }
    if (asked.id !== params.get("id")) {
      asked.id = params.get("id");
      await tellOf(asked.id);
    }
  }

  async function passingBy(filtered) {
    try {
      const found = await ask(`api/map/passing?${filtered}`, { signal });
      const pass = new Uint8Array(map.ids.length);
      for (const row of found.rows) pass[row] = 1;
      return pass;
    } catch (error) {
      tell(error);
      return null;
    }
  }

  async function columnOf(name) {
    if (name === "cluster")
      return { kind: "labels", values: map.clusters.map((cluster) => cluster.name), codes: map.cluster };
    try {
      if (!columns.has(name)) columns.set(name, ask(`api/map/column?${new URLSearchParams({ name })}`, { signal }));
      const found = await columns.get(name);
      if (found.index === map.index) return found;
      columns.delete(name);
      toast("The collection has been indexed anew.", {
        text: "Load the new map",
        run: () => {
          loadMap().catch(tell);
        },
      });
    } catch (error) {
      columns.delete(name);
      tell(error);
    }
    return { kind: "labels", values: [], codes: new Array(map.ids.length).fill(-1) };
  }

  const isPlaced = (i) => map.x[i] !== null;
  const passes = (i) => isPlaced(i) && (!passing || passing[i] === 1);

  function applyColours() {
    const only = params.get("only");
    looks = looksOf(column, only === null ? params.getAll("value") : [only, ...params.getAll("value")], dark(), passes);
    const stands = (i) => passes(i) && (!only || looks.keyOf(i) === only);
    const faint = passing || only ? Uint8Array.from(map.ids, (_, i) => (stands(i) ? 0 : 1)) : null;
    plot.setLooks(looks.looks, looks.of);
    plot.setFaint(faint);
    plot.setNames(get.colour() === "cluster" && !only ? clusterNames() : []);
    const name = get.colour() === "cluster" ? "Cluster" : capital(words(get.colour()));
    drawLegend(
      legend,
      { title: name, ...looks },
      only,
      (key) => change({ only: key }),
      (value) => change({ value: [value, ...params.getAll("value").filter((one) => one !== value)], only: null }),
    );
    const standing = faint ? faint.reduce((sum, one, i) => sum + (isPlaced(i) && !one ? 1 : 0), 0) : map.n;
    total.textContent =
      standing === map.n ? count(map.n, "painting") : `${spelled(standing)} of ${count(map.n, "painting")} stand out`;
    plot.load();
  }

  /** A name where most of its cluster lies: at the median of its places. */
  function clusterNames() {
    const at = map.clusters.map(() => ({ x: [], y: [] }));
    map.cluster.forEach((number, i) => {
      if (number >= 0) {
        at[number].x.push(map.x[i]);
        at[number].y.push(map.y[i]);
      }
    });
    const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    return map.clusters.map((cluster, number) => ({
      text: cluster.name,
      x: middle(at[number].x),
      y: middle(at[number].y),
    }));
  }

  /* choosing */

  function setMode(name) {
    plot.setMode(name);
    for (const button of modes.children) button.setAttribute("aria-pressed", String(button.dataset.mode === name));
  }

  function chooseArea(polygon) {
    if (!polygon) return change({ area: null, of: null });
    const step = Math.max(1, polygon.length / CORNERS);
    const corners = Array.from(
      { length: Math.min(polygon.length, CORNERS) },
      (_, at) => polygon[Math.floor(at * step)],
    );
    const area = corners
      .flat()
      .map((value) => value.toFixed(4))
      .join(",");
    change({ area, of: null });
    takeAll(`in the area`);
    setMode("pan");
  }

  function takeCluster(number) {
    change({ of: number, area: null });
    takeAll(`of “${map.clusters[number].name}”`);
    chosen.scrollIntoView({ block: "nearest" });
  }

  function takeAll(which) {
    const before = rows.map((i) => map.ids[i]).filter((id) => !isSelected(id));
    const text = `${count(rows.length, "painting")} ${which}${rows.length ? " added to the selection" : ""}.`;
    select(before);
    toast(text, before.length ? { text: "Undo", run: () => select(before, false) } : null);
  }

  /** The paintings in the area or the cluster that the URL names, and pass the filters. */
  function applyArea() {
    const corners = meanwhile ? null : get.numbers("area", 6),
      cluster = meanwhile || !params.get("of") ? null : map.clusters[Number(params.get("of"))];
    const polygon = corners
      ? Array.from({ length: corners.length >> 1 }, (_, at) => [corners[2 * at], corners[2 * at + 1]])
      : null;
    const only = params.get("only");
    plot.setArea(polygon);
    chosen.hidden = !polygon && !cluster;
    rows = polygon
      ? plot.inside(polygon).filter((i) => passes(i) && (!only || looks.keyOf(i) === only))
      : cluster
        ? [...map.cluster.keys()].filter((i) => map.cluster[i] === cluster.number && passes(i))
        : [];
    if (chosen.hidden) return chosen.replaceChildren();
    drawChosen(chosen, {
      ids: rows.map((i) => map.ids[i]),
      title: cluster && !polygon ? cluster.name : "Chosen on the map",
      facts,
      signal,
      close: () => change({ area: null, of: null }),
    });
  }

  function markPicked() {
    if (!map) return;
    plot.setPicked(Uint8Array.from(map.ids, (id) => (isSelected(id) ? 1 : 0)));
    if (!chosen.hidden)
      markChosen(
        chosen,
        rows.map((i) => map.ids[i]),
      );
  }

  /* telling of paintings */

  /** What is known of paintings, in the order of the ids; asked for once. */
  async function facts(ids) {
    const missing = [...new Set(ids)].filter((id) => !known.has(id));
    for (let at = 0; at < missing.length; at += 100) {
      const query = new URLSearchParams(missing.slice(at, at + 100).map((id) => ["id", id]));
      for (const painting of await ask(`api/map/paintings?${query}`, { signal })) known.set(painting.id, painting);
    }
    return ids.map((id) => known.get(id)).filter(Boolean);
  }

  let pointed = -1;
  const ready = (i) => known.get(map.ids[i]);
  const valueOf = (i) =>
    !looks ? "" : `${get.colour() === "cluster" ? "Cluster" : capital(words(get.colour()))}: ${looks.textOf(i)}`;
  const fetchTip = later(70, async () => {
    const i = pointed;
    if (i < 0) return;
    try {
      await facts([map.ids[i]]);
      if (pointed === i) fillTip(i);
    } catch (error) {
      if (error.name !== "AbortError" && !("hint" in error)) throw error; // the tip then has no more than the picture
    }
  });

  function showTip(i, at) {
    if (i !== pointed) {
      pointed = i;
      tip.hidden = i < 0;
      if (i >= 0) {
        fillTip(i);
        if (!ready(i)) fetchTip();
      }
    }
    if (i < 0) return;
    const wide = stage.clientWidth,
      high = stage.clientHeight,
      beside = at.x + 30 + tip.offsetWidth > wide ? at.x - tip.offsetWidth - 18 : at.x + 18;
    tip.style.left = `${Math.max(4, beside)}px`;
    tip.style.top = `${Math.max(4, Math.min(high - tip.offsetHeight - 4, at.y - tip.offsetHeight / 2))}px`;
  }

  function fillTip(i) {
    const painting = ready(i);
    const picture =
      tip.firstChild?.dataset?.id === map.ids[i]
        ? tip.firstChild
        : make("img", {
            src: imageUrl(map.ids[i]),
            alt: "",
            "data-id": map.ids[i],
            onerror: (event) => {
              event.target.hidden = true;
            },
          });
    tip.replaceChildren(
      picture,
      make("p", { class: "name" }, painting ? nameOf(painting) : "…"),
      painting ? make("p", { class: "who" }, who(painting)) : "",
      make("p", { class: "value" }, valueOf(i)),
    );
  }

  const who = (painting) => (painting.title && painting.labels.artist) || caption(painting);

  async function announce(i) {
    try {
      const [painting] = await facts([map.ids[i]]);
      said.textContent = `${altText(painting)}. ${valueOf(i)}.${isSelected(painting.id) ? " Selected." : ""}`;
    } catch (error) {
      if (error.name !== "AbortError" && !("hint" in error)) throw error;
    }
  }

  let byKey = false;

  function openPainting(i) {
    if (i < 0) {
      if (params.has("id")) change({ id: null });
      return;
    }
    byKey = document.activeElement === canvas && canvas.matches(":focus-visible");
    if (params.get("id") === map.ids[i]) {
      asked.id = undefined;
      apply().catch(tell);
    } else change({ id: map.ids[i] }, params.has("id"));
  }

  async function tellOf(id) {
    const i = id === null ? -1 : map.ids.indexOf(id),
      now = map;
    plot.setOpened(i);
    told.hidden = id === null;
    if (id === null) return told.replaceChildren();
    try {
      const [painting] = await facts([id]);
      if (map !== now || params.get("id") !== id) return;
      const box = make("input", {
        type: "checkbox",
        "data-pick": id,
        ".checked": isSelected(id),
        onchange: (event) => select([id], event.target.checked),
      });
      const shut = make(
        "button",
        {
          type: "button",
          class: "icon close",
          "aria-label": "Close",
          onclick: () => {
            change({ id: null }, true);
            canvas.focus();
          },
        },
        "×",
      );
      told.onkeydown = (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          shut.click();
        }
      };
      told.replaceChildren(
        shut,
        make(
          "a",
          { class: "hang", href: href("painting", { id }) },
          make("img", { src: imageUrl(id), alt: altText(painting), width: painting.width, height: painting.height }),
        ),
        make(
          "div",
          { class: "about" },
          make("h2", {}, nameOf(painting)),
          make("p", { class: "who" }, caption(painting)),
          i >= 0 && looks
            ? make("p", { class: "faint" }, valueOf(i), map.placed[i] ? " · lies beside those most like it" : "")
            : "",
          make(
            "p",
            { class: "links" },
            make("a", { href: href("painting", { id }) }, "Its page"),
            make("a", { href: href("search", { id }) }, "Paintings like it"),
            make("label", { class: "check" }, box, "Selected"),
          ),
        ),
      );
      if (innerWidth <= 800) told.scrollIntoView({ block: "nearest" });
      if (i < 0) told.append(make("p", { class: "faint" }, "It is not on this map."));
      if (byKey) {
        byKey = false;
        told.querySelector(".links a").focus();
      }
    } catch (error) {
      tell(error);
      told.hidden = true;
    }
  }

  /* waiting */

  function showProgress({ state, caption: doing, done, total: steps }, wish, seconds) {
    const waits = state === "waiting" && seconds > 2;
    progress.hidden = false;
    progress.className = `progress${map && meanwhile ? " small" : ""}`;
    const text = waits
      ? "Waiting for other work of the server to end…"
      : `The map by ${NAMES[wish]} is being computed${doing ? `: ${doing}` : ""}`;
    const bar = steps > 1 ? { max: steps, value: done } : {};
    progress.replaceChildren(
      make(
        "p",
        { role: "status" },
        text,
        steps > 1 ? ` (${done} of ${steps})` : "",
        make("span", { class: "faint number", "aria-hidden": "true" }, `  ${Math.round(seconds)} s`),
      ),
      make("progress", { ...bar, "aria-label": "Progress of the map" }),
      make(
        "p",
        { class: "faint" },
        map && meanwhile ? "Until then you see the map by PCA." : "It is kept, so this happens once.",
      ),
    );
  }

  function failed(error) {
    stage.classList.remove("waiting");
    progress.hidden = false;
    progress.className = `progress failed${map ? " small" : ""}`;
    progress.replaceChildren(notice(error, { text: "Try again", run: again }));
  }

  async function again() {
    try {
      await ask("api/map/again", { body: { method: get.method(), weights: get.weights() }, signal });
      await loadMap();
    } catch (error) {
      tell(error);
    }
  }

  /* the mix of features */

  function mixPanel() {
    const sliders = new Map(
      collection.features.map(({ name, description }) => [
        name,
        make("input", {
          type: "range",
          min: 0,
          max: 1,
          step: 0.05,
          name: `w.${name}`,
          title: description,
          oninput: (event) => {
            event.target.nextElementSibling.textContent = percent(Number(event.target.value));
          },
        }),
      ]),
    );
    const apply = make(
      "button",
      {
        type: "button",
        class: "button",
        onclick: () => {
          const given = Object.fromEntries(
            [...sliders].map(([name, slider]) => [`w.${name}`, Number(slider.value) > 0 ? slider.value : null]),
          );
          if (Object.values(given).every((value) => value === null))
            return toast("Give at least one feature some weight.");
          change({ ...given, box: null, area: null, of: null });
        },
      },
      "Map by this mix",
    );
    const standard = make(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () =>
          change({
            ...Object.fromEntries([...sliders.keys()].map((name) => [`w.${name}`, null])),
            box: null,
            area: null,
            of: null,
          }),
      },
      "The usual mix",
    );
    const element = make(
      "details",
      { class: "fold mix" },
      make("summary", {}, "What counts as alike"),
      make(
        "div",
        { class: "panel" },
        [...sliders].map(([name, slider]) =>
          make("label", {}, make("span", {}, capital(words(name))), slider, make("span", { class: "number" })),
        ),
        make("div", { class: "does" }, apply, standard),
      ),
    );
    return {
      element,
      update: () => {
        const given = get.weights() !== "";
        for (const { name, weight } of collection.features) {
          const slider = sliders.get(name);
          slider.value = given ? Number(params.get(`w.${name}`) ?? 0) : weight;
          slider.nextElementSibling.textContent = percent(Number(slider.value));
        }
        standard.hidden = !given;
      },
    };
  }

  const repaint = () => {
    asked.colour = undefined;
    if (map) apply().catch(tell);
  };
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  selection.addEventListener("change", markPicked, { signal });
  addEventListener("themechange", repaint, { signal });
  scheme.addEventListener("change", repaint, { signal });
  signal.addEventListener("abort", () => loading.abort());
  place.plot = plot; // for whoever looks at the page from its console, and for its tests
  await Promise.race([update(params), pause(50, signal).catch(() => {})]);
  return {
    update,
    leave: () => {
      loading.abort();
      plot.leave();
    },
  };
}

const dark = () =>
  getComputedStyle(document.documentElement).colorScheme === "dark" ||
  (getComputedStyle(document.documentElement).colorScheme !== "light" &&
    matchMedia("(prefers-color-scheme: dark)").matches);

const pause = (wait, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, wait);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(new DOMException("left", "AbortError"));
      },
      { once: true },
    );
  });

function keys() {
  const row = (key, text) => [
    make(
      "dt",
      {},
      key.map((one) => make("kbd", {}, one)),
    ),
    make("dd", {}, text),
  ];
  return [
    make(
      "dl",
      {},
      row(["←", "→", "↑", "↓"], "move the map"),
      row(["+", "−"], "zoom"),
      row(["0"], "the whole map"),
      row(["n", "p"], "to the nearest painting not yet visited, and back"),
      row(["Ctrl", "←"], "to the next painting in that direction; with Alt as well"),
      row(["Enter"], "what is told of it, with links"),
      row(["Space"], "select it, or take it out"),
      row(["Esc"], "give up the lasso, close what is told"),
    ),
    make(
      "p",
      { class: "faint" },
      "Wheel or two fingers zoom, a double click zooms in; drag moves; Shift and drag chooses a rectangle. The table of clusters below says in words what the map shows.",
    ),
  ];
}
