// @ts-check
// All that the table says of a painting, with what can be done with it.

import { make } from "../../lib/dom.js";
import { exportButton } from "../../lib/export.js";
import { say } from "../../lib/language.js";
import { nameOf } from "../../lib/names.js";
import { strip } from "../../lib/palette.js";
import { href } from "../../lib/route.js";
import { isSelected, select, selection } from "../../lib/selection.js";
import { rightsIn, sourceName } from "../../lib/words.js";
import { citation, copy, linkOf } from "./citation.js";
import { correctedNote, pencil } from "./correcting.js";
import { readable, shownValue } from "./field.js";
import { fieldList, valueOf } from "./fields.js";

/** @import { Catalogue, CatalogueField, CollectionFacts, Colour, PaintingDetails } from "../../lib/types.js" */
/** @import { Correcting } from "./correcting.js" */

/**
 * All that the table says. `fields` are those of the catalogue; `correcting` is what its pencils do.
 * @param {PaintingDetails} painting @param {Catalogue} fields @param {CollectionFacts} collection
 * @param {Correcting} correcting @param {HTMLElement[]} actions
 */
export function facts(painting, fields, collection, correcting, actions) {
  const { more } = fields,
    rights = more.find(({ column }) => column === "rights");
  return make(
    "div",
    { class: "facts" },
    heading(painting, fields, correcting),
    make(
      "div",
      { class: "actions" },
      actions,
      inTime(painting, collection),
      picker(painting),
      exportButton(() => ({ ids: [painting.id], title: nameOf(painting) })),
    ),
    fieldList(listed(fields), correcting),
    further(fields, correcting),
    painting.colours.length ? palette(painting.colours) : null,
    make(
      "div",
      { class: "panel terms" },
      make(
        "p",
        { class: "of-rights" },
        make("strong", {}, say("facts.rights")),
        ` ${(rights && rightsIn(shownValue(rights) ?? "")) || say("common.rights-not-stated")}`,
        rights ? [pencil(rights, correcting), correctedNote(rights, correcting)] : null,
      ),
      make(
        "dl",
        {},
        [
          [say("facts.source"), readable(sourceName(painting.source))],
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

/** The field of a role that stands above the others. @param {Catalogue} fields @param {string} role */
const leading = ({ label }, role) => label.find((field) => field.role === role);

/** Title and artist. @param {PaintingDetails} painting @param {Catalogue} fields @param {Correcting} correcting */
function heading(painting, fields, correcting) {
  const title = leading(fields, "title"),
    artist = leading(fields, "artist"),
    called = (title && shownValue(title)) || painting.name,
    file = /\.\w+$/.test(painting.name);
  return [
    artist
      ? make(
          "div",
          { class: "by", "data-column": artist.column },
          make("span", { class: "value" }, makerOf(artist, painting)),
          pencil(artist, correcting),
          correctedNote(artist, correcting),
        )
      : null,
    make(
      "div",
      { class: "heading", "data-column": "title" },
      make("h1", {}, called),
      title ? [pencil(title, correcting), correctedNote(title, correcting)] : null,
      title && !shownValue(title)
        ? make("p", { class: "faint no-title" }, say(file ? "field.file-name" : "field.untitled"))
        : null,
    ),
  ];
}

/** A painter leads to the class that the painting carries. @param {CatalogueField} field @param {PaintingDetails} painting */
function makerOf(field, { labels }) {
  const value = shownValue(field);
  if (!value) return make("span", { class: "faint" }, say("field.no-artist"));
  return field.column === "painter" && labels.artist && value === field.value
    ? make("a", { href: href("gallery", { "f.artist": labels.artist }) }, value)
    : valueOf(field);
}

/** What stands in the list: what says something, and the classes of the collection. @param {Catalogue} fields */
function listed(fields) {
  const above = [leading(fields, "title"), leading(fields, "artist")];
  return fields.label.filter((field) => !above.includes(field) && (field.kind === "label" || saysAny(field)));
}

/** @param {CatalogueField} field */
const saysAny = (field) => field.value !== null || field.decision !== null;

/** The rest, and what says nothing. @param {Catalogue} fields @param {Correcting} correcting */
function further(fields, correcting) {
  const empty = fields.label.filter(
      (field) => field.kind !== "label" && field.role !== "title" && field.role !== "artist",
    ),
    rest = fields.more.filter(({ column }) => column !== "rights"),
    shown = [...rest.filter(saysAny), ...[...empty, ...rest].filter((field) => !saysAny(field) && correcting.may)];
  if (!shown.length) return null;
  const open = rest.some(({ decision }) => decision);
  return make(
    "details",
    { class: "further", open },
    make("summary", {}, say("field.more")),
    fieldList(shown, correcting),
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
