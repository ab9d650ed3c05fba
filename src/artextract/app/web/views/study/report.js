// @ts-check
// What came of a study: in words, in figures with intervals, and what is too little to say.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { go, href } from "../../lib/route.js";
import { capital, count, percent } from "../../lib/words.js";

/** @import { Weights } from "../../lib/types.js" */
/** @typedef {[number, number] | null} Interval */
/** @typedef {(value: number) => string} Write */
/**
 * @typedef {object} Preference
 * @property {number} contests
 * @property {number} judgements
 * @property {number} queries
 * @property {number} ties
 * @property {{ mix: string, strength: number | null, ci: Interval, rate: number | null, rate_ci: Interval,
 *   contests: number }[]} mixes
 * @property {{ first: string, second: string, rate: number, ci: [number, number], contests: number,
 *   p_holm: number | null, sure: boolean }[]} pairs
 */
/** What a mix reaches by a measure. @typedef {{ value: number | null, ci: Interval }} Reached */
/**
 * @typedef {object} Grades
 * @property {string[]} measures
 * @property {number} queries_graded
 * @property {Record<string, number>} queries_judged
 * @property {number[]} distribution
 * @property {({ mix: string } & Record<string, any>)[]} mixes with a Reached by the name of each measure
 * @property {{ measure: string, first: string, second: string, difference: number, ci: [number, number],
 *   p_holm: number | null, sure: boolean }[]} pairs
 */
/**
 * @typedef {object} Rater
 * @property {string} rater
 * @property {number} judgements
 * @property {number | null} median_seconds
 * @property {number | null} left
 * @property {number} repeats
 * @property {number} repeats_equal
 */
/**
 * The report as the server writes it.
 * @typedef {object} Report
 * @property {string} name
 * @property {number} judgements
 * @property {number} queries
 * @property {number} k
 * @property {number} shared
 * @property {string[]} kinds
 * @property {Record<string, Weights>} mixes
 * @property {string[]} warnings
 * @property {string[]} notes
 * @property {Rater[]} raters
 * @property {Record<string, { alpha: number | null, ci: Interval, units: number, level: string }>} agreement
 * @property {Record<string, { equal: number | null, repeats: number }>} consistency
 * @property {Record<string, { judged: number, tasks: number, judged_twice: number }>} coverage
 * @property {Preference | null} preference
 * @property {Grades | null} grades
 * @property {PreferredMix} preferred_mix
 */
/**
 * Weights that explain the judgements; without them `why` says why not.
 * @typedef {object} PreferredMix
 * @property {Weights | null} weights
 * @property {string} why
 * @property {{ name: string, weight: number, ci: [number, number], default: number }[]} [features]
 * @property {{ learned: Foretold, default: Foretold, gain: number, gain_ci: [number, number] }} [held_out]
 * @property {"better" | "worse" | "not sure"} [verdict]
 */
/** @typedef {{ accuracy: number, log_loss: number }} Foretold */

/** @type {Record<string, string>} */
const MEASURED = { ndcg: "nDCG", p: "Precision", map: "MAP", grade: "Mean grade" };
/** @type {Record<string, string>} */
const ABOUT = {
  ndcg: "How near each mix comes to the best order of all graded paintings: 1 is that order.",
  p: "The part of the hits with a mean grade of at least 2.",
  map: "Whether the similar ones stand first and are found at all.",
  grade: "From 0, not similar, to 3, very similar.",
};

/** @param {string} name @param {URLSearchParams} params @param {{ signal: AbortSignal }} tools */
export async function showReport(name, params, { signal }) {
  /** @type {Report} */
  const report = await ask(`api/study/${encodeURIComponent(name)}/report`, { signal });
  const { preference, grades } = report;
  const element = make(
    "div",
    { class: "report" },
    make(
      "p",
      { class: "way" },
      make("a", { href: href("study") }, "Studies"),
      " / ",
      make("a", { href: href("study", { name: report.name }) }, report.name),
    ),
    make("h1", { tabindex: -1 }, "Report"),
    make(
      "p",
      { class: "faint number" },
      [
        count(report.judgements, "judgement"),
        count(report.raters.length, "rater"),
        count(report.queries, "query", "queries"),
        `the first ${report.k} hits of ${count(Object.keys(report.mixes).length, "mix", "mixes")}`,
      ].join(" · "),
    ),
    verdict(report),
    report.warnings.length || report.notes.length
      ? make(
          "section",
          { class: "panel warnings", "aria-label": "To be kept in mind" },
          make("h2", {}, "To be kept in mind"),
          make(
            "ul",
            {},
            [...report.warnings, ...report.notes].map((text) => make("li", {}, text)),
          ),
        )
      : null,
    preference?.contests ? preferred(preference) : null,
    grades?.queries_graded ? graded(grades, report.name, params) : null,
    mixOfRaters(report.preferred_mix),
    firmness(report),
    mixesTable(report),
    raters(report),
    make(
      "p",
      { class: "steps" },
      make(
        "a",
        { class: "button second", href: `api/study/${encodeURIComponent(report.name)}/judgements.csv`, download: "" },
        "Judgements as CSV",
      ),
      make(
        "a",
        {
          class: "button second",
          href: `api/study/${encodeURIComponent(report.name)}/report`,
          download: `${report.name} report.json`,
        },
        "Report as JSON",
      ),
      make("a", { class: "button second", href: href("study", { name: report.name }) }, "Judge"),
    ),
  );
  return { element };
}

