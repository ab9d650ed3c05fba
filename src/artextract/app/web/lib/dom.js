// Making elements, and the small messages of the page.

/**
 * An element with attributes, listeners (on...), properties that attributes cannot set (.name), and children; null and
 * undefined are left out.
 */
export function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "style")
      for (const [property, given] of Object.entries(value)) element.style.setProperty(property, given);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith(".")) element[name.slice(1)] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A message in place of content: what happened and what to do. `action` is { text, run }. */
export function notice({ message, hint }, action = null) {
  return make(
    "div",
    { class: "notice", role: "alert" },
    make("p", { class: "what" }, sentence(message)),
    hint ? make("p", {}, sentence(hint)) : null,
    action ? make("button", { type: "button", class: "button", onclick: action.run }, action.text) : null,
  );
}

let hiding;

/** A message that goes away by itself, also read aloud. `action`, { text, run }, is offered in it. */
export function toast(text, action = null) {
  const place = document.getElementById("toast");
  clearTimeout(hiding);
  const hide = () => {
    place.hidden = true;
  };
  place.replaceChildren(
    make("span", {}, text),
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

/** Tell an error of `ask` as a toast; what is none of ours is a defect and goes on. */
export function tell(error) {
  if (error.name === "AbortError") return;
  if (!("hint" in error)) throw error;
  toast([error.message, error.hint].filter(Boolean).map(sentence).join(" "));
}

/** `work` called once, `wait` milliseconds after the last call. */
export function later(wait, work) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
}

const sentence = (text) => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
};
