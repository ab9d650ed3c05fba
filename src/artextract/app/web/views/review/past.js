// @ts-check
// What was decided so far: the latest decisions with their undoing, the totals, how far reviewers agree, and the
// downloads.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { say } from "../../lib/language.js";
import { href } from "../../lib/route.js";
import { attributeName } from "../../lib/words.js";
import { said, when } from "./item.js";

/** @import { Decision, Summary } from "../../lib/types.js" */

const SHOWN = 12;

const columns = () => [say("review.column-right"), say("review.column-corrected"), say("review.column-skipped")];

/**
 * A part of the page below the painting; `refresh()` fills it anew. `undo(decision)` is called from its buttons,
 * `at(id)` gives the parameters of a painting's review, `named(ids)` the names of paintings as a function of the id.
 * @param {{ attribute: string, signal: AbortSignal, named: (ids: string[]) => Promise<(id: string) => string>, undo:
 *   (decision: Decision) => unknown, at: (id: string) => object }} tools
 */
export function pastOf({ attribute, signal, named, undo, at }) {
  const decisions = make("div", {}),
    totals = make("div", {});
  const more = make("details", {}, make("summary", {}, say("review.totals-head")), totals);
  const place = make(
    "section",
    { class: "past", "aria-labelledby": "past-title" },
    make("h2", { id: "past-title" }, say("review.decisions")),
    decisions,
    more,
  );
  more.addEventListener("toggle", () => {
    if (more.open) fillTotals();
  });

  async function refresh() {
    const query = new URLSearchParams({ attribute, limit: String(SHOWN) });
    /** @type {Decision[]} */
    const latest = await ask(`api/review/history?${query}`, { signal });
    const name = await named(latest.map(({ painting }) => painting));
    decisions.replaceChildren(
      latest.length
        ? make(
            "ol",
            { class: "decisions" },
            latest.map((decision) => row(decision, name(decision.painting), undo, at)),
          )
        : make("p", { class: "faint" }, say("review.nothing-for", attributeName(attribute))),
    );
    if (more.open) await fillTotals();
  }

  async function fillTotals() {
    /** @type {Summary} */
    const summary = await ask("api/review/summary", { signal });
    totals.replaceChildren(
      table(
        ["", ...columns(), say("review.column-disagreed")],
        Object.entries(summary.attributes).map(([name, n]) => [
          attributeName(name),
          n.accept,
          n.correct,
          n.skip,
          n.disagreed,
        ]),
      ),
      table(
        [say("review.reviewer"), ...columns(), say("review.column-undone")],
        summary.reviewers.map((each) => [each.reviewer, each.accept, each.correct, each.skip, each.undone]),
      ),
      ...Object.entries(summary.agreement)
        .filter(([, each]) => each.paintings)
        .flatMap(([name, each]) => [
          make(
            "p",
            {},
            say("review.agreed", attributeName(name), each.agreed, each.paintings),
            each.pairs
              .map(({ reviewers, same, paintings, kappa }) => {
                const beyond = kappa === null ? "" : say("review.kappa", kappa);
                return say("review.pair", reviewers, same, paintings, beyond);
              })
              .join(""),
          ),
        ]),
      make(
        "p",
        { class: "downloads" },
        make(
          "a",
          { class: "button second", href: "api/review/corrected", download: true },
          say("review.corrected-csv"),
        ),
        make(
          "a",
          { class: "button second", href: "api/review/decisions", download: true },
          say("review.decisions-csv"),
        ),
      ),
      make(
        "p",
        { class: "faint" },
        say("review.unchanged"),
        " ",
        make("code", {}, "artextract review COLLECTION --corrected OUT"),
      ),
    );
  }

  return { place, refresh };
}

/**
 * @param {Decision} decision @param {string} name @param {(decision: Decision) => unknown} undo
 * @param {(id: string) => object} at
 */
function row(decision, name, undo, at) {
  const gone = decision.undone_by !== null;
  return make(
    "li",
    { class: gone ? "undone" : null },
    make("a", { href: href("review", at(decision.painting)), class: "of" }, name),
    make("span", { class: "said" }, said(decision), decision.note ? make("q", {}, decision.note) : null),
    make(
      "span",
      { class: "faint" },
      decision.reviewer,
      ", ",
      when(decision),
      gone ? `; ${say("review.undone-by", decision.undone_by)}` : "",
    ),
    gone
      ? null
      : make(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => undo(decision),
            "aria-label": say("review.undo-of", said(decision), name),
          },
          say("common.undo"),
        ),
  );
}

/** @param {string[]} head @param {(string | number)[][]} rows */
function table(head, rows) {
  if (!rows.length) return "";
  return make(
    "table",
    {},
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        head.map((text) => make("th", { scope: "col" }, text)),
      ),
    ),
    make(
      "tbody",
      {},
      rows.map(([name, ...cells]) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name),
          cells.map((cell) => make("td", { class: "number" }, String(cell))),
        ),
      ),
    ),
  );
}
