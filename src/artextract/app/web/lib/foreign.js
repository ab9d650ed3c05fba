// @ts-check
// Text of others, as it can stand among ours.

/** Marks that turn the direction of all that follows in a paragraph: with one in a title, our sentence would run
 *  backwards. Letters that are read from the right need none. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** The text without marks that would turn what stands after it. @param {string} text */
export const unturned = (text) => text.replace(TURNS, "");
