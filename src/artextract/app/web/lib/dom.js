// @ts-check
// Making elements, and the small messages of the page.

import { AskError, isAbort } from "./errors.js";
import { unturned } from "./foreign.js";

/** @import { Action } from "./types.js" */

/**
 * An element with attributes, listeners (on...), properties that attributes cannot set (.name), and children; null and
 * undefined are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, any>} [options] @param {...any} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "style")
      for (const [property, given] of Object.entries(value)) element.style.setProperty(property, String(given));
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith(".")) Object.assign(element, { [name.slice(1)]: value });
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat())
    if (child !== null && child !== undefined && child !== false)
      element.append(typeof child === "string" ? unturned(child) : child);
  return element;
}

/** An element that the page has from the beginning. @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element '${id}'`);
  return found;
}

/** What has the focus, where it is within an element. @param {Element} place @returns {HTMLElement | null} */
export function heldIn(place) {
  const held = document.activeElement;
  return held instanceof HTMLElement && place.contains(held) ? held : null;
}

/** Whether a key was pressed where one writes or chooses. @param {Event} event @param {string} [fields] */
export const inField = ({ target }, fields = "input, select, textarea") =>
  target instanceof Element && target.closest(fields) !== null;

/**
 * A message in place of content: what happened and what to do.
 * @param {{ message: string, hint: string, lang?: string | null }} error @param {Action | null} [action]
 */
export function notice({ message, hint, lang = null }, action = null) {
  return make(
    "div",
    { class: "notice", role: "alert" },
    make("p", { class: "what", lang }, sentence(message)),
    hint ? make("p", { lang }, sentence(hint)) : null,
    action ? make("button", { type: "button", class: "button", onclick: action.run }, action.text) : null,
  );
}

let hiding = 0;

/**
 * A message that goes away by itself, also read aloud; `action` is offered in it.
 * @param {string} text @param {Action | null} [action] @param {string | null} [lang] of the text, where not the page's
 */
export function toast(text, action = null, lang = null) {
  const place = byId("toast");
  clearTimeout(hiding);
  const hide = () => {
    place.hidden = true;
  };
  place.replaceChildren(
    make("span", { lang }, text),
    action
      ? make(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => {
              hide();
              action.run();
            },
          },
          action.text,
        )
      : "",
  );
  place.hidden = false;
  hiding = setTimeout(hide, action ? 10000 : 5000);
}

/** Tell an error of `ask` as a toast; what is none of ours is a defect and goes on. @param {any} error */
export function tell(error) {
  if (isAbort(error)) return;
  if (!(error instanceof AskError)) throw error;
  toast([error.message, error.hint].filter(Boolean).map(sentence).join(" "), null, error.lang);
}

/**
 * `work` called once, `wait` milliseconds after the last call.
 * @template {any[]} Given
 * @param {number} wait @param {(...given: Given) => unknown} work @returns {(...given: Given) => void}
 */
export function later(wait, work) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
}

/** @param {string} text */
const sentence = (text) => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
};
