// @ts-check
// Numbers and names as people read them.

import { known, locale, say } from "./language.js";
import { writing } from "./numbers.js";

export const { number: spelled, percent, percents, fixed, listed, either } = writing(locale);

/** @param {string} name */
export const words = (name) => name.replaceAll("_", " ");
/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a column of the table is called. @param {string} name */
export const attributeName = (name) => known("attribute", name) ?? words(name);
/** What a feature is called: the same wherever it stands. @param {string} name */
export const featureName = (name) => known("feature", name) ?? words(name);
/** What a feature looks at; `own` is what the server says of it. @param {string} name @param {string} own */
export const featureAbout = (name, own) => known("feature-about", name) ?? own;

/** What a group of the map is called; titles in it are quoted as this language does. @param {string} name */
export const groupName = (name) => name.replace(/[“„]([^“”„]*)[“”]/g, (_, title) => say("common.quoted", title));

/** What a colour is called. @param {string} name */
export const colourName = (name) => known("colour", name) ?? name;

/** How near a band is. @param {string} band */
export const bandName = (band) => known("band", band) ?? band;
/** How near a band is, as it stands under a picture. @param {string | null | undefined} band */
export const nearness = (band) => (band ? capital(bandName(band)) : say("band.not-known"));

/** Where a painting was imported from, where that is no address. @param {string} source */
export const sourceName = (source) => known("source", source) ?? source;

/** What an import writes where nothing states the rights is ours to say. @param {string | null | undefined} rights */
export const rightsIn = (rights) => (rights === OWN_FILES ? say("rights.own-files") : (rights ?? ""));
const OWN_FILES = "not stated; the user's own files";
