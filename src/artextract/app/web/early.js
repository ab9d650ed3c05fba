// @ts-check
// Before anything is drawn: the colours that the visitor chose, else those of the system; the size of pictures
// (lib/sizes.js); the language (lib/language.js), which is the one chosen, else the first of the browser's that there is,
// else English. And the modules are asked for that the view of the address and that language need: what imports them
// would name them only later.
"use strict";
{
  /** @param {string} name */
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage may be forbidden
    }
  };
  const root = document.documentElement;
  for (const name of ["theme", "size"]) {
    const chosen = kept(name);
    if (chosen) root.dataset[name] = chosen;
  }
  /** What the server tells of its files. @type {{ base: string, words: string[], views: Record<string, string[]> }} */
  const files = JSON.parse(document.getElementById("files")?.textContent ?? "");
  const wished = [kept("language") ?? "", ...navigator.languages].map((one) => one.slice(0, 2).toLowerCase());
  root.lang = wished.find((one) => files.words.includes(one)) ?? "en";
  const view = location.hash.match(/^#\/?([a-z]+)/)?.[1] ?? "gallery";
  for (const name of [`words/${root.lang}.js`, ...(files.views[view] ?? [])]) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = files.base + name;
    document.head.append(link);
  }
}
