// @ts-check
// Why something of the page is closed to this visitor: it is asked for nowhere then.

import { AskError } from "./errors.js";
import { say } from "./language.js";
import { couldSignIn, signInAddress } from "./account.js";

/** @import { Action, CollectionFacts } from "./types.js" */

/** What compares paintings, and opens once the first of them have been looked at; or all of them. */
const NEED_FIRST = ["search", "compare"],
  NEED_ALL = ["map", "works", "review", "study"];

/** Why a view is not there, null where it is. @param {string} view @param {CollectionFacts} collection */
export function closedView(view, { n, can }) {
  if (!n && NEED_FIRST.concat(NEED_ALL).includes(view)) return new AskError(say("closed.empty"), emptyHint(can), 409);
  if ((NEED_FIRST.includes(view) && !can.search) || (NEED_ALL.includes(view) && !can.map))
    return new AskError(say("frame.no-index"), say(can.update ? "frame.no-index-hint" : "closed.no-index-hint"), 409);
  if (view === "review" && !can.correct) return forOthers("review");
  if (view === "review" && !can.review) return new AskError(say("closed.no-review"), say("closed.no-review-hint"), 409);
  return view === "study" && !can.study ? forOthers("study") : null;
}

/** Why nothing can be uploaded, null where it can. @param {CollectionFacts} collection */
export const closedUpload = ({ can }) => (can.upload || !can.search ? null : forOthers("upload"));

/** @param {"review" | "study" | "upload"} part */
const forOthers = (part) =>
  couldSignIn()
    ? new AskError(say(`closed.${part}-signed-in`), "", 401)
    : new AskError(say(`closed.${part}`), part === "upload" ? say("closed.hint") : "", 403);

/** @param {CollectionFacts["can"]} can */
const emptyHint = (can) => say(can.add ? "closed.empty-hint" : "closed.empty-hint-fixed");

/** What can be done about it here: to sign in. @param {{ status: number }} error @returns {Action | null} */
export const wayIn = ({ status }) =>
  status === 401 ? { text: say("sign-in.title"), run: () => location.assign(signInAddress()) } : null;
