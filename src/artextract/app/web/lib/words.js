// Numbers and names as people read them.

export const spelled = (number) => number.toLocaleString("en-GB");
export const percent = (part) => `${Math.round(100 * part)} %`;
export const words = (name) => name.replaceAll("_", " ");
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const count = (number, one, many = `${one}s`) => `${spelled(number)} ${number === 1 ? one : many}`;

/** A part of the collection in percent, rounded down so that only 1 is 100; with a decimal from 98 up. */
export function percentDown(part) {
  const places = part >= 0.98 && part < 1 ? 1 : 0;
  return (Math.floor(Number((part * 100 * 10 ** places).toFixed(6))) / 10 ** places).toFixed(places);
}

/** 0..1 as "closer than 99.2 % of this collection". */
export function closeness(part) {
  if (part === null || part === undefined) return "not compared";
  return part >= 1
    ? "closer than all the rest of this collection"
    : `closer than ${part < 0.5 ? "only " : ""}${percentDown(part)} % of this collection`;
}
