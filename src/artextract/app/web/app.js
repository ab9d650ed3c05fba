// The page of one collection. What is shown is told by the URL's hash alone, so that back, forward and a bookmark work:
//   #                          the gallery          #style=Cubism&text=harbour     the gallery, filtered
//   #id=PAINTING&w.deep=70     paintings like one   #upload=TOKEN                  paintings like an uploaded picture
"use strict";

const PAGE = 60, HITS = 24, HITS_MOST = 240;
const PART_COLOURS = ["part-0", "part-1", "part-2", "part-3", "part-4", "part-5", "part-6", "part-7"];
const $ = (id) => document.getElementById(id);

let collection = null;      // what /api/collection told
let previews = new Map();   // upload token -> object URL of the picture that the user gave
let shown = { offset: 0, total: 0, k: HITS, busy: false, turn: 0 };

// ---- small tools -------------------------------------------------------------------------------------------------------

function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw { message: "The server does not answer.", hint: "Is “artextract serve” still running?" };
  }
  const told = await response.json().catch(() => null);
  if (!response.ok) throw told?.error ?? { message: `The server answered ${response.status}.`, hint: "" };
  return told;
}

const later = (wait, work) => {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), wait); };
};

const inPath = (id) => id.split("/").map(encodeURIComponent).join("/");
const imageUrl = (id, size) => `api/images/${inPath(id)}?size=${size}`;
const nameOf = (painting) => painting.title || painting.labels.artist || painting.id;
const spelled = (number) => number.toLocaleString("en");
const percent = (share) => `${Math.round(100 * share)} %`;
/** Rounded down, so that only all is 100. */
const percentDown = (part) => (Math.floor(1000 * part + 1e-6) / 10).toFixed(1);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const words = (column) => column.replaceAll("_", " ");

// ---- the hash ----------------------------------------------------------------------------------------------------------

function state() {
  const given = new URLSearchParams(location.hash.slice(1));
  const weights = {};
  for (const [name, value] of given) if (name.startsWith("w.")) weights[name.slice(2)] = Number(value);
  const filters = {};
  for (const name of Object.keys(collection.labels)) if (given.has(`f.${name}`)) filters[name] = given.get(`f.${name}`);
  return { id: given.get("id"), upload: given.get("upload"), text: given.get("text") ?? "", filters, weights: Object.keys(weights).length ? weights : null };
}

function hashOf({ id, upload, text, filters, weights }) {
  const given = new URLSearchParams();
  if (id) given.set("id", id);
  if (upload) given.set("upload", upload);
  if (text) given.set("text", text);
  for (const [name, value] of Object.entries(filters ?? {})) if (value) given.set(`f.${name}`, value);
  for (const [name, value] of Object.entries(weights ?? {})) given.set(`w.${name}`, value);
  return `#${given}`;
}

/** Go to a state; `quietly` replaces the entry of the history, for what changes while one drags or types. */
function go(next, quietly = false) {
  history[quietly ? "replaceState" : "pushState"](null, "", hashOf(next));
  show(next);
}

const linkTo = (id) => hashOf({ ...state(), id, upload: null });

function where({ text, filters }) {
  const parts = text.split(/\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part));
  return [...parts.map((part) => `any~${part}`), ...Object.entries(filters).map(([name, value]) => `${name}=${value}`)];
}

// ---- showing -----------------------------------------------------------------------------------------------------------

let before = null;   // the state that is on the screen

async function show(now = state()) {
  const subjectChanged = !before || before.id !== now.id || before.upload !== now.upload;
  before = now;
  fillFilters(now);
  shown = { offset: 0, total: 0, k: HITS, busy: false, turn: shown.turn + 1 };
  const turn = shown.turn;
  notice(null);
  const searching = Boolean(now.id || now.upload);
  document.body.classList.toggle("searching", searching);
  $("subject").hidden = $("sliders").hidden = !searching;
  if (subjectChanged) {
    $("grid").replaceChildren();
    $("count").textContent = "";
    $("more").hidden = true;
    window.scrollTo(0, 0);
    if (searching) showSubject(now, turn);
    else document.title = "ArtExtract";
  }
  if (searching) {
    $("heading").textContent = "Most alike";
    showSliders(now);
    await search(now, turn);
  } else {
    $("heading").textContent = "The collection";
    $("grid").replaceChildren();
    await gallery(now, turn);
  }
}

