// @ts-check
// A list of paintings that somebody picked: to look at, put in order, name, share by its link, and take out.
//
// ids=a,b,c   the paintings, in order; without it the selection of this browser, which may be of any length
// title=TEXT  what the list is called

import { ask } from "../lib/api.js";
import { byId, heldIn, later, make, notice, tell, toast } from "../lib/dom.js";
import { AskError, isAbort } from "../lib/errors.js";
import { exportButton } from "../lib/export.js";
import { nameOf } from "../lib/names.js";
import { card } from "../lib/painting.js";
import { current, go, href } from "../lib/route.js";
import {
  EXAMPLES,
  fitsInLink,
  furtherLinks,
  isSelected,
  joined,
  select,
  selected,
  selection,
  setSelection,
  split,
} from "../lib/selection.js";
import { count } from "../lib/words.js";

/** @import { Painting, Tools, View } from "../lib/types.js" */

export const title = "Selection";

const AT_ONCE = 60; // cards that are made when the end of the page comes near
/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→", "↑", "↓"], "go to another"],
  [["Shift ←", "Shift →"], "move it"],
  [["Shift Home", "Shift End"], "move it to the front, to the end"],
  [["Delete"], "take it off the list"],
];

/** @param {HTMLElement} place @param {URLSearchParams} params @param {Tools} tools @returns {Promise<View>} */
export async function show(place, params, { signal }) {
  /** By id, null where the collection has none. @type {Map<string, Painting | null>} */
  const known = new Map();
  /** @type {string[]} */
  let list = [],
    shared = false,
    /** @type {Promise<void> | null} */
    loading = null,
    wanted = 0;

  const heading = make("h1", {}, "Selection");
  const told = make("p", { class: "count", role: "status" });
  const name = make("input", {
    type: "text",
    maxlength: 200,
    placeholder: "Untitled",
    oninput: later(300, () => write(list, true)),
  });
  const acts = make("div", { class: "selection-acts" });
  const notes = make("div", { class: "selection-notes" });
  const grid = make("div", { class: "grid selection-grid", onkeydown: byKey });
  const end = make("div", { class: "selection-end", "aria-hidden": "true" });
  const moved = make("p", { class: "unseen", role: "status" });
  const keys = make(
    "p",
    { class: "faint selection-keys" },
    "Keys on a painting: ",
    KEYS.flatMap(([held, does], at) => [at ? "; " : "", ...held.flatMap((key) => [make("kbd", {}, key), " "]), does]),
  );
  place.append(
    make("div", { class: "bar" }, heading, told),
    make(
      "div",
      { class: "selection-head" },
      make("label", { class: "field" }, make("span", {}, "Name of this list"), name),
      acts,
    ),
    notes,
    grid,
    end,
    moved,
    keys,
  );

  const watch = new IntersectionObserver(
    (seen) => {
      if (seen.some((one) => one.isIntersecting)) more();
    },
    { rootMargin: "900px" },
  );
  watch.observe(end);
  selection.addEventListener("change", changed, { signal });
  await update(params);
  return { update, leave: () => watch.disconnect() };

  /** Show what the URL names; cards that are there already only change their place. @param {URLSearchParams} now */
  async function update(now) {
    const before = list;
    shared = now.has("ids");
    list = shared ? split(now.get("ids")) : selected();
    if (document.activeElement !== name) name.value = now.get("title") ?? "";
    wanted = Math.max(AT_ONCE, Math.min(before.length ? wanted : AT_ONCE, list.length));
    describe();
    await fill();
  }

  async function more() {
    if (wanted >= list.length || loading) return;
    wanted += AT_ONCE;
    await fill();
  }

  /** Load what is wanted and not known yet, and lay the cards out. */
  async function fill() {
    const lacking = list.slice(0, wanted).filter((id) => !known.has(id));
    if (lacking.length) {
      const own = (loading = load(lacking));
      try {
        await own;
      } catch (error) {
        if (isAbort(error)) return;
        if (!(error instanceof AskError)) throw error;
        notes.replaceChildren(
          notice(error, {
            text: "Try again",
            run: () => {
              describe();
              fill();
            },
          }),
        );
        return;
      } finally {
        if (loading === own) loading = null;
      }
    }
    lay();
    if (wanted < list.length && end.getBoundingClientRect().top < innerHeight + 900) await more();
  }

  /** @param {string[]} ids */
  async function load(ids) {
    for (let at = 0; at < ids.length; at += 500) {
      const answer = await ask("api/selection", { body: { ids: ids.slice(at, at + 500) }, signal });
      for (const painting of answer.paintings) known.set(painting.id, painting);
      for (const id of answer.missing) known.set(id, null);
    }
  }

  function lay() {
    const there = new Map([...grid.children].map((one) => [idOf(one), one]));
    const cards = list.slice(0, wanted).flatMap((id) => {
      const painting = known.get(id);
      return painting ? [there.get(id) ?? cardOf(painting)] : [];
    });
    const held = heldIn(grid);
    const same = cards.findIndex((one, at) => one !== grid.children[at]);
    if (same === grid.children.length)
      grid.append(...cards.slice(same)); // only more of them
    else if (same >= 0 || cards.length < grid.children.length) grid.replaceChildren(...cards);
    if (held?.isConnected && held !== document.activeElement) held.focus({ preventScroll: true });
    describe();
  }

  /** @param {Painting} painting */
  function cardOf(painting) {
    /** @param {string} text @param {string} label @param {() => void} run */
    const act = (text, label, run) =>
      make(
        "button",
        { type: "button", class: "icon", "aria-label": `${label}: ${nameOf(painting)}`, title: label, onclick: run },
        make("span", { "aria-hidden": "true" }, text),
      );
    const made = card(painting, {
      below: make(
        "div",
        { class: "order" },
        act("←", "Move earlier", () => move(painting.id, -1)),
        act("→", "Move later", () => move(painting.id, 1)),
        act("×", "Take off the list", () => remove(painting.id)),
      ),
    });
    // the card is dragged, not its picture, which the page would take for a file
    for (const one of made.querySelectorAll("a, img")) if (one instanceof HTMLElement) one.draggable = false;
    made.draggable = true;
    made.addEventListener("dragstart", (event) => {
      event.dataTransfer?.setData("text/x-painting", painting.id);
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
      made.classList.add("dragged");
    });
    made.addEventListener("dragend", () => {
      made.classList.remove("dragged");
      mark(null);
    });
    made.addEventListener("dragover", (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("text/x-painting")) return;
      event.preventDefault();
      mark(made, event.clientX > made.getBoundingClientRect().left + made.clientWidth / 2 ? "after" : "before");
    });
    made.addEventListener("drop", (event) => {
      const id = event.dataTransfer?.getData("text/x-painting");
      if (!id || id === painting.id) return;
      event.preventDefault();
      event.stopPropagation();
      const rest = list.filter((one) => one !== id);
      rest.splice(rest.indexOf(painting.id) + (made.dataset.drop === "after" ? 1 : 0), 0, id);
      write(rest);
    });
    return made;
  }

  /** What a painting of the list is called. @param {string} id */
  function titleOf(id) {
    const painting = known.get(id);
    return painting ? nameOf(painting) : id;
  }

  /** @param {HTMLElement | null} target @param {string} [side] */
  function mark(target, side) {
    for (const one of grid.children) if (one !== target && one instanceof HTMLElement) delete one.dataset.drop;
    if (target) target.dataset.drop = side;
  }

  /** @param {KeyboardEvent} event */
  function byKey(event) {
    const from = event.target instanceof Element ? event.target.closest(".card") : null,
      id = idOf(from);
    if (!from || !id) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const far = list.length;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -far, End: far };
    const step = event.shiftKey ? steps[event.key] : undefined;
    const next = event.shiftKey ? null : neighbour(from, event.key);
    if (step === undefined && !next && event.key !== "Delete") return;
    event.preventDefault();
    if (step !== undefined) move(id, step);
    else if (next) linkIn(next)?.focus();
    else remove(id);
  }

  /**
   * The card that an arrow key leads to; up and down to the one that hangs nearest.
   * @param {Element} from @param {string} key @returns {Element | null}
   */
  function neighbour(from, key) {
    if (key === "ArrowLeft") return from.previousElementSibling;
    if (key === "ArrowRight") return from.nextElementSibling;
    if (key !== "ArrowUp" && key !== "ArrowDown") return null;
    const sign = key === "ArrowUp" ? -1 : 1,
      own = from.getBoundingClientRect(),
      middle = own.left + own.width / 2;
    /** @type {{ card: Element, away: number, beside: number } | null} */
    let best = null;
    for (const card of grid.children) {
      const box = card.getBoundingClientRect(),
        away = sign * (box.top - own.top),
        beside = Math.abs(box.left + box.width / 2 - middle);
      if (away > 10 && (!best || away < best.away - 10 || (away < best.away + 10 && beside < best.beside)))
        best = { card, away, beside };
    }
    return best?.card ?? null;
  }

  /** @param {string} id @param {number} step */
  function move(id, step) {
    const rest = list.filter((one) => one !== id),
      from = list.indexOf(id);
    const to = Math.max(0, Math.min(rest.length, from + step));
    if (to === from) return;
    rest.splice(to, 0, id);
    write(rest, true);
    moved.textContent = `${titleOf(id)} is number ${to + 1} of ${list.length} now.`;
    grid.children[to]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} id */
  function remove(id) {
    const at = list.indexOf(id),
      before = list,
      was = isSelected(id);
    const next = grid.children[at + 1] ?? grid.children[at - 1];
    const held = grid.contains(document.activeElement);
    if (shared && was) select([id], false);
    write(list.filter((one) => one !== id));
    if (held) (next?.isConnected ? linkIn(next) : byId("main"))?.focus();
    toast(`${titleOf(id)} has been taken off the list.`, {
      text: "Undo",
      run: () => {
        if (shared && was) select([id]);
        if (current().name === "selection") write(before);
        else if (!shared) setSelection(before);
      },
    });
  }

  /** Make this the list: in the URL where it is short enough, else in this browser. @param {string[]} now */
  function write(now, quietly = false) {
    const ids = shared && fitsInLink(now) ? joined(now) : "";
    if (!ids && (!shared || now.length)) setSelection(now);
    go("selection", { ids, title: name.value.trim() }, quietly);
  }

  /** Nothing of this list is selected any more, and this browser's selection is shown. */
  function clear() {
    const before = selected(),
      gone = new Set(list);
    setSelection(before.filter((id) => !gone.has(id)));
    go("selection");
    toast(`${count(gone.size, "painting")} no longer selected.`, { text: "Undo", run: () => setSelection(before) });
  }

  function changed() {
    if (!shared && current().name === "selection") update(current().params);
    else describe();
  }

  function describe() {
    const lost = list.filter((id) => known.get(id) === null),
      rest = lost.length ? list.filter((id) => known.get(id) !== null) : list;
    const loose = rest.filter((id) => !isSelected(id));
    told.textContent = list.length ? count(rest.length, "painting") : "";
    place.classList.toggle("empty", list.length === 0);
    /** @param {string} text @param {() => void} run */
    const button = (text, run) => make("button", { type: "button", class: "button second", onclick: run }, text);
    const held = heldIn(acts)?.textContent ?? null;
    acts.replaceChildren(
      ...(list.length === 0
        ? []
        : [
            exportButton(exported),
            ...furtherLinks(rest).filter((one) => one !== null),
            fitsInLink(list) ? button("Copy link", copy) : "",
            shared && loose.length
              ? button("Add to my selection", () => {
                  select(loose);
                  toast(`${count(loose.length, "painting")} added to your selection.`);
                })
              : "",
            loose.length < rest.length
              ? make("button", { type: "button", class: "quiet", onclick: clear }, "Clear")
              : "",
          ].filter((one) => one !== "")),
    );
    for (const one of held ? acts.children : [])
      if (one.textContent === held && one instanceof HTMLElement) one.focus();
    notes.replaceChildren(
      ...[
        lost.length
          ? make(
              "p",
              {},
              `${count(lost.length, "painting")} of this list `,
              `${lost.length === 1 ? "is" : "are"} not in this collection. `,
              make(
                "button",
                { type: "button", class: "quiet", onclick: () => write(rest) },
                lost.length === 1 ? "Take it off" : "Take them off",
              ),
            )
          : null,
        !shared && list.length && !fitsInLink(list)
          ? make(
              "p",
              { class: "faint" },
              "This list is too long for a link: it is kept in this browser only. Export it to pass it on.",
            )
          : null,
        list.length > EXAMPLES
          ? make("p", { class: "faint" }, `A search takes up to ${EXAMPLES} paintings as examples.`)
          : null,
      ].filter((one) => one !== null),
    );
    if (list.length === 0)
      notes.replaceChildren(
        make(
          "div",
          { class: "notice" },
          make("p", { class: "what" }, "Nothing is selected."),
          make(
            "p",
            {},
            "Tick the box on a painting in the gallery, in search results or on the map; ",
            "the paintings wait here, to be compared, searched by or exported.",
          ),
          make("a", { class: "button", href: href("gallery") }, "Go to the gallery"),
        ),
      );
  }

  /**
   * The whole list, without what the collection has not: of a long one only the beginning has been looked up so far.
   */
  async function exported() {
    try {
      await load(list.filter((id) => !known.has(id)));
    } catch (error) {
      tell(error);
      return null;
    }
    const ids = list.filter((id) => known.get(id));
    if (ids.length < list.length) describe();
    return { ids, title: name.value.trim() || "Selection" };
  }

  async function copy() {
    const link = new URL(href("selection", { ids: joined(list), title: name.value.trim() }), location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      toast("The link has been copied.");
    } catch {
      toast("The link cannot be copied here; it stands in the address bar.");
      if (!shared) go("selection", { ids: joined(list), title: name.value.trim() }, true);
    }
  }
}

/** The painting of a card. @param {Element | null} card */
const idOf = (card) => (card instanceof HTMLElement ? card.dataset.id : undefined);

/** @param {Element | undefined} card @returns {HTMLElement | null} */
const linkIn = (card) => card?.querySelector("a.hang") ?? null;
