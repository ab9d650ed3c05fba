// @ts-check
// Light or dark: what the visitor chose is kept in this browser. early.js beside index.html reads it before anything is
// drawn.

const KEY = "theme";

/** Whether the page is dark now. */
export const isDark = () => {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme === "dark" || (scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
};

/** Make a button switch between light and dark; the window hears "themechange". @param {HTMLElement} button */
export function themeButton(button) {
  button.title = button.getAttribute("aria-label") ?? "";
  button.addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      /* it holds for this page then */
    }
    dispatchEvent(new Event("themechange"));
  });
}