function notice(error, now = null) {
  $("notice").hidden = !error;
  if (!error) return;
  const filtered = now && (now.text || Object.keys(now.filters).length);
  const clear = filtered ? make("button", { type: "button", class: "button", onclick: clearFilters }, "Clear filters") : null;
  $("notice").replaceChildren(make("p", { class: "what" }, capital(error.message)), make("p", {}, capital(error.hint ?? "")), clear ?? "");
}

function failed(error, now, turn) {
  if (turn !== shown.turn) return;
  if (!error.message) throw error;
  $("grid").replaceChildren();
  $("count").textContent = "";
  $("more").hidden = true;
  notice(error, now);
}

async function gallery(now, turn) {
  shown.busy = true;
  try {
    const query = new URLSearchParams([["offset", shown.offset], ["limit", PAGE], ...where(now).map((part) => ["where", part])]);
    const page = await ask(`api/paintings?${query}`);
    if (turn !== shown.turn) return;
    $("grid").append(...page.paintings.map((painting) => card(painting)));
    shown.offset += page.paintings.length;
    shown.total = page.total;
    $("count").textContent = page.total === collection.n ? `${spelled(page.total)} paintings` : `${spelled(page.total)} of ${spelled(collection.n)} paintings`;
    if (!page.total) notice({ message: "No painting fits these filters.", hint: "Take one of them away." }, now);
    $("more").hidden = shown.offset >= page.total;
  } catch (error) {
    failed(error, now, turn);
  } finally {
    if (turn === shown.turn) shown.busy = false;
  }
}

