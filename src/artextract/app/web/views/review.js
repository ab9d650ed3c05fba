// The review: paintings that do not fit their label, one after the other; keep the label, correct it or skip.  The URL
// has `attribute`, `state` (open, decided, skipped, disagreed, all), `order` (suspicion, label, suggested), `second`
// (1: also what only others have decided, unseen) and `at`, the painting. A decision shows the next painting at once;
// it is sent behind the page's back (lib/outbox.js) and kept until the server has it.

import { ask } from "../lib/api.js";
import { make, notice, tell, toast } from "../lib/dom.js";
import { newId, openOutbox, outbox, post, send, waiting } from "../lib/outbox.js";
import { imageUrl, nameOf } from "../lib/painting.js";
import { person, personField } from "../lib/person.js";
import { go, href } from "../lib/route.js";
import { capital, count, percent, spelled } from "../lib/words.js";
import { preload, said, showItem } from "./review_item.js";
import { chooseLabel } from "./review_label.js";
import { pastOf } from "./review_past.js";

export const title = "Review";

const AHEAD = 3,
  LOOK = 1000;
const STATES = { open: "To review", decided: "Decided", skipped: "Skipped", disagreed: "Disagreed", all: "All" };
const NONE = {
  decided: "Nothing is decided yet.",
  skipped: "No painting is skipped.",
  disagreed: "No reviewers disagree.",
  all: "No label is in doubt.",
};
const ORDERS = { suspicion: "Most suspicious first", label: "By given label", suggested: "By suggested label" };
const KEYS = [
  ["a", "the label is right"],
  ["c", "correct it to the suggested one"],
  ["e", "choose another label"],
  ["s", "skip"],
  ["u", "undo the last decision"],
  ["←", "the painting before"],
  ["→", "the next painting"],
  ["z", "enlarge the painting"],
  ["?", "these keys"],
];

