// @ts-check
// Pictures of one work side by side, each with what it is to another and what was decided; and paintings that share a
// motif, with a frame where it lies.

import { ask } from "../../lib/api.js";
import { byId, make, tell, toast } from "../../lib/dom.js";
import { known, say } from "../../lib/language.js";
import { makerOf, nameOf } from "../../lib/names.js";
import { picture } from "../../lib/painting.js";
import { person } from "../../lib/person.js";
import { href } from "../../lib/route.js";
import { percent } from "../../lib/words.js";

/** @import { MotifMember, Painting, Region, WorkDecision, WorkMember } from "../../lib/types.js" */

/** @typedef {WorkDecision["verdict"]} Verdict */

/** What can be decided of pictures of one work, and of paintings that share a motif. @type {Record<"works" | "motifs", Verdict[]>} */
const VERDICTS = {
  works: ["same work", "version", "different"],
  motifs: ["same motif", "same work", "version", "different"],
};
const SAID = /** @type {const} */ ({
  "same work": "works.same",
  version: "works.version",
  "same motif": "works.same-motif",
  different: "works.other",
});
/**
 * `changed()` is called when something was decided; null where nothing may be.
 * @param {WorkMember[]} group @param {(() => void) | null} changed
 */
export function duplicateGroup(group, changed) {
  const names = new Map(group.map(({ painting }) => [painting.id, nameOf(painting)]));
  const frames = group.filter((member) => member.rectangle);
  return make(
    "section",
    { class: "work", "aria-label": nameOf(group[0].painting) },
    group.map((member) => {
      const within = frames.filter(({ to }) => to === member.painting.id).map(({ rectangle }) => rectangle);
      const { kind, confidence, to } = member;
      return make(
        "article",
        { class: "work-member", "data-id": member.painting.id },
        framed(member.painting, within),
        make(
          "p",
          { class: "kind" },
          known("work-kind", kind) ?? kind,
          confidence === null ? "" : `, ${percent(confidence)}`,
          to && to !== group[0].painting.id ? ` ${say("works.of", names.get(to) ?? to)}` : "",
        ),
        to ? decide(member, to, VERDICTS.works, changed) : null,
      );
    }),
  );
}

/** `changed` as for duplicates. @param {MotifMember[]} group @param {(() => void) | null} changed */
export const motifGroup = (group, changed) =>
  make(
    "section",
    { class: "work motif", "aria-label": say("works.motif-in", group.length) },
    group.map(({ painting, found_at, to, decision }) =>
      make(
        "article",
        { class: "work-member", "data-id": painting.id },
        framed(painting, [found_at]),
        make(
          "p",
          {},
          make(
            "a",
            { class: "quiet", href: href("search", { id: painting.id, region: found_at.join(","), motif: 1 }) },
            say("works.where-else"),
          ),
        ),
        to ? decide({ painting, decision }, to, VERDICTS.motifs, changed) : null,
      ),
    ),
  );

/** @param {Painting} painting @param {(Region | null)[]} boxes as fractions of the picture */
function framed(painting, boxes) {
  const share = (/** @type {number} */ part) => `${100 * part}%`;
  return make(
    "a",
    { class: "hang", href: href("painting", { id: painting.id }) },
    make(
      "span",
      { class: "marked" },
      picture(painting, 400, { loading: "lazy" }),
      boxes.map((box) => {
        if (!box) return null;
        const [left, top, right, bottom] = box;
        const style = { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) };
        return make("i", { style, "aria-hidden": "true" });
      }),
    ),
    make("span", { class: "name" }, nameOf(painting)),
    make("span", { class: "faint" }, [makerOf(painting), painting.year].filter(Boolean).join(", ")),
  );
}

/**
 * What was decided on a picture and `to`, and what can be.
 * @param {Pick<WorkMember, "painting" | "decision">} member @param {string} to @param {Verdict[]} verdicts
 * @param {(() => void) | null} changed
 */
function decide({ painting, decision }, to, verdicts, changed) {
  const { id } = painting,
    name = nameOf(painting);
  /** @param {() => Promise<unknown>} act */
  const run = async (act) => {
    if (!person()) {
      toast(say("works.name-first"));
      const field = document.querySelector(".view-works .person input");
      return field instanceof HTMLElement ? field.focus() : undefined;
    }
    try {
      await act();
      changed?.();
      byId("main").focus({ preventScroll: true });
    } catch (error) {
      tell(error);
    }
  };
  const undo = (/** @type {WorkDecision} */ made) =>
    ask("api/works/undo", { body: { decision: made.id, reviewer: person() } });
  /** @param {Verdict} verdict */
  const say_ = async (verdict) => {
    /** @type {WorkDecision} */
    const made = await ask("api/works/decisions", { body: { first: id, second: to, verdict, reviewer: person() } });
    toast(say("works.decided-as", name, say(SAID[verdict])), {
      text: say("works.undo"),
      run: () => run(() => undo(made)),
    });
  };
  return make(
    "div",
    { class: "verdicts", role: "group", "aria-label": say("works.verdict-on", name) },
    (changed ? verdicts : []).map((verdict) =>
      make(
        "button",
        {
          type: "button",
          class: "button second",
          "aria-pressed": String(decision?.verdict === verdict),
          onclick: () => run(() => (decision?.verdict === verdict ? undo(decision) : say_(verdict))),
        },
        say(SAID[verdict]),
      ),
    ),
    make("a", { class: "quiet", href: href("compare", { a: to, b: id }) }, say("works.compare")),
    decision ? make("span", { class: "faint" }, decision.reviewer) : null,
  );
}
