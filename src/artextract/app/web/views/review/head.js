// @ts-check
// The head of the review: which labels, which of them, in which order, and how far it is; and how suspects were found.

import { make } from "../../lib/dom.js";
import { showKeys } from "../../lib/keys.js";
import { say } from "../../lib/language.js";
import { person } from "../../lib/person.js";
import { go } from "../../lib/route.js";
import { attributeName, capital, spelled } from "../../lib/words.js";
import { ORDERS, STATES } from "./url.js";
import { inProse } from "../../lib/said.js";

/** @import { Facts, Queue } from "./queue.js" */

/**
 * Gives { element, about, fill, fillProgress }. `askName` and `second` are called from its controls.
 * @param {Queue} queue
 * @param {{ askName: () => unknown, second: (on: boolean) => unknown }} tools
 */
export function makeHead(queue, { askName, second }) {
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
    const title = say("review.second-about");
    return make("label", { class: "second", title }, box, say("review.second"));
  }

  /** Taking in what is left out; only where there is any. @param {"rare" | "unlikely"} name @param {number} number */
  function more(name, number) {
    if (!number && !queue.asked[name]) return "";
    const box = make("input", {
      type: "checkbox",
      ".checked": queue.asked[name],
      onchange: () => go("review", { ...queue.wanted, [name]: box.checked ? 1 : null, at: null }),
    });
    return make("label", { class: "second", title: say(`review.${name}-about`) }, box, say(`review.${name}`, number));
  }

  function reviewer() {
    if (!person()) return [];
    return [
      make("span", { class: "me", title: say("review.reviewer") }, person()),
      make(
        "button",
        { type: "button", class: "quiet", onclick: askName, "aria-label": say("review.change-reviewer") },
        say("review.change"),
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
        make("h1", {}, say("view.review")),
        choose(
          "attribute",
          say("review.attribute"),
          Object.fromEntries(able.map(({ name }) => [name, capital(attributeName(name))])),
          asked.attribute,
        ),
        choose("state", say("review.show"), Object.fromEntries(states), asked.state),
        choose("order", say("order.order"), ORDERS, asked.order),
        secondOpinion(),
        more("unlikely", facts.about.unlikely),
        more("rare", facts.about.of_rare_classes),
        progress,
        expectedOf(facts),
      );
      side.replaceChildren(
        ...reviewer(),
        make(
          "button",
          { type: "button", class: "quiet keys", onclick: showKeys },
          say("common.keys"),
          " ",
          make("kbd", {}, "?"),
        ),
      );
      about.replaceChildren(make("h2", {}, say("review.how")), make("p", {}, howFound(facts)));
    },
    fillProgress() {
      const { counts } = queue.facts;
      progress.replaceChildren(
        side,
        make(
          "span",
          { class: "number" },
          say("review.decided-of", counts.decided, counts.all),
          counts.skipped ? `, ${say("review.skipped-n", counts.skipped)}` : "",
        ),
        make("progress", {
          max: counts.all || 1,
          value: counts.decided + counts.skipped,
          "aria-label": say("review.reviewed"),
        }),
      );
      for (const option of element.querySelectorAll("option"))
        if (option.closest("select")?.name === "state")
          option.textContent = counted(STATES[option.value], counts[option.value]);
    },
  };
}

/** How many of those to review are expected to be wrong. @param {Facts} facts */
const expectedOf = ({ about: { expected, cut }, counts }) =>
  expected === null
    ? ""
    : make(
        "p",
        { class: "expected", title: say("review.expected-about") },
        say("review.expected", counts.open, expected),
        cut ? ` ${say("review.cut", cut)}` : "",
      );

/** @param {string} text @param {number} number */
const counted = (text, number) => `${text} (${spelled(number)})`;

/** @param {Facts} facts */
function howFound({ about, attributes }) {
  const { judged, classes, backbone, right, found, cut, not_judged: alone, unknown } = about;
  return [
    say("review.how-judged", judged, classes, backbone ? say("review.by-model", backbone) : say("review.by-index")),
    " ",
    say("review.how-right", right),
    cut ? ` ${say("review.how-found", found, found - cut)}` : ".",
    ` ${say("review.how-hint")} ${say("review.how-wrong", ...about.wrong)}`,
    alone ? ` ${say("review.how-alone", alone)}` : "",
    unknown ? ` ${say("review.how-unknown", unknown)}` : "",
    ...attributes
      .filter((each) => each.why_not)
      .map((each) => ` ${say("review.why-not", capital(attributeName(each.name)), inProse(each.facts, each.why_not))}`),
  ];
}
