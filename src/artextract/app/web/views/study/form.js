// @ts-check
// A new study: what is compared, and how much is asked.

import { ask } from "../../lib/api.js";
import { make, notice } from "../../lib/dom.js";
import { AskError, isAbort } from "../../lib/errors.js";
import { JobError, waitFor } from "../../lib/job.js";
import { go, href } from "../../lib/route.js";
import { capital, words } from "../../lib/words.js";

/** @import { CollectionFacts, Job } from "../../lib/types.js" */

/** @param {{ collection: CollectionFacts, signal: AbortSignal }} tools */
export function showForm({ collection, signal }) {
  const features = collection.features.map((feature) => feature.name);
  const state = make("div", { class: "state", "aria-live": "polite" });
  const submit = make("button", { type: "submit", class: "button" }, "Draw the study");
  /** @param {string} value @param {string} text @param {boolean} on */
  const mixBox = (value, text, on) =>
    make("label", { class: "check" }, make("input", { type: "checkbox", name: "mix", value, ".checked": on }), text);
  const own = make("textarea", {
    name: "own",
    rows: 2,
    placeholder: "mine: deep=1, palette=0.5",
    "aria-describedby": "own-help",
  });
  /** @param {string} name @param {string} label @param {number} value @param {number} most @param {string} hint */
  const number = (name, label, value, most, hint) =>
    make(
      "div",
      { class: "hinted" },
      make(
        "label",
        { class: "field" },
        make("span", {}, label),
        make("input", {
          type: "number",
          name,
          value,
          min: 1,
          max: most,
          required: true,
          "aria-describedby": `${name}-help`,
        }),
      ),
      make("small", { id: `${name}-help`, class: "faint" }, hint),
    );
  const labels = Object.keys(collection.labels);

  const form = make(
    "form",
    { class: "new-study", "data-keep": true, onsubmit: send },
    make(
      "label",
      { class: "field wide" },
      make("span", {}, "Name"),
      make("input", {
        type: "text",
        name: "name",
        required: true,
        maxlength: 60,
        autocomplete: "off",
        "data-focus": true,
      }),
    ),
    make(
      "fieldset",
      {},
      make("legend", {}, "Mixes to compare"),
      make(
        "div",
        { class: "checks" },
        mixBox("default", "Default mix", true),
        features.length > 1
          ? features.map((name, place) => mixBox(`${name}=1`, `${capital(words(name))} alone`, place === 0))
          : null,
      ),
      make("label", { class: "field wide" }, make("span", {}, "Mixes of your own, one a line"), own),
      make(
        "small",
        { id: "own-help", class: "faint" },
        `Weights such as ${features
          .slice(0, 2)
          .map((name, place) => `${name}=${[1, 0.5][place]}`)
          .join(", ")}, with a name and a colon before them if you like.`,
      ),
    ),
    make(
      "fieldset",
      {},
      make("legend", {}, "Questions"),
      make(
        "label",
        { class: "check" },
        make("input", { type: "checkbox", name: "kind", value: "pairwise", ".checked": true }),
        "Pairwise: which of two is more similar? Tells which mix people prefer.",
      ),
      make(
        "label",
        { class: "check" },
        make("input", { type: "checkbox", name: "kind", value: "graded" }),
        "Graded: how similar is one? Tells how well each mix ranks, but asks much more.",
      ),
      make(
        "div",
        { class: "numbers" },
        number("queries", "Queries", 30, 500, "Paintings asked about, drawn by lot"),
        number("k", "Hits of each mix", 5, 50, "How deep each list is judged"),
        number("per_rater", "Questions per rater", 40, 10000, "A tenth of them come twice"),
      ),
    ),
    make(
      "details",
      {},
      make("summary", {}, "More"),
      make(
        "div",
        { class: "numbers" },
        number("pairs", "Pairs per query and two mixes", 1, 50, "Drawn by lot from the hits"),
        make(
          "label",
          { class: "field" },
          make("span", {}, "Draw queries evenly from each"),
          make(
            "select",
            { name: "stratify" },
            make("option", { value: "" }, "by lot alone"),
            labels.map((name) => make("option", { value: name }, words(name))),
          ),
        ),
        make(
          "label",
          { class: "field" },
          make("span", {}, "Only queries with"),
          make("input", {
            type: "text",
            name: "where",
            placeholder: labels.length ? `${labels[0]}=…` : "year=1800..1900",
          }),
        ),
        make(
          "label",
          { class: "field" },
          make("span", {}, "Seed of the lot"),
          make("input", { type: "number", name: "seed", value: 0, min: 0, max: 4294967295 }),
        ),
      ),
      make(
        "label",
        { class: "check" },
        make("input", { type: "checkbox", name: "titles" }),
        "Show titles while judging",
      ),
    ),
    make("p", { class: "steps" }, submit, make("a", { class: "button second", href: href("study") }, "Cancel")),
    state,
  );

  /** @param {Job} making */
  function showMaking({ state: now, total, done }) {
    const text = now === "waiting" ? "Waiting for other work of the server…" : "Searching with every mix…",
      progress = make("progress", { max: total || 1, ...(total ? { value: done } : {}) });
    state.replaceChildren(make("label", { class: "faint" }, text, progress));
  }

  /** @param {SubmitEvent} event */
  async function send(event) {
    event.preventDefault();
    const given = new FormData(form);
    const lines = String(given.get("own"))
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    /** @type {{ name: string, mixes: any[], kinds: any[], [field: string]: any }} */
    const body = {
      name: String(given.get("name")).trim(),
      mixes: [...given.getAll("mix"), ...lines],
      kinds: given.getAll("kind"),
      titles: given.has("titles"),
      stratify: given.get("stratify") || null,
      where: [String(given.get("where")).trim()].filter(Boolean),
    };
    for (const name of ["queries", "k", "per_rater", "pairs", "seed"]) body[name] = Number(given.get(name));
    submit.disabled = true;
    state.replaceChildren(make("p", { class: "faint" }, "Drawing queries and searching…"));
    try {
      if (body.kinds.includes("pairwise") && body.mixes.length < 2)
        throw new AskError(
          "one mix alone cannot be preferred to anything",
          "choose a second one, or ask for grades only",
        );
      /** @type {Job} */
      const begun = await ask("api/study", { body, signal });
      if (begun.state === "failed") throw new JobError(begun.message, begun.hint);
      showMaking(begun);
      if (begun.state !== "done")
        await waitFor(`api/study/${encodeURIComponent(body.name)}/making`, showMaking, signal);
      go("study", { name: body.name });
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof AskError)) throw error;
      state.replaceChildren(notice(error));
      submit.disabled = false;
    }
  }

  return {
    element: make(
      "div",
      { class: "narrow" },
      make("p", { class: "way" }, make("a", { href: href("study") }, "Studies")),
      make("h1", { tabindex: -1 }, "New study"),
      form,
    ),
  };
}
