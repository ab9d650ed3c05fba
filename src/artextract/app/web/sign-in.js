// @ts-check
// Signing in to a server that has users. What stands behind the # is the page to go back to.

import { ask } from "./lib/api.js";
import { byId, make } from "./lib/dom.js";
import { AskError } from "./lib/errors.js";
import { say } from "./lib/language.js";
import { languageSwitch } from "./lib/language_switch.js";

const said = make("p", { role: "alert", class: "error" });
const name = make("input", { type: "text", name: "name", autocomplete: "username", required: true, maxlength: 80 });
const password = make("input", {
  type: "password",
  name: "password",
  autocomplete: "current-password",
  required: true,
  maxlength: 200,
});
const button = make("button", { class: "button" }, say("sign-in.button"));
const form = make(
  "form",
  { class: "panel sign-in", onsubmit: signIn },
  make("h1", {}, say("sign-in.title")),
  make("p", {}, say("sign-in.about")),
  make("label", { class: "field" }, make("span", {}, say("sign-in.name")), name),
  make("label", { class: "field" }, make("span", {}, say("sign-in.password")), password),
  button,
  said,
);

/** @param {SubmitEvent} event */
async function signIn(event) {
  event.preventDefault();
  button.disabled = true;
  said.textContent = "";
  try {
    await ask("api/sign-in", { body: { name: name.value, password: password.value } });
    location.replace(`./${location.hash}`);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    said.textContent =
      error.status === 401 ? say("sign-in.wrong") : [error.message, error.hint].filter(Boolean).join(": ");
    password.select();
  } finally {
    button.disabled = false;
  }
}

document.title = `${say("sign-in.title")} · ArtExtract`;
byId("main").replaceChildren(form);
languageSwitch(byId("language"));
name.focus();
