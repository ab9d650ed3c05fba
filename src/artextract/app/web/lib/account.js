// @ts-check
// Who is signed in, where the server has users.

import { ask } from "./api.js";
import { make } from "./dom.js";
import { AskError } from "./errors.js";
import { say } from "./language.js";
import { signedInAs } from "./person.js";

let open = false;

/** Whether this visitor could sign in and has not. */
export const couldSignIn = () => open;

/** The page to sign in at, which leads back to what is shown. */
export const signInAddress = () => `sign-in.html${location.hash}`;

/** Fill the place of the account: a link to sign in, or the name and a button to sign out. @param {HTMLElement} place */
export async function tellAccount(place) {
  /** @type {{ user: string | null, sign_in: boolean }} */
  let session;
  try {
    session = await ask("api/session");
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    return; // the connection tells
  }
  signedInAs(session.user ?? "");
  open = session.sign_in && session.user === null;
  place.hidden = !session.sign_in;
  place.replaceChildren(session.user === null ? signIn() : signOut(session.user));
}

const signIn = () =>
  make(
    "a",
    {
      href: "sign-in.html",
      onclick: (/** @type {MouseEvent} */ event) => {
        event.preventDefault();
        location.assign(signInAddress());
      },
    },
    say("sign-in.title"),
  );

/** @param {string} name */
const signOut = (name) =>
  make(
    "button",
    {
      type: "button",
      class: "quiet",
      title: say("sign-in.as", name),
      onclick: async () => {
        await ask("api/sign-out", { method: "POST" });
        location.reload();
      },
    },
    say("sign-in.out", name),
  );
