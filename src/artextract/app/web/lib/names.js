// @ts-check
// What a painting is called, and where the server has it.

import { unturned } from "./foreign.js";

/** @import { Painting } from "./types.js" */
/** @typedef {Pick<Painting, "id" | "title" | "labels"> & Partial<Pick<Painting, "artist" | "year" | "name">>} Named */

/** An id in an address, with its slashes as they are. @param {string} id */
const inPath = (id) => id.split("/").map(encodeURIComponent).join("/");

/** The address of a call about one painting. @param {string} kind @param {string} id */
export const api = (kind, id) => `api/${kind}/${inPath(id)}`;

/** @param {string} id @param {number} [size] pixels of the longer side */
export const imageUrl = (id, size = 400) => `${api("images", id)}?size=${size}`;

/** What the IIIF service says of a picture. A slash in an id is no part of a path there. @param {string} id */
export const tilesOf = (id) => `iiif/image/${encodeURIComponent(id)}/info.json`;

/** The map of where the network looked. @param {string} id @param {string} attribute */
export const attentionOf = (id, attribute) => `${api("attention", id)}?attribute=${encodeURIComponent(attribute)}`;

/** @param {Named} painting @returns {string} */
export const nameOf = (painting) =>
  unturned(painting.name || painting.title || painting.artist || painting.labels.artist || painting.id);

/** @param {Named} painting */
export const altText = (painting) =>
  [...new Set([nameOf(painting), painting.artist, ...Object.values(painting.labels)])].filter(Boolean).join(", ");

/** Whether rights are said to be something: what no source states begins so. @param {string} rights */
export const statedRights = (rights) => rights !== "" && !rights.startsWith("not stated");

/** Who painted it, where that is not its name already. @param {Named} painting */
export function makerOf(painting) {
  const artist = painting.artist ?? painting.labels.artist ?? "";
  return artist === nameOf(painting) ? "" : artist;
}

/** More than that: the artist and what else is known, two at most. @param {Named} painting */
export function caption(painting) {
  const { artist: _, ...others } = painting.labels,
    artist = painting.artist ?? painting.labels.artist;
  return [artist, ...Object.values(others)].filter(Boolean).slice(0, 2).join(" · ");
}
