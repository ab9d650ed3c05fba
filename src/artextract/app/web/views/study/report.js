// @ts-check
// What came of a study: in words, in figures with intervals, and what is too little to say.

import { ask } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { known, say, sayAround } from "../../lib/language.js";
import { go, href } from "../../lib/route.js";
import { prose } from "../../lib/said.js";
import { capital, featureName, fixed, percent } from "../../lib/words.js";
import { takeOver } from "./take_over.js";

/** @import { Fact, Weights } from "../../lib/types.js" */
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
 * @property {(Fact | null)[]} facts of warnings and notes, in this order
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
 * @property {string} [code] names why
 * @property {{ name: string, weight: number, ci: [number, number], default: number }[]} [features]
 * @property {{ learned: Foretold, default: Foretold, gain: number, gain_ci: [number, number] }} [held_out]
 * @property {"better" | "worse" | "not sure"} [verdict]
 */
/** @typedef {{ accuracy: number, log_loss: number }} Foretold */

/** @type {Record<string, string>} */
const MEASURED = {
  ndcg: say("report.ranking"),
  p: say("report.precision"),
  map: say("report.found-early"),
  grade: say("report.mean-grade"),
};
/** What the trade calls them. @type {Record<string, string>} */
const TERMS = { ndcg: "nDCG", map: "MAP" };
/** @type {Record<string, string>} */
const ABOUT = {
  ndcg: say("report.ndcg-about"),
  p: say("report.p-about"),
  map: say("report.map-about"),
  grade: say("report.grade-about"),
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
      make("a", { href: href("study") }, say("study.studies")),
      " / ",
      make("a", { href: href("study", { name: report.name }) }, report.name),
    ),
    make("h1", { tabindex: -1 }, say("study.report")),
    make(
      "p",
      { class: "faint number" },
      [
        say("count.judgements", report.judgements),
        say("count.raters", report.raters.length),
        say("count.queries", report.queries),
        say("report.first", report.k, Object.keys(report.mixes).length),
      ].join(" · "),
    ),
    verdict(report),
    report.warnings.length || report.notes.length
      ? make(
          "section",
          { class: "panel warnings", "aria-label": say("report.note") },
          make("h2", {}, say("report.note")),
          make(
            "ul",
            {},
            [...report.warnings, ...report.notes].map((text, at) => make("li", {}, prose(report.facts[at], text))),
          ),
        )
      : null,
    preference?.contests ? preferred(preference) : null,
    grades?.queries_graded ? graded(grades, report.name, params) : null,
    mixOfRaters(report.preferred_mix, name),
    firmness(report),
    mixesTable(report),
    raters(report),
    make(
      "p",
      { class: "steps" },
      make(
        "a",
        { class: "button second", href: `api/study/${encodeURIComponent(report.name)}/judgements.csv`, download: "" },
        say("report.csv"),
      ),
      make(
        "a",
        {
          class: "button second",
          href: `api/study/${encodeURIComponent(report.name)}/report`,
          download: `${report.name} report.json`,
        },
        say("report.json"),
      ),
      make("a", { class: "button second", href: href("study", { name: report.name }) }, say("study.judge")),
    ),
  );
  return { element };
}

/** @param {string} text */
const bold = (text) => make("b", {}, text);

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
    lines.push(
      sayAround("report.prefer", bold(mixName(better)), bold(mixName(worse)), rate, pair.contests, ci[0], ci[1]),
    );
  }
  for (const pair of (grades?.pairs ?? []).filter((pair) => pair.sure && pair.measure.startsWith("ndcg"))) {
    const [better, worse, sign] = pair.difference > 0 ? [pair.first, pair.second, 1] : [pair.second, pair.first, -1];
    const ends = [pair.ci[0] * sign, pair.ci[1] * sign].sort((a, b) => a - b);
    const gain = sign * pair.difference;
    lines.push(
      sayAround(
        "report.ranks-better",
        bold(mixName(better)),
        bold(mixName(worse)),
        measureName(pair.measure),
        gain,
        ends[0],
        ends[1],
      ),
    );
  }
  if (!lines.length) lines.push([judgements ? say("report.none-better") : say("report.nobody")]);
  return make(
    "div",
    { class: "verdict" },
    lines.map((line) => make("p", {}, line)),
  );
}

