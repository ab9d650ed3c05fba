// @ts-check
// Before anything is drawn: the colours that the visitor chose, else those of the system, and the size of pictures
// (lib/sizes.js).
"use strict";
try {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  const size = localStorage.getItem("size");
  if (size) document.documentElement.dataset.size = size;
} catch {
  /* storage may be forbidden: the system's colours then */
}
