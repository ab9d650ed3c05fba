// @ts-check
// Modal dialogs that are in the page only while they are open.

/**
 * Put a dialog into the page and open it. Escape ends it as `closeDialog` does; it hears "close" after both.
 * @param {HTMLDialogElement} dialog @param {HTMLElement} [home]
 */
export function openDialog(dialog, home = document.body) {
  dialog.addEventListener("cancel", cancelled); // once, however often it is opened
  dialog.addEventListener("close", closed);
  home.append(dialog);
  dialog.showModal();
}

/**
 * Close a dialog and take it out of the page at once. The browser's own "close" comes later; until then a field of the
 * dialog would keep the focus and take the next keys.
 * @param {HTMLDialogElement} dialog
 */
export function closeDialog(dialog) {
  if (dialog.open) dialog.close();
  dialog.remove();
}

/** Close all that are open: another page is shown. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) closeDialog(dialog);
}

/** @param {Event} event */
function cancelled(event) {
  const dialog = event.currentTarget;
  if (!(dialog instanceof HTMLDialogElement) || event.target !== dialog) return; // file fields have a "cancel" too
  event.preventDefault();
  closeDialog(dialog);
}

/** Closed by a form of its own. @param {Event} event */
function closed({ currentTarget }) {
  if (currentTarget instanceof HTMLDialogElement && !currentTarget.open) currentTarget.remove();
}