/** @type {Record<string, string>} */
const VERDICT = {
  better: say("report.better"),
  worse: say("report.worse"),
  "not sure": say("report.not-sure"),
};

/** @param {PreferredMix} mix @param {string} study */
function mixOfRaters({ weights, why, code = "", features, held_out, verdict }, study) {
  const head = make("h2", { id: "mix-of-raters" }, say("report.preferred-mix"));
  if (!weights || !features || !held_out || !verdict)
    return make(
      "section",
      { "aria-labelledby": "mix-of-raters" },
      head,
      make("p", { class: "faint" }, known("no-mix", code) ?? `${capital(why)}.`),
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
      say("report.preferred-about"),
      " ",
      say("report.foretells", held_out.learned.accuracy, held_out.default.accuracy, VERDICT[verdict]),
    ),
    plot(
      rows.map(({ name, weight, ci }) => ({ name, value: weight, ci })),
      { from: 0, to: 1, line: 1 / rows.length, write: percent },
    ),
    make("p", {}, say("report.as-weights"), " ", make("code", {}, given.join(","))),
    takeOver(weights, study),
  );
}

/** @param {Preference} preference */
function preferred(preference) {
  const rows = [...preference.mixes].sort((a, b) => (b.strength ?? -Infinity) - (a.strength ?? -Infinity));
  return make(
    "section",
    { "aria-labelledby": "preferred" },
    make("h2", { id: "preferred" }, say("report.which")),
    make(
      "p",
      { class: "faint" },
      say("report.which-about", preference.judgements, preference.queries, preference.ties),
      "",
      "",
    ),
    plot(
      rows.map((row) => ({ name: mixName(row.mix), value: row.rate, ci: row.rate_ci })),
      { from: 0, to: 1, line: 0.5, write: percent },
    ),
    table(
      say("report.strengths"),
      [
        say("report.mix"),
        say("look.strength"),
        say("report.interval"),
        say("report.won"),
        say("report.interval"),
        say("report.contests"),
      ],
      rows.map((row) => [
        mixName(row.mix),
        signed(row.strength),
        ends(row.ci, signed),
        share(row.rate),
        ends(row.rate_ci, share),
        row.contests,
      ]),
    ),
    table(
      say("report.every-two"),
      [
        say("report.first-mix"),
        say("report.second-mix"),
        say("report.first-won"),
        say("report.interval"),
        say("report.contests"),
        say("report.p"),
      ],
      preference.pairs.map((pair) => [
        mixName(pair.first),
        mixName(pair.second),
        share(pair.rate),
        ends(pair.ci, share),
        pair.contests,
        chance(pair.p_holm),
      ]),
      preference.pairs.map((pair) => pair.sure),
      2,
    ),
    make("p", { class: "faint" }, say("report.strengths-about", 0.73), "", "", ""),
  );
}

