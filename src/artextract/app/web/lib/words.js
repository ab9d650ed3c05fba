// @ts-check
// Numbers and names as people read them.

/** @param {number} number */
export const spelled = (number) => number.toLocaleString("en-GB");
/** @param {number} part */
export const percent = (part) => `${Math.round(100 * part)} %`;
/** @param {string} name */
export const words = (name) => name.replaceAll("_", " ");
/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
/** @param {number} number @param {string} one @param {string} [many] */
export const count = (number, one, many = `${one}s`) => `${spelled(number)} ${number === 1 ? one : many}`;

/**
 * A part of the collection in percent, rounded down so that only 1 is 100; with a decimal from 98 up.
 * @param {number} part
 */
export function percentDown(part) {
  const places = part >= 0.98 && part < 1 ? 1 : 0;
  return (Math.floor(Number((part * 100 * 10 ** places).toFixed(6))) / 10 ** places).toFixed(places);
}

/** 0..1 as "closer than 99.2 % of this collection". @param {number | null | undefined} part */
export function closeness(part) {
  if (part === null || part === undefined) return "not compared";
  return part >= 1
    ? "closer than all the rest of this collection"
    : `closer than ${part < 0.5 ? "only " : ""}${percentDown(part)} % of this collection`;
}
