// @ts-check
// The URL tells what is shown: #/VIEW?name=value&name=value. Back, forward, a bookmark and a shared link work because
// nothing else does.

/** @typedef {URLSearchParams | [string, any][] | Record<string, any>} Given */

/** { name, params } of the URL as it is now; params are URLSearchParams. */
export function current() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { name: path || "gallery", params: new URLSearchParams(query) };
}

/**
 * The link to a view; `params` are URLSearchParams, pairs or an object, of which null, undefined and "" are left out.
 * @param {string} name @param {Given} [params]
 */
export function href(name, params = {}) {
  const pairs = params instanceof URLSearchParams || Array.isArray(params) ? [...params] : Object.entries(params);
  const given = new URLSearchParams(
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([key, value]) => [key, String(value)]),
  );
  return `#/${name}${given.size ? `?${given}` : ""}`;
}

/** @type {(quietly: boolean) => unknown} */
let listener = () => {};

/**
 * Go to a view. `quietly` replaces the entry of the history, for what changes while one drags or types.
 * @param {string} name @param {Given} [params]
 */
export function go(name, params = {}, quietly = false) {
  history[quietly ? "replaceState" : "pushState"](null, "", href(name, params));
  listener(quietly);
}

/**
 * The address says what is shown already: nobody need hear of it.
 * @param {string} name @param {Given} params
 */
export function note(name, params) {
  history.replaceState(history.state, "", href(name, params));
}

/** Call `show(quietly)` whenever the URL has changed. @param {(quietly: boolean) => unknown} show */
export function follow(show) {
  listener = show;
  addEventListener("popstate", () => show(false));
}
