// @ts-check
// The head of the review: which labels, which of them, in which order, and how far it is; and how suspects were found.

import { make } from "../../lib/dom.js";
import { person } from "../../lib/person.js";
import { go } from "../../lib/route.js";
import { capital, count, percent, spelled } from "../../lib/words.js";
import { ORDERS, STATES } from "./url.js";

/** @import { Facts, Queue } from "./queue.js" */

/**
 * Gives { element, about, fill, fillProgress }. `askName`, `showKeys` and `second` are called from its controls.
 * @param {Queue} queue
 * @param {{ askName: () => unknown, showKeys: () => void, second: (on: boolean) => unknown }} tools
 */
export function makeHead(queue, { askName, showKeys, second }) {
  const element = make("div", { class: "head" }),
    about = make("section", { class: "about" }),
    progress = make("div", { class: "done" }),
    side = make("div", { class: "beside" });

  /** @param {string} name @param {string} text @param {Record<string, string>} options @param {string} value */
  const choose = (name, text, options, value) => {
    const select = make(
      "select",
      { name, onchange: () => go("review", { ...queue.wanted, [name]: select.value, at: null }) },
      Object.entries(options).map(([key, label]) => make("option", { value: key, selected: key === value }, label)),
    );
    return make("label", { class: "field" }, make("span", {}, text), select);
  };

  function secondOpinion() {
    const box = make("input", {
      type: "checkbox",
      ".checked": queue.asked.second,
      onchange: () => second(box.checked),
    });
    const title = "Also what only others have decided; their decisions stay out of sight until you have decided";
    return make("label", { class: "second", title }, box, "Second opinion");
  }

  function reviewer() {
    if (!person()) return [];
    return [
      make("span", { class: "me", title: "Reviewer" }, person()),
      make(
        "button",
        { type: "button", class: "quiet", onclick: askName, "aria-label": "Change the reviewer" },
        "Change",
      ),
    ];
  }

  return {
    element,
    about,
    fill() {
      const { asked, facts } = queue;
      const able = facts.attributes.filter((each) => !each.why_not);
      const states = Object.entries(STATES).map(([key, text]) => [key, counted(text, facts.counts[key])]);
      element.replaceChildren(
        make("h1", {}, "Review"),
        choose(
          "attribute",
          "Label",
          Object.fromEntries(able.map(({ name }) => [name, capital(name)])),
          asked.attribute,
        ),
        choose("state", "Show", Object.fromEntries(states), asked.state),
        choose("order", "Order", ORDERS, asked.order),
        secondOpinion(),
        progress,
      );
      side.replaceChildren(
        ...reviewer(),
        make("button", { type: "button", class: "quiet keys", onclick: showKeys }, "Keys ", make("kbd", {}, "?")),
      );
      about.replaceChildren(make("h2", {}, "How these were found"), make("p", {}, howFound(facts)));
    },
    fillProgress() {
      const { counts } = queue.facts;
      progress.replaceChildren(
        side,
        make(
          "span",
          { class: "number" },
          `${spelled(counts.decided)} of ${spelled(counts.all)} decided`,
          counts.skipped ? `, ${spelled(counts.skipped)} skipped` : "",
        ),
        make("progress", {
          max: counts.all || 1,
          value: counts.decided + counts.skipped,
          "aria-label": "Reviewed",
        }),
      );
      for (const option of element.querySelectorAll("option"))
        if (option.closest("select")?.name === "state")
          option.textContent = counted(STATES[option.value], counts[option.value]);
    },
  };
}

/** @param {string} text @param {number} number */
const counted = (text, number) => `${text} (${spelled(number)})`;

/** @param {Facts} facts */
function howFound({ about, counts, attributes }) {
  const { judged, classes, vectors, right, found, not_judged: alone, unknown } = about;
  return [
    `${spelled(judged)} paintings of ${count(classes, "class", "classes")} were each judged by a regression on the `,
    `vectors of ${vectors}, fitted on other paintings of this collection. `,
    `It confirms ${percent(right)} of the labels`,
    found > counts.all ? ` and doubts ${spelled(found)}; the ${spelled(counts.all)} most suspicious are here.` : ".",
    " A suggestion is a hint, not a verdict.",
    alone
      ? ` ${count(alone, "painting is the only one of its class", "paintings are the only ones of their class")}` +
        " and cannot be judged."
      : "",
    unknown ? ` ${count(unknown, "painting carries", "paintings carry")} a label that the model does not know.` : "",
    ...attributes
      .filter((each) => each.why_not)
      .map((each) => ` ${capital(each.name)} is not reviewed: ${each.why_not}.`),
  ];
}
