// @ts-check
// Waiting for long work of the server: it is asked how far it is until it has ended.

import { ask, refused } from "./api.js";
import { AskError } from "./errors.js";

/** @import { Job } from "./types.js" */

/** Work of the server that has failed: it is begun again by asking anew. */
export class JobError extends AskError {
  /** @param {Job} job */
  constructor(job) {
    const { message, hint, ...more } = refused(job, 400);
    super(message, hint, 400, more);
  }
}

const EVERY = 600; // milliseconds between two questions

/**
 * Ask `path` until the work behind it is done, and give that answer. While it is under way, `report(job, seconds)` is
 * called with each answer, and is waited for. Failed work is thrown as JobError, other errors of the server as
 * AskError,
 * and "AbortError" once `signal` aborts. `jobOf` finds the job in an answer; null tells that the answer is the
 * result itself.
 * @template Answer
 * @param {string} path
 * @param {(job: Job, seconds: number, answer: Answer) => void | Promise<void>} report
 * @param {AbortSignal} signal
 * @param {(answer: Answer) => Job | null} [jobOf]
 * @returns {Promise<Answer>}
 */
export async function waitFor(path, report, signal, jobOf = (answer) => /** @type {any} */ (answer)) {
  const begun = performance.now();
  for (;;) {
    /** @type {Answer} */
    const answer = await ask(path, { signal });
    signal.throwIfAborted();
    const job = jobOf(answer);
    if (!job || job.state === "done") return answer;
    if (job.state === "failed") throw new JobError(job);
    await report(job, (performance.now() - begun) / 1000, answer);
    await pause(EVERY, signal);
  }
}

/** @param {number} wait milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
export const pause = (wait, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, wait);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(new DOMException("left", "AbortError"));
      },
      { once: true },
    );
  });