/** @param {Grades} grades @param {string} name @param {URLSearchParams} params */
function graded(grades, name, params) {
  const asked = params.get("measure"),
    chosen = asked !== null && grades.measures.includes(asked) ? asked : grades.measures[0];
  const kind = chosen.split("@")[0],
    most = kind === "grade" ? 3 : 1;
  /** @param {number} value */
  const write = (value) => fixed(value, kind === "grade" ? 2 : 3);
  const rows = [...grades.mixes].sort((a, b) => (b[chosen].value ?? -1) - (a[chosen].value ?? -1));
  const total = grades.distribution.reduce((sum, n) => sum + n, 0) || 1;
  return make(
    "section",
    { "aria-labelledby": "graded" },
    make("h2", { id: "graded" }, say("report.how-well")),
    make(
      "div",
      { class: "choice", role: "group", "aria-label": say("report.measure") },
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
    make("p", { class: "faint" }, ABOUT[kind], say("report.over", grades.queries_judged[chosen])),
    plot(
      rows.map((row) => ({ name: mixName(row.mix), value: row[chosen].value, ci: row[chosen].ci })),
      { from: 0, to: most, write },
    ),
    grades.pairs.length
      ? table(
          say("report.differences"),
          [
            say("report.first-mix"),
            say("report.second-mix"),
            say("report.first-less-second"),
            say("report.interval"),
            say("report.p"),
          ],
          grades.pairs
            .filter((pair) => pair.measure === chosen)
            .map((pair) => [
              mixName(pair.first),
              mixName(pair.second),
              signed(pair.difference, 3),
              ends(pair.ci, (v) => signed(v, 3)),
              chance(pair.p_holm),
            ]),
          grades.pairs.filter((pair) => pair.measure === chosen).map((pair) => pair.sure),
          2,
        )
      : null,
    make("h3", {}, say("report.grades")),
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
      capital(known("study", kind) ?? kind),
      say("common.of", cover.judged, cover.tasks),
      cover.judged_twice,
      alpha === null ? "–" : fixed(alpha, 2),
      ends(ci, (v) => fixed(v, 2)),
      known("scale", level) ?? level,
      units,
      again.equal === null ? "–" : percent(again.equal),
      again.repeats,
    ];
  });
  return make(
    "section",
    { "aria-labelledby": "agree" },
    make("h2", { id: "agree" }, say("report.agree")),
    table(
      say("report.agreement"),
      [
        say("study.questions"),
        say("report.judged"),
        say("report.by-two"),
        say("report.alpha"),
        say("report.interval"),
        say("report.scale"),
        say("report.compared"),
        say("report.same-again"),
        say("report.times"),
      ],
      rows,
    ),
    make("p", { class: "faint" }, say("report.alpha-about"), ""),
  );
}

/** @param {Report} report */
function mixesTable(report) {
  /** @param {Record<string, number>} mix */
  const weights = (mix) =>
    Object.entries(mix)
      .filter(([, weight]) => weight > 0)
      .map(([feature, weight]) => `${featureName(feature)} ${percent(weight)}`)
      .join(", ");
  return make(
    "section",
    { "aria-labelledby": "mixes" },
    make("h2", { id: "mixes" }, say("report.what")),
    table(
      say("weights.mixes"),
      [say("report.mix"), say("report.weights")],
      Object.entries(report.mixes).map(([name, mix]) => [mixName(name), weights(mix)]),
      null,
      2,
    ),
    report.shared ? make("p", { class: "faint" }, say("report.shared", report.shared)) : null,
  );
}

/** @param {Report} report */
function raters({ raters }) {
  if (!raters.length) return null;
  return make(
    "section",
    { "aria-labelledby": "raters" },
    make("h2", { id: "raters" }, say("report.raters")),
    table(
      say("report.raters"),
      [
        say("groups.name"),
        say("report.judgements"),
        say("report.seconds"),
        say("report.left"),
        say("report.same-again"),
      ],
      raters.map((row) => [
        row.rater,
        row.judgements,
        row.median_seconds === null ? "–" : fixed(row.median_seconds, 1),
        share(row.left),
        row.repeats ? say("common.of", row.repeats_equal, row.repeats) : "–",
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

/** The mixes that the page offers have names of their own. @param {string} name */
const mixName = (name) => {
  const alone = name.match(/^(\w+)=1$/)?.[1];
  return name === "default"
    ? say("map.standard")
    : alone
      ? say("study.alone", featureName(alone))
      : (known("preset", name) ?? name);
};
/** @param {string} measure */
const measureName = (measure) => {
  const [kind, k] = measure.split("@"),
    at = k ? `@${k}` : "";
  return kind in TERMS ? `${MEASURED[kind]} (${TERMS[kind]}${at})` : MEASURED[kind] + at;
};
/** @param {number | null} value */
const share = (value) => (value === null ? "–" : percent(value));
/** @param {number | null} value */
const signed = (value, places = 2) =>
  value === null ? "–" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), places)}`;
/** @param {Interval} ci @param {Write} write */
const ends = (ci, write) => (ci ? say("report.ends", write(ci[0]), write(ci[1])) : "–");
/** @param {number | null} p */
const chance = (p) => (p === null ? "–" : p < 0.001 ? `< ${fixed(0.001, 3)}` : fixed(p, 3));
