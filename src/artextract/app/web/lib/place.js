// @ts-check
// How far a page is scrolled and which painting on it has the focus stand in the entry of the history, so that "back"
// and a reload lead to the same place.

import { later } from "./dom.js";

/**
 * Keep the place until `signal` aborts, while `ready()`. Gives a function that goes to the place of the entry that is
 * shown now, which for a new one is the top.
 * @param {AbortSignal} signal @param {() => boolean} ready
 */
export function keepPlace(signal, ready) {
  const remember = () => {
    if (signal.aborted || !ready()) return;
    const card = document.activeElement?.closest(".card"),
      id = card instanceof HTMLElement ? card.dataset.id : undefined;
    history.replaceState({ ...history.state, place: { top: scrollY, id } }, "");
  };
  addEventListener("scroll", later(150, remember), { passive: true, signal });
  addEventListener("focusin", remember, { signal });
  return () => {
    const { top = 0, id } = history.state?.place ?? {};
    if (id && document.activeElement?.matches("body, main")) {
      /** @type {HTMLElement | null} */
      const link = document.querySelector(`.card[data-id="${CSS.escape(id)}"] .hang`);
      link?.focus({ preventScroll: true });
    }
    scrollTo({ top, behavior: "instant" });
  };
}
