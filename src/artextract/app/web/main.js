// The frame around the views: which one the URL names, the navigation, uploads from anywhere, light and dark, and the
// state of the connection.  A view is a module in views/ with title                      what stands in the navigation
// and in the title bar show(place, params, tools) fills the element `place` for the URL's parameters; gives { update,
// leave }, both optional: update(params) when only the parameters change, leave() when another view is shown `tools` is
// { collection, signal }: what /api/collection told, and a signal that aborts when the view is left.

import { ask, connection } from "./lib/api.js";
import { make, notice, toast } from "./lib/dom.js";
import { AskError, isAbort } from "./lib/errors.js";
import { current, follow, href } from "./lib/route.js";
import { showTray } from "./lib/selection.js";
import { themeButton } from "./lib/theme.js";
import { listenForFiles } from "./lib/upload.js";
import { setColours } from "./lib/weights.js";

const VIEWS = ["gallery", "search", "painting", "compare", "map", "review", "study", "selection"];
const IN_NAVIGATION = { gallery: "Gallery", search: "Search", map: "Map", review: "Review", study: "Study" };
const $ = (id) => document.getElementById(id);

let collection = null;
let shown = null; // { name, view, leaving } of the view on the screen
let turn = 0;

async function show() {
  const { name, params } = current();
  const own = ++turn;
  markNavigation(name);
  if (shown?.name === name && shown.view?.update) return shown.view.update(params);
  shown?.view?.leave?.();
  shown?.leaving.abort();
  const leaving = new AbortController();
  shown = { name, view: null, leaving };
  const place = make("div", { class: `view view-${name}` });
  const left = $("main").contains(document.activeElement);
  $("main").replaceChildren(place);
  if (left) $("main").focus({ preventScroll: true }); // the link that led here is gone
  document.body.dataset.view = name;
  try {
    title(null);
    if (!VIEWS.includes(name)) throw new AskError("There is no such page.", "Choose one above.", 404);
    const module = await import(`./views/${name}.js`);
    if (own !== turn) return;
    title(`${module.title} · ${collection.name}`);
    const view = await module.show(place, params, { collection, signal: leaving.signal });
    if (own === turn) shown.view = view ?? null;
    else view?.leave?.();
  } catch (error) {
    if (isAbort(error) || own !== turn) return;
    if (!(error instanceof AskError)) console.error(error);
    const hint = String(error.message ?? error);
    place.replaceChildren(
      notice(error instanceof AskError ? error : { message: "This view could not be shown.", hint }),
    );
  }
}

/** @param {string | null} text */
function title(text) {
  document.title = text ? `${text} · ArtExtract` : "ArtExtract";
}

function markNavigation(name) {
  for (const link of $("nav").children) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function buildNavigation() {
  const there = Object.entries(IN_NAVIGATION).filter(([name]) => collection.can[name] !== false);
  $("nav").replaceChildren(...there.map(([name, text]) => make("a", { href: href(name), "data-view": name }, text)));
}

/** At the foot of the page: which version answers. */
async function tellVersion() {
  try {
    $("version").textContent = `ArtExtract ${(await ask("api/health")).version}`;
  } catch (error) {
    if (!(error instanceof AskError)) throw error; // the connection tells
  }
}

/** What a view listens to that shows data: the connection is back, or another index is in place. */
function listenToConnection() {
  connection.addEventListener("lost", () => {
    $("connection").hidden = false;
    $("connection").textContent =
      "The server does not answer. Is “artextract serve” still running? This page tries again every few seconds; what you see stays.";
  });
  connection.addEventListener("back", async () => {
    $("connection").hidden = true;
    toast("The server answers again.");
    await load();
  });
  connection.addEventListener("changed", async () => {
    toast("The collection has been indexed anew.");
    await load();
  });
}

async function load() {
  try {
    collection = await ask("api/collection");
    setColours(collection.features);
    buildNavigation();
    if ($("main").querySelector("[data-keep]")) return; // what is being filled in stays
    if (shown) {
      shown.view?.leave?.();
      shown.leaving.abort();
      shown = null;
    }
    await show();
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    if (!shown) $("main").replaceChildren(notice(error));
  }
}

themeButton($("theme"));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("main").focus();
});
listenToConnection();
listenForFiles();
follow(show);
showTray($("tray"));
tellVersion();
await load();
