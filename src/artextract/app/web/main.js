// @ts-check
// The frame around the views: which one the URL names, the navigation, uploads from anywhere, light and dark, and the
// state of the connection.
//
// A view is a module in views/ with
//   title                        what stands in the navigation and in the title bar
//   show(place, params, tools)   fills the element `place` for the URL's parameters; gives { update, leave }, both
//                                optional: update(params) when only the parameters change, leave() when another view is
//                                shown
// `tools` is { collection, signal }: the answer of /api/collection, and a signal that aborts when the view is left.

import { signInAddress, tellAccount } from "./lib/account.js";
import { ask, connection, firstHeard } from "./lib/api.js";
import { closedUpload, closedView, wayIn } from "./lib/closed.js";
import { closeDialogs } from "./lib/dialog.js";
import { byId, make, notice, toast } from "./lib/dom.js";
import { AskError, isAbort } from "./lib/errors.js";
import { say, sayStatic } from "./lib/language.js";
import { listenForKeys } from "./lib/keys.js";
import { languageSwitch } from "./lib/language_switch.js";
import { listenForRefused } from "./lib/refused.js";
import { current, follow, go, href } from "./lib/route.js";
import { showTray } from "./lib/selection.js";
import { themeButton } from "./lib/theme.js";
import { watch } from "./lib/updating.js";
import { listenForFiles } from "./lib/upload.js";
import { setColours } from "./lib/weights.js";

/** @import { CollectionFacts, View } from "./lib/types.js" */
/** The view on the screen. @typedef {{ name: string, view: View | null, leaving: AbortController }} Shown */

const VIEWS = [
  "gallery",
  "search",
  "painting",
  "compare",
  "path",
  "map",
  "review",
  "study",
  "selection",
  "lists",
  "list",
  "works",
];
const IN_NAVIGATION = /** @type {const} */ (["gallery", "search", "map", "works", "review", "study", "lists"]);

/** @type {CollectionFacts | null} */
let collection = null;
/** @type {Shown | null} */
let shown = null;
let turn = 0,
  again = 0; // imports that were tried anew
/** Asked for beside the collection, and there before a view is. */
const account = tellAccount(byId("account"));

async function show() {
  const { name, params } = current();
  const own = ++turn;
  markNavigation(name);
  if (shown?.name === name && shown.view?.update) return shown.view.update(params);
  shown?.view?.leave?.();
  shown?.leaving.abort();
  const leaving = new AbortController();
  /** @type {Shown} */
  const now = { name, view: null, leaving };
  shown = now;
  const place = make("div", { class: `view view-${name}` });
  const left = byId("main").contains(document.activeElement);
  byId("main").replaceChildren(place);
  if (left) byId("main").focus({ preventScroll: true }); // the link that led here is gone
  document.body.dataset.view = name;
  try {
    title(null);
    if (!VIEWS.includes(name)) throw new AskError(say("frame.no-page"), say("frame.no-page-hint"), 404);
    const closed = collection && closedView(name, collection);
    if (closed) throw closed;
    const module = await loaded(name);
    if (own !== turn || !collection) return;
    title(`${module.title} · ${collection.name}`);
    const view = await module.show(place, params, { collection, signal: leaving.signal });
    if (own === turn) now.view = view ?? null;
    else view?.leave?.();
  } catch (error) {
    if (isAbort(error) || own !== turn) return;
    if (!(error instanceof AskError)) console.error(error);
    const again = { text: say("common.try-again"), run: () => show() };
    if (error instanceof NotLoadedError) return place.replaceChildren(notice(error, again));
    const hint = String(error.message ?? error);
    if (error instanceof AskError) place.replaceChildren(notice(error, wayIn(error) ?? wayOut(error)));
    else place.replaceChildren(notice({ message: say("frame.failed"), hint }));
  }
}

/** From what there is not. @param {AskError} error */
const wayOut = ({ status }) => (status === 404 ? { text: say("common.to-gallery"), run: () => go("gallery") } : null);

/** A view's module did not come: the connection broke, or the server is another by now. */
class NotLoadedError extends AskError {}

/**
 * The module of a view. A browser keeps a failed import for as long as the page is open, so it is asked for anew by
 * another address, which is another module to it.
 * @param {string} name
 */
async function loaded(name) {
  try {
    return await import(`./views/${name}.js`);
  } catch (first) {
    try {
      return await import(`./views/${name}.js?again=${++again}`);
    } catch {
      console.warn(first);
      throw new NotLoadedError(say("frame.not-loaded"), say("frame.not-loaded-hint"), 0);
    }
  }
}

/** @param {string | null} text */
function title(text) {
  document.title = text ? `${text} · ArtExtract` : "ArtExtract";
}

/** @param {string} name */
function markNavigation(name) {
  for (const link of byId("nav").querySelectorAll("a")) {
    if (link.dataset.view === name) {
      link.setAttribute("aria-current", "page");
      byId("nav").scrollLeft = link.offsetLeft - byId("nav").offsetLeft - 60; // on a phone not all views fit
    } else link.removeAttribute("aria-current");
  }
}

/** @param {CollectionFacts} collection */
function buildNavigation({ can }) {
  const there = IN_NAVIGATION.filter((name) => can[name] !== false);
  byId("nav").replaceChildren(
    ...there.map((name) => make("a", { href: href(name), "data-view": name }, say(`view.${name}`))),
  );
}

/** At the foot of the page: which version answers. */
async function tellVersion() {
  const health = await firstHeard;
  if (health) byId("version").textContent = `ArtExtract ${health.version}`;
}

/** What a view listens to that shows data: the connection is back, or another index is in place. */
function listenToConnection() {
  connection.addEventListener("lost", () => {
    byId("connection").hidden = false;
    byId("connection").textContent = say("frame.lost");
  });
  connection.addEventListener("back", async () => {
    byId("connection").hidden = true;
    toast(say("frame.back"));
    await load();
    watch(byId("updating"));
  });
  connection.addEventListener("changed", async (event) => {
    if (!(event instanceof CustomEvent && event.detail)) toast(say("frame.new-index"));
    await load();
  });
}

async function load() {
  try {
    /** @type {[CollectionFacts, void]} */
    const [facts] = await Promise.all([ask("api/collection"), account]);
    collection = facts;
    setColours(facts.features);
    byId("upload-button").hidden = facts.can.search === false || facts.can.upload === false;
    buildNavigation(facts);
    if (byId("main").querySelector("[data-keep]")) return; // what is being filled in stays
    if (shown) {
      shown.view?.leave?.();
      shown.leaving.abort();
      shown = null;
    }
    await show();
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    if (error.status === 401) return location.replace(signInAddress());
    if (!shown) byId("main").replaceChildren(notice(error));
  }
}

sayStatic();
languageSwitch(byId("language"));
themeButton(byId("theme"));
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
listenToConnection();
listenForRefused();
listenForFiles(() => collection && closedUpload(collection));
follow((quietly) => {
  if (!quietly) closeDialogs();
  return show();
});
listenForKeys();
showTray(byId("tray"));
tellVersion();
await load();
watch(byId("updating"));
