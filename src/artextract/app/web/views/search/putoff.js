// @ts-check
// Work that waits while something is still being moved.

import { later } from "../../lib/dom.js";

/**
 * `work(value, quietly)` at once, or, while it is quiet, `wait` milliseconds after the last call, unless one that is
 * not quiet has come since.
 * @template Value
 * @param {number} wait @param {(value: Value, quietly: boolean) => unknown} work
 * @returns {(value: Value, quietly: boolean) => void}
 */
export function putOff(wait, work) {
  /** @type {[Value, boolean] | null} */
  let last = null;
  const soon = later(wait, (/** @type {[Value, boolean]} */ call) => {
    if (call === last) work(...call);
  });
  return (value, quietly) => {
    const call = (last = /** @type {[Value, boolean]} */ ([value, quietly]));
    if (quietly) soon(call);
    else work(value, quietly);
  };
}
