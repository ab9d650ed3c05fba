// @ts-check
// What goes wrong and is ours to tell: what happened, and what to do.

/** An error that is shown to the visitor; everything else that is thrown is a defect. */
export class AskError extends Error {
  /**
   * @param {string} message what happened
   * @param {string} [hint] what to do
   * @param {number} [status] the status of the server's answer; 0 where it did not answer
   * @param {{ code?: string, lang?: string | null }} [more] the server's name for it; the language of both texts where
   *   it is not that of the page
   */
  constructor(message, hint = "", status = 400, { code = "", lang = null } = {}) {
    super(message);
    this.name = "AskError";
    this.hint = hint;
    this.status = status;
    this.code = code;
    this.lang = lang;
  }
}

/**
 * Whether what was thrown tells only that nobody waits any more.
 * @param {any} error
 */
export const isAbort = (error) => error?.name === "AbortError";

/**
 * For what is shown elsewhere, or needs no words: only defects go on.
 * @param {any} error
 */
export function ignored(error) {
  if (!isAbort(error) && !(error instanceof AskError)) throw error;
}
