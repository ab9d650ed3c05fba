// @ts-check
// Before anything is drawn: the colours that the visitor chose, else those of the system.
"use strict";
try {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  /* storage may be forbidden: the system's colours then */
}