export async function show(place, params, { collection, signal }) {
  let asked = read(params);
  let facts = null,
    ids = [],
    at = null,
    past = null;
  const items = new Map(); // what is known of each painting, with decisions that are not sent yet
  const mine = []; // decisions of this visit that were not undone, the latest last

  const stage = make("div", { class: "stage" }),
    progress = make("div", { class: "done" }),
    unsent = make("p", { class: "unsent", role: "status", hidden: true });
  const head = make("div", { class: "head" }),
    side = make("div", { class: "beside" }),
    about = make("section", { class: "about" }),
    after = make("div", { class: "afterwards" }),
    spoken = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const buttons = make("div", { class: "actions", role: "group", "aria-label": "Decide" });
  const act = {
    accept: button("a", "Label is right", () => decide("accept")),
    correct: button("c", "Correct", () => correct()),
    edit: button("e", "Other label…", () => edit()),
    skip: button("s", "Skip", () => decide("skip")),
    undo: button("u", "Undo", () => undoLast()),
  };
  buttons.append(...Object.values(act));
  async function load() {
    await send(); // what is told of the queue counts these decisions
    head.replaceChildren(make("h1", {}, "Review"));
    place.replaceChildren(head, stage);
    facts = await queue();
    if (facts === null) return;
    asked.attribute = facts.attribute;
    ids = facts.ids;
    items.clear();
    keep(facts.items);
    past = pastOf({
      attribute: facts.attribute,
      signal,
      named,
      undo: (decision) => undo(decision),
      at: (id) => ({ ...wanted(), state: "all", at: id }),
    });
    after.replaceChildren(past.place, about);
    fillHead();
    place.replaceChildren(head, spoken, unsent, stage, buttons, after);
    showUnsent();
    const first =
      asked.at && !ids.includes(asked.at) && (await fetchItems([asked.at]).then(() => items.has(asked.at)))
        ? [asked.at]
        : [];
    ids = [...first, ...ids];
    await showAt((asked.at && items.has(asked.at)) || ids.includes(asked.at) ? asked.at : (ids[0] ?? null));
    past.refresh().catch(quietly);
  }

  /** The queue, once its suspects are found; until then how far the search for them is. */
  async function queue() {
    const told = await ask(`api/review?${new URLSearchParams(query())}`, { signal });
    if (!told.job) return told;
    if (told.job.state === "failed") {
      stage.replaceChildren(notice(told.job, { text: "Try again", run: () => load().catch(failed) }));
      return null;
    }
    const { caption, done, total } = told.job;
    stage.replaceChildren(
      make(
        "div",
        { class: "notice", role: "status" },
        make("p", { class: "what" }, `Looking for ${told.attribute} labels in doubt`),
        make(
          "p",
          {},
          caption ? `${capital(caption)}: ${done} of ${total}.` : "It begins as soon as other work is done.",
          " This is done once and kept.",
        ),
        make("progress", { max: total || 1, value: total ? done : null, "aria-label": "Search for suspects" }),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    signal.throwIfAborted();
    return queue();
  }

  const query = () =>
    Object.entries({
      attribute: asked.attribute,
      state: asked.state,
      order: asked.order,
      reviewer: asked.second ? person() : "",
    }).filter(([, value]) => value);
  const wanted = () => ({
    attribute: asked.attribute,
    state: asked.state === "open" ? null : asked.state,
    order: asked.order === "suspicion" ? null : asked.order,
    second: asked.second ? 1 : null,
  });
  const blind = () => asked.second;

  async function fetchItems(some) {
    const lacking = some.filter((id) => id && !items.has(id));
    if (!lacking.length) return;
    const told = await ask(`api/review?${new URLSearchParams([...query(), ...lacking.map((id) => ["id", id])])}`, {
      signal,
    });
    keep(told.items);
  }

  /** Remember items; what the server does not know yet of them stays on top. */
  function keep(told) {
    for (const item of told) {
      for (const { kind, body } of waiting()) {
        if (kind === "decide" && body.painting === item.painting.id && body.attribute === facts.attribute)
          record(item, optimistic(item, body));
      }
      items.set(item.painting.id, item);
    }
  }

  /** The names of paintings by id. */
  async function named(some) {
    await fetchItems([...new Set(some)]);
    return (id) => (items.has(id) ? nameOf(items.get(id).painting) : id);
  }

  async function showAt(id) {
    at = id;
    if (id === null) return showEnd();
    const here = ids.indexOf(id);
    if (!items.has(id)) stage.setAttribute("aria-busy", "true");
    await fetchItems([id]);
    if (at !== id) return;
    stage.removeAttribute("aria-busy");
    const item = items.get(id);
    if (!item) return showEnd();
    asked.at = id;
    if (new URLSearchParams(location.hash.split("?")[1]).get("at") !== id)
      history.replaceState(null, "", href("review", { ...wanted(), at: id }));
    stage.replaceChildren(showItem(item, facts.attribute, { blind: blind(), me: person(), undo, enlarge }));
    buttons.hidden = false;
    fillActions(item);
    fillProgress();
    const beside = [...ids.slice(here + 1, here + 1 + AHEAD), ids[here - 1]];
    fetchItems(beside)
      .then(() => {
        for (const next of beside) if (items.has(next)) preload(items.get(next));
      })
      .catch(quietly);
  }

  function showEnd() {
    const { counts } = facts;
    at = null;
    buttons.hidden = true;
    fillProgress();
    const all = asked.state === "open";
    stage.replaceChildren(
      make(
        "div",
        { class: "notice" },
        make(
          "p",
          { class: "what" },
          all
            ? counts.all
              ? `All ${spelled(counts.all)} suspects are reviewed.`
              : "No label is in doubt."
            : NONE[asked.state],
        ),
        make(
          "p",
          {},
          all && counts.all
            ? `${count(counts.decided, "label is", "labels are")} decided, ${count(counts.skipped, "painting", "paintings")} skipped.`
            : "",
        ),
        all && counts.skipped
          ? make(
              "a",
              { class: "button second", href: href("review", { attribute: asked.attribute, state: "skipped" }) },
              "Look at those skipped",
            )
          : null,
        all
          ? null
          : make(
              "a",
              { class: "button second", href: href("review", { attribute: asked.attribute }) },
              "To those to review",
            ),
      ),
    );
  }

  function fillHead() {
    const { about: told, attributes } = facts;
    const able = attributes.filter((each) => !each.why_not),
      unable = attributes.filter((each) => each.why_not);
    const choose = (name, text, options, value) =>
      make(
        "label",
        { class: "field" },
        make("span", {}, text),
        make(
          "select",
          { name, onchange: (event) => go("review", { ...wanted(), [name]: event.target.value, at: null }) },
          Object.entries(options).map(([key, label]) => make("option", { value: key, selected: key === value }, label)),
        ),
      );
    head.replaceChildren(
      make("h1", {}, "Review"),
      choose("attribute", "Label", Object.fromEntries(able.map(({ name }) => [name, capital(name)])), asked.attribute),
      choose(
        "state",
        "Show",
        Object.fromEntries(
          Object.entries(STATES).map(([key, text]) => [key, `${text} (${spelled(facts.counts[key])})`]),
        ),
        asked.state,
      ),
      choose("order", "Order", ORDERS, asked.order),
      make(
        "label",
        {
          class: "second",
          title: "Also what only others have decided; their decisions stay out of sight until you have decided",
        },
        make("input", {
          type: "checkbox",
          ".checked": asked.second,
          onchange: (event) => secondOpinion(event.target.checked),
        }),
        "Second opinion",
      ),
      progress,
    );
    side.replaceChildren(
      ...(person()
        ? [
            make("span", { class: "me", title: "Reviewer" }, person()),
            make(
              "button",
              { type: "button", class: "quiet", onclick: () => askName(), "aria-label": "Change the reviewer" },
              "Change",
            ),
          ]
        : []),
      make("button", { type: "button", class: "quiet keys", onclick: showKeys }, "Keys ", make("kbd", {}, "?")),
    );
    about.replaceChildren(
      make("h2", {}, "How these were found"),
      make(
        "p",
        {},
        `${spelled(told.judged)} paintings of ${count(told.classes, "class", "classes")} were each judged by a regression on the vectors of ${told.vectors}, fitted on other paintings of this collection. It confirms ${percent(told.right)} of the labels`,
        told.found > facts.counts.all
          ? ` and doubts ${spelled(told.found)}; the ${spelled(facts.counts.all)} most suspicious are here.`
          : ".",
        " A suggestion is a hint, not a verdict.",
        told.not_judged
          ? ` ${capital(count(told.not_judged, "painting is the only one of its class", "paintings are the only ones of their class"))} and cannot be judged.`
          : "",
        told.unknown
          ? ` ${capital(count(told.unknown, "painting carries", "paintings carry"))} a label that the model does not know.`
          : "",
        ...unable.map((each) => ` ${capital(each.name)} is not reviewed: ${each.why_not}.`),
      ),
    );
  }

  function fillProgress() {
    const { counts } = facts,
      through = counts.decided + counts.skipped;
    progress.replaceChildren(
      side,
      make(
        "span",
        { class: "number" },
        `${spelled(counts.decided)} of ${spelled(counts.all)} decided`,
        counts.skipped ? `, ${spelled(counts.skipped)} skipped` : "",
      ),
      make("progress", { max: counts.all || 1, value: through, "aria-label": "Reviewed" }),
    );
    for (const option of head.querySelectorAll("select[name=state] option"))
      option.textContent = `${STATES[option.value]} (${spelled(counts[option.value])})`;
  }

  function fillActions({ label, evidence }) {
    const suggested = evidence?.suggested;
    name(act.accept, label ? `${label} is right` : "");
    act.accept.hidden = !label;
    name(act.correct, suggested ? `Correct to ${suggested}` : "");
    act.correct.hidden = !suggested;
    act.undo.hidden = !mine.length;
  }

  async function secondOpinion(on) {
    if (on && !(await askedName())) return fillHead();
    go("review", { ...wanted(), second: on ? 1 : null, at: null });
  }

  // deciding

  async function decide(action, label, { isNew = false, note = "" } = {}) {
    const item = items.get(at);
    if (!item || (action === "accept" && !item.label) || !(await askedName())) return;
    const body = {
      id: newId(),
      painting: at,
      attribute: facts.attribute,
      action,
      reviewer: person(),
      note,
      ...(action === "correct" ? { label, new: isNew } : {}),
    };
    const made = optimistic(item, body);
    move(item, () => record(item, made));
    mine.push(made);
    post("decide", body);
    step(1, true, `${said(made)}.`);
  }

  function correct() {
    const suggested = items.get(at)?.evidence?.suggested;
    if (suggested) decide("correct", suggested);
    else toast("No other class is suggested here; choose one with e.");
  }

  async function edit() {
    const item = items.get(at);
    if (!item) return;
    const chosen = await chooseLabel({
      attribute: facts.attribute,
      name: nameOf(item.painting),
      labels: facts.labels,
      given: item.label,
      suggested: item.evidence?.suggested ?? null,
    });
    if (!chosen || at !== item.painting.id) return;
    if (chosen.isNew) facts.labels.push({ label: chosen.label, paintings: 0 });
    await decide("correct", chosen.label, chosen);
  }

  function undoLast() {
    const last = mine.at(-1);
    if (last) undo(last);
    else toast("Nothing was decided in this visit. Older decisions are undone in the list below.");
  }

  async function undo(decision) {
    if (!(await askedName())) return;
    const index = mine.findIndex(({ id }) => id === decision.id);
    if (index >= 0) mine.splice(index, 1);
    await fetchItems([decision.painting]).catch(quietly);
    const item = items.get(decision.painting);
    if (item)
      move(item, () => {
        item.opinions = item.opinions.filter(({ id }) => id !== decision.id);
        settle(item);
      });
    post("undo", { decision: decision.id, reviewer: person() });
    spoken.textContent = `Undone: ${said(decision)}.`;
    if (!ids.includes(decision.painting)) ids.unshift(decision.painting);
    if (decision.painting === at) showAt(at);
    else go("review", { ...wanted(), at: decision.painting });
  }

  /** The decision as the server will tell it. */
  function optimistic(item, { id, painting, attribute, action, label = null, reviewer, note }) {
    return {
      id,
      painting,
      attribute,
      action,
      old_label: item.label,
      new_label: action === "correct" ? label : null,
      suggested: item.evidence?.suggested ?? null,
      reviewer,
      note,
      time: new Date().toISOString(),
      undone_by: null,
      undone_at: null,
    };
  }

  function record(item, made) {
    const others = item.opinions.filter(({ reviewer }) => reviewer.toLowerCase() !== made.reviewer.toLowerCase());
    item.opinions =
      made.action === "skip" && others.some(({ action }) => action !== "skip")
        ? others
        : [made, ...others.filter(({ action }) => action !== "skip")];
    settle(item);
  }

  function settle(item) {
    const labels = item.opinions
      .filter(({ action }) => action !== "skip")
      .map((each) => (each.action === "correct" ? each.new_label : each.old_label));
    item.decision = item.opinions[0] ?? null;
    item.disagreed = new Set(labels).size > 1;
  }

  const statesOf = ({ decision, disagreed, opinions }) => [
    ...(!decision ||
    (asked.second && !opinions.some(({ reviewer }) => reviewer.toLowerCase() === person().toLowerCase()))
      ? ["open"]
      : []),
    ...(decision ? [decision.action === "skip" ? "skipped" : "decided"] : []),
    ...(disagreed ? ["disagreed"] : []),
  ];

  /** Change an item and the counts with it. */
  function move(item, change) {
    for (const state of statesOf(item)) facts.counts[state]--;
    change();
    for (const state of statesOf(item)) facts.counts[state]++;
  }

  /** To the painting `by` places on; after a decision to the next that waits for one. */
  function step(by, decided = false, told = "") {
    const here = ids.indexOf(at);
    const open = (id) => !items.has(id) || statesOf(items.get(id)).includes("open");
    let next = ids[here + by] ?? null;
    if (decided && asked.state === "open")
      next = ids.slice(here + 1).find(open) ?? ids.slice(0, Math.max(here, 0)).find(open) ?? null;
    else if (next === null) {
      if (decided) showAt(at);
      else toast(by > 0 ? "This is the last painting of the list." : "This is the first painting of the list.");
      spoken.textContent = told;
      return;
    }
    const item = items.get(next);
    spoken.textContent = [
      told,
      item
        ? `Next: ${nameOf(item.painting)}, labelled ${item.label ?? "nothing"}${item.evidence?.suggested ? `, suggested ${item.evidence.suggested}` : ""}.`
        : "",
    ].join(" ");
    if (next === null) {
      asked.at = null;
      go("review", wanted());
      showEnd();
    } else go("review", { ...wanted(), at: next });
  }

  // the person, the keys, the large picture

  /** The reviewer's name, asked for once; "" where it is not given. */
  async function askedName() {
    return person() || (await askName());
  }

  function askName() {
    return new Promise((resolve) => {
      const before = person();
      const field = personField("Your name, which stands beside each decision", () => {});
      const dialog = make(
        "dialog",
        {
          class: "review-dialog",
          "aria-labelledby": "who-title",
          onclose: () => {
            dialog.remove();
            resolve(person());
            if (person() !== before) renamed();
          },
        },
        make("h2", { id: "who-title" }, "Who is reviewing?"),
        make(
          "form",
          {
            onsubmit: (event) => {
              event.preventDefault();
              field.querySelector("input").dispatchEvent(new Event("change"));
              if (person()) dialog.close();
            },
          },
          field,
          make(
            "p",
            { class: "buttons" },
            make("button", { type: "submit", class: "button" }, "Go on"),
            make("button", { type: "button", class: "button second", onclick: () => dialog.close() }, "Cancel"),
          ),
        ),
      );
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  function renamed() {
    if (asked.second) load().catch(failed);
    else fillHead();
  }

  function showKeys() {
    const dialog = make(
      "dialog",
      { class: "review-dialog", "aria-labelledby": "keys-title", onclose: () => dialog.remove() },
      make("h2", { id: "keys-title" }, "Keys"),
      make("dl", {}, KEYS.map(([key, text]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)]).flat()),
      make(
        "p",
        { class: "buttons" },
        make("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Close"),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  }

  function enlarge() {
    const item = items.get(at);
    if (!item) return;
    const dialog = make(
      "dialog",
      { class: "review-dialog enlarged", "aria-label": nameOf(item.painting), onclose: () => dialog.remove() },
      make(
        "button",
        { type: "button", class: "whole", onclick: () => dialog.close(), "aria-label": "Close" },
        make("img", { src: imageUrl(at, 1600), alt: nameOf(item.painting) }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  }

  function pressed(event) {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      document.querySelector("dialog[open]") ||
      event.target.closest?.("input, select, textarea")
    )
      return;
    const run = {
      a: () => !act.accept.hidden && decide("accept"),
      c: correct,
      e: edit,
      s: () => decide("skip"),
      u: undoLast,
      z: enlarge,
      "?": showKeys,
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
    }[event.key];
    if (!run || (at === null && !["u", "?"].includes(event.key))) return;
    event.preventDefault();
    run();
  }
  document.addEventListener("keydown", pressed, { signal });

  // what the server says to it

  outbox.addEventListener(
    "sent",
    () => {
      past?.refresh().catch(quietly);
    },
    { signal },
  );
  outbox.addEventListener("change", showUnsent, { signal });
  outbox.addEventListener(
    "delayed",
    ({ detail }) => {
      if (detail.error.status !== 0) tell(detail.error);
    },
    { signal },
  );
  outbox.addEventListener(
    "refused",
    ({ detail: { entry, error } }) => {
      const id = entry.body.painting;
      toast(
        `A decision was not taken: ${error.message}. ${capital(error.hint)}.`,
        id ? { text: "Look at it", run: () => go("review", { ...wanted(), at: id }) } : null,
      );
      if (!id || !items.has(id)) return;
      const item = items.get(id),
        index = mine.findIndex((made) => made.id === entry.body.id);
      if (index >= 0) mine.splice(index, 1);
      move(item, () => {
        item.opinions = item.opinions.filter((opinion) => opinion.id !== entry.body.id);
        settle(item);
      });
      fillProgress();
      if (id === at) showAt(at);
    },
    { signal },
  );

  function showUnsent() {
    const number = waiting().length;
    clearTimeout(showUnsent.timer);
    if (!number) {
      unsent.hidden = true;
      return;
    }
    showUnsent.timer = setTimeout(() => {
      // what is sent at once needs no words
      unsent.textContent = `${count(waiting().length, "decision waits", "decisions wait")} to be sent. Go on; they are kept in this browser and sent as soon as the server answers.`;
      unsent.hidden = !waiting().length;
    }, 800);
  }

  function failed(error) {
    if (error.name === "AbortError") return;
    if (!("hint" in error)) throw error;
    stage.replaceChildren(notice(error, { text: "Try again", run: () => load().catch(failed) }));
  }

  openOutbox(collection.name);
  await load();
  return {
    update: (now) => {
      const before = asked;
      asked = read(now);
      const same =
        ["state", "order", "second"].every((key) => before[key] === asked[key]) &&
        (!asked.attribute || asked.attribute === before.attribute);
      if (!same) return load().catch(failed);
      asked.attribute ||= before.attribute;
      if (asked.at !== at)
        return showAt(asked.at ?? (ids.length && at === null && !before.at ? null : (ids[0] ?? null))).catch(failed);
    },
    leave: () => clearTimeout(showUnsent.timer),
  };
}

function read(params) {
  const one = (name, among, otherwise) => (params.get(name) in among ? params.get(name) : otherwise);
  return {
    attribute: params.get("attribute") ?? "",
    state: one("state", STATES, "open"),
    order: one("order", ORDERS, "suspicion"),
    second: params.get("second") === "1",
    at: params.get("at"),
  };
}

/** A button with its key. */
function button(key, text, run) {
  return make(
    "button",
    {
      type: "button",
      class: `button${key === "c" || key === "a" ? "" : " second"}`,
      "data-key": key,
      "aria-keyshortcuts": key,
      onclick: run,
    },
    make("span", {}, text),
    make("kbd", { "aria-hidden": "true" }, key),
  );
}

const name = (element, text) => {
  element.firstElementChild.textContent = text;
};
const quietly = (error) => {
  if (error.name !== "AbortError" && !("hint" in error)) throw error;
};
