// @ts-check
// What words can reach in this collection: what is written of its paintings, or what they show as well.

import { say } from "./language.js";

/** @import { CollectionFacts } from "./types.js" */

/** Whether what is shown can be asked for in words. @param {CollectionFacts} collection */
export const seesPictures = ({ features }) => features.some(({ name, describes }) => name === "semantic" && describes);

/** @param {CollectionFacts} collection */
export const reachOfWords = (collection) => (seesPictures(collection) ? say("reach.pictures") : say("reach.texts"));
