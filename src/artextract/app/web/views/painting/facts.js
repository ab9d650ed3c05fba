// @ts-check
// All that the table says of a painting, with what can be done with it.

import { make } from "../../lib/dom.js";
import { exportButton } from "../../lib/export.js";
import { say } from "../../lib/language.js";
import { nameOf } from "../../lib/names.js";
import { strip } from "../../lib/palette.js";
import { href } from "../../lib/route.js";
import { isSelected, select, selection } from "../../lib/selection.js";
import { attributeName, capital, rightsIn, words } from "../../lib/words.js";
import { citation, copy, linkOf } from "./citation.js";

/** @import { CollectionFacts, Colour, PaintingDetails } from "../../lib/types.js" */

/**
 * All that the table says.
 * @param {PaintingDetails} painting @param {CollectionFacts} collection @param {HTMLElement[]} actions
 */
export function facts(painting, collection, actions) {
  const { artist: label, ...others } = painting.labels,
    artist = painting.artist ?? label;
  const labelled = Object.entries(painting.labels).map(([name, value]) => [
    capital(attributeName(name)),
    value
      ? make("a", { href: href("gallery", { [`f.${name}`]: value }) }, value)
      : make("span", { class: "faint" }, say("facts.no-label")),
  ]);
  const more = Object.entries(painting.more).map(([name, value]) => [capital(attributeName(name)), readable(value)]);
  const named = nameOf(painting);
  return make(
    "div",
    { class: "facts" },
    make("h1", {}, named),
    artist && artist !== named
      ? make("p", { class: "by" }, label ? make("a", { href: href("gallery", { "f.artist": label }) }, artist) : artist)
      : null,
    !painting.title
      ? make(
          "p",
          { class: "by" },
          Object.values(others).filter(Boolean).length ? say("facts.no-title") : say("facts.no-name"),
        )
      : null,
    make(
      "div",
      { class: "actions" },
      actions,
      inTime(painting, collection),
      picker(painting),
      exportButton(() => ({ ids: [painting.id], title: named })),
    ),
    make(
      "dl",
      {},
      [...labelled, ...more].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    ),
    painting.colours.length ? palette(painting.colours) : null,
    make(
      "div",
      { class: "panel terms" },
      make(
        "p",
        { class: "of-rights" },
        make("strong", {}, say("facts.rights")),
        ` ${rightsIn(painting.rights) || say("common.rights-not-stated")}`,
      ),
      make(
        "dl",
        {},
        [
          [say("facts.source"), readable(painting.source)],
          [say("facts.picture"), say("search.pixels", painting.width, painting.height)],
          [say("facts.id"), make("code", {}, painting.id)],
        ].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
      ),
      make(
        "p",
        { class: "copies" },
        make(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => copy(citation(painting, collection), say("facts.citation")),
          },
          say("facts.copy-citation"),
        ),
        make(
          "button",
          { type: "button", class: "quiet", onclick: () => copy(linkOf(painting), say("facts.link")) },
          say("facts.copy-link"),
        ),
      ),
    ),
  );
}

/**
 * Links to what is most like it among what was begun before, and after.
 * @param {PaintingDetails} painting @param {CollectionFacts} collection
 */
function inTime({ id, more }, { numbers }) {
  const [from, to] = [more.year ?? more.year_end, more.year_end ?? more.year];
  if (!numbers.includes("year") || !Number.isFinite(from) || !Number.isFinite(to)) return [];
  /** @param {string} text @param {string} range */
  const link = (text, range) =>
    make("a", { class: "button second", href: href("search", { id, "r.year": range }) }, text);
  return [link(say("facts.earlier"), `..${from - 1}`), link(say("facts.later"), `${to + 1}..`)];
}

/** @param {PaintingDetails} painting */
function picker(painting) {
  const button = make("button", {
    type: "button",
    class: "button second",
    onclick: () => select([painting.id], !isSelected(painting.id)),
  });
  const draw = () => {
    button.setAttribute("aria-pressed", String(isSelected(painting.id)));
    button.textContent = isSelected(painting.id) ? say("facts.selected") : say("select.select");
  };
  const changed = () => {
    if (button.isConnected) draw();
    else selection.removeEventListener("change", changed);
  };
  draw();
  selection.addEventListener("change", changed);
  return button;
}

/** @param {Colour[]} colours */
function palette(colours) {
  return make(
    "div",
    { class: "colours" },
    make("h3", {}, say("palette.colours")),
    strip(
      colours.map(({ hex, proportion }) => [hex, proportion]),
      say("facts.dominant"),
    ),
  );
}

/** A value of the table as people read it: addresses as links, lists in a row. @param {any} value */
function readable(value) {
  if (typeof value === "string" && /^https?:\/\/\S+$/.test(value))
    return make(
      "a",
      { href: value, rel: "noreferrer noopener", target: "_blank" },
      value.replace(/^https?:\/\/(www\.)?/, ""),
    );
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (value !== null && typeof value === "object")
    return Object.entries(value)
      .map(([name, part]) => `${words(name)}: ${part}`)
      .join("; ");
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}