/** @param {Report} report */
function verdict({ preference, grades, judgements }) {
  /** @type {any[][]} */
  const lines = [];
  for (const pair of preference?.pairs ?? []) {
    if (!pair.sure) continue;
    const [better, worse, rate, ci] =
      pair.rate > 0.5
        ? [pair.first, pair.second, pair.rate, pair.ci]
        : [pair.second, pair.first, 1 - pair.rate, [1 - pair.ci[1], 1 - pair.ci[0]]];
    lines.push([
      "Raters prefer ",
      make("b", {}, better),
      " to ",
      make("b", {}, worse),
      `: it won ${percent(rate)} of ${count(pair.contests, "question")} `,
      `(95 % interval ${percent(ci[0])} to ${percent(ci[1])}).`,
    ]);
  }
  for (const pair of (grades?.pairs ?? []).filter((pair) => pair.sure && pair.measure.startsWith("ndcg"))) {
    const [better, worse, sign] = pair.difference > 0 ? [pair.first, pair.second, 1] : [pair.second, pair.first, -1];
    const ends = [pair.ci[0] * sign, pair.ci[1] * sign].sort((a, b) => a - b);
    lines.push([
      "By the grades ",
      make("b", {}, better),
      " ranks better than ",
      make("b", {}, worse),
      `: ${pair.measure.replace("ndcg", "nDCG")} is ${(sign * pair.difference).toFixed(3)} higher `,
      `(${ends[0].toFixed(3)} to ${ends[1].toFixed(3)}).`,
    ]);
  }
  if (!lines.length)
    lines.push([judgements ? "So far no mix is surely better than another." : "Nobody has judged yet."]);
  return make(
    "div",
    { class: "verdict" },
    lines.map((line) => make("p", {}, line)),
  );
}

/** @type {Record<string, string>} */
const VERDICT = {
  better: "It is surely better than the default mix.",
  worse: "It is surely worse than the default mix.",
  "not sure": "It is not surely better than the default mix.",
};

/** @param {PreferredMix} mix */
function mixOfRaters({ weights, why, features, held_out, verdict }) {
  const head = make("h2", { id: "mix-of-raters" }, "The mix your raters prefer");
  if (!weights || !features || !held_out || !verdict)
    return make(
      "section",
      { "aria-labelledby": "mix-of-raters" },
      head,
      make("p", { class: "faint" }, `${capital(why)}.`),
    );
  const rows = [...features].sort((a, b) => b.weight - a.weight);
  const given = rows.filter(({ weight }) => weight >= 0.005).map(({ name, weight }) => `${name}=${weight.toFixed(2)}`);
  return make(
    "section",
    { "aria-labelledby": "mix-of-raters" },
    head,
    make(
      "p",
      { class: "faint" },
      "The weights that explain best which of two paintings was chosen, with 95 % intervals; the line is the even mix. ",
      `Of judgements about queries left out of the fit it foretells ${percent(held_out.learned.accuracy)}, `,
      `the default mix ${percent(held_out.default.accuracy)}. ${VERDICT[verdict]}`,
    ),
    plot(
      rows.map(({ name, weight, ci }) => ({ name, value: weight, ci })),
      { from: 0, to: 1, line: 1 / rows.length, write: percent },
    ),
    make("p", {}, "As weights of a search: ", make("code", {}, given.join(","))),
  );
}