async function search(now, turn) {
  shown.busy = true;
  $("grid").classList.add("busy");
  try {
    const asked = { k: shown.k, weights: now.weights, where: where(now), ...(now.upload ? { upload: now.upload } : { id: now.id }) };
    const found = await ask("api/search", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
    if (turn !== shown.turn) return;
    $("grid").replaceChildren(...found.hits.map((hit, rank) => card(hit, rank + 1, found.weights)));
    $("count").textContent = `${found.hits.length} of ${spelled(found.n_candidates)} paintings`;
    if (!found.hits.length) notice({ message: "No other painting fits these filters.", hint: "Take one of them away." }, now);
    $("more").hidden = found.hits.length >= Math.min(found.n_candidates, HITS_MOST);
  } catch (error) {
    failed(error, now, turn);
  } finally {
    if (turn === shown.turn) { shown.busy = false; $("grid").classList.remove("busy"); }
  }
}

function more() {
  if (shown.busy || $("more").hidden) return;
  const now = state();
  if (now.id || now.upload) { shown.k = Math.min(HITS_MOST, shown.k + HITS); search(now, shown.turn); }
  else gallery(now, shown.turn);
}

// ---- a painting on the wall --------------------------------------------------------------------------------------------

function card(painting, rank = null, weights = null) {
  const aspect = Math.min(2.6, Math.max(0.45, painting.width / painting.height));
  const picture = make("img", { src: imageUrl(painting.id, 400), alt: altText(painting), loading: "lazy", decoding: "async",
    width: painting.width, height: painting.height, onerror: (event) => event.target.closest("a").classList.add("lost") });
  const link = make("a", { class: "card", href: linkTo(painting.id), "data-id": painting.id },
    make("span", { class: "frame" }, picture),
    make("span", { class: "caption" },
      rank ? make("span", { class: "rank" }, String(rank)) : null,
      make("span", { class: "name" }, nameOf(painting)),
      rank ? make("span", { class: "score", title: `closer than ${percentDown(painting.closer_than.all)} % of this collection; the number is the sum of the parts below` }, painting.score.toFixed(2)) : null,
      make("span", { class: "who" }, caption(painting))),
    rank ? parts(painting, weights) : null);
  link.style.setProperty("--aspect", aspect);
  return link;
}

function caption(painting) {
  const { artist, ...others } = painting.labels;
  const told = [painting.title ? artist : null, ...Object.values(others)].filter(Boolean);
  return told.slice(0, 2).join(" · ");
}

const altText = (painting) => [nameOf(painting), ...Object.values(painting.labels).filter(Boolean)].join(", ");

/** Percent of a bar's width for a score of 1, which is as near as the nearest hundredth of all pairs. */
const FULL_BAR = 40;

/** What a score is made of: one bar in parts, and the same in words. */
function parts(hit, weights) {
  const names = Object.keys(weights).filter((name) => weights[name] > 0);
  const bar = make("span", { class: "stack", "aria-hidden": "true" });
  const list = make("span", { class: "words" });
  for (const name of names) {
    const part = hit.features[name], colour = colourOf(name);
    const piece = make("i", { class: colour });
    piece.style.width = `${FULL_BAR * Math.max(0, part ?? 0)}%`;
    bar.append(piece);
    const raw = hit.similarity[name];
    const closer = hit.closer_than[name];
    list.append(make("span", { title: raw === null ? `${name} is lacking` : `${name}: closer than ${percentDown(closer)} % of this collection, weight ${weights[name].toFixed(2)}` },
      make("i", { class: `dot ${colour}` }), `${name} ${part === null ? "—" : part.toFixed(2)}`));
  }
  return make("span", { class: "parts" }, bar, list);
}

function colourOf(feature) {
  return PART_COLOURS[collection.features.findIndex(({ name }) => name === feature) % PART_COLOURS.length];
}

// ---- what is searched for ----------------------------------------------------------------------------------------------

async function showSubject(now, turn) {
  const place = $("subject");
  place.replaceChildren();
  try {
    if (now.upload) {
      const facts = await ask(`api/uploads/${encodeURIComponent(now.upload)}`);
      if (turn !== shown.turn && state().upload !== now.upload) return;
      const preview = previews.get(now.upload);
      document.title = "Your picture · ArtExtract";
      place.replaceChildren(...[
        preview ? make("figure", {}, make("img", { src: preview, alt: "The picture that you gave" })) : null,
        make("h2", {}, "Your picture"),
        make("p", { class: "rights" }, "It was looked at and not kept."),
        palette(facts.colours)].filter(Boolean));
      return;
    }
    const painting = await ask(`api/paintings/${inPath(now.id)}`);
    if (state().id !== now.id) return;
    document.title = `${nameOf(painting)} · ArtExtract`;
    const large = make("button", { type: "button", class: "open", "aria-label": "Show larger", onclick: () => enlarge(painting) },
      make("img", { src: imageUrl(painting.id, 1600), alt: altText(painting), width: painting.width, height: painting.height }));
    place.replaceChildren(
      make("figure", {}, large),
      make("h2", {}, nameOf(painting)),
      facts(painting),
      palette(painting.colours));
  } catch (error) {
    if (!error.message) throw error;
    place.replaceChildren();
  }
}

function facts(painting) {
  const list = make("dl", {});
  const row = (name, value) => list.append(make("dt", {}, capital(words(name))), make("dd", {}, value));
  for (const [name, value] of Object.entries(painting.labels)) {
    if (value) row(name, make("a", { href: hashOf({ text: "", filters: { [name]: value } }), title: `Show all: ${value}` }, value));
  }
  for (const [name, value] of Object.entries(painting.more)) row(name, String(value));
  row("picture", `${spelled(painting.width)} × ${spelled(painting.height)} pixels`);
  row("source", asLink(painting.source));
  row("rights", asLink(painting.rights));
  row("id", make("code", {}, painting.id));
  return list;
}

function asLink(text) {
  return /^https?:\/\/\S+$/.test(text) ? make("a", { href: text, rel: "noreferrer noopener", target: "_blank" }, text) : text;
}

function palette(colours) {
  if (!colours.length) return "";
  const strip = make("div", { class: "palette", role: "img", "aria-label": `Colours: ${colours.map((c) => `${c.hex} ${percent(c.proportion)}`).join(", ")}` });
  for (const colour of colours) {
    const piece = make("span", { title: `${colour.hex}, ${percent(colour.proportion)}` });
    piece.style.background = colour.hex;
    piece.style.flexGrow = Math.max(0.04, colour.proportion);
    strip.append(piece);
  }
  return make("div", { class: "colours" }, make("h3", {}, "Colours"), strip);
}

function enlarge(painting) {
  const dialog = $("large"), picture = dialog.querySelector("img");
  picture.src = imageUrl(painting.id, 1600);
  picture.alt = altText(painting);
  dialog.showModal();
}

// ---- weights -----------------------------------------------------------------------------------------------------------

function showSliders(now) {
  const form = $("sliders");
  if (!form.children.length) {
    for (const feature of collection.features) {
      const input = make("input", { type: "range", min: 0, max: 100, step: 1, id: `w-${feature.name}`, name: feature.name, oninput: weigh });
      form.append(make("label", { class: "slider" }, make("i", { class: `dot ${colourOf(feature.name)}` }),
        make("span", {}, capital(words(feature.name))), input, make("output", { for: `w-${feature.name}` }),
        make("small", {}, feature.description)));
    }
    form.append(make("button", { type: "button", class: "quiet", id: "reset", onclick: () => go({ ...state(), weights: null }, true) }, "Reset"));
  }
  for (const feature of collection.features) {
    const input = form.elements[feature.name];
    const value = now.weights ? now.weights[feature.name] ?? 0 : 100 * feature.weight;
    if (document.activeElement !== input || Number(input.value) !== Math.round(value)) input.value = value;
  }
  tellShares();
  $("reset").hidden = !now.weights;
}

function sliderWeights() {
  return Object.fromEntries(collection.features.map(({ name }) => [name, Number($("sliders").elements[name].value)]));
}

function tellShares() {
  const weights = sliderWeights(), sum = Object.values(weights).reduce((a, b) => a + b, 0);
  for (const [name, weight] of Object.entries(weights)) {
    $("sliders").querySelector(`output[for="w-${name}"]`).textContent = sum ? percent(weight / sum) : "0 %";
  }
  return sum;
}

const weighSoon = later(90, (weights) => go({ ...state(), weights }, true));

function weigh() {
  if (tellShares()) weighSoon(sliderWeights());
  else { shown.turn++; $("grid").replaceChildren(); $("count").textContent = ""; $("more").hidden = true;
    notice({ message: "Likeness needs at least one part.", hint: "Raise one of the sliders." }); }
}

// ---- filters -----------------------------------------------------------------------------------------------------------

function buildFilters() {
  for (const [name, values] of Object.entries(collection.labels)) {
    if (values.filter(({ value }) => value !== null).length < 1) continue;
    const options = [...values].sort((a, b) => (a.value === null) - (b.value === null) || (a.value ?? "").localeCompare(b.value ?? ""));
    const select = make("select", { id: `f-${name}`, name, onchange: filter },
      make("option", { value: "" }, `Any ${words(name)}`),
      ...options.map(({ value, count }) => make("option", { value: value ?? "unknown" }, `${value ?? "Not known"} (${spelled(count)})`)));
    $("selects").append(make("label", { class: "field" }, make("span", { class: "unseen" }, capital(words(name))), select));
  }
  $("text").addEventListener("input", later(250, () => filter(true)));
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("clear").addEventListener("click", clearFilters);
}

function filter(quietly = false) {
  const filters = {};
  for (const select of $("selects").querySelectorAll("select")) if (select.value) filters[select.name] = select.value;
  go({ ...state(), text: $("text").value.trim(), filters }, quietly === true);
}

function clearFilters() {
  $("text").value = "";
  go({ ...state(), text: "", filters: {} });
}

function fillFilters(now) {
  if (document.activeElement !== $("text")) $("text").value = now.text;
  for (const select of $("selects").querySelectorAll("select")) {
    select.value = now.filters[select.name] ?? "";
    select.classList.toggle("set", Boolean(select.value));
  }
  $("clear").hidden = !now.text && !Object.keys(now.filters).length;
}

// ---- a picture of one's own --------------------------------------------------------------------------------------------

async function upload(file) {
  if (!file) return;
  document.body.classList.add("uploading");
  try {
    const facts = await ask("api/uploads", { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
    previews.set(facts.upload, URL.createObjectURL(file));
    go({ ...state(), id: null, upload: facts.upload });
  } catch (error) {
    if (!error.message) throw error;
    notice(error);
    $("notice").scrollIntoView({ block: "center" });
  } finally {
    document.body.classList.remove("uploading");
    $("file").value = "";
  }
}

function listenForFiles() {
  let depth = 0;
  const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  $("file").addEventListener("change", () => upload($("file").files[0]));
  addEventListener("dragenter", (event) => { if (carriesFile(event)) { depth++; $("drop").hidden = false; } });
  addEventListener("dragleave", (event) => { if (carriesFile(event) && --depth <= 0) { depth = 0; $("drop").hidden = true; } });
  addEventListener("dragover", (event) => { if (carriesFile(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth = 0;
    $("drop").hidden = true;
    upload(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => upload([...(event.clipboardData?.files ?? [])].find((file) => file.type.startsWith("image/"))));
}

// ---- start -------------------------------------------------------------------------------------------------------------

async function start() {
  try {
    collection = await ask("api/collection");
  } catch (error) {
    notice(error);
    return;
  }
  buildFilters();
  listenForFiles();
  $("home").addEventListener("click", (event) => { event.preventDefault(); go({ text: "", filters: {} }); });
  $("more-button").addEventListener("click", more);
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); $("main").focus(); });
  $("large").addEventListener("click", () => $("large").close());
  new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) more(); }, { rootMargin: "600px" }).observe($("more"));
  addEventListener("popstate", () => show());
  await show();
}

start();
