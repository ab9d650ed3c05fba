// @ts-check
// Work that may fail and be tried again by the visitor.

import { notice } from "./dom.js";
import { AskError, isAbort } from "./errors.js";
import { say } from "./language.js";

/**
 * Do the work; where it fails with words for the visitor, `show` gets a notice that offers to do it again. What nobody
 * waits for any more ends in silence, and a defect goes on.
 * @param {() => Promise<void>} work @param {(trouble: HTMLElement) => void} show
 */
export async function retried(work, show) {
  try {
    await work();
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof AskError)) throw error;
    show(notice(error, { text: say("common.try-again"), run: () => retried(work, show) }));
  }
}