/** @param {Preference} preference */
function preferred(preference) {
  const rows = [...preference.mixes].sort((a, b) => (b.strength ?? -Infinity) - (a.strength ?? -Infinity));
  return make(
    "section",
    { "aria-labelledby": "preferred" },
    make("h2", { id: "preferred" }, "Which mix is preferred"),
    make(
      "p",
      { class: "faint" },
      `The part of its questions that a mix won, “equal” as half a win, `,
      `over ${count(preference.judgements, "judgement")} of ${count(preference.queries, "query", "queries")}; ${percent(preference.ties)} were “equal”. `,
      "The bars are 95 % intervals over queries and raters; the line is where neither is preferred.",
    ),
    plot(
      rows.map((row) => ({ name: row.mix, value: row.rate, ci: row.rate_ci })),
      { from: 0, to: 1, line: 0.5, write: percent },
    ),
    table(
      "Strengths and pairs",
      ["Mix", "Strength", "95 %", "Won", "95 %", "Contests"],
      rows.map((row) => [
        row.mix,
        signed(row.strength),
        ends(row.ci, signed),
        share(row.rate),
        ends(row.rate_ci, share),
        row.contests,
      ]),
    ),
    table(
      "Every two mixes",
      ["First", "Second", "First won", "95 %", "Contests", "p (Holm)"],
      preference.pairs.map((pair) => [
        pair.first,
        pair.second,
        share(pair.rate),
        ends(pair.ci, share),
        pair.contests,
        chance(pair.p_holm),
      ]),
      preference.pairs.map((pair) => pair.sure),
      2,
    ),
    make(
      "p",
      { class: "faint" },
      "Strengths are log odds after Bradley and Terry: ",
      "a mix is preferred to one that is 1 weaker in 73 % of questions. ",
      "p is the probability of a difference at least this large if neither were preferred, ",
      "corrected for the number of comparisons; sure ones are set in bold.",
    ),
  );
}

/** @param {Grades} grades @param {string} name @param {URLSearchParams} params */
function graded(grades, name, params) {
  const asked = params.get("measure"),
    chosen = asked !== null && grades.measures.includes(asked) ? asked : grades.measures[0];
  const kind = chosen.split("@")[0],
    most = kind === "grade" ? 3 : 1;
  /** @param {number} value */
  const write = (value) => value.toFixed(kind === "grade" ? 2 : 3);
  const rows = [...grades.mixes].sort((a, b) => (b[chosen].value ?? -1) - (a[chosen].value ?? -1));
  const total = grades.distribution.reduce((sum, n) => sum + n, 0) || 1;
  return make(
    "section",
    { "aria-labelledby": "graded" },
    make("h2", { id: "graded" }, "How well each mix ranks"),
    make(
      "div",
      { class: "choice", role: "group", "aria-label": "Measure" },
      grades.measures.map((measure) =>
        make(
          "button",
          {
            type: "button",
            class: "button second",
            "aria-pressed": String(measure === chosen),
            onclick: () => go("study", { name, step: "report", measure }),
          },
          measureName(measure),
        ),
      ),
    ),
    make(
      "p",
      { class: "faint" },
      `${ABOUT[kind]} Over ${count(grades.queries_judged[chosen], "query", "queries")} `,
      "of which everything found has been graded; the bars are 95 % intervals over queries.",
    ),
    plot(
      rows.map((row) => ({ name: row.mix, value: row[chosen].value, ci: row[chosen].ci })),
      { from: 0, to: most, write },
    ),
    grades.pairs.length
      ? table(
          "Paired differences",
          ["First", "Second", "First less second", "95 %", "p (Holm)"],
          grades.pairs
            .filter((pair) => pair.measure === chosen)
            .map((pair) => [
              pair.first,
              pair.second,
              signed(pair.difference, 3),
              ends(pair.ci, (v) => signed(v, 3)),
              chance(pair.p_holm),
            ]),
          grades.pairs.filter((pair) => pair.measure === chosen).map((pair) => pair.sure),
          2,
        )
      : null,
    make("h3", {}, "Grades given"),
    make(
      "dl",
      { class: "bars" },
      grades.distribution.flatMap((n, grade) => [
        make("dt", { class: "number" }, String(grade)),
        make(
          "dd",
          {},
          make("span", { class: "bar", "aria-hidden": "true", style: { width: `${(100 * n) / total}%` } }),
          make("span", { class: "number" }, `${n}`),
        ),
      ]),
    ),
  );
}

/** @param {Report} report */
function firmness(report) {
  const rows = report.kinds.map((kind) => {
    const { alpha, ci, units, level } = report.agreement[kind],
      again = report.consistency[kind],
      cover = report.coverage[kind];
    return [
      capital(kind),
      `${cover.judged} of ${cover.tasks}`,
      cover.judged_twice,
      alpha === null ? "–" : alpha.toFixed(2),
      ends(ci, (v) => v.toFixed(2)),
      level,
      units,
      again.equal === null ? "–" : percent(again.equal),
      again.repeats,
    ];
  });
  return make(
    "section",
    { "aria-labelledby": "agree" },
    make("h2", { id: "agree" }, "How far raters agree"),
    table(
      "Agreement",
      ["Questions", "Judged", "By two or more", "Alpha", "95 %", "Scale", "Compared", "Same when asked again", "Times"],
      rows,
    ),
    make(
      "p",
      { class: "faint" },
      "Krippendorff’s alpha is 1 where all agree and 0 where they agree as often as by chance; ",
      "its interval is over questions.",
    ),
  );
}

