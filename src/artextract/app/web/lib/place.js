// How far a page is scrolled and which painting on it has the focus stand in the entry of the history, so that "back"
// and a reload lead to the same place.

import { later } from "./dom.js";

/**
 * Keep the place until `signal` aborts, while `ready()`. Gives a function that goes to the place of the entry that is
 * shown now, which for a new one is the top.
 */
export function keepPlace(signal, ready) {
  const remember = () => {
    if (signal.aborted || !ready()) return;
    history.replaceState(
      { ...history.state, place: { top: scrollY, id: document.activeElement?.closest(".card")?.dataset.id } },
      "",
    );
  };
  addEventListener("scroll", later(150, remember), { passive: true, signal });
  addEventListener("focusin", remember, { signal });
  return () => {
    const { top = 0, id } = history.state?.place ?? {};
    if (id && document.activeElement.matches("body, main"))
      document.querySelector(`.card[data-id="${CSS.escape(id)}"] .hang`)?.focus({ preventScroll: true });
    scrollTo({ top, behavior: "instant" });
  };
}