/** @param {Report} report */
function mixesTable(report) {
  /** @param {Record<string, number>} mix */
  const weights = (mix) =>
    Object.entries(mix)
      .filter(([, weight]) => weight > 0)
      .map(([feature, weight]) => `${feature} ${percent(weight)}`)
      .join(", ");
  return make(
    "section",
    { "aria-labelledby": "mixes" },
    make("h2", { id: "mixes" }, "What was compared"),
    table(
      "Mixes",
      ["Mix", "Weights"],
      Object.entries(report.mixes).map(([name, mix]) => [name, weights(mix)]),
      null,
      2,
    ),
    report.shared
      ? make(
          "p",
          { class: "faint" },
          `${count(report.shared, "hit")} that two mixes both found were no question of preference.`,
        )
      : null,
  );
}

/** @param {Report} report */
function raters({ raters }) {
  if (!raters.length) return null;
  return make(
    "section",
    { "aria-labelledby": "raters" },
    make("h2", { id: "raters" }, "Raters"),
    table(
      "Raters",
      ["Name", "Judgements", "Seconds (median)", "Chose the left", "Same when asked again"],
      raters.map((row) => [
        row.rater,
        row.judgements,
        row.median_seconds === null ? "–" : row.median_seconds.toFixed(1),
        share(row.left),
        row.repeats ? `${row.repeats_equal} of ${row.repeats}` : "–",
      ]),
    ),
  );
}

/**
 * A dot with its interval for each row, on one scale; the figures stand beside it.
 * @param {{ name: string, value: number | null, ci: Interval }[]} rows
 * @param {{ from: number, to: number, line?: number | null, write: Write }} scale
 */
function plot(rows, { from, to, line = null, write }) {
  /** @param {number} value */
  const at = (value) => `${(100 * (value - from)) / (to - from)}%`;
  return make(
    "div",
    { class: "plot" },
    rows.map(({ name, value, ci }) =>
      make(
        "div",
        { class: "row" },
        make("span", { class: "mix" }, name),
        make(
          "span",
          { class: "track", "aria-hidden": "true" },
          line === null ? null : make("i", { class: "mean", style: { left: at(line) } }),
          ci
            ? make("i", {
                class: "reach",
                style: { left: at(Math.max(from, ci[0])), right: `${100 - parseFloat(at(Math.min(to, ci[1])))}%` },
              })
            : null,
          value === null ? null : make("i", { class: "dot", style: { left: at(value) } }),
        ),
        make(
          "span",
          { class: "number" },
          value === null ? "–" : write(value),
          ci ? make("span", { class: "faint" }, ` ${write(ci[0])} – ${write(ci[1])}`) : null,
        ),
      ),
    ),
  );
}

/**
 * Rows of words and figures; `sure` tells which rows are set in bold, the first `left` columns are words.
 * @param {string} name @param {string[]} head @param {(string | number | null)[][]} rows
 * @param {boolean[] | null} [sure] @param {number} [left]
 */
function table(name, head, rows, sure = null, left = 1) {
  return make(
    "div",
    { class: "scrolls", tabindex: 0, role: "region", "aria-label": name },
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          head.map((text, place) => make("th", { scope: "col", class: place < left ? null : "right" }, text)),
        ),
      ),
      make(
        "tbody",
        {},
        rows.map((cells, number) =>
          make(
            "tr",
            { class: sure?.[number] ? "sure" : null },
            cells.map((cell, place) =>
              place === 0
                ? make("th", { scope: "row" }, String(cell))
                : make("td", { class: place < left ? null : "right number" }, String(cell)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {string} measure */
const measureName = (measure) => {
  const [kind, k] = measure.split("@");
  return MEASURED[kind] + (k ? `@${k}` : "");
};
/** @param {number | null} value */
const share = (value) => (value === null ? "–" : percent(value));
/** @param {number | null} value */
const signed = (value, places = 2) =>
  value === null ? "–" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(places)}`;
/** @param {Interval} ci @param {Write} write */
const ends = (ci, write) => (ci ? `${write(ci[0])} to ${write(ci[1])}` : "–");
/** @param {number | null} p */
const chance = (p) => (p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3));
